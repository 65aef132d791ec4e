// A page that is open while the server is updated loads the new one, once and when nothing is lost by it.

const KEY = "loaded-for-version";

/** Whether somebody is typing or has a dialog open. */
const isInUse = () =>
  document.querySelector("dialog[open]") !== null ||
  (document.activeElement?.matches("input, textarea, select") ?? false);

/**
 * Follow the server's version; call the result with what each message says of it.
 *
 * @param {string} own the version of this page
 * @param {object} page
 * @param {() => boolean} page.waits whether something that was said is not acknowledged yet
 * @param {() => boolean} [page.inUse]
 * @param {() => void} [page.reload]
 * @param {Pick<Storage, "getItem" | "setItem">} [page.storage] remembers the load, where pages of both versions are served
 * @returns {(version: string | undefined) => void}
 */
export function followVersion(
  own,
  { waits, inUse = isInUse, reload = () => location.reload(), storage = sessionStorage },
) {
  return (version) => {
    if (!version || version === own || waits() || inUse()) return;
    // A proxy may still have given the old page: it is not asked for again and again.
    if (storage.getItem(KEY) === version) return;
    storage.setItem(KEY, version);
    reload();
  };
}
