"""Compare stored numbers with a recount of the rounds."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection
from django.db.models import F
from msgspec.structs import replace

from dashboard.statistics import memory
from game.analysis.report_keys import to_keys
from game.games import game_of
from game.models import Game, Round, Team, TeamStatistics
from game.physics.counts import counts_of
from game.physics.evidence_state import PlayedRound, RunningEvidence, update
from game.physics.report_types import Played, Report
from game.physics.reports import reports


def recount(team: Team, mode: str = "simplified", run: int = 1) -> Report:
    """Return the report of a team computed from its closed rounds, all of which count."""
    closed = Round.objects.filter(team=team, mode=mode, run=run, closed_at__isnull=False).order_by("number")
    played = [PlayedRound(r.number, r.questions, r.answers, r.propensity) for r in closed]
    game = game_of(mode)
    states = update([RunningEvidence()], game, "uniform", [played])
    counts = counts_of(game, [(one.questions, one.answers) for one in played])
    report = reports(game, "uniform", [counts], states)[0]
    outside_rounds = sum(one.bots != "" or not one.in_room for one in closed)
    return replace(report, played=Played(report.issued, report.good, report.bad), outside_rounds=outside_rounds)


def keys(report: Report) -> dict:
    """Return a report as the dictionary of `manage.py analyse`, with extra."""
    return to_keys(report, game_of(report.game))


def age_rounds(game: Game, seconds: float = 60) -> None:
    """Make rounds older, so that they become evidence."""
    shift = timedelta(seconds=seconds)
    Round.objects.filter(game=game).update(asked_at=F("asked_at") - shift, deadline=F("deadline") + shift)
    TeamStatistics.objects.exclude(due_at=None).update(due_at=F("due_at") - shift)
    # A worker caches the times of the waiting rounds.
    memory.forget()


def stored(team: Team, **key) -> TeamStatistics:
    return TeamStatistics.objects.get(team=team, **key)


def same(one, two, path="") -> None:
    """Compare numbers to 1e-9, and unknown with unknown."""
    if isinstance(one, msgspec.Struct):
        one, two = msgspec.to_builtins(one), msgspec.to_builtins(two)
    if isinstance(one, dict):
        assert one.keys() == two.keys(), path
        for key in one:
            same(one[key], two[key], f"{path}.{key}")
    elif isinstance(one, list):
        assert len(one) == len(two), path
        for i, (a, b) in enumerate(zip(one, two, strict=True)):
            same(a, b, f"{path}[{i}]")
    elif isinstance(one, float) and isinstance(two, float):
        assert math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-12), f"{path}: {one} != {two}"
    else:
        assert one == two, f"{path}: {one} != {two}"


def without_extra(report: dict) -> dict:
    return {key: value for key, value in report.items() if key != "extra"}


def in_thread(work) -> Any:
    """Run a function in a thread with an own connection."""
    with ThreadPoolExecutor() as executor:
        return executor.submit(alone, work).result() or True


def alone(work) -> Any:
    try:
        return work()
    finally:
        connection.close()
