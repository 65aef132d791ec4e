import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.statistics import memory
from dashboard.statistics.recompute import recompute
from dashboard.statistics.rooms import load_rooms
from game.lobby import host_commands
from game.models import Game, RoomStatistics, TeamStatistics
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.statistics import age_rounds, keys, same, stored, without_extra

pytestmark = pytest.mark.django_db(transaction=True)


def pooled_again(game: Game) -> None:
    """The room's stored numbers equal those that a worker without memory makes of the same rounds."""
    kept = RoomStatistics.objects.get(game=game)
    call_command("rebuild_statistics", game=game.code)
    fresh = RoomStatistics.objects.get(game=game)
    same(without_extra(keys(kept.report)), without_extra(keys(fresh.report)))
    assert (kept.rounds, kept.bots_only, kept.alarms) == (fresh.rounds, fresh.bots_only, fresh.alarms)


def test_a_recompute_reads_only_what_has_changed(game: Game) -> None:
    teams = [new_team(game) for _ in range(30)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    play_round(teams[0])
    with CaptureQueriesContext(connection) as queries:
        recompute([game.pk])
    read = [query["sql"] for query in queries if query["sql"].lstrip().startswith("SELECT")]
    assert read and not [sql for sql in read if "s.provisional" in sql or "game_tally" in sql]
    assert stored(teams[0]).live_report.played.rounds == 2
    (kept,) = load_rooms({game.pk: 1})[game.pk].values()
    assert len(kept.teams) == 30 and all(state.total.counts.base is None for state in kept.teams.values())
    assert RoomStatistics.objects.get(game=game).rounds == 31
    pooled_again(game)


def test_numbers_kept_by_a_worker_end_with_another_workers_turn(game: Game, monkeypatch) -> None:
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)
    for worker in (ours := memory.new_memory(), memory.new_memory(), ours):
        monkeypatch.setattr(memory, "_kept", worker)
        for team in teams:
            play_round(team, True, False)
        age_rounds(game)
        recompute([game.pk])
        play_round(teams[0])
        recompute([game.pk])
    assert RoomStatistics.objects.get(game=game).rounds == 9
    pooled_again(game)


def test_what_a_worker_keeps_of_rounds_equals_what_it_reads(game: Game, settings) -> None:
    """Counts go on from those kept, and rounds wait in memory until they are evidence, through changes of mode too."""
    # Longer than a busy machine needs for the test.
    settings.EVIDENCE_DELAY_SECONDS = 3600
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)

    def waiting() -> int:
        kept = load_rooms({game.pk: 1})[game.pk]
        memory.forget()
        read = load_rooms({game.pk: 1})[game.pk]
        assert len(read) == len(kept) == 2
        for key, room in read.items():
            for team, state in room.teams.items():
                ours = kept[key].teams[team]
                assert (state.total.counts == ours.total.counts).all()
                assert (state.total[1:], state.waiting) == (ours.total[1:], ours.waiting)
                assert state.total.waiting == len(state.waiting)
                assert state.in_room is state.total
        return sum(len(state.waiting) for room in read.values() for state in room.teams.values())

    def play_on() -> None:
        for n in range(3):
            play_round(teams[0], n > 0, True)
            recompute([game.pk])
            play_round(teams[n % 2], True, False)
            recompute([game.pk])

    for mode in ("simplified", "classic", "simplified"):
        host_commands.set_mode(game.pk, mode)
        play_on()
    assert waiting() == 18
    play_on()
    assert waiting() == 24
    settings.EVIDENCE_DELAY_SECONDS = 0
    for team in teams:
        play_round(team)
    recompute([game.pk])
    assert waiting() == 0
    assert (
        sum(row.running["good"] + row.running["bad"] for row in TeamStatistics.objects.filter(mode="simplified")) == 20
    )


def test_a_round_of_a_mode_played_for_one_round_is_counted_by_a_worker_that_kept_nothing(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    host_commands.set_mode(game.pk, "classic")
    play_round(team)
    host_commands.set_mode(game.pk, "simplified")
    for _ in range(2):
        play_round(team)
    assert list(team.rounds.order_by("number").values_list("mode", flat=True)[2:4]) == ["classic", "simplified"]
    memory.forget()
    recompute([game.pk])
    rounds = {row.mode: row.live_report.played.rounds for row in TeamStatistics.objects.all()}
    assert rounds == {"simplified": 3, "classic": 1}
