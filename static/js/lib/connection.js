// Say the state of the connection: in a live region, and in a banner after a second without it.

import { part, setShown, setText } from "./dom.js";
import { clock, fill } from "./text.js";
import { toast } from "./toast.js";

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
  let isBlocked = false;
  /** @type {Date | null} */
  let lastSeen = null;

  function why() {
    if (isBlocked) return words.blocked;
    if (numbers && lastSeen) return fill(words.as_of, { time: clock(lastSeen) });
    return navigator.onLine ? words.offline : words.no_network;
  }

  function away() {
    setText(banner, why());
    setShown(banner, true);
    onChange("offline", lastSeen);
  }

  return (reported) => {
    if (reported === "blocked") {
      isBlocked = true;
      lastSeen = lastSeen || new Date();
      away();
      return;
    }
    const state = reported === "by_requests" ? "connected" : reported;
    if (state === "connected" && isBlocked) toast(words[reported]);
    if (state === "connected") isBlocked = false;
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
