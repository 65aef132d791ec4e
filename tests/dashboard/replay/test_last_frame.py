"""The last frame of a replay has the numbers that are stored, in every declared game."""

import random
from typing import Any

import msgspec
import pytest
from django.db.models import F

from dashboard.keys import StatisticsKey
from dashboard.live.order import Standing, order_of
from dashboard.live.snapshots import room_view
from dashboard.replay.make import make
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.bots import runner
from game.games import GAMES
from game.lobby import bots, ghosts, host_commands, moves
from game.models import Game, RoomStatistics, Round, Team, TeamStatistics
from game.physics.report_types import Evidence, Report, row_report
from game.realtime.messages.replay import Replay
from game.rounds import close
from tests.support.people import new_team
from tests.support.rounds import give_answers

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = ("evidence", "first", "rounds")


def play(team: Team, chance: random.Random) -> None:
    """Answer the open round of a team, mostly by its first letters, which is a plan."""
    seats = team.game.declared.seats
    give_answers(team, "".join(chance.choice(seat.answers[0] * 3 + seat.answers[-1]) for seat in seats))


def finish(game: Game) -> None:
    host_commands.finish(game.pk)
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())
    assert stale_games() == []
    game.refresh_from_db()


def played(game: Game, rounds: int = 14) -> Game:
    """Play a run with skipped rounds, a team left out, one of bots, a ghost, a bot by a player, one that leaves."""
    chance = random.Random(game.mode)
    teams = [new_team(game, f"Team {n}") for n in range(4)]
    bots.seat_bots(game.pk, 1, "random", {"think_seconds": 0})
    ghosts.add_ghost(game.pk, "best_classical", 1.0)
    host_commands.start(game.pk)
    for n in range(rounds):
        for team in teams:
            if (team.name, n) < ("Team 3", 5) and not (team.name == "Team 1" and n > 7):
                play(team, chance)
        runner.answer_due()
        if n % 5 == 2:
            host_commands.skip_round(game.pk, teams[0].pk)
            recompute([game.pk])
        if n == 6:
            host_commands.leave_out(game.pk, teams[2].pk, True)
        if n == 7:
            mixed = teams[1].players.get(seat=2)
            moves.leave_team(game.pk, mixed.pk)
            host_commands.skip_round(game.pk, teams[1].pk)
            bots.give_bot(game.pk, teams[1].pk, "random")
        if n > 7:
            # A person who sleeps beside a bot: every round has a bot and is not answered.
            host_commands.skip_round(game.pk, teams[1].pk)
    for player in Team.objects.get(game=game, name="Team 3").players.all():
        moves.leave_team(game.pk, player.pk)
    finish(game)
    return game


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Return where two structs differ; the last digit of NumPy's sums depends on how many rows it sums at once."""
    if isinstance(one, msgspec.Struct):
        one, other = msgspec.structs.asdict(one), msgspec.structs.asdict(other)
    if isinstance(one, list) and isinstance(other, list):
        one, other = dict(enumerate(one)), dict(enumerate(other))
    if isinstance(one, dict) and isinstance(other, dict):
        keys = dict.fromkeys([*one, *other])
        return [text for key in keys for text in differences(one.get(key), other.get(key), f"{path}.{key}")]
    if isinstance(one, float) and isinstance(other, float):
        one, other = pytest.approx(one, rel=1e-13, abs=1e-15), other
    return [] if one == other else [f"{path}: {one!r} {other!r}"]


def stored_rows(game: Game, key: StatisticsKey) -> dict[int, Report]:
    rows = TeamStatistics.objects.filter(team__game=game, **key._asdict())
    return {row.team_id: row.live_report for row in rows if row.live_report.issued}


def final_rows(replay: Replay) -> dict[int, msgspec.Struct]:
    return {team.id: team.report for team in replay.teams}


@pytest.mark.parametrize("mode", GAMES)
def test_the_last_frame_is_what_is_stored(mode: str, make_game) -> None:
    """Every count, estimate, the evidence, and the order of the teams."""
    over = played(make_game(mode=mode))
    replay, stored = make(over, StatisticsKey.of(over)), stored_rows(over, StatisticsKey.of(over))
    assert len(stored) >= 6
    assert differences(final_rows(replay), {team: row_report(report) for team, report in stored.items()}) == []
    is_the_stored_room(over, replay)
    has_the_stored_order(over, replay, stored)
    has_the_final_rows_in_its_frames(replay)
    goes_from_the_first_round_to_the_last(over, replay)


def is_the_stored_room(over: Game, replay: Replay) -> None:
    shown, last = room_view(RoomStatistics.objects.get(game=over)), replay.frames[-1].room
    # These two are the best over the moments at which the room was computed.
    proof = msgspec.structs.replace(shown.report.evidence, p_anytime=None, win_rate_lower=None)
    report = msgspec.structs.replace(shown.report, matrix=None, evidence=proof)
    assert differences(last, msgspec.structs.replace(shown, report=report, rounds_per_second=None)) == []
    assert last.report.room.teams >= 3
    assert last.report.issued < sum(team.report.issued for team in replay.teams)


def has_the_stored_order(over: Game, replay: Replay, stored: dict[int, Report]) -> None:
    replayed = {
        team: Standing(row.issued, row.good, row.bad, row.estimates, Evidence(log10_e=row.log10_e), row.played)
        for team, row in final_rows(replay).items()
    }
    for by in ORDERS:
        assert order_of(replayed, over.declared, by) == order_of(stored, over.declared, by)


def has_the_final_rows_in_its_frames(replay: Replay) -> None:
    """Merged by a page, to the digits of a frame."""
    merged = {row[0]: row for frame in replay.frames for row in frame.rows}
    final = final_rows(replay)
    assert merged.keys() == final.keys()
    for team, row in final.items():
        _, issued, unanswered, good, bad, log10_e, values = merged[team]
        assert (issued, unanswered, good, bad) == (row.issued, row.unanswered, row.good, row.bad)
        assert log10_e == pytest.approx(row.log10_e, abs=1e-5)
        assert values == [one.value if one.value is None else round(one.value, 5) for one in row.estimates]
    assert replay.estimates == [one.key for one in next(iter(final.values())).estimates]


def goes_from_the_first_round_to_the_last(over: Game, replay: Replay) -> None:
    rounds = [frame.room.rounds for frame in replay.frames]
    seconds = [frame.seconds for frame in replay.frames]
    assert (seconds, seconds[0]) == (sorted(seconds), 0)
    assert rounds == sorted(rounds)
    closed = Round.objects.filter(game=over).order_by("closed_at").values_list("closed_at", flat=True)
    assert replay.at == (closed.first(), closed.last())
