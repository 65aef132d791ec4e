// List the alarms, folded: suspicions are for the host only.

import { byId, copyTemplate, part, setShown, setText } from "../lib/dom.js";
import { questionsText } from "../lib/estimates.js";
import { count, fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @returns {(alarms: Messages.Alarm[], teams: Map<number, Types.Team>, theme: Types.Theme) => void}
 */
export function createAlarms(words) {
  const hidden = new Set();
  const items = new Map();

  return (alarms, teams, theme) => {
    const shown = alarms.filter((alarm) => teams.has(alarm.team) && !hidden.has(key(alarm)));
    setShown(part("alarms"), shown.length > 0);
    setText(part("alarm-count"), count(words.alarms, shown.length));
    const present = new Set(shown.map(key));
    for (const [name, item] of items) {
      if (present.has(name)) continue;
      item.remove();
      items.delete(name);
    }
    for (const alarm of shown) if (!items.has(key(alarm))) add(alarm, teams.get(alarm.team)?.name, theme);
  };

  function add(alarm, team, theme) {
    const item = copyTemplate("alarm");
    item.querySelector("[data-cell=team]").textContent = team;
    item.querySelector("[data-cell=text]").textContent = textOf(alarm, theme, words);
    item.querySelector("[data-act=find]").addEventListener("click", () => find(team));
    item.querySelector("[data-act=hide]").addEventListener("click", () => {
      hidden.add(key(alarm));
      items.delete(key(alarm));
      item.remove();
      setText(part("alarm-count"), count(words.alarms, items.size));
      setShown(part("alarms"), items.size > 0);
    });
    items.set(key(alarm), item);
    part("alarm-list").append(item);
  }
}

const key = ({ team, kind, seat, questions }) => [team, kind, seat, questions].join(" ");

function textOf({ kind, seat, questions }, theme, words) {
  const named = questions && [...questions].every((letter) => letter in theme.questions);
  return fill(words[`alarm_${kind}`], { seat, questions: named ? questionsText(theme, questions, words) : questions });
}

function find(team) {
  const search = byId("search");
  search.value = team;
  search.dispatchEvent(new Event("input"));
  search.focus();
}
