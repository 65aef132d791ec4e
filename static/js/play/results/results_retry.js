// Ask for the results again until the last rounds are counted.

// The worker counts them within seconds after the end.
const ASK_AGAIN_MS = 2000;
const MOST_QUESTIONS = 10;

/** @param {() => boolean} ask asks for the results; false while that cannot be sent */
export function createRetry(ask) {
  let wanted = true;
  let asked = 0;
  let timer = 0;

  function again() {
    wanted = true;
    asked = 0;
  }

  function fetch() {
    if (!wanted) return;
    wanted = !ask();
    asked += 1;
  }

  /** @param {boolean} isCounted */
  function waitUntil(isCounted) {
    clearTimeout(timer);
    if (isCounted || asked >= MOST_QUESTIONS) return;
    timer = setTimeout(() => {
      wanted = true;
      fetch();
    }, ASK_AGAIN_MS);
  }

  return { again, fetch, waitUntil };
}
