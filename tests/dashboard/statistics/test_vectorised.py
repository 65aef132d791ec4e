"""The statistics of all teams at once equal those that each team alone has by definition."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import compute_teams
from dashboard.statistics.counted import TimedRound, with_played
from dashboard.statistics.find import StaleTeam
from dashboard.statistics.load import Snapshot
from dashboard.statistics.memory import Members, RoomState
from dashboard.statistics.new_rounds import new_rounds
from dashboard.statistics.pooling import RoomResult, pool_rooms
from game.games import GAMES, game_of
from game.games.definition import UNANSWERED, Definition
from game.models import Game
from game.physics.counts import counts_of
from game.physics.evidence_state import PlayedRound, RunningEvidence, lost_for_now, update
from game.physics.report_types import Played, Report
from game.physics.reports import pool, reports
from tests.support.statistics import same

START = datetime(2026, 3, 1, tzinfo=UTC)
TEAMS, SECONDS, DELAY = 24, 40, 15.0


def some_rounds(game: Definition, chance: random.Random) -> list[TimedRound]:
    """A round a second or so, each with any questions and answers, now and then one that stays open for long."""
    rounds, at = list[TimedRound](), START.timestamp() + chance.random()
    while at < START.timestamp() + SECONDS:
        questions, answers = chance.choice(game.cells)
        closed_at = at + chance.choice([0.3, 0.8, 25.0])
        played = PlayedRound(len(rounds) + 1, questions, answers, float(game.probabilities[questions]))
        rounds.append(TimedRound(played, at, closed_at))
        at = closed_at + 0.1
    return rounds


def seen(rounds: list[TimedRound], now: float) -> list[TimedRound]:
    """The rounds as the database has them now."""
    asked = [one for one in rounds if one.asked_at <= now]
    return [one if (one.closed_at or 0) <= now else one._replace(closed_at=None) for one in asked]


def snapshot(
    key: StatisticsKey, teams: list[list[TimedRound]], now: float, before: RoomState | None, held: set[int]
) -> Snapshot:
    new = []
    for team, rounds in enumerate(teams):
        known = before.teams.get(team) if before else None
        read = known.read_number if known else 0
        there = [one for one in seen(rounds, now) if one.round.number > read]
        closed = [one.round.number for one in there if one.closed_at is not None]
        stale = StaleTeam(team, round(1000 * now), 1)
        number = max([read, *closed])
        new.append(new_rounds(stale, known, there, now - DELAY, number, is_held=team in held))
    game = Game(pk=1, run=1, state="running", mode=key.mode, question_design=key.design)
    at = datetime.fromtimestamp(now, UTC)
    rooms = {key: before} if before else {}
    return Snapshot(game, at, {key: new}, rooms, Members(frozenset(range(len(teams)))), {}, {})


def by_definition(
    game: Definition, design: str, rounds: list[TimedRound], now: float
) -> tuple[Report, RunningEvidence, np.ndarray, int]:
    there = seen(rounds, now)
    counted = [one.round for one in there if one.asked_at <= now - DELAY and one.closed_at is not None]
    opened = [one.round.number for one in there if one.asked_at <= now - DELAY and one.closed_at is None]
    (running,) = update([RunningEvidence()], game, design, [counted])
    (state,) = update([running], game, design, [[lost_for_now(game, number) for number in opened]])
    counts = counts_of(game, [one[1:3] for one in counted])
    report = reports(game, design, [counts], [state], [len(opened)])[0]
    closed = [game.counts(*one.round[1:3]) for one in there if one.closed_at is not None]
    played = Played(len(closed), closed.count(True), closed.count(False))
    return replace(report, played=played, waiting=len(closed) - len(counted)), state, counts, len(opened)


def counts_in_room(rounds: list[TimedRound], now: float) -> bool:
    """Whether the room counts a team: a seat has answered in a closed round, or an open one counts as lost."""
    return any(
        one.asked_at <= now - DELAY if one.closed_at is None else one.round.answers.strip(UNANSWERED)
        for one in seen(rounds, now)
    )


def live(report: Report) -> Report:
    """The part of a report that is live."""
    proof = {name: getattr(report.evidence, name) for name in ("e", "log10_e", "p_anytime", "further_rounds", "reason")}
    return replace(
        report, matrix=None, tests=None, plan=None, balance=None, evidence=type(report.evidence)(**proof),
        details=[one for one in report.details if one.key != "win_rate_exact"],
    )  # fmt: skip


@pytest.mark.parametrize("mode", GAMES)
@pytest.mark.parametrize("design", ["uniform", "adaptive", "quota"])
def test_all_teams_at_once_have_the_numbers_of_each_alone(mode: str, design: str) -> None:
    game, key, chance = game_of(mode), StatisticsKey(1, mode, design), random.Random(f"{mode} {design}")
    teams = [some_rounds(game, chance) for _ in range(TEAMS)]
    room: RoomResult | None = None
    quick = 0
    moments = sorted(START.timestamp() + chance.uniform(0, SECONDS) for _ in range(40))
    for n, now in enumerate(moments):
        # Now and then some teams take in no evidence yet, and later all of it.
        held = set(chance.sample(range(TEAMS), 3)) if n % 4 == 1 and n < len(moments) - 1 else set()
        changes = [(snapshot(key, teams, now, room.state if room else None, held), key)]
        (results,) = compute_teams(changes)
        (room,) = pool_rooms(changes, [results])
        quick += sum(result.is_quick for result in results)
    assert room is not None and quick > TEAMS
    alone = [by_definition(game, design, rounds, moments[-1]) for rounds in teams]
    for team, (report, state, counts, opened) in enumerate(alone):
        ours = room.state.teams[team]
        same(live(report), live(ours.live_report))
        same(state.to_json(), ours.total.provisional.to_json())
        assert (ours.total.counts == counts).all() and ours.total.open_rounds == opened
    heard = [one for one, rounds in zip(alone, teams, strict=True) if counts_in_room(rounds, moments[-1])]
    pooled, _ = pool(
        game,
        design,
        [one[2] for one in heard],
        [one[1] for one in heard],
        room.state.running,
        [one[3] for one in heard],
    )
    same(replace(pooled, played=room.report.played, waiting=room.report.waiting), room.report)
    assert room.report.played.rounds == sum(one[0].played.rounds for one in heard)
    assert room.report.waiting == sum(one[0].waiting for one in heard)
    assert with_played(room.report, results[0].state.total, results[0].state.total).outside_rounds == 0


def test_a_room_with_closed_rounds_only_equals_the_room_pooled_again() -> None:
    game, key, chance = game_of("simplified"), StatisticsKey(1, "simplified", "uniform"), random.Random(5)
    teams = [some_rounds(game, chance) for _ in range(TEAMS)]
    first = [(snapshot(key, teams, START.timestamp() + 20, None, set()), key)]
    room = pool_rooms(first, compute_teams(first))[0]
    soon = START.timestamp() + 20 + timedelta(seconds=1).total_seconds()
    changes = [(snapshot(key, teams, soon, room.state, set(range(TEAMS))), key)]
    results = compute_teams(changes)
    (quick,) = pool_rooms(changes, results)
    (whole,) = pool_rooms([(changes[0][0]._replace(rooms={key: room.state._replace(report=None)}), key)], results)
    assert quick.is_quick and not whole.is_quick
    same(quick.report, whole.report)
    assert (quick.rounds, quick.alarms, quick.rounds_per_second) == (
        whole.rounds,
        whole.alarms,
        whole.rounds_per_second,
    )
