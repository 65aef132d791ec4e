"""
The order of the live table's rows and the winners of the awards, where a dashboard shows a part of the rows only.

A worker tells them once a second; a page that asks for another order gets it at once, read from rows.
"""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Protocol

import msgspec
from django.db import connection
from msgspec import Struct

from dashboard.keys import StatisticsKey
from game.games.axes import axes
from game.games.definition import Definition
from game.models import Game
from game.physics.report_types import Estimate, Played
from game.realtime.messages.watch import Awards, OrderedBy
from game.web.game_data import AWARD_ROUNDS


class _Evidence(Struct, frozen=True):
    log10_e: float | None = None


class Standing(Struct, frozen=True):
    """What orders and awards read of a live report."""

    issued: int
    good: int
    bad: int
    estimates: list[Estimate]
    evidence: _Evidence
    played: Played | None = None
    outside_rounds: int = 0


class _Proof(Protocol):
    @property
    def log10_e(self) -> float | None: ...


class Ranked(Protocol):
    """A live report, or the part of it that a Standing has."""

    @property
    def issued(self) -> int: ...
    @property
    def good(self) -> int: ...
    @property
    def bad(self) -> int: ...
    @property
    def estimates(self) -> list[Estimate]: ...
    @property
    def evidence(self) -> _Proof: ...
    @property
    def played(self) -> Played | None: ...
    @property
    def outside_rounds(self) -> int: ...


Value = Callable[[Ranked], float | None]


def order_of(reports: Mapping[int, Ranked], game: Definition, by: OrderedBy) -> list[list[int]]:
    """Return the teams in groups of the same value, the highest first, those without a value last; a group by id."""
    value = _values(game)[by]
    ranked = sorted(((value(reports[team]), team) for team in sorted(reports)), key=_falling)
    return [[team for _, team in group] for _, group in groupby(ranked, key=_falling)]


def _falling(one: tuple[float | None, int]) -> float:
    return float("inf") if one[0] is None else -one[0]


def awards_of(reports: Mapping[int, Ranked], game: Definition, bots_only: bool) -> Awards:
    """Return the winners among the teams that may win, as static/js/live/awards.js finds them among all rows."""
    rivals = {team: report for team, report in reports.items() if bots_only or not report.outside_rounds}
    first = game.estimates[0]

    def low(report: Ranked) -> float | None:
        if game.score_scale is not None or report.good + report.bad < AWARD_ROUNDS:
            return None
        return next((one.low for one in report.estimates if one.key == first), None)

    def proof(report: Ranked) -> float | None:
        log10_e = report.evidence.log10_e
        return log10_e if log10_e is not None and log10_e > 0 else None

    return Awards(_best(rivals, proof), _best(rivals, low))


def _best(reports: Mapping[int, Ranked], value: Value) -> int | None:
    found = [(number, -team) for team, report in reports.items() if (number := value(report)) is not None]
    return -max(found)[1] if found else None


def _values(game: Definition) -> Mapping[OrderedBy, Value]:
    declared = axes(game)
    first = next((axis for axis in declared if axis.unit == "share"), declared[0]).key
    return {
        "evidence": lambda report: report.evidence.log10_e if _rounds(report) else None,
        "first": lambda report: next((one.value for one in report.estimates if one.key == first), None),
        "rounds": lambda report: float(_rounds(report)),
    }


def _rounds(report: Ranked) -> int:
    return report.played.rounds if report.played else report.issued


def read_order(game: Game, by: OrderedBy) -> list[list[int]]:
    """Return the order of the rows, read from rows of the database; teams that have not played are left out."""
    return order_of(read_standings(game), game.declared, by)


def read_standings(game: Game) -> dict[int, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.team_id, s.live_report::text FROM game_team t JOIN game_teamstatistics s ON s.team_id = t.id
            WHERE t.game_id = %s AND (s.run, s.mode, s.design) = (%s, %s, %s) AND s.live_report IS NOT NULL
            """,
            [game.pk, *StatisticsKey.of(game)],
        )
        return {team: msgspec.json.decode(text, type=Standing) for team, text in cursor.fetchall()}
