import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, isolated } from "../../static/js/lib/text.js";

test("a name that is read from the right is isolated in a sentence", () => {
  assert.equal(fill("{team}: {n} won", { team: "שלום", n: 3 }), "\u2068שלום\u2069: 3 won");
  assert.equal(isolated("a\u200f!"), "\u2068a\u200f!\u2069");
});

test("other names and numbers stay as they are", () => {
  assert.equal(fill("{team}: {n} won, {other}", { team: "Blue Owls 🦉", n: 3 }), "Blue Owls 🦉: 3 won, {other}");
  assert.equal(isolated(3), 3);
});
