// Show the value of the chart's point that the pointer or the arrow keys choose.

import { setShown, setText } from "../lib/dom.js";
import { isKnown } from "../lib/numbers.js";
import { nearest } from "./line.js";
import { draw, set } from "./svg.js";

const JUMP = 10;

/**
 * Let pointer, keyboard and screen readers read a chart's points one by one.
 *
 * @param {HTMLElement} frame
 * @param {Element} svg
 * @param {(index: number) => [string, string]} describe
 */
export function createReadout(frame, svg, describe) {
  const line = draw("line", { class: "chart-cursor is-off" }, svg);
  const dot = draw("circle", { class: "chart-dot is-off" }, svg);
  const box = document.createElement("p");
  const value = document.createElement("b");
  const rest = document.createElement("span");
  box.className = "chart-readout";
  box.setAttribute("aria-hidden", "true");
  box.hidden = true;
  box.append(value, rest);
  frame.append(box);
  // As a read-only slider the frame has keys for choosing a point and a text that screen readers read.
  frame.tabIndex = 0;
  for (const [name, text] of [
    ["role", "slider"],
    ["aria-readonly", "true"],
    ["aria-valuemin", "1"],
  ]) {
    frame.setAttribute(name, text);
  }

  /** @type {{ points: Types.Point[], plot: Types.Plot | null }} */
  let shown = { points: [], plot: null };
  // The x of the chosen point, which stays chosen while new points come.
  /** @type {number | null} */
  let chosen = null;

  const last = () => shown.points.length - 1;
  const index = () =>
    chosen === null
      ? last()
      : nearest(
          shown.points.map(({ x }) => x),
          chosen,
        );

  function choose(wanted) {
    if (last() < 0) return;
    chosen = shown.points[Math.min(last(), Math.max(0, wanted))].x;
    show();
  }

  function leave() {
    chosen = null;
    show();
  }

  function show() {
    const { plot } = shown;
    const here = plot && chosen !== null ? plot.line[index()] : null;
    for (const shape of [line, dot]) shape.classList.toggle("is-off", here === null);
    setShown(box, here !== null);
    say();
    if (!plot || !here) return;
    const [x, y] = here;
    set(line, { x1: x, x2: x, y1: plot.frame.top, y2: plot.frame.bottom });
    dot.classList.toggle("is-off", !isKnown(y));
    if (isKnown(y)) set(dot, { cx: x, cy: y, r: 4 });
    place(x);
  }

  function say() {
    const texts = last() < 0 ? ["", ""] : describe(index());
    setText(value, texts[0]);
    setText(rest, texts[1]);
    frame.setAttribute("aria-valuemax", String(Math.max(1, last() + 1)));
    frame.setAttribute("aria-valuenow", String(Math.max(1, index() + 1)));
    frame.setAttribute("aria-valuetext", texts.join(", "));
  }

  // Place the text beside the line, on the side with more room.
  function place(x) {
    const isRight = x > frame.clientWidth / 2;
    box.style.setProperty("left", isRight ? "auto" : `${x + JUMP}px`);
    box.style.setProperty("right", isRight ? `${frame.clientWidth - x + JUMP}px` : "auto");
  }

  function point(event) {
    const { plot, points } = shown;
    if (!plot || points.length === 0) return;
    const x = event.clientX - frame.getBoundingClientRect().left;
    choose(
      nearest(
        plot.line.map(([at]) => at),
        x,
      ),
    );
  }

  const keys = {
    ArrowLeft: () => index() - 1,
    ArrowRight: () => index() + 1,
    PageDown: () => index() - JUMP,
    PageUp: () => index() + JUMP,
    Home: () => 0,
    End: () => last(),
  };
  frame.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    choose(keys[event.key]());
  });
  frame.addEventListener("focus", () => {
    if (frame.matches(":focus-visible")) choose(last());
  });
  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("pointerleave", leave);
  frame.addEventListener("blur", leave);

  return {
    /**
     * Follow new points or a new layout.
     *
     * @param {Types.Point[]} points
     * @param {Types.Plot | null} plot null: nothing is drawn
     */
    follow(points, plot) {
      shown = { points, plot };
      show();
    },
  };
}
