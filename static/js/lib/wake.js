// Keep the screen on while playing, where the browser can; the game survives sleep without it.

let wanted = false;
let lock = null;

/** @param {boolean} on */
export function stayAwake(on) {
  if (wanted === on) return;
  wanted = on;
  hold();
}

async function hold() {
  if (!("wakeLock" in navigator)) return;
  if (!wanted) {
    if (lock) lock.release();
    lock = null;
    return;
  }
  try {
    lock = await navigator.wakeLock.request("screen");
    // The wish may have ended during the request.
    if (!wanted) hold();
  } catch {
    // Refused on low battery or while hidden: the phone may sleep.
    lock = null;
  }
}

document.addEventListener("visibilitychange", () => {
  if (wanted && document.visibilityState === "visible") hold();
});
