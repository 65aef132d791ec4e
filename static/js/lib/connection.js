// Say the state of the connection: in a live region, and in a banner after a second without it.

import { part, setShown, setText } from "./dom.js";
import { clock, fill } from "./text.js";

const BANNER_AFTER_MS = 1000;

/**
 * Show the state of the connection.
 *
 * @param {Types.Words} words
 * @param {object} options
 * @param {boolean} [options.numbers] whether the page shows numbers that grow old
 * @param {(state: string, lostAt?: Date | null) => void} [options.onChange]
 * @returns {(state: string) => void}
 */
export function showConnection(words, { numbers = false, onChange = () => {} } = {}) {
  const banner = part("offline");
  const spoken = part("connection");
  let waiting = 0;
  /** @type {Date | null} */
  let lastSeen = null;

  function away() {
    setText(banner, numbers && lastSeen ? fill(words.as_of, { time: clock(lastSeen) }) : words.offline);
    setShown(banner, true);
    onChange("offline", lastSeen);
  }

  return (state) => {
    if (state === "offline") {
      if (!waiting) waiting = setTimeout(away, BANNER_AFTER_MS);
      lastSeen = lastSeen || new Date();
      return;
    }
    if (state === "connecting") return;
    clearTimeout(waiting);
    waiting = 0;
    lastSeen = null;
    const ended = state !== "connected";
    setText(banner, ended ? words[state] : "");
    setShown(banner, ended);
    setText(spoken, words[state]);
    onChange(state);
  };
}
