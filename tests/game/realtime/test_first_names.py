"""Who sees a first name: the own team between rounds, and the hosts; nobody else, by no road."""

import io
import urllib.request
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from django.test import Client

from dashboard.live import snapshots
from game.lobby import first_names, host_commands, moves
from game.models import Game, Player, Team
from game.realtime import announce
from game.realtime.messages.watch import TeamRow
from tests.support.admin import staff, url
from tests.support.people import new_player, new_team
from tests.support.rounds import play_round
from tests.support.server import Tab, Web, heard_within, phones_of_team, session

pytestmark = pytest.mark.django_db(transaction=True)

# Found in no other text.
NAME = "Xanthippe"


def told_of(messages: list[dict[str, Any]]) -> list[str]:
    return [message["type"] for message in messages if NAME in str(message)]


def named_team(game: Game, seat: int = 1) -> Team:
    team = new_team(game, "Blue Owls")
    first_names.introduce(game.pk, team.players.get(seat=seat).pk, NAME)
    return team


def row(game: Game) -> TeamRow:
    (found,) = snapshots.rows(game)
    return found


def test_partner_and_host_hear_a_first_name_and_nobody_else_does(web_process: Web, game: Game, host: Any) -> None:
    teacher, screen = web_process.host(game.code, host), web_process.projector(game.code)
    first, second = phones_of_team(web_process, game)
    stranger = web_process.phone(game.code)
    stranger.hear("player_snapshot")
    others = [screen, stranger, *phones_of_team(web_process, game, "Red Foxes")]
    heard_within([teacher, first, second, *others])
    first.say("introduce", first_name=f" {NAME} ")
    assert first.hear("introduced")["first_name"] == NAME
    (partner,) = second.hear("partners_changed")["partners"]
    assert partner["name"] == NAME
    rows = [row for message in heard_within([teacher]) for row in message.get("teams", ())]
    assert [row["names"] for row in rows if "names" in row] == [[NAME, ""]]
    stranger.say("find_teams", text="Owls")
    stranger.hear("teams_found")
    assert told_of(heard_within(others)) == []
    # What pages get when they are opened says the same.
    assert NAME in str(web_process.host(game.code, host).hear("dashboard_snapshot"))
    assert NAME not in str(web_process.projector(game.code).hear("watch_snapshot"))
    assert NAME not in str(web_process.phone(game.code).hear("player_snapshot"))


def again(web: Web, tab: Tab) -> dict[str, Any]:
    """Open the page of a tab once more, and return its snapshot."""
    return Tab(web, tab.url.partition(f":{web.port}")[2], tab.headers).hear("player_snapshot")


def test_a_page_that_is_loaded_again_has_the_own_name_and_the_partners(web_process: Web, game: Game) -> None:
    first, second = phones_of_team(web_process, game)
    first.say("introduce", first_name=NAME)
    first.hear("introduced")
    assert again(web_process, first)["first_name"] == NAME
    assert again(web_process, second)["me"]["partners"][0]["name"] == NAME


def test_a_refused_first_name_is_told_to_its_player_alone(web_process: Web, game: Game) -> None:
    first, second = phones_of_team(web_process, game)
    heard_within([first, second])
    first.say("introduce", first_name="Shit")
    assert first.hear("refused")["of"] == "introduce"
    assert heard_within([second]) == []


def test_a_first_name_cannot_be_changed_in_an_open_round_by_the_wire(web_process: Web, game: Game) -> None:
    first, second = phones_of_team(web_process, game)
    host_commands.start(game.pk)
    first.asked()
    second.asked()
    heard_within([first, second])
    first.say("introduce", first_name=NAME)
    assert first.hear("refused")["reason"] == "round_open"
    assert heard_within([second]) == []


def test_no_phone_is_told_first_names_while_a_round_is_open(game: Game) -> None:
    team = named_team(game)
    players = {player.seat: player for player in team.players.all()}
    (known,) = announce.partners(2, players, 2, announce.NO_ROUND)
    host_commands.start(game.pk)
    trial = announce.open_rounds([team])[team.pk]
    (during,) = announce.partners(2, players, 2, trial)
    assert (known.name, during.name) == (NAME, "")


def test_a_seat_left_in_an_open_round_keeps_its_first_name_on_dashboards(make_game: Callable[..., Game]) -> None:
    game = make_game(mode="ghz", theme="")
    team = named_team(game, seat=3)
    host_commands.start(game.pk)
    before = row(game)
    moves.leave_team(game.pk, Player.objects.get(first_name=NAME).pk)
    assert row(game).names == before.names == ["", "", NAME]
    assert row(game).seats == before.seats
    host_commands.skip_round(game.pk, team.pk)
    assert row(game).names == ["", "", ""]


def test_whoever_takes_a_seat_does_not_inherit_its_first_name(game: Game) -> None:
    team = named_team(game)
    moves.leave_team(game.pk, team.players.get(seat=1).pk)
    moves.join_team(game.pk, new_player(game).pk, team.pk)
    assert row(game).names == ["", ""]


@pytest.mark.parametrize("state", ["lobby", "running"])
def test_the_projector_reads_no_first_name(game: Game, state: str) -> None:
    team = named_team(game)
    if state == "running":
        host_commands.start(game.pk)
        play_round(team)
    shown = snapshots.watch(game.pk)
    assert shown.teams and NAME not in msgspec.json.encode(shown).decode()
    assert NAME in msgspec.json.encode(snapshots.dashboard(game.pk)).decode()


@pytest.mark.parametrize(
    "page",
    [
        "dashboard/{code}/export/rounds.csv?run=all",
        "dashboard/{code}/export/teams.csv",
        "dashboard/{code}/export/predecessor.csv",
        "dashboard/{code}/export/rounds.json?run=all",
        "dashboard/{code}/report/",
        "dashboard/{code}/",
        "g/{code}/",
        "g/{code}/watch/",
        "dashboard/{code}/export/lab-pack.zip",
    ],
)
def test_no_export_report_or_page_has_a_first_name(web_process: Web, game: Game, host: Any, page: str) -> None:
    team = named_team(game)
    host_commands.start(game.pk)
    play_round(team)
    address = f"http://127.0.0.1:{web_process.port}/{page.format(code=game.code)}"
    request = urllib.request.Request(address, headers=session(host))
    body = urllib.request.urlopen(request, timeout=60).read()
    if body.startswith(b"PK"):
        archive = ZipFile(io.BytesIO(body))
        body = b"".join(archive.read(name) for name in archive.namelist())
    assert body and NAME.encode() not in body


def test_the_admin_shows_no_first_name(game: Game) -> None:
    player = Player.objects.get(pk=named_team(game).players.get(seat=1).pk)
    root: Client = staff("root", is_superuser=True)
    for page in (url(Player), url(Player, f"{player.pk}/change/")):
        answered = root.get(page)
        assert answered.status_code == 200 and NAME not in answered.content.decode()
