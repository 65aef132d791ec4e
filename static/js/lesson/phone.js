// The phone's part of a lesson: the step's line, the plan to tick, and the closing questions.

import { make, part, setData, setShown, setText } from "../lib/dom.js";
import { picturesOf } from "../lib/pictures.js";
import { answerName, gameOf, questionName } from "../play/theme.js";
import { showClock, stepOf } from "./steps.js";

/** Steps in which the phone shows the step's card instead of the seat. */
const CARDS = ["rule", "guess", "plan", "reveal", "explain"];

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Lesson} page.lesson
 * @param {Types.Games} page.games
 * @param {Types.Send<Messages.FromPlay>} page.send
 * @returns {{ render: (state: Types.Shown) => boolean }} render tells whether the step takes the place of the seat
 */
export function createLesson({ words, lesson, games, send }) {
  /** @type {Types.Shown | null} */
  let shown = null;
  // Choices that are not complete yet.
  let plan = "";
  /** @type {Record<string, string>} */
  let chosen = {};

  part("lesson-plan").addEventListener("change", ({ target }) => {
    const { questions } = seatOf();
    const letters = [...plan.padEnd(questions.length, " ")];
    letters[Number(target.name.slice(5))] = target.value;
    plan = letters.join("");
    if (!plan.includes(" ")) send({ type: "tick_plan", answers: plan });
  });
  part("lesson-explain").addEventListener("change", ({ target }) => {
    chosen = { ...chosen, [target.name.slice(8)]: target.value };
    const { what, message } = chosen;
    if (what && message) send({ type: "explain", what, message });
  });
  const tick = showClock(
    part("lesson-clock"),
    () => shown?.game,
    () => Date.now() + (shown?.clockAhead ?? 0),
  );

  function seatOf() {
    if (!shown?.me) return { questions: "", answers: "" };
    return games[shown.game.mode].seats[shown.me.seat - 1];
  }

  function render(state) {
    shown = state;
    const { game, me } = state;
    const step = game.state === "finished" ? "" : stepOf(game);
    setData(part("page"), "step", step);
    setShown(part("lesson"), CARDS.includes(step));
    setText(part("step-said"), CARDS.includes(step) ? lesson.steps[step].phone : "");
    if (!CARDS.includes(step)) return false;
    setText(part("lesson-line"), lesson.steps[step].phone);
    tick();
    for (const name of ["lesson-plan", "lesson-partner"]) setShown(part(name), step === "plan" && me !== null);
    if (step === "plan" && me !== null) renderPlan({ ...state, me });
    for (const name of ["lesson-explain", "lesson-kept"]) setShown(part(name), step === "explain");
    if (step === "explain") renderQuestions(state);
    return me !== null;
  }

  function renderPlan({ game, me, plan: mine }) {
    const { definition, theme } = gameOf(games, game);
    if (mine) plan = mine;
    const form = part("lesson-plan");
    const key = `${game.mode} ${game.theme} ${me.seat}`;
    if (form.dataset.shown !== key) {
      form.dataset.shown = key;
      plan = mine;
      form.replaceChildren(
        ...[...seatOf().questions].map((letter, index) => row(definition, theme, me, letter, index)),
      );
    }
    for (const field of form.querySelectorAll("input"))
      field.checked = plan[Number(field.name.slice(5))] === field.value;
    const others = me.partners.map((partner) => partnerText(definition, theme, partner.seat, partner.plan || ""));
    setText(part("lesson-partner"), others.join(" "));
  }

  function row(definition, theme, me, letter, index) {
    const field = make("fieldset", { className: "plan-row" });
    const asked = make("legend", { textContent: theme.questions[letter].text });
    asked.prepend(...picturesOf(theme.questions[letter]), " ");
    field.append(asked);
    for (const [place, answer] of [...seatOf().answers].entries()) {
      const label = make("label", { className: "plan-choice" });
      const text = answerName(definition, theme, me.seat, letter, answer);
      label.append(
        make("input", { type: "radio", name: `plan-${index}`, value: answer }),
        make("span", { textContent: text }),
      );
      label.lastChild.prepend(...picturesOf(theme.answers[letter][place]), " ");
      field.append(label);
    }
    return field;
  }

  function partnerText(definition, theme, seat, answers) {
    if (!answers) return words.lesson_partner_none;
    const said = [...definition.seats[seat - 1].questions].map(
      (letter, index) =>
        `${questionName(theme, letter)}: ${answerName(definition, theme, seat, letter, answers[index])}`,
    );
    return `${words.lesson_partner} ${said.join(", ")}.`;
  }

  function renderQuestions({ explained }) {
    const form = part("lesson-explain");
    if (!form.childElementCount) form.append(...Object.entries(lesson.questions).map(question));
    Object.keys(lesson.questions).forEach((name, index) => {
      if (explained[index]) chosen[name] = explained[index];
    });
    for (const field of form.querySelectorAll("input")) field.checked = chosen[field.name.slice(8)] === field.value;
    setText(part("lesson-kept"), explained ? words.lesson_kept : "");
  }

  function question([name, [title, choices]]) {
    const field = make("fieldset", { className: "explain-row" });
    field.append(make("legend", { textContent: title }));
    for (const [letter, text] of Object.entries(choices)) {
      const label = make("label", { className: "explain-choice" });
      const choice = make("input", { type: "radio", name: `explain-${name}`, value: letter });
      label.append(choice, make("span", { textContent: text }));
      field.append(label);
    }
    return field;
  }

  return { render };
}
