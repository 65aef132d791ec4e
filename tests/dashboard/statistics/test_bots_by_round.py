"""A bot marks the rounds that it played: those of persons stay in the room for ever."""

import pytest
from django.core.management import call_command

from dashboard.live.snapshots import dashboard
from dashboard.pages.report import _teams
from dashboard.statistics import memory
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from dashboard.statistics.rooms import load_rooms
from game.lobby import bots, host_commands
from game.models import Game, RoomStatistics, Team
from game.rounds import close
from game.rounds.ask import ask_waiting
from game.rounds.tallies import of_bots
from tests.support.people import new_team, open_round
from tests.support.rounds import expire, play_round
from tests.support.statistics import age_rounds, recount, same, stored

pytestmark = pytest.mark.django_db(transaction=True)


def lose(team: Team) -> None:
    play_round(team, True, open_round(team).questions == "BY")


def win(team: Team) -> None:
    play_round(team, True, open_round(team).questions != "BY")


def replace_seat_2_by_a_bot(team: Team) -> None:
    host_commands.kick(team.game_id, team.pk, 2)
    bots.give_bot(team.game_id, team.pk)


def counted(game: Game) -> RoomStatistics:
    age_rounds(game)
    recompute([game.pk])
    return RoomStatistics.objects.get(game=game)


def scored(room: RoomStatistics) -> tuple[int, int]:
    return room.report.good + room.report.bad, room.report.good


def finish(game: Game) -> None:
    host_commands.finish(game.pk)
    for trial in game.rounds.filter(closed_at=None):
        expire(trial)
    close.close_due()
    recompute(stale_games())


def test_a_bot_partner_erases_no_human_round(make_game) -> None:
    game = make_game(round_limit=12)
    teams = [new_team(game) for _ in range(8)]
    host_commands.start(game.pk)
    wins = [12, 11, 10, 5, 0, 0, 0, 0]
    for team, won in zip(teams, wins, strict=True):
        for n in range(12):
            (win if n < won else lose)(team)
    assert scored(counted(game)) == (96, 38)
    for team in teams[4:]:
        replace_seat_2_by_a_bot(team)
    assert scored(counted(game)) == (96, 38)
    Game.objects.filter(pk=game.pk).update(round_limit=20)
    ask_waiting([team.pk for team in teams[4:]])
    for team in teams[4:]:
        win(team)
    room = counted(game)
    assert (scored(room), room.report.issued, room.rounds, room.bots_only) == ((96, 38), 96, 96, False)
    assert room.report.room.teams == 8
    memory.forget()
    assert counted(game).report == room.report
    call_command("rebuild_statistics", game=game.code)
    assert RoomStatistics.objects.get(game=game).report == room.report


def test_a_mixed_team_shows_all_its_rounds_and_how_many_had_a_bot(team: Team) -> None:
    for _ in range(3):
        win(team)
    replace_seat_2_by_a_bot(team)
    for _ in range(4):
        win(team)
    finish(team.game)
    row, room = stored(team), RoomStatistics.objects.get(game=team.game)
    same(row.report, recount(team))
    assert row.report.outside_rounds > 3 and row.report.issued - row.report.outside_rounds == room.report.issued
    assert room.report.outside_rounds == 0
    assert dashboard(team.game_id).teams[0].bots is False


def test_what_a_worker_keeps_of_a_mixed_team_equals_what_it_reads(team: Team) -> None:
    def kept_equals_read() -> None:
        kept = load_rooms({team.game_id: 1})[team.game_id]
        memory.forget()
        for key, room in load_rooms({team.game_id: 1})[team.game_id].items():
            for pk, state in room.teams.items():
                ours = kept[key].teams[pk]
                for part in ("total", "in_room"):
                    one, other = getattr(state, part), getattr(ours, part)
                    assert (one.counts == other.counts).all() and one[1:] == other[1:]
                assert state.has_outside == ours.has_outside

    win(team)
    recompute([team.game_id])
    kept_equals_read()
    replace_seat_2_by_a_bot(team)
    for aged in (False, True, False):
        win(team)
        if aged:
            age_rounds(team.game)
        recompute([team.game_id])
        kept_equals_read()
    assert load_rooms({team.game_id: 1})[team.game_id].popitem()[1].teams[team.pk].has_outside


def test_a_worker_that_died_before_the_first_bot_round_was_counted_loses_no_round(team: Team) -> None:
    win(team)
    age_rounds(team.game)
    recompute([team.game_id])
    replace_seat_2_by_a_bot(team)
    win(team)
    memory.forget()
    room = counted(team.game)
    assert room.report.played.rounds == team.tallies.filter(bots="").count()
    assert stored(team).report.played.rounds == team.rounds.exclude(closed_at=None).count()


def test_a_mixed_team_is_judged_by_its_rounds_of_persons(team: Team) -> None:
    """The bot wins every round; the alarms of the room are about persons."""
    win(team)
    replace_seat_2_by_a_bot(team)
    for _ in range(90):
        win(team)
    room = counted(team.game)
    assert stored(team).report.evidence.log10_e_superquantum > 3
    assert room.alarms == [] and room.report.room.declared_teams == 0


def test_holms_values_are_of_teams_without_a_bot(make_game) -> None:
    game = make_game(round_limit=6)
    mixed, persons = new_team(game), new_team(game)
    host_commands.start(game.pk)
    win(mixed)
    replace_seat_2_by_a_bot(mixed)
    for _ in range(4):
        win(mixed)
    for _ in range(6):
        win(persons)
    finish(game)
    key = load_rooms({game.pk: 1})[game.pk].popitem()[0]
    p = {row["name"]: row["p"] for row in _teams(game, key, over=True)}
    assert p[mixed.name] is None
    # The mixed team is one of two that were looked at.
    assert p[persons.name] == pytest.approx(2 * stored(persons).report.evidence.p_local)


def test_a_team_of_bots_is_one_until_a_round_of_persons_has_closed(game: Game) -> None:
    bots.seat_bots(game.pk, 1, "quantum", {"think_seconds": 0})
    team = new_team(game)
    assert set(of_bots(game.teams.all())) == set(game.teams.exclude(pk=team.pk))
    replace_seat_2_by_a_bot(new_team(game))
    assert of_bots(game.teams.all()).count() == 2
    host_commands.start(game.pk)
    win(team)
    replace_seat_2_by_a_bot(team)
    assert set(of_bots(game.teams.filter(pk=team.pk))) == set()
