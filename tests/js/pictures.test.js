// Pictures of themes by their symbols.

import assert from "node:assert/strict";
import test from "node:test";
import { symbolOf } from "../../static/js/lib/pictures.js";

test("an emoji's symbol is its code points without the sign that asks for colour", () => {
  assert.equal(symbolOf("🍞"), "1f35e");
  assert.equal(symbolOf("🍽️"), "1f37d");
});
