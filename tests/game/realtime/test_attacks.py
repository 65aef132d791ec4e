"""What hostile and unlucky people did to the game, kept so that it stays harmless."""

import json
import signal
import socket
import time

import pytest
from django.test import Client

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Player, Round, Team
from game.realtime.hub.broadcast import Broadcast
from game.realtime.server import current_server
from game.realtime.snapshots import Request, arrivals
from game.realtime.sockets import close_codes
from game.rounds import ask, close
from game.web import identity, join_throttle
from tests.support.admin import staff, url
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import expire, play_round
from tests.support.server import Tab, Web, eventually, heard_within, two_phones
from tests.support.statistics import age_rounds, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


def test_a_player_who_moves_to_another_process_is_not_away(web: Web, game) -> None:
    other = Web().start()
    try:
        first, second = two_phones(web, game)
        moved = Tab(other, f"/ws/play/{game.code}/", second.headers)
        assert moved.seated()["seat"] == 2
        assert second.close_code() == 4409
        back = Tab(web, f"/ws/play/{game.code}/", second.headers)
        back.seated()
        assert moved.close_code() == 4409
        # Long enough for every flush of both processes.
        heard_within([first, back], 3)
        assert Player.objects.get(team__game=game, seat=2).presence == "connected"
    finally:
        other.stop(signal.SIGKILL)


def test_an_older_tab_never_closes_a_newer_one(web: Web, game) -> None:
    other = Web().start()
    try:
        secret = identity.new_secret()
        tabs = [process.phone(game.code, secret) for process in (web, other, web, other)]
        alive = []

        def only_one_is_left() -> bool:
            alive.clear()
            for tab in tabs:
                try:
                    while tab.listen(0.05):
                        pass
                    alive.append(tab)
                except Exception:
                    continue
            return len(alive) == 1

        eventually(only_one_is_left)
        alive[0].say("heartbeat")
        alive[0].hear("alive")
        newest = Player.objects.get(game=game)
        # An older tab would be closed by the first order and not live to hear the second.
        current_server().hub.announce([Broadcast("takeover", game.pk, newest.pk, newest.tab)])
        current_server().hub.announce([Broadcast("expel", game.pk, newest.pk, close_codes.REMOVED)])
        assert alive[0].close_code() == close_codes.REMOVED
    finally:
        other.stop(signal.SIGKILL)


def test_a_game_that_was_deleted_harms_nobody_elses_arrival(game, make_game) -> None:
    gone = make_game()
    key = gone.pk
    gone.delete()
    there = Request(game.pk, "someone", False)
    found = arrivals([Request(key, "someone", False), there, there._replace(identified=True)])
    assert found[0] is None and found[1] is not None and found[2] is not None
    assert json.loads(found[2].text)["type"] == "player_snapshot"


def test_four_who_press_find_a_partner_at_once_make_two_teams(web: Web, game) -> None:
    tabs = [web.phone(game.code) for _ in range(4)]
    for tab in tabs:
        tab.hear("player_snapshot")
    for tab in tabs:
        tab.say("find_partner")
    eventually(lambda: Player.objects.filter(game=game, seat__isnull=False).count() == 4)
    assert Team.objects.filter(game=game).count() == 2


def test_two_who_wait_alone_find_each_other_when_one_asks_again(game) -> None:
    first, second = new_player(game), new_player(game)
    moves.create_team(game.pk, first.pk, "One")
    moves.create_team(game.pk, second.pk, "Two")
    moves.find_partner(game.pk, second.pk)
    assert Team.objects.get(game=game, active=True).players.count() == 2


def test_making_and_leaving_teams_fills_no_lobby(game) -> None:
    player = new_player(game)
    for n in range(20):
        moves.create_team(game.pk, player.pk, f"Team {n}")
        moves.leave_team(game.pk, player.pk)
    assert not Team.objects.filter(game=game).exists()


def test_an_idle_partner_costs_at_most_one_round(game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    trial = open_round(team)
    Player.objects.filter(pk=trial.players[1]).update(presence="idle")
    expire(trial)
    assert close.close_due().opened == ask.ask_waiting().opened == []


def test_an_idle_partner_keeps_the_seat_until_a_round_has_passed_and_another_is_due(game) -> None:
    team = new_team(game)
    first, second = (Player.objects.get(team=team, seat=seat) for seat in (1, 2))

    def is_open() -> bool:
        return Round.objects.filter(team=team, closed_at=None).exists()

    def is_freed(presence: str) -> bool:
        Player.objects.filter(pk=second.pk).update(presence=presence)
        try:
            moves.find_partner(game.pk, first.pk)
        except Refusal as refusal:
            assert refusal.reason == ("round_open" if is_open() else "partner_here")
        return not Player.objects.filter(team=team, seat=2).exists()

    assert not is_freed("idle"), "in the lobby"
    host_commands.start(game.pk)
    assert not is_freed("idle"), "while a round is open"
    expire(open_round(team))
    close.close_due()
    host_commands.set_options(game.pk, round_limit=1)
    assert not is_freed("idle"), "after the last round"
    host_commands.set_options(game.pk, round_limit=None)
    host_commands.pause(game.pk)
    assert not is_freed("idle"), "in a pause"
    host_commands.resume(game.pk)
    assert not is_freed("connected")
    assert is_freed("idle")


@pytest.mark.parametrize("foreign", ['prefs={"a": 1}', 'a="b', "x y=1", "n=é"])
def test_cookies_of_other_applications_lock_nobody_out(web: Web, game, foreign: str) -> None:
    own = f"{identity.COOKIE}={identity.sign(identity.new_secret())}"
    Tab(web, f"/ws/play/{game.code}/", {"Cookie": f"{foreign}; {own}"}).hear("player_snapshot")


def test_deeply_nested_json_is_refused_and_the_socket_stays(web: Web, game) -> None:
    tab = web.phone(game.code)
    tab.hear("player_snapshot")
    tab.send('{"a":' + "[" * 1500 + "]" * 1500 + "}")
    assert tab.hear("refused")["reason"] == "not_understood"
    tab.say("heartbeat")
    tab.hear("alive")


def test_logging_out_ends_the_control_of_a_game_in_every_tab(web: Web, game, host) -> None:
    tab = web.host(game.code, host)
    tab.hear("dashboard_snapshot")
    client = Client()
    client.cookies["sessionid"] = tab.headers["Cookie"].split("=")[1]
    client.post("/logout/")
    tab.say("start")
    assert tab.hear("refused")["reason"] == "not_host"
    tab.say("heartbeat")
    assert tab.close_code() == 4403


def test_a_host_who_was_deactivated_controls_nothing(web: Web, game, host) -> None:
    tab = web.host(game.code, host)
    tab.hear("dashboard_snapshot")
    host.is_active = False
    host.save()
    tab.say("start")
    assert tab.hear("refused")["reason"] == "not_host"


@pytest.mark.parametrize(
    "lookup",
    ["questions__startswith=A", "answers__startswith=T", "answered_at__0__isnull=False", "players__contains=1"],
)
def test_filters_in_the_address_reveal_no_open_round(game, lookup: str) -> None:
    new_team(game)
    host_commands.start(game.pk)
    page = staff("root", is_superuser=True).get(url(Round), dict([lookup.split("=")]))
    assert page.status_code in (302, 400)
    assert staff("teacher", "Instructors").get(url(Player), {"identity__startswith": "a"}).status_code in (302, 400)


def test_the_evidence_tells_nothing_of_an_open_round_in_classic(make_game) -> None:
    """An open round counts as the same loss, whether or not its pair will score."""
    game = make_game(mode="classic")
    teams = [new_team(game) for _ in range(12)]
    host_commands.start(game.pk)
    age_rounds(game)
    recompute(stale_games())
    pairs = {(t.questions[0] in "AB") != (t.questions[1] in "AB") for t in Round.objects.filter(game=game)}
    rows = [stored(team) for team in teams]
    seen = {(row.report.evidence.log10_e, row.provisional["good"] + row.provisional["bad"]) for row in rows}
    assert len(seen) == 1
    assert pairs == {True, False}, "a chance of 1 in 2,000 not to see both kinds"


def test_names_that_differ_in_no_letter_are_taken(game) -> None:
    moves.create_team(game.pk, new_player(game).pk, "Straße")
    with pytest.raises(Refusal, match="taken"):
        moves.create_team(game.pk, new_player(game).pk, "STRAẞE")


def test_a_class_without_cookies_is_not_locked_out_by_one_guesser(game) -> None:
    for _ in range(join_throttle.LIMIT + 5):
        Client().post("/", {"code": "WRONG2"})
    assert Client().post("/", {"code": game.code}).status_code == 302
    guesser = Client()
    guesser.get("/")
    for _ in range(join_throttle.LIMIT):
        guesser.post("/", {"code": "WRONG2"})
    assert guesser.post("/", {"code": game.code}).status_code == 429


def test_a_socket_at_no_pages_address_is_refused_quietly(web: Web) -> None:
    with pytest.raises(Exception, match="403"):
        Tab(web, "/ws/nope/", {})


@pytest.mark.parametrize("begins", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: "])
def test_a_request_whose_head_never_ends_is_refused_before_it_fills_the_memory(web: Web, begins: bytes) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as endless:
        endless.sendall(begins + 20_000 * b"a")
        assert endless.recv(100).startswith(b"HTTP/1.1 400")


def test_rounds_end_on_time_without_any_socket(web: Web, game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    expire(open_round(team))
    eventually(lambda: Round.objects.filter(game=game, closed_by="timer").exists())


def test_a_snapshot_goes_out_before_what_happened_while_it_was_read(web: Web, game) -> None:
    """Many reloads while rounds go on: after every snapshot only the same or later rounds are heard of."""
    _, second = two_phones(web, game)
    host_commands.start(game.pk)
    team = Team.objects.get(game=game)
    ends = time.monotonic() + 4
    newest = 0
    while time.monotonic() < ends:
        tab = Tab(web, f"/ws/play/{game.code}/", second.headers)
        play_round(team)
        for message in [*heard_within([tab], 0.15)]:
            question = message.get("question")
            if message["type"] in ("player_snapshot", "question_asked") and question:
                assert question["number"] >= newest
                newest = question["number"]
        tab.close()
    assert newest > 3
