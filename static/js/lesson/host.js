// The host's bar of a lesson: its steps, what to say and to ask, what the class did, back and on.

import { make, part, setData, setDisabled, setItems, setShown, setText } from "../lib/dom.js";
import { count, fill, number } from "../lib/text.js";
import { drawHistogram } from "./histogram.js";
import { stepOf } from "./steps.js";

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Lesson} page.lesson
 * @param {(message: Messages.FromDashboard) => void} page.send
 */
export function createHostLesson({ words, lesson, send }) {
  /** @type {Messages.GameView | null} */
  let game = null;
  /** @type {Messages.ClassView | null} */
  let view = null;

  const goTo = (step) => {
    if (game?.lesson && step >= 0 && step < game.lesson.steps.length) send({ type: "go_to_step", step });
  };
  const by = (more) => () => game?.lesson && goTo(game.lesson.step + more);
  part("lesson-next").addEventListener("click", by(1));
  part("lesson-back").addEventListener("click", by(-1));
  part("lesson-show-guesses").addEventListener("click", () => send({ type: "show_guesses" }));
  part("lesson-steps").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) goTo(Number(button.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    // The space bar goes on where nothing else would take it.
    if (event.key !== " " || event.target !== document.body || event.repeat || !game?.lesson) return;
    event.preventDefault();
    by(1)();
  });

  /**
   * @param {Messages.GameView} now
   * @param {boolean} online
   */
  function show(now, online) {
    game = now;
    const step = stepOf(game);
    setShown(part("lesson"), step !== "");
    if (!step || !game.lesson) return;
    const { steps, step: index } = game.lesson;
    showSteps(steps, index);
    const said = lesson.steps[step];
    setText(part("lesson-headline"), said.headline);
    setItems(part("lesson-say"), said.say);
    setItems(part("lesson-ask"), said.ask);
    const over = game.state === "finished";
    setDisabled(part("lesson-back"), !online || over || index === 0);
    setDisabled(part("lesson-next"), !online || over || index === steps.length - 1);
    const next = steps[index + 1];
    setText(part("lesson-next"), next ? fill(words.lesson_next, { step: lesson.steps[next].name }) : words.lesson_end);
    setShown(part("lesson-show-guesses"), step === "guess" && !game.lesson.guesses_shown);
    setDisabled(part("lesson-show-guesses"), !online);
    showClass(step);
  }

  function showSteps(steps, index) {
    const key = steps.join();
    const bar = part("lesson-steps");
    if (bar.dataset.shown !== key) {
      bar.dataset.shown = key;
      bar.replaceChildren(...steps.map(stepButton));
    }
    for (const [place, item] of [...bar.children].entries()) {
      setData(item, "done", place < index);
      if (place === index) item.firstElementChild.setAttribute("aria-current", "step");
      else item.firstElementChild.removeAttribute("aria-current");
    }
  }

  function stepButton(step, index) {
    const item = make("li", {});
    const button = make("button", { type: "button", className: "lesson-step", textContent: lesson.steps[step].name });
    button.dataset.step = String(index);
    item.append(button);
    return item;
  }

  function showClass(step) {
    const text = view ? classText(step, view) : "";
    setText(part("lesson-class"), text);
    setShown(part("lesson-class"), text !== "");
    const bins = view?.guesses;
    const shown = Boolean(bins) && step === "guess" && (view?.guessed || 0) > 0;
    setShown(part("lesson-picture"), shown);
    if (shown && bins) drawHistogram(part("lesson-guesses"), { bins }, { wall: "", room: "" });
  }

  function classText(step, view) {
    const { players, guessed, teams, planned, explained, chosen } = view;
    if (step === "guess") return fill(words.lesson_guessed, { n: guessed, of: players });
    if (step === "plan") return fill(words.lesson_planned, { n: planned, of: count(words.teams, teams) });
    if (step !== "explain" && step !== "debrief") return "";
    const parts = [fill(words.lesson_explained, { n: explained, of: players })];
    for (const [name, [title, choices]] of Object.entries(lesson.questions)) {
      const said = Object.entries(choices).map(([letter, text]) => `${chosen?.[name]?.[letter] ?? 0} × ${text}`);
      if (explained) parts.push(`${title} ${said.join(" ")}`);
    }
    return [...parts, ...gainText(view)].join("\n");
  }

  function gainText({ gain, gain_low: low, gain_high: high }) {
    if (typeof gain !== "number") return [];
    const text = fill(words.lesson_gain, { gain: number(gain, 2) });
    if (typeof low !== "number" || typeof high !== "number") return [text];
    return [`${text} ${fill(words.lesson_gain_interval, { low: number(low, 2), high: number(high, 2) })}`];
  }

  return {
    show,
    /** @param {Messages.ClassView} message */
    take(message) {
      view = message;
    },
  };
}
