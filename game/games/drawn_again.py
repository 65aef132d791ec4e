"""Draw every question of an export again, from the seeds that its runs were committed to."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from game.games import game_of
from game.games.draws import commitment, deck, digest, draw_by_design

# What a row must say; a third question is there in games of three.
ROUND_KEYS = ("run", "team_id", "round", "mode", "design", "asked_at", "question_1", "question_2")


class Seed(NamedTuple):
    """The published seed of a run, and since when the run was committed to it."""

    value: bytes
    since: datetime


class Checked(NamedTuple):
    """
    What came of drawing the questions again.

    same is the number of questions that came out as they were asked; differences are sentences; sealed are runs whose
    seed is not published yet, unsealed runs without one; early counts rounds asked before their run had a seed.
    """

    same: int
    differences: list[str]
    sealed: list[int]
    unsealed: list[int]
    early: int


def draw_again(text: str) -> Checked:
    """Draw the questions of an export, the text of a rounds.json, again; any other text is a ValueError."""
    export = _read(text)
    seeds, sealed, differences = {}, [], list(_other_decks(export["decks"]))
    for row in export["seeds"]:
        if row["seed"] is None:
            sealed.append(row["run"])
            continue
        seed = bytes.fromhex(row["seed"])
        seeds[row["run"]] = Seed(seed, datetime.fromisoformat(row["committed_at"]))
        if commitment(seed) != row["commitment"]:
            differences.append(f"Run {row['run']}: SHA-256 of the seed is {commitment(seed)}, not {row['commitment']}.")
    rounds = sorted(export["rounds"], key=lambda row: (row["run"], row["team_id"], row["round"]))
    same = early = 0
    for row, drawn in _drawn(rounds, seeds):
        if datetime.fromisoformat(row["asked_at"]) < seeds[row["run"]].since:
            early += 1
        elif drawn == _asked(row):
            same += 1
        else:
            differences.append(
                f"Run {row['run']}, team {row['team_id']}, round {row['round']}: {_asked(row)} was asked, "
                f"and the seed gives {drawn}."
            )
    unsealed = sorted({row["run"] for row in rounds} - set(seeds) - set(sealed))
    return Checked(same, differences, sealed, unsealed, early)


def _read(text: str) -> dict[str, Any]:
    try:
        export = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}. Use the file rounds.json of a game.") from error
    missing = [key for key in ("seeds", "decks", "rounds") if not isinstance(export, dict) or key not in export]
    if missing:
        raise ValueError(f"without {', '.join(missing)}: use the file rounds.json of a game, of this version.")
    for at, row in enumerate(export["rounds"], start=1):
        if lacking := [key for key in ROUND_KEYS if key not in row]:
            raise ValueError(f"round {at} of the file is without {', '.join(lacking)}.")
    return dict(export)


def _other_decks(decks: dict[str, list[str]]) -> Iterable[str]:
    for mode, cards in decks.items():
        if cards != list(deck(game_of(mode))):
            yield f"The order of questions of {mode} in the file is {', '.join(cards)}, and here it is another one."


def _drawn(rounds: list[dict[str, Any]], seeds: dict[int, Seed]) -> Iterable[tuple[dict[str, Any], str]]:
    """Yield each round whose run has a seed, in number order, with what the seed gives."""
    past: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rounds:
        before = past[row["run"], row["team_id"], row["mode"], row["design"]]
        if row["run"] in seeds:
            number = digest(seeds[row["run"]].value, row["run"], row["team_id"], row["round"])
            yield row, draw_by_design(game_of(row["mode"]), row["design"], number, before).context
        before[_asked(row)] += 1


def _asked(row: dict[str, Any]) -> str:
    return row["question_1"] + row["question_2"] + (row.get("question_3") or "")
