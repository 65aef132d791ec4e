"""What is stored of a person: shown whole, and deleted, on pages and by command."""

import io
import json
import urllib.request
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from dashboard.statistics.recompute import recompute
from game.accounts import own_games, own_presets, personal_data, room_addresses
from game.games import GAMES
from game.lobby import host_commands, ownership
from game.lobby.refusal import Refusal
from game.models import Game, OwnGame, OwnPreset, Player, RoomAddress, Round, SignOn, Team
from game.models.own_games import new_key
from game.own_games.files import examples
from game.web import identity
from metrics.api import tokens
from metrics.models import ApiToken, OperatorAct
from metrics.tuning.optimise import optimise
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.server import Web, session

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/dashboard/account/"


@pytest.fixture
def teacher(client: Client, host: Any) -> Client:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    return client


def finished(game: Game) -> Game:
    host_commands.start(game.pk)
    play_round(new_team(game))
    host_commands.finish(game.pk)
    game.refresh_from_db()
    return game


def downloaded(web: Web, user: User) -> dict[str, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{web.port}{PAGE}data.zip", headers=session(user))
    with urllib.request.urlopen(request, timeout=60) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert archive.testzip() is None and "no-store" in answer.headers["Cache-Control"]
    return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def has_all(host: User) -> None:
    """Give an account a row of every kind."""
    room_addresses.address_of(host)
    options = dict.fromkeys(own_presets.OPTIONS, 1)
    own_presets.save(host, "Monday", options)
    SignOn.objects.create(owner=host, issuer="https://uni.example", subject="24")
    OwnGame.objects.create(key=new_key(), owner=host, source="a declared game", definition={}, letters=[], deck=[])
    AccessLog.objects.create(
        username=host.username, ip_address="127.0.0.9", user_agent="a browser", path_info="/login/"
    )
    host.is_staff = True
    host.save()
    tokens.create(host, "nightly", ApiToken.Scope.READ, 1)
    OperatorAct.objects.create(user=host, username=host.username, act="POST /api/admin/cache/clear", outcome="200")
    host.groups.add(Group.objects.get(name="Instructors"))


# -- An account --------------------------------------------------------------------------------------------------------
def test_an_account_downloads_every_row_of_its_own_and_no_secret(web_process: Web, host: User, game: Game) -> None:
    has_all(host)
    finished(game)
    other = ownership.create_game(User.objects.create_user("other"), title="Of another")
    other.co_instructors.add(host)
    files = downloaded(web_process, host)
    assert set(files) == {"account.json", f"{game.code}-rounds.json"}
    rows = files["account.json"]
    assert {table.partition(" ")[0] for table in rows} >= {
        "auth.user", "game.game", "game.roomaddress", "game.ownpreset", "game.owngame",
        "game.signon", "metrics.apitoken", "metrics.operatoract", "axes.accesslog",
    }  # fmt: skip
    assert rows["auth.user"][0]["groups"] == ["Instructors"]
    assert [row["code"] for row in rows["game.game by owner"]] == [game.code]
    assert [row["code"] for row in rows["game.game by co_instructors"]] == [other.code]
    text = json.dumps(rows)
    assert host.password not in text and ApiToken.objects.get().digest not in text
    assert "a declared game" in text and "127.0.0.9" in text
    assert "Of another" in text and len(files[f"{game.code}-rounds.json"]) > 0


def test_nobody_downloads_without_an_account(client: Client) -> None:
    assert client.get(f"{PAGE}data.zip").status_code == 302
    assert client.get(PAGE)["Location"].startswith("/login/")


def test_an_account_ends_with_all_that_is_its_own_and_nothing_else(teacher: Client, host: User, game: Game) -> None:
    has_all(host)
    finished(game)
    other = User.objects.create_user("other")
    kept = ownership.create_game(other, title="Of another")
    kept.co_instructors.add(host)
    AccessAttempt.objects.create(username="other", ip_address="127.0.0.9", failures_since_start=1)
    page = teacher.post(PAGE, {"name": " host "}, follow=True)
    assert "Your account is deleted, with its games." in page.content.decode()
    assert list(User.objects.all()) == [other] and list(Game.objects.all()) == [kept]
    for model in (Round, Team, Player, RoomAddress, OwnPreset, SignOn, OwnGame, ApiToken, AccessLog):
        assert not model._base_manager.exists(), model
    assert AccessAttempt.objects.count() == 1
    # Who did what to the product stays, by name.
    assert OperatorAct.objects.get().username == "host"
    assert teacher.get(PAGE).status_code == 302


def test_a_wrong_name_deletes_nothing_and_the_page_says_what_to_type(teacher: Client, host: User) -> None:
    page = teacher.post(PAGE, {"name": "Host"}).content.decode()
    assert "Type the name host to delete this account." in page and User.objects.get() == host


@pytest.mark.parametrize("why", ["still_played", "last_superuser"])
def test_an_account_that_is_needed_stays(host: User, game: Game, why: str) -> None:
    if why == "still_played":
        host_commands.start(game.pk)
    else:
        User.objects.update(is_superuser=True)
    with pytest.raises(Refusal) as refused:
        personal_data.delete_account(User.objects.get(), "host")
    assert refused.value.reason == why and Game.objects.exists() and User.objects.exists()


def test_a_declared_game_that_another_account_plays_is_handed_on(host: User) -> None:
    other = User.objects.create_user("other")
    played, unused = (
        OwnGame.objects.create(key=new_key(), owner=host, source="", definition={}, letters=[], deck=[]) for _ in "ab"
    )
    Game.objects.create(owner=other, title="Of another", mode=played.key)
    personal_data.delete_account(host, "host")
    assert [(one.key, one.owner) for one in OwnGame.objects.all()] == [(played.key, other)] and unused.key != played.key


def test_a_declared_game_of_which_another_account_has_rounds_is_handed_on(host: User) -> None:
    other = User.objects.create_user("other")
    own = own_games.save(host, examples()["two_lamps"].source)
    game = ownership.create_game(other, title="Of another", mode=own.key)
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    host_commands.set_mode(game.pk, "simplified")
    host_commands.finish(game.pk)
    personal_data.delete_account(host, "host")
    assert OwnGame.objects.get().owner == other
    # As another process, which reads it when it needs it.
    GAMES._own.clear()
    assert recompute([game.pk]) == []


# -- A player ----------------------------------------------------------------------------------------------------------
def browser(secret: str) -> Client:
    client = Client()
    client.cookies[identity.COOKIE] = identity.sign(secret)
    return client


def plays_as(team: Team, secret: str) -> Player:
    player = Player.objects.filter(team=team).order_by("seat")[0]
    player.identity, player.first_name, player.prediction = identity.hashed(secret), "Ada", 85
    player.save()
    return player


def test_a_player_sees_and_deletes_what_is_stored_of_the_browser(game: Game) -> None:
    secret = identity.new_secret()
    host_commands.start(game.pk)
    team = new_team(game, "Blue Owls")
    player = plays_as(team, secret)
    play_round(team)
    client = browser(secret)
    assert "is being played" in client.post("/privacy/").content.decode() and Player.objects.count() == 2
    host_commands.finish(game.pk)
    assert "This browser played in 1 game." in client.get("/privacy/").content.decode()
    (stored,) = client.get("/privacy/my-data.json").json()["games"]
    assert (stored["game"], stored["team_name"], stored["first_name"], stored["prediction"]) == (
        game.code, "Blue Owls", "Ada", 85,
    )  # fmt: skip
    (answer,) = stored["rounds"]
    assert (answer["number"], answer["answer"]) == (1, "T") and answer["question"] in "AB" and answer["answered_at"]
    assert player.identity not in json.dumps(stored)
    page = client.post("/privacy/").content.decode()
    assert "What was stored of you as a player is deleted." in page and "Nothing: this browser" in page
    assert not Player.objects.filter(pk=player.pk).exists() and Player.objects.count() == 1
    # Rounds count on; the seat is free.
    assert Round.objects.filter(team=team).exclude(closed_at=None).count() == 1
    team.refresh_from_db()
    assert team.taken == 1


def test_a_ban_outlasts_the_deletion(game: Game) -> None:
    secret = identity.new_secret()
    player = plays_as(new_team(game), secret)
    Player.objects.filter(pk=player.pk).update(banned=True)
    browser(secret).post("/privacy/")
    player.refresh_from_db()
    assert player.banned and (player.first_name, player.prediction, player.team) == ("", None, None)


def test_a_browser_without_a_place_has_nothing_and_deletes_nothing_of_others(game: Game) -> None:
    new_team(game)
    for client in (Client(), browser("unknown")):
        assert client.get("/privacy/my-data.json").json() == {"games": []}
        assert client.post("/privacy/").status_code == 200
    assert Player.objects.count() == 2


# -- The command -------------------------------------------------------------------------------------------------------
def test_the_command_writes_and_deletes_an_account(host: User, game: Game, tmp_path: Path) -> None:
    file = tmp_path / "host.zip"
    call_command("personal_data", account="host", output=file, delete=True)
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("account.json"))["auth.user"][0]["username"] == "host"
    assert not User.objects.exists() and not Game.objects.exists()


def test_the_command_writes_and_deletes_a_player(game: Game, tmp_path: Path) -> None:
    secret = identity.new_secret()
    player = plays_as(new_team(game), secret)
    file = tmp_path / "player.json"
    call_command("personal_data", player=identity.sign(secret), output=file, delete=True)
    assert json.loads(file.read_text())["games"][0]["first_name"] == "Ada"
    assert not Player.objects.filter(pk=player.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account": "nobody", "delete": True}, "account='nobody'"),
        ({"player": "forged", "delete": True}, "player='forged'"),
        ({"account": "host"}, "--output FILE, --delete or both"),
    ],
)
def test_the_command_says_what_is_wrong(host: User, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("personal_data", **wrong)
    assert User.objects.exists()


# -- By time -----------------------------------------------------------------------------------------------------------
def test_old_records_of_logins_and_ended_sessions_go_by_night(client: Client, settings: Any) -> None:
    for days in (1, 91):
        row = AccessLog.objects.create(username="host", ip_address="127.0.0.9", user_agent="", path_info="/login/")
        AccessLog.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - timedelta(days=days))
    for days in (-1, 1):
        Session.objects.create(session_key=f"k{days}", session_data="", expire_date=timezone.now() + timedelta(days))
    run = optimise("maintenance", "test")
    assert not run.error and AccessLog.objects.count() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["k1"]
    assert {"sessions that have ended"} < {change["what"] for change in run.changes}
    assert "Records of logins are deleted after 90 days." in client.get("/privacy/").content.decode()
    settings.LOGINS_DAYS = 0
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(days=900))
    optimise("maintenance", "test")
    assert AccessLog.objects.count() == 1
    assert "kept until the operator deletes them" in client.get("/privacy/").content.decode()
