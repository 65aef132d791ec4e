// The projector's part of a lesson: a headline for every step, and a picture of its own for most.

import { make, part, setData, setItems, setShown, setText } from "../lib/dom.js";
import { estimateOf } from "../lib/numbers.js";
import { count, fill, holdUnits } from "../lib/text.js";
import { showAsked } from "../play/asked.js";
import { namesOf } from "../play/results/explain.js";
import { drawHistogram } from "./histogram.js";
import { showClock, stepOf } from "./steps.js";

/** Steps that show the game's own picture below the headline. */
const OWN_PICTURE = ["", "play", "quantum", "debrief"];
/** Steps in which everybody thinks about the questions. */
const PICTURED = ["rule", "guess", "plan"];

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Lesson} page.lesson
 * @param {Types.Games} page.games
 * @param {() => number} page.now the server's clock
 */
export function createScreen({ words, lesson, games, now }) {
  let view = null;
  let game = null;
  let page = 0;

  const tick = showClock(part("lesson-clock"), () => game, now);

  /**
   * Show the step, and return whether it shows how to join or takes the place of the game's own picture.
   *
   * @param {Types.RoomState & { game: Messages.GameView }} state
   */
  function show(state) {
    game = state.game;
    const step = stepOf(game);
    const declared = games[game.mode];
    const theme = declared.themes[game.theme];
    setShown(part("lesson"), step !== "");
    if (!step) return { joins: game.state === "lobby", covers: false };
    setText(part("lesson-headline"), lesson.steps[step].headline);
    tick();
    setShown(part("lesson-rule"), step === "rule");
    if (step === "rule") setItems(part("lesson-rule"), theme.rules);
    setShown(part("lesson-pictures"), PICTURED.includes(step));
    showAsked(part("lesson-pictures"), declared, theme);
    // Where the game has a sentence of its own, the step's is its title.
    setData(part("lesson"), "title", OWN_PICTURE.includes(step));
    showCount(step);
    showGuesses(step, state, declared);
    setShown(part("lesson-why"), step === "reveal" && declared.explain.length > 0);
    if (step === "reveal") showWhy(declared, theme);
    const joins = step === "join";
    return { joins, covers: !joins && !OWN_PICTURE.includes(step) };
  }

  function showCount(step) {
    const texts = {
      guess: () => fill(words.lesson_guessed, { n: view.guessed, of: view.players }),
      plan: () => fill(words.lesson_planned, { n: view.planned, of: count(words.teams, view.teams) }),
      explain: () => fill(words.lesson_explained, { n: view.explained, of: view.players }),
    };
    const text = view && texts[step] ? texts[step]() : "";
    setShown(part("lesson-count"), text !== "");
    setText(part("lesson-count"), text);
  }

  function showGuesses(step, { room }, declared) {
    const reveals = step === "reveal";
    const bins = view?.guesses;
    const shown = Boolean(bins) && (step === "guess" || reveals) && !declared.has_score;
    setShown(part("lesson-picture"), shown);
    if (!shown) return;
    const [axis] = declared.axes;
    const wall = axis.lines.find(({ kind }) => kind === "classical")?.value ?? null;
    const own = room?.report ? (estimateOf(room.report, axis.key).value ?? null) : null;
    const says = { wall: words.classical, room: words.lesson_room };
    drawHistogram(part("lesson-guesses"), { bins, wall: reveals ? wall : null, room: reveals ? own : null }, says);
  }

  // One paragraph at a time, large enough for the last row; the arrow keys turn the page.
  function showWhy(declared, theme) {
    const [why] = declared.explain;
    const place = part("lesson-why");
    const key = `${why?.title} ${theme.name} ${page}`;
    if (!why || place.dataset.shown === key) return;
    place.dataset.shown = key;
    page = Math.min(page, why.paragraphs.length - 1);
    const text = holdUnits(fill(why.paragraphs[page], namesOf(declared, theme)));
    const number = `${page + 1} / ${why.paragraphs.length}`;
    place.replaceChildren(make("h2", { textContent: holdUnits(why.title) }), make("p", { textContent: text }));
    place.append(make("p", { className: "watch-lesson-page", textContent: number }));
  }

  document.addEventListener("keydown", ({ key }) => {
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!turn || !game || stepOf(game) !== "reveal") return;
    const last = (games[game.mode].explain[0]?.paragraphs.length ?? 1) - 1;
    page = Math.max(0, Math.min(page + turn, last));
    showWhy(games[game.mode], games[game.mode].themes[game.theme]);
  });

  return {
    show,
    /** @param {Messages.ClassView} message */
    take(message) {
      view = message;
    },
  };
}
