// One socket a page: it reconnects by itself, and the snapshot after each connect replaces the page's state.

const HEARTBEAT_MS = 10000;
const LONGEST_WAIT_MS = 8000;
const ASLEEP_MS = 30000;
// The server answers every heartbeat: without an answer the connection is dead.
const SILENCE_MS = 5000;
const CONNECTING_MS = 10000;
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
  /** @type {WebSocket | null} */
  let socket = null;
  let attempts = 0;
  let retry = 0;
  let silence = 0;
  /** @type {number | null} */
  let hiddenAt = null;
  let ended = false;

  function open() {
    clearTimeout(retry);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const mine = new WebSocket(`${scheme}://${location.host}${path}`);
    socket = mine;
    mine.onopen = beat;
    mine.onmessage = (event) => receive(mine, event);
    mine.onclose = (event) => lose(mine, event.code);
    silence = setTimeout(() => abandon(mine), CONNECTING_MS);
  }

  // Some networks drop the handshake, and no event ever tells of it.
  function abandon(mine) {
    mine.close();
    lose(mine, 0);
  }

  function receive(mine, event) {
    if (mine !== socket) return;
    clearTimeout(silence);
    const message = JSON.parse(event.data);
    if (message.type.endsWith("_snapshot")) {
      attempts = 0;
      onState("connected");
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
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  function beat() {
    if (!send({ type: "heartbeat", visible: document.visibilityState === "visible" })) return;
    clearTimeout(silence);
    silence = setTimeout(giveUp, SILENCE_MS);
  }

  function giveUp() {
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
