// The sheet of a team: what the host can do with it, opened from its row.

import { seatPlan } from "../drawer/plan.js";
import { byId, copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { isKnown, percent } from "../lib/numbers.js";
import { secondClick } from "../lib/second_click.js";
import { fill } from "../lib/text.js";
import { isBot, seatLook, seatText } from "./rows.js";

const GAP = 8;

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @param {(id: number | null) => Types.Team | undefined} page.teamOf the team as it is now
 * @param {(team: number, button: () => HTMLElement) => void} page.details opens the drawer
 * @param {() => { game: Types.Game, theme: Types.Theme } | null} page.played the game that is played now
 */
export function createTeamSheet({ words, send, teamOf, details, played }) {
  const sheet = part("team-sheet");
  let seats = [];
  const nameField = byId("team-sheet-name");
  const bots = [...byId("bot-strategy").options].map((option) => [option, option.textContent]);
  let subject = null;
  let opener = null;
  secondClick(part("team-sheet-skip"), words, () => act({ type: "skip_round" }));
  secondClick(part("team-sheet-remove"), words, () => act({ type: "remove_team" }));
  part("team-sheet-leave-out").addEventListener("click", () => act({ type: "leave_out", left_out: true }));
  part("team-sheet-take-in").addEventListener("click", () => act({ type: "leave_out", left_out: false }));

  // openerNow finds the pressed button, wherever its row is by then.
  function open(id, openerNow) {
    const team = teamOf(id);
    if (!team) return;
    subject = id;
    opener = openerNow;
    nameField.value = team.name;
    fail("");
    show();
    sheet.showModal();
    placeBeside(sheet, opener());
    part("team-sheet-title").focus();
  }

  function show() {
    const team = teamOf(subject);
    if (!team) {
      sheet.close();
      return;
    }
    setText(part("team-sheet-title"), team.name);
    layOut(team.seats.length);
    for (const seat of seats) seat.show(team.seats[seat.number - 1], team.names?.[seat.number - 1] ?? "");
    const free = team.seats.filter((seat) => seat === null).length;
    setShown(part("team-sheet-bot"), free > 0 && free < team.seats.length);
    showBots(team.seats.indexOf(null) + 1);
    // An added team plays by itself and goes as a whole.
    setShown(part("team-sheet-seats"), !team.ghost);
    setShown(part("team-sheet-remove"), team.ghost && team.active);
    setShown(part("team-sheet-leave-out"), !team.ghost && !team.left_out);
    setShown(part("team-sheet-leave-out-help"), !team.ghost);
    setShown(part("team-sheet-take-in"), !team.ghost && team.left_out);
    setShown(part("team-sheet-skip"), free === 0 && !team.ghost);
    setShown(part("team-sheet-skip-help"), free === 0 && !team.ghost);
  }

  // A bot takes the first free seat.
  function showBots(seat) {
    const now = played();
    if (!now || !seat) return;
    const { game, theme } = now;
    for (const [option, bot] of bots) {
      const { reach } = game.bots[option.value][seat - 1];
      setText(option, isKnown(reach) ? fill(words.bot_up_to, { bot, percent: percent(reach) }) : bot);
    }
    setText(part("team-sheet-goal"), theme.goal);
    setShown(part("team-sheet-reach"), !game.has_score);
    const plan = seatPlan(game.bots.best_classical[seat - 1].plan || {}, seat, { game, theme, words });
    setText(part("team-sheet-plan"), fill(words.bot_plan, { plan }));
  }

  function layOut(number) {
    if (seats.length === number) return;
    seats = Array.from({ length: number }, (_, place) => makeSeat(place + 1, words, act));
    part("team-sheet-seats").replaceChildren(...seats.map(({ element }) => element));
  }

  function act(message) {
    fail("");
    send({ ...message, team: subject });
  }

  function fail(text) {
    setText(part("team-sheet-error"), text);
    setShown(part("team-sheet-error"), text !== "");
    nameField.setAttribute("aria-invalid", String(text !== ""));
  }

  part("team-sheet-rename").addEventListener("submit", (event) => {
    event.preventDefault();
    act({ type: "rename_team", name: nameField.value });
  });
  part("team-sheet-bot").addEventListener("submit", (event) => {
    event.preventDefault();
    act({ type: "give_bot", strategy: byId("bot-strategy").value });
  });
  part("team-sheet-details").addEventListener("click", () => {
    const [id, from] = [subject, opener];
    sheet.close();
    details(id, from);
  });
  part("team-sheet-close").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", ({ target }) => {
    if (target === sheet) sheet.close();
  });
  // Escape first disarms a button, then closes the sheet.
  sheet.addEventListener("cancel", (event) => {
    if (sheet.querySelector(".is-armed")) event.preventDefault();
  });
  sheet.addEventListener("close", () => {
    subject = null;
    opener()?.focus();
  });

  return {
    open,
    subject: () => subject,
    follow: () => subject !== null && show(),
    // Returns whether the refusal was shown here, at its field.
    refused({ of, text }) {
      if (subject === null || of !== "rename_team") return false;
      fail(text);
      nameField.focus();
      return true;
    },
  };
}

function makeSeat(number, words, act) {
  const element = copyTemplate("sheet-seat");
  const cell = (name) => element.querySelector(`[data-cell=${name}]`);
  const buttons = ["kick", "ban"].map((type) => {
    const button = element.querySelector(`[data-act=${type}]`);
    button.setAttribute("aria-describedby", `sheet-seat-${number}`);
    secondClick(button, words, () => act({ type, seat: number }));
    return button;
  });
  cell("shape").dataset.cell = `seat-${number}`;
  cell("state").id = `sheet-seat-${number}`;
  const [shape, state] = [cell(`seat-${number}`), cell("state")];

  function show(seat, name) {
    setText(cell("name"), name);
    setData(shape, "presence", seatLook(seat));
    setText(shape, isBot(seat) ? words.bot_letter : String(number));
    setText(state, seatText(seat, number, words));
    setShown(buttons[0], seat !== null);
    // A bot never joins by itself, so it needs no ban.
    setShown(buttons[1], seat !== null && !isBot(seat));
  }

  return { number, element, show };
}

// Place the sheet under the row where there is room, else in the middle.
function placeBeside(sheet, opener) {
  const row = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = sheet;
  const wide = innerWidth > 2 * width;
  const top = Math.max(GAP, Math.min(row.bottom + GAP, innerHeight - height - GAP));
  sheet.style.setProperty("--sheet-top", wide ? `${top}px` : "auto");
  sheet.style.setProperty("--sheet-left", wide ? `${Math.max(GAP, row.right - width)}px` : "auto");
}
