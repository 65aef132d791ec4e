// Every page handles every message that the server can send it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hostHandlers } from "../../static/js/host/incoming.js";
import { playHandlers } from "../../static/js/play/incoming.js";
import { watchHandlers } from "../../static/js/watch/incoming.js";

const { operations, components } = JSON.parse(
  readFileSync(new URL("../../docs/protocol/asyncapi.json", import.meta.url), "utf8"),
);
const nothing = {};
const pages = {
  play: playHandlers(nothing),
  watch: watchHandlers({ takeClass() {}, showSlowed() {} }),
  dashboard: hostHandlers({ takeClass() {}, showSlowed() {}, showRefusal() {} }),
};

function sentTo(page) {
  const kinds = operations[`${page}_send`].messages.map(({ $ref }) => components.messages[$ref.split("/").at(-1)].name);
  // The socket itself hears that the server is alive.
  return kinds.filter((kind) => kind !== "alive").sort();
}

for (const [page, handlers] of Object.entries(pages)) {
  test(`the ${page} page handles what the server sends, and nothing else`, () => {
    assert.ok(sentTo(page).length > 3);
    assert.deepEqual(Object.keys(handlers).sort(), sentTo(page));
    for (const [kind, handle] of Object.entries(handlers)) assert.equal(typeof handle, "function", kind);
  });
}
