// Which rows the dashboard tells the server that it shows, and the order that it is told.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { inOrder, rank } from "../../static/js/host/order.js";
import { createShownRows } from "../../static/js/live/shown_rows.js";

function telling() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const shown = { rows: null, order: null };
  let isOnline = true;
  const page = createShownRows({
    send: (message) => isOnline && sent.push(message) > 0,
    rowsNow: () => ({ ...shown }),
  });
  const settle = () => {
    page.tellSoon();
    mock.timers.tick(1000);
  };
  return { sent, shown, page, settle, goOffline: () => (isOnline = false), goOnline: () => (isOnline = true) };
}

test("a page that shows all rows tells nothing, and one that shows a part tells it once", (t) => {
  t.after(() => mock.timers.reset());
  const { sent, shown, settle } = telling();
  settle();
  assert.deepEqual(sent, []);
  Object.assign(shown, { rows: [1, 2], order: "evidence" });
  settle();
  settle();
  assert.deepEqual(sent, [{ type: "show_rows", rows: [1, 2], order: "evidence" }]);
});

test("what could not be sent is told later, and a new socket is told again", (t) => {
  t.after(() => mock.timers.reset());
  const { sent, shown, page, settle, goOffline, goOnline } = telling();
  shown.rows = [1];
  goOffline();
  settle();
  goOnline();
  settle();
  page.forget();
  settle();
  assert.equal(sent.length, 2);
});

const row = (id, name, rounds) => ({ id, team: { name }, numbers: { rounds, log10Evidence: 0, first: {} } });
const ids = (rows) => rows.map(({ id }) => id);

test("rows go by the order that was told, equal ones by name, and those without a place last", () => {
  const rows = [row(1, "Zoe", 9), row(2, "Ada", 1), row(3, "Max", 1), row(4, "New", 0)];
  rank(rows);
  const told = [[3], [1, 2]];
  assert.deepEqual(ids(inOrder(rows, "rounds", told)), [3, 2, 1, 4]);
  assert.deepEqual(ids(inOrder(rows, "rounds")), [1, 2, 3, 4]);
  assert.deepEqual(ids(inOrder(rows, "name", told)), [2, 3, 4, 1]);
});
