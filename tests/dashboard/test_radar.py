"""The radar of a host: what needs a hand now, for the dashboard that asks and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.live.radar import MOST_THINGS, SILENT_SECONDS, radar
from game.lobby import bots, ghosts, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from game.realtime.messages.host import RadarThing
from game.realtime.sockets.handshake import device
from game.rounds import close, commit
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import answer, expire, play_round
from tests.support.server import Web, heard_within, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


def alone(game: Game, name: str, **fields: Any) -> Player:
    player = new_player(game)
    moves.create_team(game.pk, player.pk, name)
    Player.objects.filter(pk=player.pk).update(**fields)
    player.refresh_from_db()
    return player


def ago(team: Team, seconds: float) -> None:
    """Let the open round of a team be asked this long ago."""
    Round.objects.filter(team=team, closed_at=None).update(asked_at=timezone.now() - timedelta(seconds=seconds))


def test_a_quiet_room_shows_nothing(game: Game) -> None:
    team = new_team(game)
    ghosts.add_ghost(game.pk, "random")
    assert radar(game.pk) == []
    host_commands.start(game.pk)
    play_round(team)
    assert radar(game.pk) == []


def test_one_device_in_all_seats_is_shown_and_alike_tablets_are_not(game: Game) -> None:
    cheats, alike, honest = (new_team(game) for _ in range(3))
    cheats.players.update(device="a")
    Player.objects.filter(team__in=[alike, honest]).update(device="b")
    new_player(game, device="c")
    host_commands.start(game.pk)
    assert [(thing.kind, thing.team) for thing in radar(game.pk)] == [("one_device", cheats.pk)]
    host_commands.leave_out(game.pk, cheats.pk, True)
    assert radar(game.pk) == []


def test_two_windows_of_a_browser_are_one_device_and_two_browsers_are_not(web: Web, game: Game) -> None:
    phones = two_phones(web, game)
    assert len(set(game.players.values_list("device", flat=True))) == 1 and len(phones) == 2
    scope = {"headers": [(b"user-agent", b"Browser 1")]}
    other = {"headers": [(b"user-agent", b"Browser 2")]}
    window = device(scope, game.pk, "192.0.2.1")
    assert len(window) == 16 and window == device(scope, game.pk, "192.0.2.1")
    assert window not in (device(other, game.pk, "192.0.2.1"), device(scope, game.pk, "192.0.2.2"))
    assert window != device(scope, game.pk + 1, "192.0.2.1") and device({"headers": []}, game.pk, "192.0.2.1") == ""


def test_who_is_alone_is_shown_and_two_of_them_become_a_pair(game: Game) -> None:
    first, second = alone(game, "Alone"), alone(game, "Lonely")
    alone(game, "Left", presence="away")
    with_bot = alone(game, "With a bot")
    bots.give_bot(game.pk, with_bot.team_id or 0)
    assert [(thing.kind, thing.team) for thing in radar(game.pk)] == [
        ("alone", first.team_id),
        ("alone", second.team_id),
    ]
    host_commands.start(game.pk)
    host_commands.pair_up(game.pk, second.team_id or 0)
    second.refresh_from_db()
    assert (second.team_id, second.seat) == (first.team_id, 2)
    assert open_round(Team.objects.get(pk=first.team_id)).players == [first.pk, second.pk]
    assert [thing for thing in radar(game.pk) if thing.kind == "alone"] == []


def test_nobody_is_paired_where_nobody_else_waits(game: Game) -> None:
    player = alone(game, "Alone")
    with pytest.raises(Refusal, match="Nobody else waits"):
        host_commands.pair_up(game.pk, player.team_id or 0)
    with pytest.raises(Refusal, match="no player who is alone"):
        host_commands.pair_up(game.pk, new_team(game).pk)


def test_a_silent_seat_is_shown_with_the_seconds_since_its_last_answer(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    moment = timezone.now() - timedelta(seconds=50)
    Round.objects.filter(team=team, closed_by="answers").update(answered_at=[moment, moment])
    ago(team, SILENT_SECONDS + 5)
    commit.commit_answers([answer(open_round(team), 1, True)])
    (thing,) = radar(game.pk)
    assert (thing.kind, thing.team, thing.seat) == ("silent", team.pk, 2)
    assert thing.seconds is not None and 49 <= thing.seconds <= 55
    host_commands.pause(game.pk)
    assert radar(game.pk) == []


def test_timeouts_in_a_row_are_counted_up_to_the_last_answered_round(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)

    def run_out() -> None:
        commit.commit_answers([answer(open_round(team), 1, True)])
        expire(open_round(team))
        close.close_due()

    run_out()
    play_round(team)
    run_out()
    assert radar(game.pk) == []
    run_out()
    assert radar(game.pk) == [RadarThing("timeouts", team.pk, 2, rounds=2)]
    ago(team, SILENT_SECONDS + 5)
    # The same seat is not named twice; the other one has not answered this round yet.
    assert [(thing.kind, thing.seat) for thing in radar(game.pk)] == [("timeouts", 2), ("silent", 1)]


def test_there_are_few_things_and_none_of_another_game_or_after_the_end(game: Game, make_game: Any) -> None:
    for number in range(MOST_THINGS + 2):
        alone(game, f"Alone {number}")
    assert len(radar(game.pk)) == MOST_THINGS
    assert radar(make_game(title="Another game").pk) == []
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    assert radar(game.pk) == []


def test_only_the_dashboard_that_asks_hears_of_it(web: Web, game: Game, host: Any) -> None:
    asking, mirrored, wall = web.host(game.code, host), web.host(game.code, host), web.projector(game.code)
    first, second = two_phones(web, game)
    host_commands.start(game.pk)
    for tab in (first, second):
        tab.asked()
    ago(Team.objects.get(), SILENT_SECONDS + 5)
    asking.say("show_radar")
    seats = [thing["seat"] for thing in asking.hear("radar")["things"] if thing["kind"] == "silent"]
    assert seats == [1, 2]
    assert "radar" not in {message["type"] for message in heard_within([mirrored, wall, first, second])}
    wall.say("show_radar")
    assert wall.hear("refused")["reason"] == "not_understood"
