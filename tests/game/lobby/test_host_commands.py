"""What hosts may do, and everybody else may not."""

from typing import Any, get_args

import msgspec
import pytest

from dashboard.live.commands import COMMANDS
from game.bots import runner
from game.games import GAMES
from game.lobby import bots, host_commands, moves, ownership
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from game.realtime.messages.host import BotPartner, HostMessage, ShowRadar, ShowRows
from game.realtime.messages.parts import Heartbeat
from game.realtime.messages.watch import ShowClass
from tests.support.people import new_player, new_team
from tests.support.server import Tab, Web, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


@pytest.fixture
def team(game: Game) -> Team:
    return new_team(game, "Blue Owls")


def commands(team: Team, player: Player) -> list[dict[str, Any]]:
    """One well-formed message of every command of a host."""
    values = {
        "team": team.pk, "seat": 1, "player": player.pk, "name": "Red Foxes", "strategy": "random", "mode": "classic",
        "theme": "classic", "step": 1, "shown": 1, "refused": 1, "rows": [team.pk], "left_out": True,
        "position": 1.5, "speed": 10, "loophole": "pass", "on": True,
    }  # fmt: skip
    kinds = [kind for kind in get_args(HostMessage) if kind is not Heartbeat]
    return [
        {"type": kind.__struct_config__.tag}
        | {field.name: values[field.name] for field in msgspec.structs.fields(kind) if field.required}
        for kind in kinds
    ]


def state(game: Game) -> list[Any]:
    """All that a command of a host could change."""
    return [
        list(rows.order_by("pk").values())
        for rows in (Game.objects.filter(pk=game.pk), game.teams, game.players, Round.objects.filter(game=game))
    ]


def test_every_command_of_a_host_who_lost_the_game_is_refused(
    web: Web, game: Game, team: Team, django_user_model: Any
) -> None:
    other = django_user_model.objects.create_user("other")
    game.co_instructors.add(other)
    tab = web.host(game.code, other)
    tab.hear("dashboard_snapshot")
    game.co_instructors.remove(other)
    before = state(game)
    sent = commands(team, team.players.get(seat=1))
    assert len(sent) == 32
    for command in sent:
        tab.say(**{"kind": command.pop("type"), **command})
        assert tab.hear("refused")["reason"] == "not_host"
    assert state(game) == before


def test_every_message_of_a_host_has_a_verb() -> None:
    assert set(COMMANDS) == set(get_args(HostMessage)) - {Heartbeat, ShowClass, ShowRadar, ShowRows}


def test_nobody_but_hosts_gets_a_dashboard(web: Web, game: Game, django_user_model: Any) -> None:
    stranger = django_user_model.objects.create_user("stranger")
    instructor = django_user_model.objects.create_user("instructor of another game", is_staff=True)
    ownership.create_game(instructor, title="Another game")
    assert Tab(web, f"/ws/dashboard/{game.code}/", {}).close_code() == 4403
    assert web.host(game.code, stranger).close_code() == 4403
    assert web.host(game.code, instructor).close_code() == 4403


def test_a_player_who_was_sent_away_may_come_back(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    team = Team.objects.get(game=game)
    host_commands.kick(game.pk, team.pk, 2)
    assert second.close_code() == 4410
    again = Tab(web, f"/ws/play/{game.code}/", second.headers)
    assert again.hear("player_snapshot")["me"] is None
    again.say("join_team", team=team.pk)
    assert again.seated()["seat"] == 2
    assert first.hear_partner("connected")


def test_a_banned_player_is_listed_for_hosts_and_allowed_back(web: Web, game: Game, host: Any) -> None:
    dashboard = web.host(game.code, host)
    assert dashboard.hear("dashboard_snapshot")["banned"] == []
    wall = web.projector(game.code)
    _, second = two_phones(web, game)
    team = Team.objects.get(game=game)
    dashboard.say("ban", team=team.pk, seat=2)
    (banned,) = dashboard.hear("banned_changed")["banned"]
    assert banned["team"] == "Blue Owls"
    assert "banned" not in wall.hear("watch_snapshot")
    assert second.close_code() == 4403
    dashboard.say("allow_back", player=banned["player"])
    assert dashboard.hear("banned_changed")["banned"] == []
    again = Tab(web, f"/ws/play/{game.code}/", second.headers)
    assert again.hear("player_snapshot")["me"] is None


def test_a_ban_holds_for_one_browser_and_not_for_its_neighbour(game: Game, team: Team) -> None:
    banned = team.players.get(seat=2)
    host_commands.kick(game.pk, team.pk, 2, ban=True)
    with pytest.raises(Refusal, match="removed"):
        moves.join_team(game.pk, banned.pk, team.pk)
    moves.join_team(game.pk, new_player(game).pk, team.pk)


def test_who_is_not_banned_and_a_seat_that_is_empty_are_refused(game: Game, team: Team) -> None:
    with pytest.raises(Refusal, match="not banned"):
        host_commands.allow_back(game.pk, team.players.get(seat=1).pk)
    host_commands.kick(game.pk, team.pk, 2)
    with pytest.raises(Refusal, match="Seat 2 is empty"):
        host_commands.kick(game.pk, team.pk, 2, ban=True)


def test_a_team_of_another_game_is_out_of_reach(game: Game, make_game: Any) -> None:
    foreign = new_team(make_game(title="Another game"), "Red Foxes")
    with pytest.raises(Refusal, match="not there"):
        host_commands.rename_team(game.pk, foreign.pk, "Mine now")
    with pytest.raises(Refusal, match="empty"):
        host_commands.kick(game.pk, foreign.pk, 1)
    with pytest.raises(Refusal, match="not banned"):
        host_commands.allow_back(game.pk, foreign.players.get(seat=1).pk)
    with pytest.raises(Refusal, match="Nobody waits"):
        bots.give_bot(game.pk, foreign.pk)
    foreign.refresh_from_db()
    assert (foreign.name, foreign.players.count()) == ("Red Foxes", 2)


def test_a_new_name_reaches_the_players_and_every_dashboard(web: Web, game: Game, host: Any) -> None:
    dashboard = web.host(game.code, host)
    first, _ = two_phones(web, game)
    team = Team.objects.get(game=game)
    dashboard.say("rename_team", team=team.pk, name="  Red   Foxes ")
    while first.seated()["team_name"] != "Red Foxes":
        pass
    dashboard.hear("done", of="rename_team")
    team.refresh_from_db()
    assert team.name == "Red Foxes"


@pytest.mark.parametrize(("name", "reason"), [("red foxes", "name_taken"), ("   ", "bad_name"), ("x" * 51, "bad_name")])
def test_a_taken_empty_or_long_new_name_is_refused(game: Game, team: Team, name: str, reason: str) -> None:
    new_team(game, "Red Foxes")
    with pytest.raises(Refusal) as refused:
        host_commands.rename_team(game.pk, team.pk, name)
    assert refused.value.reason == reason
    team.refresh_from_db()
    assert team.name == "Blue Owls"


def test_a_team_may_change_the_case_of_its_own_name(game: Game, team: Team) -> None:
    host_commands.rename_team(game.pk, team.pk, "BLUE owls")
    team.refresh_from_db()
    assert team.name == "BLUE owls"


def test_a_new_title_reaches_every_page_at_once(web: Web, game: Game, host: Any) -> None:
    pages = [web.phone(game.code), web.projector(game.code), web.host(game.code, host)]
    snapshots = [
        page.hear(f"{kind}_snapshot") for page, kind in zip(pages, ("player", "watch", "dashboard"), strict=True)
    ]
    assert {snapshot["game"]["title"] for snapshot in snapshots} == {game.title}
    pages[2].say("set_options", title="  Physics   11a ")
    assert {page.hear("game_changed")["game"]["title"] for page in pages} == {"Physics 11a"}


@pytest.mark.parametrize("title", ["", "   ", "x" * 81, "a\0b"])
def test_a_bad_title_is_refused_and_the_old_one_kept(game: Game, title: str) -> None:
    with pytest.raises(Refusal) as refused:
        host_commands.set_options(game.pk, title=title)
    assert refused.value.reason == "bad_title"
    before = game.title
    game.refresh_from_db()
    assert game.title == before


def test_the_host_gives_a_bot_though_the_lobby_is_locked(game: Game) -> None:
    moves.create_team(game.pk, new_player(game).pk, "Alone")
    team = Team.objects.get(game=game)
    host_commands.set_options(game.pk, locked=True)
    bots.give_bot(game.pk, team.pk, "always_true")
    assert team.players.get(seat=2).kind == "always_true"
    with pytest.raises(Refusal, match="two players"):
        bots.give_bot(game.pk, team.pk)
    assert game.players.exclude(kind=Player.PERSON).count() == 1


@pytest.mark.parametrize("mode", GAMES)
def test_every_bot_that_is_offered_answers_beside_a_person(make_game: Any, mode: str) -> None:
    game = make_game(mode=mode)
    offered = get_args(BotPartner)
    for strategy in offered:
        player = new_player(game)
        moves.create_team(game.pk, player.pk, strategy)
        player.refresh_from_db()
        assert player.team_id is not None
        for _seat in game.declared.seats[1:]:
            bots.give_bot(game.pk, player.team_id, strategy)
    host_commands.start(game.pk)
    answers = runner._answers(runner.turns())
    assert {turn.kind for turn, answer in answers if answer is not None} == set(offered)
