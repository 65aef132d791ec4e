// A closed round in the theme's words: what it is called, why, and who answered what.

import { fill } from "./dom.js";

export const kindOf = (outcome) => {
  if (outcome === "won" || outcome === "miracle" || outcome === "rule_kept") return "won";
  return outcome === "lost" || outcome === "rule_broken" ? "lost" : "none";
};

export function outcomeText(round, themes) {
  const { outcomes } = themes[round.theme].modes[round.mode];
  if (round.outcome === "unanswered" && round.closed_by === "timer") return outcomes.unanswered;
  if (round.closed_by !== "answers" && round.closed_by in outcomes) return outcomes[round.closed_by];
  if (round.answer_1 === null || round.answer_2 === null) return outcomes[round.outcome];
  const same = round.answer_1 === round.answer_2 ? "same" : "different";
  return outcomes[`${round.outcome}_${same}`] || outcomes[round.outcome];
}

export function detailText(round, mine, themes, words) {
  const other = mine === 1 ? 2 : 1;
  if (round.question_1 === null) return "";
  return [
    [words.you, mine],
    [words.partner, other],
  ]
    .map(([text, seat]) => fill(text, seatWords(round, seat, themes, words)))
    .join(", ");
}

function seatWords(round, seat, themes, words) {
  const theme = themes[round.theme];
  const question = round[`question_${seat}`];
  const given = round[`answer_${seat}`];
  const label = given === null ? words.no_answer : theme.answers[question][given ? 0 : 1].text;
  const { short, text } = theme.questions[question];
  return { question: short || text, answer: label };
}
