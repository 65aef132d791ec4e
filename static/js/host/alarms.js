// List the alarms, folded: suspicions are for the host only.

import { byId, copyTemplate, part, setShown, setText } from "../lib/dom.js";
import { count, fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @returns {(alarms: Messages.Alarm[], teams: Map<number, Types.Team>) => void}
 */
export function createAlarms(words) {
  const hidden = new Set();
  const items = new Map();

  return (alarms, teams) => {
    const shown = alarms.filter((alarm) => teams.has(alarm.team) && !hidden.has(key(alarm)));
    setShown(part("alarms"), shown.length > 0);
    setText(part("alarm-count"), count(words.alarms, shown.length));
    const present = new Set(shown.map(key));
    for (const [name, item] of items) {
      if (present.has(name)) continue;
      item.remove();
      items.delete(name);
    }
    for (const alarm of shown) if (!items.has(key(alarm))) add(alarm, teams.get(alarm.team)?.name);
  };

  function add(alarm, team) {
    const item = copyTemplate("alarm");
    item.querySelector("[data-cell=team]").textContent = team;
    item.querySelector("[data-cell=text]").textContent = fill(words[`alarm_${alarm.kind}`], alarm);
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

const key = ({ team, kind, seat, question }) => [team, kind, seat, question].join(" ");

function find(team) {
  const search = byId("search");
  search.value = team;
  search.dispatchEvent(new Event("input"));
  search.focus();
}
