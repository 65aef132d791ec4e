"""A phone whose network blocks sockets plays over server-sent events and POSTs, by the same rules."""

import http.client
import json
import signal
import socket

import pytest
from django.contrib.auth.models import User

from game.lobby import host_commands
from game.models import Game, Player, Round, Team
from game.realtime.hub.broadcast import Broadcast
from game.realtime.server import current_server
from game.realtime.sockets import close_codes
from game.web import identity
from tests.support.server import Tab, Web, eventually, metric, session
from tests.support.streams import EventSocket, StreamTab

FAILURES = "websocket_connection_failures_total"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


def cookie(secret: str = "") -> dict[str, str]:
    return {"Cookie": f"{identity.COOKIE}={identity.sign(secret or identity.new_secret())}"}


def phone(web: Web, game: Game, secret: str = "", **headers: str) -> StreamTab:
    return StreamTab(web, f"/ws/play/{game.code}/", cookie(secret) | headers)


def a_team(web: Web, game: Game) -> tuple[StreamTab, Tab]:
    """Seat a phone over a stream and one over a socket in a new team."""
    first, second = phone(web, game), web.phone(game.code)
    first.hear("player_snapshot")
    first.say("create_team", name="Blue Owls")
    team = first.seated()["team"]
    second.say("join_team", team=team)
    second.seated()
    return first, second


def test_a_stream_and_a_socket_play_rounds_together(web: Web, game: Game) -> None:
    first, second = a_team(web, game)
    host_commands.start(game.pk)
    for _ in range(3):
        rounds = [tab.asked()["round"] for tab in (first, second)]
        assert rounds[0] == rounds[1]
        for tab in (first, second):
            tab.say("answer", round=rounds[0], answer="T")
            tab.hear("answer_recorded", round=rounds[0])
    assert Round.objects.filter(game=game, closed_at__isnull=False).count() == 3


def test_an_answer_of_a_stream_says_nothing_to_the_partner(web: Web, game: Game) -> None:
    first, second = a_team(web, game)
    host_commands.start(game.pk)
    open_round = second.asked()["round"]
    first.say("answer", round=first.asked()["round"], answer="T")
    first.hear("answer_recorded", round=open_round)
    first.close()
    eventually(lambda: Player.objects.get(game=game, seat=1).presence == "away")
    second.say("heartbeat")
    second.hear("alive")
    assert not [message for message in second.heard if message["type"] != "alive"]


def test_the_newest_tab_wins_over_sockets_and_streams(web: Web, game: Game) -> None:
    secret = identity.new_secret()
    older = web.phone(game.code, secret)
    older.hear("player_snapshot")
    for is_stream in (True, True, False):
        newer = phone(web, game, secret) if is_stream else web.phone(game.code, secret)
        newer.hear("player_snapshot")
        assert older.close_code() == close_codes.NEWER_TAB
        older = newer


def test_a_stream_counts_as_a_connection_and_is_gone_when_its_browser_is(web: Web, game: Game) -> None:
    before = metric(web, "websocket_connections", page="play")
    tab = phone(web, game)
    tab.hear("player_snapshot")
    assert metric(web, "websocket_connections", page="play") == before + 1
    tab.close()
    eventually(lambda: metric(web, "websocket_connections", page="play") == before)


def test_messages_of_another_browser_are_refused(web: Web, game: Game) -> None:
    tab = phone(web, game)
    tab.hear("player_snapshot")
    message = json.dumps({"type": "create_team", "name": "Stolen"})
    assert tab.socket.post(message, **cookie()) == 403
    assert tab.socket.post(message, Cookie="") == 403
    assert tab.socket.post(message, Origin="http://evil.example") == 403
    assert tab.socket.post(message, **{"Sec-Fetch-Site": "same-site"}) == 403
    assert tab.socket.post(message, **{"X-Stream": ""}) == 410
    assert tab.socket.post(message, **{"X-Stream": tab.socket.token + "x"}) == 410
    assert tab.socket.post(message, **{"X-Stream": "*.x"}) == 410
    tab.say("create_team", name="Own")
    assert Team.objects.get(pk=tab.seated()["team"]).name == "Own"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Referer": "http://evil.example/page"}],
)
def test_no_other_site_opens_a_stream(web: Web, game: Game, headers: dict[str, str]) -> None:
    stream = EventSocket(web.port, f"/stream/play/{game.code}/", cookie() | headers)
    assert stream.response.status == 403


def test_what_closes_a_socket_closes_a_stream(web: Web, game: Game) -> None:
    assert StreamTab(web, f"/ws/play/{game.code}/", {}).close_code() == close_codes.NO_COOKIE
    assert StreamTab(web, "/ws/play/NOPE/", cookie()).close_code() == close_codes.NO_GAME
    assert EventSocket(web.port, "/stream/nowhere/", {}).response.status == 404


def test_a_stream_refuses_what_a_socket_refuses(web: Web, game: Game) -> None:
    tab = phone(web, game)
    tab.hear("player_snapshot")
    for frame, reason in (("{}", "not_understood"), ('{"a":"' + "x" * 5_000 + '"}', "too_large")):
        tab.send(frame)
        assert tab.hear("refused")["reason"] == reason
    assert tab.socket.post("x" * 300_000) == 413
    tab.send("\n".join([json.dumps({"type": "heartbeat"})] * 60))
    assert tab.hear("refused")["reason"] == "too_many"


def test_a_flood_ends_the_stream(web: Web, game: Game) -> None:
    tab = phone(web, game)
    tab.hear("player_snapshot")
    flood = "\n".join([json.dumps({"type": "heartbeat"})] * 60)
    statuses = [tab.socket.post(flood) for _ in range(10)]
    assert 429 in statuses and set(statuses) <= {204, 429, 410}
    assert tab.close_code() == close_codes.FLOOD


def test_a_stream_whose_browser_does_not_read_is_cut_off(web: Web, game: Game) -> None:
    before = metric(web, "websocket_connections", page="watch")
    dead = socket.create_connection(("127.0.0.1", web.port))
    dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    head = f"GET /stream/watch/{game.code}/ HTTP/1.1\r\nHost: x\r\nCookie: {cookie()['Cookie']}\r\n\r\n"
    dead.sendall(head.encode())
    eventually(lambda: metric(web, "websocket_connections", page="watch") == before + 1)

    def is_cut_off() -> bool:
        current_server().hub.announce([Broadcast("game", game.pk, 0, "x" * 300_000)])
        return metric(web, FAILURES, page="watch", reason="too_slow") == 1

    eventually(is_cut_off, 60)
    eventually(lambda: metric(web, "websocket_connections", page="watch") == before)
    dead.close()


def test_messages_find_the_process_that_has_the_stream(web: Web, game: Game) -> None:
    other = Web().start()
    try:
        tab = phone(web, game)
        tab.hear("player_snapshot")
        message = json.dumps({"type": "create_team", "name": "Blue Owls"})
        assert eventually(lambda: (status := tab.socket.post(message, other.port)) == 204 and status)
        assert Team.objects.get(pk=tab.seated()["team"]).name == "Blue Owls"
        assert tab.socket.post(message, other.port, **cookie()) == 204, "who may say it is known there only"
        gone = tab.socket.token.replace(tab.socket.token.partition(".")[0], "0" * 16)
        assert tab.socket.post(message, other.port, **{"X-Stream": gone}) == 410
        tab.say("heartbeat")
        tab.hear("alive")
        assert Player.objects.filter(game=game, seat=1).count() == 1
    finally:
        other.stop(signal.SIGKILL)


def test_a_process_that_ends_waits_for_no_stream(game: Game) -> None:
    web = Web().start()
    tab = phone(web, game)
    tab.hear("player_snapshot")
    assert web.process is not None
    process = web.process
    web.stop(signal.SIGTERM)
    assert process.returncode in (0, -signal.SIGTERM)
    assert tab.close_code() in (close_codes.RESTART, 1006)


def test_projector_and_dashboard_come_over_streams_too(web: Web, game: Game, host: User) -> None:
    watch = StreamTab(web, f"/ws/watch/{game.code}/", cookie())
    watch.hear("watch_snapshot")
    dashboard = StreamTab(web, f"/ws/dashboard/{game.code}/", session(host))
    dashboard.hear("dashboard_snapshot")
    dashboard.say("start")
    dashboard.hear("done")
    watch.hear("game_changed")
    assert StreamTab(web, f"/ws/dashboard/{game.code}/", cookie()).close_code() == close_codes.NOT_ALLOWED


def test_only_get_and_post_are_answered(web: Web, game: Game) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("PUT", f"/stream/play/{game.code}/", b"x", cookie())
    assert connection.getresponse().status == 405
