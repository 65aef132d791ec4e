// Borrowed qubits on the question card: measure the own half, read what it says, and then answer as one likes.

import { part, setShown, setText } from "../lib/dom.js";
import { picturesOf } from "../lib/pictures.js";
import { drawAnswer } from "./figures.js";
import { gameOf } from "./theme.js";

/**
 * @param {Types.Games} games
 * @param {Types.Send<Messages.FromPlay>} send
 * @returns {(state: Types.Seated, off: string) => void} off: why nothing can be done now
 */
export function createQubits(games, send) {
  /** @type {number | null} */
  let round = null;
  /** The round whose measurement is on its way. */
  let asked = 0;

  part("measure").addEventListener("click", () => {
    if (round === null || asked === round || !send({ type: "measure", round })) return;
    asked = round;
    part("measure").disabled = true;
  });

  return (state, off) => {
    const { question, me, answer } = state;
    const outcome = question?.outcome;
    setShown(part("qubits"), outcome !== undefined);
    round = question?.round ?? null;
    if (!question || outcome === undefined) return;
    setShown(part("measure"), outcome === null && answer === null);
    // A lost connection may have lost the request too.
    if (off === "offline") asked = 0;
    part("measure").disabled = off !== "" || asked === round;
    setShown(part("half"), outcome !== null);
    setShown(part("half-unread"), outcome === null && answer !== null);
    if (outcome !== null) showHalf({ games, question, seat: me.seat, outcome });
  };
}

function showHalf({ games, question, seat, outcome }) {
  const { definition, theme } = gameOf(games, question);
  const place = part("half-word");
  const key = `${question.mode} ${question.theme} ${seat} ${question.question} ${outcome}`;
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const label = theme.answers[question.question][definition.seats[seat - 1].answers.indexOf(outcome)];
  const picture = drawAnswer({ game: definition, theme, seat, question: question.question }, label);
  if (picture) place.replaceChildren(picture);
  else setText(place, label.text);
  part("half-mark").replaceChildren(...(picture ? [] : picturesOf(label)));
}
