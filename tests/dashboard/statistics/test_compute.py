"""Results from loaded rounds alone: pytest lets none of these tests reach a database."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import FEW_TEAMS, TeamResult, compute_teams
from dashboard.statistics.counted import TimedRound, Unread, no_rounds, with_played
from dashboard.statistics.load import Snapshot
from dashboard.statistics.memory import Members
from dashboard.statistics.new_rounds import NewRounds
from dashboard.statistics.pooling import RoomResult, pool_rooms
from game.games import game_of
from game.models import Game
from game.physics.counts import counts_of
from game.physics.evidence_state import PlayedRound, RunningEvidence, update
from game.physics.reports import reports

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEY = StatisticsKey(1, "simplified", "uniform")
GAME = game_of(KEY.mode)
ROUNDS = [PlayedRound(n, "AB"[n % 2] + "XY"[n // 2 % 2], "FT"[n % 3 > 0] + "FT"[n % 5 > 0], 0.25) for n in range(1, 25)]


def new_team(team: int, rounds: list[PlayedRound], is_open: bool = False, is_outside: bool = False) -> NewRounds:
    closed = [TimedRound(one, 0.0, 0.0, is_outside) for one in (rounds[:-1] if is_open else rounds)]
    still_open = [TimedRound(one, 0.0, None, is_outside) for one in rounds[len(closed) :]]
    return NewRounds(team, len(rounds), None, Unread(closed, still_open, closed), [], len(closed), None, None)


def snapshot(teams: list[NewRounds], bots: set[int] | None = None, state: str = "running") -> Snapshot:
    ids, of_bots = frozenset(new.team for new in teams), frozenset(bots or ())
    return Snapshot(Game(pk=1, state=state), AT, {KEY: teams}, {}, Members(ids - of_bots, of_bots), {}, {})


def computed(shot: Snapshot) -> list[TeamResult]:
    return compute_teams([(shot, KEY)])[0]


def pooled(shot: Snapshot) -> RoomResult:
    return pool_rooms([(shot, KEY)], [computed(shot)])[0]


def test_a_team_has_the_report_of_its_rounds_wherever_it_stands() -> None:
    teams = [new_team(team, ROUNDS[: 3 * team]) for team in (4, 2, 7)]
    results = computed(snapshot(teams))
    assert [result.team for result in results] == [4, 2, 7]
    for new, result in zip(teams, results, strict=True):
        played = [timed.round for timed in new.rounds.counted]
        states = update([RunningEvidence()], GAME, KEY.design, [played])
        counted, total = counts_of(GAME, [one[1:3] for one in played]), result.state.total
        assert result.report == with_played(reports(GAME, KEY.design, [counted], states)[0], total, total)
        assert (total.running, result.state.version) == (states[0], new.version)


def test_an_open_round_is_a_loss_for_now_alone() -> None:
    (result,) = computed(snapshot([new_team(1, ROUNDS, is_open=True)]))
    running, provisional = result.state.total.running, result.state.total.provisional
    assert (provisional.bad, provisional.good) == (running.bad + 1, running.good)


def test_a_report_that_is_not_written_now_is_due() -> None:
    teams = [new_team(team, ROUNDS[:6]) for team in range(FEW_TEAMS + 1)]
    first = computed(snapshot(teams))
    assert all(result.report is not None and result.due_at is None for result in first)
    again = [new._replace(before=old.state, rounds=Unread([], [], [])) for new, old in zip(teams, first, strict=True)]
    results = computed(snapshot(again)._replace(at=AT + timedelta(seconds=1)))
    assert all(result.report is None and result.due_at is not None for result in results)
    over = computed(snapshot(again, state="finished"))
    assert all(result.report is not None for result in over)


@pytest.mark.parametrize(("bots", "issued"), [(set(), 9), ({2}, 6), ({1, 2}, 9)])
def test_a_room_pools_persons_or_bots_alone(bots: set[int], issued: int) -> None:
    shot = snapshot([new_team(team, ROUNDS[:n], is_outside=team in bots) for team, n in ((1, 6), (2, 3))], bots)
    room = pooled(shot)
    assert (room.rounds, room.report.issued, room.bots_only) == (issued, issued, bots == {1, 2})
    assert list(room.state.teams) == [1, 2]


def test_a_room_of_no_round_knows_nothing() -> None:
    shot = snapshot([new_team(1, [])])
    room = pooled(shot)
    assert (room.rounds, room.report.estimate("win_rate").value, room.rounds_per_second) == (0, None, None)
    assert (room.state.teams[1].total.counts == no_rounds(GAME)).all()
