// One socket a page: it reconnects by itself, and the snapshot after each connect replaces the page's state.

import { createWays, isServerThere, memoryOfTab } from "./ways.js";

const HEARTBEAT_MS = 10000;
const LONGEST_WAIT_MS = 8000;
const ASLEEP_MS = 30000;
// The server answers every heartbeat: without an answer the connection is dead.
const SILENCE_MS = 5000;
const CONNECTING_MS = 5000;
// Close codes after which a new attempt would fail the same way.
export const ENDINGS = {
  4401: "no_cookie",
  4403: "not_allowed",
  4404: "no_game",
  4409: "newer_tab",
  4410: "removed",
  4421: "other_address",
  4429: "too_many_tabs",
};
const FULL = 4503;

/**
 * Open the page's socket and keep it open.
 *
 * @template {{ type: string }} ToPage
 * @template {{ type: string }} FromPage
 * @param {string} path
 * @param {object} page
 * @param {Types.Handlers<ToPage>} page.handlers
 * @param {() => void} page.onHandled called after each message that has a handler
 * @param {(state: string) => void} page.onState
 * @returns {{ send: Types.Send<FromPage> }}
 */
export function connect(path, { handlers, onHandled, onState }) {
  /** @type {import("./transports.js").Transport | null} */
  let socket = null;
  let hasHeard = false;
  const ways = createWays({ memory: memoryOfTab(), isServerThere }, () => {
    onState("blocked");
    again();
  });
  let attempts = 0;
  let retry = 0;
  let silence = 0;
  /** @type {number | null} */
  let hiddenAt = null;
  let ended = false;

  function open() {
    clearTimeout(retry);
    hasHeard = false;
    const mine = ways.open(path, {
      onOpen: beat,
      onText: (text) => receive(mine, text),
      onClose: (code) => lose(mine, code),
    });
    socket = mine;
    silence = setTimeout(() => abandon(mine), CONNECTING_MS);
  }

  // Some networks drop the handshake, and no event ever tells of it.
  function abandon(mine) {
    lose(mine, 0);
    mine.close();
  }

  function receive(mine, text) {
    if (mine !== socket) return;
    clearTimeout(silence);
    if (!hasHeard) ways.works();
    hasHeard = true;
    const message = JSON.parse(text);
    if (message.type.endsWith("_snapshot")) {
      attempts = 0;
      onState(ways.isStream() ? "by_requests" : "connected");
    }
    const handle = handlers[message.type];
    if (!handle) return;
    handle(message);
    onHandled();
  }

  function lose(mine, code) {
    if (mine !== socket) return;
    clearTimeout(silence);
    socket = null;
    if (!hasHeard) ways.failed(code);
    ended = code in ENDINGS;
    onState(ended ? ENDINGS[code] : code === FULL ? "full" : "offline");
    if (!ended) retry = setTimeout(open, wait());
  }

  // A random wait spreads a whole class that reconnects after a restart.
  function wait() {
    const longest = Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempts);
    attempts += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  function again() {
    if (ended) return;
    clearTimeout(silence);
    const old = socket;
    socket = null;
    if (old) old.close();
    open();
  }

  function send(message) {
    return socket?.send(JSON.stringify(message)) ?? false;
  }

  function beat() {
    if (!send({ type: "heartbeat", visible: document.visibilityState === "visible" })) return;
    clearTimeout(silence);
    silence = setTimeout(giveUp, SILENCE_MS);
  }

  function giveUp() {
    if (!hasHeard) ways.failed(0);
    onState("offline");
    again();
  }

  // The socket of a phone that slept may be dead without an event.
  function wake() {
    const asleep = hiddenAt !== null && Date.now() - hiddenAt > ASLEEP_MS;
    hiddenAt = document.visibilityState === "hidden" ? Date.now() : null;
    if (hiddenAt === null && (asleep || socket === null)) again();
    else beat();
  }

  onState("connecting");
  open();
  setInterval(beat, HEARTBEAT_MS);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", again);
  return { send };
}
