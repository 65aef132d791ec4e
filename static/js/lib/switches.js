// A checkbox whose state this browser keeps.

/**
 * @param {HTMLInputElement} box
 * @param {string} name
 * @returns {() => boolean} whether it is switched on
 */
export function keepsSwitch(box, name) {
  box.checked = read(name);
  box.addEventListener("change", () => write(name, box.checked));
  return () => box.checked;
}

// A browser that keeps nothing refuses to be asked: the switch then holds until the page is loaded again.
function read(name) {
  try {
    return localStorage.getItem(name) === "on";
  } catch {
    return false;
  }
}

function write(name, isOn) {
  try {
    localStorage.setItem(name, isOn ? "on" : "off");
  } catch {
    return;
  }
}
