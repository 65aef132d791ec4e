// A page that stays open while the server is updated.

import assert from "node:assert/strict";
import { test } from "node:test";
import { followVersion } from "../../static/js/lib/new_version.js";

function page(own) {
  const found = { reloads: 0, waits: false, inUse: false };
  const known = new Map();
  const follow = followVersion(own, {
    waits: () => found.waits,
    inUse: () => found.inUse,
    reload: () => {
      found.reloads += 1;
    },
    storage: { getItem: (key) => known.get(key) ?? null, setItem: (key, value) => known.set(key, value) },
  });
  return { found, follow };
}

test("a page of the server's version stays, and one whose server says none", () => {
  const { found, follow } = page("1.2.0");
  follow("1.2.0");
  follow(undefined);
  assert.equal(found.reloads, 0);
});

test("a page of another version is loaded again, and only once for each version", () => {
  const { found, follow } = page("1.2.0");
  follow("1.3.0");
  follow("1.3.0");
  assert.equal(found.reloads, 1);
  follow("1.4.0");
  assert.equal(found.reloads, 2);
});

test("an answer on its way and a name that is being typed come first", () => {
  const { found, follow } = page("1.2.0");
  found.waits = true;
  follow("1.3.0");
  found.waits = false;
  found.inUse = true;
  follow("1.3.0");
  assert.equal(found.reloads, 0);
  found.inUse = false;
  follow("1.3.0");
  assert.equal(found.reloads, 1);
});
