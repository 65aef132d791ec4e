// A practice round on the phone alone, while a player waits: it is neither stored nor sent.

import { copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";
import { renderAnswer } from "./answers.js";
import { drawQuestion, questionWords } from "./figures.js";
import { presenceOf } from "./partners.js";
import { detailText, kindOf, outcomeText } from "./rounds/last_round.js";
import { gameOf, wordsFor } from "./theme.js";

/** @typedef {(number: number) => number} Draw draws a whole number below another */
/** @type {Draw} */
const draw = (number) => Math.floor(Math.random() * number);

/**
 * Make up a plan: an answer for each seat and question.
 *
 * @param {Types.Game} game
 * @param {Draw} drawn
 * @returns {Record<string, string>[]}
 */
export const newPlan = (game, drawn = draw) =>
  game.seats.map(({ questions, answers }) =>
    Object.fromEntries([...questions].map((question) => [question, answers[drawn(answers.length)]])),
  );

/**
 * Return what all seats answer: one's own answer, and the plan's for the partners.
 *
 * @param {Record<string, string>[]} plan
 * @param {string} questions
 * @param {number} seat
 * @param {string} answer
 */
export const answersOf = (plan, questions, seat, answer) =>
  plan.map((says, index) => (index === seat - 1 ? answer : says[questions[index]])).join("");

/**
 * Look up how a round ends, in the table that the game declares.
 *
 * @param {Types.Game} game
 * @param {string} questions
 * @param {string} answers
 */
export function endOf(game, questions, answers) {
  const context = game.contexts.find((one) => one.questions === questions);
  if (!context) throw new Error(`questions=${questions}: the game does not ask them`);
  const place = game.seats.reduce(
    (sum, seat, index) => sum * seat.answers.length + seat.answers.indexOf(answers[index]),
    0,
  );
  return { ...game.ends[context.ends[place]], wanted: context.wanted };
}

/**
 * Whether a player waits with nothing to do: in the lobby, for a partner, or for the start.
 *
 * @param {Types.Shown} state
 */
export const isWaiting = ({ game, me, question }) =>
  question === null && game.state !== "finished" && (me === null || game.state === "lobby" || presenceOf(me) === null);

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 * @returns {(state: Types.Shown, isCovered: boolean) => void}
 */
export function createPractice(words, games) {
  /** @type {{ mode: string, theme: string, seat: number }} */
  let played = { mode: "", theme: "", seat: 0 };
  /** @type {Record<string, string>[]} */
  let plan = [];
  let questions = "";
  let answer = "";

  const told = () => gameOf(games, played);
  const asked = () => {
    const { definition, theme } = told();
    return { game: definition, theme, seat: played.seat, question: questions[played.seat - 1] };
  };

  function reset(now) {
    played = now;
    plan = newPlan(games[now.mode]);
    questions = "";
    answer = "";
    renderRound();
  }

  function ask() {
    const { contexts } = told().definition;
    questions = contexts[draw(contexts.length)].questions;
    answer = "";
    renderRound();
    // The button that was tapped is off now.
    part("practice-answers").querySelector("button").focus({ preventScroll: true });
  }

  function give(letter) {
    if (answer) return;
    answer = letter;
    renderRound();
    part("practice-go").focus({ preventScroll: true });
  }

  function renderRound() {
    setShown(part("practice-round"), questions !== "");
    setShown(part("practice-go"), questions === "" || answer !== "");
    setText(part("practice-go"), questions ? words.practice_next : words.practice_start);
    if (!questions) return part("practice-answers").replaceChildren();
    renderQuestion();
    renderAnswers();
    renderEnd();
  }

  function renderQuestion() {
    part("practice-symbol").replaceChildren(drawQuestion(asked()));
    setText(part("practice-text"), questionWords(asked()));
    setText(part("practice-ask"), asked().theme.ask);
  }

  function renderAnswers() {
    const list = part("practice-answers");
    const letters = [...told().definition.seats[played.seat - 1].answers];
    if (list.childElementCount !== letters.length) list.replaceChildren(...letters.map(newButton));
    setData(list, "seat", played.seat);
    setData(part("practice"), "answers", letters.length);
    letters.forEach((letter, index) => {
      const look = answer ? (answer === letter ? "recorded" : "off") : "ready";
      renderAnswer(list.children[index], asked(), index, look);
    });
  }

  function newButton(letter) {
    const button = copyTemplate("answer");
    button.addEventListener("click", () => give(letter));
    return button;
  }

  function renderEnd() {
    setShown(part("practice-end"), answer !== "");
    if (!answer) return;
    const answers = answersOf(plan, questions, played.seat, answer);
    const end = endOf(told().definition, questions, answers);
    /** @type {Messages.ClosedRound} */
    const round = { round: 0, number: 0, ...played, ...end, questions, answers, closed_by: "answers" };
    const kind = kindOf(round, games);
    setData(part("practice-end"), "kind", kind);
    const said = [outcomeText(round, games), wantedText(end, kind)];
    setText(part("practice-head"), said.filter(Boolean).join(" "));
    setText(part("practice-detail"), detailText(round, played.seat, games, wordsNow()));
  }

  // Most outcomes say what was wanted; a won round of a score may have avoided something only.
  function wantedText({ outcome, how, wanted }, kind) {
    const { definition, theme } = told();
    const isSaid = `${outcome}_${how}` in theme.outcomes || (kind === "won" && !definition.has_score);
    return wanted && !isSaid ? fill(words.practice_wanted, { wanted: theme.wanted[wanted] }) : "";
  }

  const wordsNow = () => wordsFor(words, told().definition.seats.length);

  part("practice-go").addEventListener("click", ask);

  return (state, isCovered) => {
    const { game, me } = state;
    const isShown = !isCovered && isWaiting(state);
    setShown(part("practice"), isShown);
    const now = { mode: game.mode, theme: game.theme, seat: me?.seat || 1 };
    const isOther = now.mode !== played.mode || now.theme !== played.theme || now.seat !== played.seat;
    if (isOther || (!isShown && questions)) reset(now);
    setText(part("practice-about"), wordsNow().practice_about);
  };
}
