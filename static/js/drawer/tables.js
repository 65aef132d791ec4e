// The tables of the drawer: how often each answer was given, and whether answers depend on others' questions.

import { fillHead, fillTable } from "../charts/plain_table.js";
import { part, setShown } from "../lib/dom.js";
import { questionsText } from "../lib/estimates.js";
import { decimal, isKnown, odds, percent, pText } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";
import { answerName } from "../play/theme.js";

/** @typedef {{ game: Types.Game, theme: Types.Theme, words: Types.Words, over: boolean }} Page */

/**
 * @param {Messages.Balance[]} balance
 * @param {Page} page
 */
export function showBalance(balance, { game, theme, words, over }) {
  const most = Math.max(...game.seats.map(({ answers }) => answers.length));
  // Only two answers can be balanced.
  const isFair = most === 2;
  fillHead(part("balance-head"), [
    words.balance_question,
    ...Array.from({ length: most }, (_, place) => answersText(game, theme, place)),
    ...(isFair ? [words.balance_value, words.balance_fair] : []),
    ...(isFair && over ? [words.p] : []),
  ]);
  fillTable(
    part("balance-body"),
    balance.map((one) => [
      fill(words.seat_question, { seat: one.seat, question: questionsText(theme, one.question, words) }),
      ...[...game.seats[one.seat - 1].answers].map((letter) => number(one.answers[letter] || 0)),
      ...(isFair ? [decimal(one.balance), decimal(one.corrected)] : []),
      ...(isFair && over ? [pText(one.p_fair, words)] : []),
    ]),
  );
}

// What the answers at one place are called, over all questions.
const answersText = ({ seats }, theme, place) =>
  [...new Set(seats.flatMap(({ questions }) => [...questions].map((letter) => theme.answers[letter][place]?.text)))]
    .filter(Boolean)
    .join(", ");

/**
 * @param {Messages.SignTestResult[]} tests
 * @param {Page} page
 */
export function showTests(tests, { game, theme, words, over }) {
  setShown(part("signalling"), tests.length > 0);
  fillTable(
    part("signalling-body"),
    tests.map((test) => {
      const [one, other] = test.split.split("|").map((side) => questionsText(theme, side, words));
      const asked = fill(words.split, { one, other });
      return [
        testedText(test, game, theme, words),
        game.seats.length > 2 ? fill(words.seat_question, { seat: test.other, question: asked }) : asked,
        fill(words.agreements, { n: number(test.agreements), rounds: number(test.rounds) }),
        `${percent(test.chance)} %`,
        isKnown(test.e) ? odds(Math.log10(test.e), words) : words.over_a_million,
        ...(over ? [pText(test.p_holm, words)] : []),
      ];
    }),
  );
}

function testedText({ seat, questions, answer }, game, theme, words) {
  const question = questionsText(theme, questions, words);
  const asked = fill(words.seat_question, { seat, question });
  if (!answer) return asked;
  return fill(words.log_answer, { question: asked, answer: answerName(game, theme, seat, questions, answer) });
}
