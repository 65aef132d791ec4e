// The state of the connection in words: a live region, and a banner once it has been away for a second.

import { clock, fill, part, setShown, setText } from "./dom.js";

const BANNER_AFTER_MS = 1000;

export function showConnection(words, { numbers = false, onChange = () => {} } = {}) {
  const banner = part("offline");
  const spoken = part("connection");
  let waiting = 0;
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
