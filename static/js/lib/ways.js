// Which way to the server is tried: the other one after two failures of a server that answers requests.

import { openSocket, openStream } from "./transports.js";

const KEY = "way";
const FAILURES = 2;
// Codes of a connection that nobody has closed: whatever else comes was said by the server.
const WITHOUT_A_WORD = [0, 1006, 1015];

/**
 * @param {object} browser
 * @param {{ getItem: (key: string) => string | null, setItem: (key: string, value: string) => void } | null} browser.memory
 * @param {() => Promise<boolean>} browser.isServerThere whether an ordinary request is answered
 * @param {() => void} onChange called when the other way is tried from now on
 */
export function createWays({ memory, isServerThere }, onChange) {
  let way = memory?.getItem(KEY) === "stream" ? "stream" : "socket";
  let failures = 0;

  return {
    open: (path, events) => (way === "stream" ? openStream : openSocket)(path, events),
    isStream: () => way === "stream",
    /** A message has come this way. */
    works() {
      failures = 0;
      memory?.setItem(KEY, way);
    },
    /** The connection ended before any message came. */
    async failed(code) {
      if (!WITHOUT_A_WORD.includes(code)) return;
      const tried = way;
      if (!(await isServerThere()) || tried !== way) return;
      failures += 1;
      if (failures < FAILURES) return;
      failures = 0;
      way = way === "stream" ? "socket" : "stream";
      onChange();
    },
  };
}

/** The memory of this tab, where the browser has one. */
export function memoryOfTab() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** Whether the server answers an ordinary request. */
export async function isServerThere() {
  try {
    return (await fetch("/health", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
