// The addresses of this machine: a card turns green when a phone came by, and the page follows a change of network.

import { findAll, part, setData } from "../lib/dom.js";

const ASK_EVERY_MS = 2000;

/**
 * Whether the machine has other addresses than the page shows.
 *
 * @param {string[]} shown
 * @param {{ host: string }[]} known
 */
export const isOther = (shown, known) =>
  shown.length !== known.length || known.some(({ host }, index) => host !== shown[index]);

async function ask() {
  const response = await fetch(part("addresses").dataset.state).catch(() => null);
  // Without an answer the page keeps what it shows.
  if (!response?.ok || response.redirected) return;
  const { addresses } = await response.json();
  const cards = findAll("[data-host]");
  const hosts = cards.map(({ dataset }) => dataset.host);
  if (isOther(hosts, addresses)) return location.reload();
  for (const [index, { seconds }] of addresses.entries())
    setData(cards[index], "reached", seconds === null ? "no" : "yes");
}

if (globalThis.document) setInterval(ask, ASK_EVERY_MS);
