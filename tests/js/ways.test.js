// The other way to the server is tried after two failures, and only while the server answers requests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createWays } from "../../static/js/lib/ways.js";

function browser({ remembered = null, isThere = true } = {}) {
  const stored = { way: remembered };
  const memory = { getItem: (key) => stored[key], setItem: (key, value) => Object.assign(stored, { [key]: value }) };
  const there = { now: isThere };
  let changes = 0;
  const ways = createWays({ memory, isServerThere: async () => there.now }, () => {
    changes += 1;
  });
  return { ways, stored, there, changes: () => changes };
}

test("two failures of a server that answers requests change the way, and two more change it back", async () => {
  const { ways, changes } = browser();
  await ways.failed(1006);
  assert.equal(ways.isStream(), false);
  await ways.failed(0);
  assert.equal(ways.isStream(), true);
  await ways.failed(0);
  await ways.failed(0);
  assert.equal(ways.isStream(), false);
  assert.equal(changes(), 2);
});

test("a server that is away changes nothing", async () => {
  const { ways, changes } = browser({ isThere: false });
  for (let n = 0; n < 5; n += 1) await ways.failed(1006);
  assert.equal(ways.isStream(), false);
  assert.equal(changes(), 0);
});

test("what the server itself closes is no failure of the network", async () => {
  const { ways } = browser();
  for (const code of [4409, 4503, 1012, 1013]) await ways.failed(code);
  assert.equal(ways.isStream(), false);
});

test("a message ends the count, and its way is remembered for the tab", async () => {
  const { ways, stored } = browser();
  await ways.failed(1006);
  ways.works();
  assert.equal(stored.way, "socket");
  await ways.failed(1006);
  assert.equal(ways.isStream(), false);
  await ways.failed(1006);
  ways.works();
  assert.equal(stored.way, "stream");
  assert.equal(browser({ remembered: "stream" }).ways.isStream(), true);
});

test("failures of two attempts that are asked about at once change the way once", async () => {
  const { ways, changes } = browser();
  await Promise.all([ways.failed(0), ways.failed(0), ways.failed(0)]);
  assert.equal(changes(), 1);
});
