// The class on a phone: the part with the numbers is asked for again and again while somebody looks at it.

import { showConnection } from "../lib/connection.js";
import { part, readJson, setText } from "../lib/dom.js";

const LEAST_MS = 3000;
const GROWTH = 1.3;
const MOST_TIMES = 4;
const SILENCE_MS = 10000;

/**
 * Return how long to wait before asking again: what the server says, longer and longer while nothing changes.
 *
 * @param {number} waited the last wait; 0 after a change
 * @param {number} told what the server said, in milliseconds
 */
export const nextAsk = (waited, told) => {
  const least = Math.max(LEAST_MS, told);
  return Math.min(MOST_TIMES * least, Math.max(least, waited * GROWTH));
};

/** @param {HTMLElement} page */
function follow(page) {
  const showState = showConnection(readJson("words"), { numbers: true });
  const { address = "" } = page.dataset;
  let { tag = "" } = page.dataset;
  let [timer, waited, told] = [0, 0, 0];
  let asking = false;

  async function ask() {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    const isNew = await askServer();
    asking = false;
    plan(isNew);
  }

  async function askServer() {
    const stop = new AbortController();
    const silence = setTimeout(() => stop.abort(), SILENCE_MS);
    try {
      const headers = { "If-None-Match": tag };
      const response = await fetch(address, { headers, cache: "no-store", signal: stop.signal });
      return await take(response);
    } catch {
      showState("offline");
      return false;
    } finally {
      clearTimeout(silence);
    }
  }

  /** @param {Response} response */
  async function take(response) {
    // A game that is gone: the whole page says so.
    if (response.status === 404) location.reload();
    if (!response.ok && response.status !== 304) throw new Error(`class numbers: ${response.status}`);
    const text = response.ok ? await response.text() : "";
    told = 1000 * Number(response.headers.get("X-Next-Seconds"));
    showState("connected");
    if (!response.ok) return false;
    tag = response.headers.get("ETag") ?? "";
    show(page, text);
    return true;
  }

  function plan(isNew) {
    clearTimeout(timer);
    waited = nextAsk(isNew ? 0 : waited, told);
    // A random share spreads the phones of a class that came together.
    if (document.visibilityState === "visible") timer = setTimeout(ask, waited * (0.8 + 0.4 * Math.random()));
  }

  function wake() {
    waited = 0;
    if (document.visibilityState === "visible") ask();
    else clearTimeout(timer);
  }

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  plan(true);
}

/**
 * Put newer numbers in the place of older ones; the focus stays, and a change of the own place is announced.
 *
 * @param {HTMLElement} page
 * @param {string} text what the server wrote
 */
function show(page, text) {
  const hadFocus = page.contains(document.activeElement);
  const before = part("place")?.textContent;
  const shown = new DOMParser().parseFromString(text, "text/html").body.childNodes;
  page.textContent = "";
  page.append(...shown);
  if (hadFocus) page.querySelector("a")?.focus({ preventScroll: true });
  const place = part("place")?.textContent;
  if (place && place !== before) setText(part("place-said"), place.replace(/\s+/g, " ").trim());
}

if (globalThis.document) follow(part("class-numbers"));
