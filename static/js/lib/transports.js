// The two ways to the server: a WebSocket, and events with requests where a network blocks sockets.

/**
 * @typedef {object} Events
 * @property {() => void} onOpen
 * @property {(text: string) => void} onText
 * @property {(code: number) => void} onClose called once; 0 when the connection was lost without a word
 * @typedef {{ send: (text: string) => boolean, close: () => void }} Transport
 */

const MOST_AT_ONCE = 20;

/**
 * @param {string} path
 * @param {Events} events
 * @returns {Transport}
 */
export function openSocket(path, { onOpen, onText, onClose }) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}${path}`);
  socket.onopen = onOpen;
  socket.onmessage = (event) => onText(event.data);
  socket.onclose = (event) => onClose(event.code);
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
    close: () => socket.close(),
  };
}

/**
 * Open the same by server-sent events; messages go by POST, one request after the other, so that they keep their order.
 *
 * @param {string} socketPath
 * @param {Events} events
 * @returns {Transport}
 */
export function openStream(socketPath, { onOpen, onText, onClose }) {
  const path = socketPath.replace("/ws/", "/stream/");
  const source = new EventSource(path);
  /** @type {string[]} */
  const waiting = [];
  let token = "";
  let isSending = false;
  let isOver = false;

  function end(code) {
    if (isOver) return;
    isOver = true;
    source.close();
    onClose(code);
  }

  function post() {
    if (isSending || isOver || waiting.length === 0) return;
    isSending = true;
    const body = waiting.splice(0, MOST_AT_ONCE).join("\n");
    const headers = { "X-Stream": token, "Content-Type": "text/plain" };
    fetch(path, { method: "POST", credentials: "same-origin", cache: "no-store", headers, body }).then(
      (response) => {
        isSending = false;
        if (response.ok) post();
        else end(0);
      },
      () => end(0),
    );
  }

  source.addEventListener("token", (event) => {
    token = JSON.parse(event.data).token;
    onOpen();
  });
  source.addEventListener("end", (event) => end(JSON.parse(event.data).code));
  source.onmessage = (event) => onText(event.data);
  // An EventSource would connect again by itself, with the old token.
  source.onerror = () => end(0);

  return {
    send(text) {
      if (token === "" || isOver) return false;
      waiting.push(text);
      post();
      return true;
    },
    close: () => end(0),
  };
}
