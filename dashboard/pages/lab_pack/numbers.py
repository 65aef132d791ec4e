"""report.json and games.json: the numbers that the server computed, and the declarations from which they follow."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from django.conf import settings

from dashboard.keys import StatisticsKey
from dashboard.live.fixed_length import is_of_fixed_length, is_over, shown_report
from dashboard.live.predictability import room_predictability
from dashboard.pages.exports.rounds import ALL_RUNS
from dashboard.pages.lab_pack.pseudonyms import Pseudonyms
from dashboard.pages.report import TestedTeams, parts_of, tested_teams
from game.games import game_of
from game.games.definition import Definition
from game.lesson.gain import Learner, class_gain, right_answers
from game.models import Game, Player, RoomStatistics, Team, TeamStatistics
from game.physics.bounds import quantum_bound
from game.physics.designs import DESIGNS
from game.physics.report_types import Report
from game.physics.theory.quantum import joint_law

_VERDICTS = {True: "good", False: "bad", None: None}


class Part(NamedTuple):
    """A report of the pack: of the room, where team is None, or of a team."""

    key: StatisticsKey
    team: str | None
    over: bool
    bots_only: bool
    tested: bool
    fixed: bool
    p_holm: float | None
    # Among how many teams this one is looked at.
    teams_listed: int
    report: Report
    # How often the next question could be guessed, of the room alone.
    predictability: Sequence[dict[str, Any]] = ()


def parts(game: Game, run: str, team: int | None, called: Pseudonyms) -> list[Part]:
    """Return the reports of a run or of all, of one team where it is given, the latest first."""
    keys = [key for key in parts_of(game) if run in (ALL_RUNS, str(key.run))]
    return [part for key in keys for part in _parts(game, key, team, called)]


def _parts(game: Game, key: StatisticsKey, team: int | None, called: Pseudonyms) -> list[Part]:
    # First: rows read afterwards count every round of a run that is over.
    over = is_over(game, key)
    teams = tested_teams(game, key, over)
    of_teams = [
        _of_team(game, key, over, row, teams, called) for row in teams.rows if team is None or row.team_id == team
    ]
    room = [] if team is not None else [_of_room(game, key, over)]
    return [part for part in (*room, *of_teams) if part is not None]


def _of_room(game: Game, key: StatisticsKey, over: bool) -> Part | None:
    row = RoomStatistics.objects.filter(game=game, **key._asdict()).first()
    report = shown_report(row, over)
    if row is None or report is None or not report.issued:
        return None
    guessed = room_predictability(game, key, report.issued, over)
    return Part(key, None, over, row.bots_only, False, False, None, 1, report, guessed)


def _of_team(
    game: Game, key: StatisticsKey, over: bool, row: TeamStatistics, teams: TestedTeams, called: Pseudonyms
) -> Part | None:
    report = shown_report(row, over)
    if report is None or not report.issued:
        return None
    fixed = row.pk in teams.p_of and is_of_fixed_length(game, row)
    p_holm = teams.p_of.get(row.pk)
    return Part(
        key, called.team(row.team_id), over, False, row.pk in teams.tested, fixed, p_holm, len(teams.rows), report
    )


def learned(game: Game, run: str, team: int | None) -> dict[str, Any] | None:
    """Return the gain of the class and what it is counted by; None for one team, for a score and for older runs."""
    if team is not None or game.declared.score_scale is not None or run not in (ALL_RUNS, str(game.run)):
        return None
    persons = Player.objects.filter(game=game, kind=Player.PERSON, team__isnull=False)
    found = class_gain(game.declared, [Learner(*row) for row in persons.values_list("prediction", "explained")])
    return {"limit": float(game.declared.classical_value), "right": dict(right_answers()), **found._asdict()}


def report_json(
    game: Game, team: int | None, called: Pseudonyms, made: Sequence[Part], gain: dict[str, Any] | None
) -> list[str]:
    """Return the pieces of report.json, one a report, because a hall has many."""
    added = Team.objects.filter(game=game, ghost=True).values_list("pk", flat=True)
    about = {
        "version": settings.VERSION,
        "names": called.with_names,
        "team": None if team is None else called.team(team),
        "added_teams": list(map(called.team, added)),
        "class": gain,
        "designs": {
            name: {"draws": design.draws, "has_evidence": design.no_evidence is None}
            for name, design in DESIGNS.items()
        },
    }
    head = msgspec.json.encode(about).decode()[:-1]
    rows = (msgspec.json.encode(_plain(part)).decode() for part in made)
    return [f'{head},"reports":[', *(f"{',' if n else ''}\n{row}" for n, row in enumerate(rows)), "\n]}\n"]


def _plain(part: Part) -> dict[str, Any]:
    own = part._asdict()
    return {**own.pop("key")._asdict(), **own}


def games_json(made: Sequence[Part]) -> str:
    """Return the declaration of every game of the pack."""
    declared = {part.key.mode: declaration(game_of(part.key.mode)) for part in made}
    return msgspec.json.format(msgspec.json.encode(declared)).decode() + "\n"


def declaration(game: Definition) -> dict[str, Any]:
    """Return a game as the notebook reads it; each cell is one way in which a round may end."""
    return {
        **game.to_dict(),
        "seats": [{"questions": seat.questions, "answers": seat.answers} for seat in game.seats],
        "cells": [[*cell, _VERDICTS[game.counts(*cell)]] for cell in game.cells],
        "devices": {"quantum": _quantum_laws(game), "box": [bool(game.box(*cell)) for cell in game.cells]},
        "null": str(game.null),
        "score_scale": game.score_scale,
        "estimates": game.estimates,
        "quantum_bound": quantum_bound(game),
    }


def _quantum_laws(game: Definition) -> list[float]:
    """Return the probability of each cell, its context given, under the declared quantum strategy."""
    return [joint_law(game.quantum, questions).get(answers, 0.0) for questions, answers in game.cells]
