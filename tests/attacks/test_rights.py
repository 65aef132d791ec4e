"""Finding: a removed co-host, or one who had logged out, heard every delta and a full snapshot for 40 seconds."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from game.lobby import host_commands, ownership
from game.models import Game
from game.realtime import announce
from game.realtime.sockets import close_codes
from tests.support.people import new_team
from tests.support.server import Tab, Web

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def helper(game: Game, host: User) -> User:
    made = User.objects.create_user("helper")
    ownership.share(game.pk, host, "helper")
    return made


def log_out(tab: Tab) -> None:
    client = Client()
    client.cookies["sessionid"] = tab.headers["Cookie"].split("=")[1]
    client.post("/logout/")


def test_a_removed_co_host_is_disconnected_at_once_and_the_others_stay(
    web_process: Web, game: Game, host: User, helper: User
) -> None:
    owner, removed = web_process.host(game.code, host), web_process.host(game.code, helper)
    for tab in (owner, removed):
        tab.hear("dashboard_snapshot")
    ownership.take_back(game.pk, host, helper.pk)
    assert removed.close_code(4) == close_codes.NOT_ALLOWED
    owner.say("start")
    owner.hear("done")


def test_a_logout_ends_an_open_dashboard_without_any_message_from_it(
    web_process: Web, game: Game, host: User, helper: User
) -> None:
    owner, gone = web_process.host(game.code, host), web_process.host(game.code, helper)
    for tab in (owner, gone):
        tab.hear("dashboard_snapshot")
    log_out(gone)
    assert gone.close_code(20) == close_codes.NOT_ALLOWED
    owner.say("heartbeat")
    owner.hear("alive")


def test_no_snapshot_is_sent_to_a_host_whose_right_has_ended(
    web_process: Web, game: Game, host: User, helper: User
) -> None:
    tab = web_process.host(game.code, helper)
    tab.hear("dashboard_snapshot")
    log_out(tab)
    new_team(game)
    host_commands.set_options(game.pk, title="Not for everybody")
    announce.refresh(game)
    assert tab.close_code(20) == close_codes.NOT_ALLOWED
    assert not [message for message in tab.heard if message["type"] == "dashboard_snapshot"]
