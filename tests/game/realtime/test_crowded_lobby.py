"""A crowd in the lobby, over real sockets: few messages, each kind of visitor on a way of its own, nothing lost."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from game.lobby import host_commands, moves
from game.models import Game, Player, Team
from game.realtime.lobby import open_teams
from game.realtime.lobby.moves import Moves
from tests.support.people import new_player, new_team
from tests.support.server import Tab, Web, eventually, heard_within, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


# -- what a lobby hears ------------------------------------------------------------------------------------------------
def test_a_lobby_hears_at_most_four_messages_a_second_and_of_no_full_team(web: Web, game: Game) -> None:
    onlooker = web.phone(game.code)
    assert onlooker.hear("player_snapshot")["lobby"] == []
    began = time.monotonic()
    full = [new_team(game).pk for _ in range(40)]
    moves.create_team(game.pk, new_player(game).pk, "Waits")
    waits = Team.objects.get(game=game, name="Waits").pk
    heard: list[dict[str, Any]] = []
    eventually(lambda: heard.extend(heard_within([onlooker], 0.3)) or waits in listed(heard))
    assert len(heard) <= 2 + 4 * (time.monotonic() - began)
    assert listed(heard) == {waits}
    assert not set(full) & {team["id"] for message in heard[-1:] for team in message["teams"]}


def listed(heard: list[dict[str, Any]]) -> set[int]:
    """Return the teams that a phone lists after these messages."""
    teams: set[int] = set()
    for message in heard:
        assert message["type"] == "lobby_changed"
        teams = (teams | {team["id"] for team in message["teams"]}) - set(message["gone"])
    return teams


def test_who_has_a_seat_hears_nothing_of_the_lobby(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    onlooker = web.phone(game.code)
    onlooker.hear("player_snapshot")
    heard_within([first, second])
    moves.create_team(game.pk, new_player(game).pk, "Waits")
    onlooker.hear("lobby_changed")
    assert heard_within([first, second], 0.5) == []


def test_a_lobby_lists_fifty_open_teams_and_the_server_finds_the_others(web: Web, make_game: Any) -> None:
    game = make_game(max_teams=61)
    for n in range(60):
        moves.create_team(game.pk, new_player(game).pk, f"Team {n}")
    # The fullest come first: the last team would be the first of a game of three, and is among equals here.
    moves.create_team(game.pk, new_player(game).pk, "Zebras of 10b")
    last = Team.objects.get(game=game, name="Zebras of 10b")
    tab = web.phone(game.code)
    snapshot = tab.hear("player_snapshot")
    assert [team["name"] for team in snapshot["lobby"]] == [f"Team {n}" for n in range(open_teams.MOST)]
    assert (snapshot["lobby_more"], snapshot["lobby_full"]) == (True, True)
    for text in ("zebras OF", str(last.pk)):
        tab.say("find_teams", text=text)
        found = tab.hear("teams_found")
        assert (found["text"], [team["id"] for team in found["teams"]]) == (text, [last.pk])
    for text in ("%", "a\0b"):
        tab.say("find_teams", text=text)
        assert tab.hear("teams_found")["teams"] == []
    tab.say("find_teams", text="team")
    assert len(tab.hear("teams_found")["teams"]) == open_teams.MOST
    # One of the list leaves it, and the next one comes up.
    moves.find_partner(game.pk, new_player(game).pk)
    changed = tab.hear("lobby_changed")
    assert ([team["name"] for team in changed["teams"]], len(changed["gone"])) == (["Team 50"], 1)


def test_nobody_with_a_seat_searches_teams_because_a_partner_may_have_gone_and_named_one(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    host_commands.start(game.pk)
    question = second.hear("question_asked")["question"]
    first.say("leave_team")
    first.say("create_team", name="My question was A")
    while first.seated()["team_name"] != "My question was A":
        pass
    second.say("find_teams", text="My question")
    assert second.hear("refused")["reason"] == "has_seat"
    second.say("answer", round=question["round"], answer=True)
    second.hear("answer_recorded")


# -- how much a player may do ------------------------------------------------------------------------------------------
def test_a_player_who_moves_too_often_is_refused_with_a_sentence_and_the_socket_stays(
    transactional_db: None, game: Game
) -> None:
    web = Web(SOCKET_MOVES_PER_SECOND="0.001", SOCKET_MOVES_BURST="2").start()
    try:
        tab, other = web.phone(game.code), web.phone(game.code)
        for phone in (tab, other):
            phone.hear("player_snapshot")
        for n in range(4):
            tab.say("create_team", name=f"Team {n}")
        for _ in range(2):
            refused = tab.hear("refused")
            assert (refused["reason"], refused["of"]) == ("too_fast", "create_team") and refused["text"]
        tab.say("heartbeat")
        tab.hear("alive")
        assert [team.name for team in Team.objects.filter(game=game)] == ["Team 1"]
        # Others have their own measure.
        other.say("find_partner")
        assert other.seated()["team_name"] == "Team 1"
    finally:
        web.stop()


class Gone:
    """The socket of a player who has left the page."""

    game, player, language, is_gone = 1, 1, "en", True


async def test_moves_of_a_socket_that_has_closed_are_dropped(transactional_db: None) -> None:
    batcher = Moves()
    await batcher.make(Gone(), moves.Find())
    await batcher.close()


# -- each on a way of its own ------------------------------------------------------------------------------------------
def test_hosts_and_new_phones_do_not_wait_for_moves(web: Web, game: Game, make_game: Any, host: Any) -> None:
    other = make_game(title="Another game")
    desk = web.host(other.code, host)
    desk.hear("dashboard_snapshot")
    phones = [web.phone(game.code) for _ in range(5)]
    for phone in phones:
        phone.hear("player_snapshot")
    with transaction.atomic():
        Game.objects.select_for_update(no_key=True).get(pk=game.pk)
        for phone in phones:
            phone.say("find_partner")
        eventually(is_anybody_waiting)
        desk.say("set_options", answer_seconds=77)
        desk.hear("done", 5, of="set_options")
        web.phone(game.code).hear("player_snapshot", 5)
    for phone in phones:
        phone.seated()


def is_anybody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        return bool(cursor.fetchone()[0])


# -- when a process dies -----------------------------------------------------------------------------------------------
@pytest.fixture
def mortal(transactional_db: None) -> Iterator[Web]:
    web = Web().start()
    yield web
    web.stop(signal.SIGKILL)


def test_everybody_who_was_told_of_a_seat_has_it_once_when_web_is_killed_in_a_rush(mortal: Web, game: Game) -> None:
    chance = random.Random(60)
    phones = [mortal.phone(game.code) for _ in range(60)]
    for phone in phones:
        phone.hear("player_snapshot")
    told: dict[str, tuple[int, int]] = {}
    for phone in phones:
        phone.say("find_partner")
        time.sleep(chance.random() * 0.004)
    mortal.stop(signal.SIGKILL)
    for phone in phones:
        note_seat(phone, told)
    seated = dict(Player.objects.filter(game=game, team__isnull=False).values_list("pk", "team_id"))
    teams = Counter(seated.values())
    assert set(teams.values()) <= {1, 2} and sum(n == 1 for n in teams.values()) <= 1
    for (team, seat), n in Counter(told.values()).items():
        assert n == 1 and Player.objects.filter(team=team, seat=seat).count() == 1
    mortal.start()
    again = [Tab(mortal, f"/ws/play/{game.code}/", phone.headers) for phone in phones]
    for tab in again:
        me = tab.hear("player_snapshot")["me"]
        known = told.get(tab.headers["Cookie"])
        assert known is None or (me["team"], me["seat"]) == known
        if me is None:
            tab.say("find_partner")
            tab.seated()
    teams = Counter(Player.objects.filter(game=game).values_list("team_id", flat=True))
    assert set(teams.values()) == {2} and len(teams) == 30


def note_seat(phone: Tab, told: dict[str, tuple[int, int]]) -> None:
    """Note the seat that a phone was told of before its socket broke."""
    try:
        while True:
            phone.listen(1)
    except Exception:
        pass
    for message in phone.heard:
        if message["type"] == "player_snapshot" and message["me"]:
            told[phone.headers["Cookie"]] = (message["me"]["team"], message["me"]["seat"])
