// Tell the server which rows the page shows: it sends the numbers of these rows, and the order of all.

const TELL_EVERY_MS = 250;
// What the server takes for granted of a new page.
const EVERYTHING = JSON.stringify({ rows: null, order: null });

/**
 * @param {object} page
 * @param {(message: { type: "show_rows" } & Types.ShownRows) => boolean} page.send
 * @param {() => Types.ShownRows} page.rowsNow
 */
export function createShownRows({ send, rowsNow }) {
  let told = EVERYTHING;
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer = 0;

  function tell() {
    timer = 0;
    const shown = rowsNow();
    const text = JSON.stringify(shown);
    if (text === told || !send({ type: "show_rows", ...shown })) return;
    told = text;
    toldAt = performance.now();
  }

  return {
    // Rows that scroll by are told a few times a second.
    tellSoon() {
      if (!timer) timer = setTimeout(tell, Math.max(0, toldAt + TELL_EVERY_MS - performance.now()));
    },
    // A new socket knows nothing of what the last one was told.
    forget() {
      told = EVERYTHING;
    },
  };
}
