import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client

from game.lobby import host_commands
from game.models import Game, Player, Round, Team
from game.realtime.hub.broadcast import Broadcast
from game.realtime.server import current_server
from game.web import identity
from tests.support.rounds import give_answers
from tests.support.server import Tab, Web, eventually, fetch, heard_within, session, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


def test_a_game_is_played_over_sockets(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    host_commands.start(game.pk)
    for number in range(1, 4):
        asked = [tab.hear("question_asked")["question"] for tab in (first, second)]
        assert [q["number"] for q in asked] == [number, number]
        for tab, question in zip((first, second), asked, strict=True):
            tab.say("answer", round=question["round"], answer=True)
            assert tab.hear("answer_recorded")["answer"] == "T"
        closed = [tab.hear("round_closed")["last_round"] for tab in (first, second)]
        assert closed[0] == closed[1]
        assert closed[0]["outcome"] in ("won", "lost")


def test_a_lobby_sees_teams_as_they_come(web: Web, game: Game) -> None:
    onlooker = web.phone(game.code)
    assert onlooker.hear("player_snapshot")["lobby"] == []
    first, second = web.phone(game.code), web.phone(game.code)
    first.hear("player_snapshot")
    first.say("create_team", name="Blue Owls")
    team = first.seated()["team"]
    assert onlooker.hear("lobby_changed")["teams"] == [{"id": team, "name": "Blue Owls", "free": 1, "active": True}]
    second.say("join_team", team=team)
    # A full team is not listed.
    assert onlooker.hear("lobby_changed")["gone"] == [team]


def test_find_partner_pairs_those_who_wait(web: Web, game: Game) -> None:
    tabs = [web.phone(game.code) for _ in range(4)]
    for tab in tabs:
        tab.hear("player_snapshot")
    eventually(lambda: Player.objects.filter(game=game, presence="connected").count() == 4)
    for tab in tabs:
        tab.say("find_partner")
        assert tab.seated()["team_name"]
    assert Team.objects.filter(game=game, players__seat=2).count() == Team.objects.filter(game=game).count() == 2


def test_reload_in_mid_round_finds_the_same_seat_question_and_answer(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    host_commands.start(game.pk)
    question = first.hear("question_asked")["question"]
    first.say("answer", round=question["round"], answer=False)
    first.hear("answer_recorded")
    again = Tab(web, f"/ws/play/{game.code}/", first.headers)
    snapshot = again.hear("player_snapshot")
    assert (snapshot["me"]["seat"], snapshot["question"]["round"]) == (1, question["round"])
    assert (snapshot["question"]["question"], snapshot["question"]["answer"]) == (question["question"], "F")
    assert first.close_code() == 4409
    second.say("answer", round=question["round"], answer=False)
    assert again.hear("round_closed")["last_round"]["answers"] == "FF"


def test_reload_finds_the_last_ten_outcomes_unless_the_host_hides_them(web: Web, game: Game) -> None:
    first, _ = two_phones(web, game)
    team = Team.objects.get(game=game)
    host_commands.start(game.pk)
    for _ in range(12):
        give_answers(team, "TT")
    closed = Round.objects.filter(team=team, closed_at__isnull=False).order_by("number")
    outcomes = [game.declared.outcome(trial.questions, trial.answers) for trial in closed]
    recent = Tab(web, f"/ws/play/{game.code}/", first.headers).hear("player_snapshot")["recent"]
    assert [trial["round"] for trial in recent] == [trial.pk for trial in closed][2:]
    assert [trial["outcome"] for trial in recent] == outcomes[2:]
    Game.objects.filter(pk=game.pk).update(show_last_round=False)
    assert Tab(web, f"/ws/play/{game.code}/", first.headers).hear("player_snapshot")["recent"] == []


def test_a_wrong_code_and_a_missing_identity_are_turned_away(web: Web, game: Game) -> None:
    assert web.phone("ZZZZZZ").close_code() == 4404
    assert Tab(web, f"/ws/play/{game.code}/", {}).close_code() == 4401
    assert Tab(web, f"/ws/play/{game.code}/", {"Cookie": f"{identity.COOKIE}=forged:signature"}).close_code() == 4401


def test_a_page_from_elsewhere_cannot_use_our_cookies(web: Web, game: Game) -> None:
    assert web.phone(game.code, Origin="http://elsewhere.example").close_code() == 4421
    web.phone(game.code, Origin=f"http://127.0.0.1:{web.port}").hear("player_snapshot")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("{", "not_understood"),
        ("[]", "not_understood"),
        ('{"type": "start"}', "not_understood"),
        ('{"type": "answer", "round": 1, "answer": "yes"}', "not_understood"),
        ('{"type": "answer", "round": 99999999999999999999, "answer": true}', "not_understood"),
        ('{"type": "answer", "round": 1, "answer": true, "seat": 2}', "not_understood"),
        ('{"type": "answer", "round": 4611686018427387904, "answer": true}', "not_yours"),
        ('{"type": "join_team", "team": 4611686018427387904}', "no_team"),
        ('{"type": "create_team", "name": "   "}', "bad_name"),
        (json.dumps({"type": "create_team", "name": "x" * 60}), "bad_name"),
        (json.dumps({"type": "create_team", "name": "a\u202eb"}), "bad_name"),
        ('{"type": "create_team", "name": "a\\u0000b"}', "bad_name"),
        (b"\x00\x01", "not_text"),
        (json.dumps({"type": "create_team", "name": "x" * 5_000}), "too_large"),
        (json.dumps({"type": "create_team", "name": "x" * 100_000}), "too_large"),
    ],
)
def test_bad_messages_are_refused_with_a_reason_and_the_socket_stays(
    web: Web, game: Game, frame: str | bytes, reason: str
) -> None:
    tab = web.phone(game.code)
    tab.hear("player_snapshot")
    tab.send(frame)
    refused = tab.hear("refused")
    assert refused["reason"] == reason and refused["text"]
    tab.say("create_team", name="Still here")
    assert tab.seated()["team_name"] == "Still here"


def test_every_heartbeat_is_answered_on_every_page(web: Web, game: Game, host) -> None:
    for tab in (web.phone(game.code), web.projector(game.code), web.host(game.code, host)):
        tab.say("heartbeat")
        tab.hear("alive")


def test_a_taken_name_a_full_team_and_a_full_game_are_refused(web: Web, make_game) -> None:
    game = make_game(max_teams=1)
    first, _ = two_phones(web, game)
    third = web.phone(game.code)
    third.hear("player_snapshot")
    third.say("join_team", team=Team.objects.get(game=game).pk)
    assert third.hear("refused")["reason"] == "team_full"
    third.say("create_team", name="Red Foxes")
    assert third.hear("refused")["reason"] == "game_full"
    first.say("create_team", name="blue OWLS")
    assert first.hear("refused")["reason"] in ("name_taken", "game_full")


def test_a_stranger_cannot_host(web: Web, game: Game, django_user_model) -> None:
    stranger = django_user_model.objects.create_user("stranger")
    assert web.host(game.code, stranger).close_code() == 4403


def test_a_host_who_lost_the_game_is_refused_at_the_next_command(web: Web, game: Game, host, django_user_model) -> None:
    tab = Tab(web, f"/ws/dashboard/{game.code}/", session(host) | {"Accept-Language": "de"})
    tab.hear("dashboard_snapshot")
    Game.objects.filter(pk=game.pk).update(owner=django_user_model.objects.create_user("next"))
    tab.say("start")
    refused = tab.hear("refused")
    assert refused["reason"] == "not_host" and refused["text"] != "Only the hosts of this game can do this."
    assert Game.objects.get(pk=game.pk).state == "lobby"


def test_every_dashboard_follows_whoever_gives_the_command(web: Web, game: Game, host, django_user_model) -> None:
    helper = django_user_model.objects.create_user("helper")
    game.co_instructors.add(helper)
    one, two, wall = web.host(game.code, host), web.host(game.code, helper), web.projector(game.code)
    for tab in (one, two):
        tab.hear("dashboard_snapshot")
    wall.hear("watch_snapshot")
    one.say("start")
    assert one.hear("done")["of"] == "start"
    two.hear("game_changed")
    two.say("pause")
    for tab in (one, two, wall):
        eventually(lambda tab=tab: tab.hear("game_changed")["game"]["state"] == "paused")
    one.say("start")
    assert one.hear("refused")["reason"] == "not_in_lobby"


def test_a_hidden_scoreboard_is_hidden_and_comes_back(web: Web, game: Game, host) -> None:
    two_phones(web, game)
    wall = web.projector(game.code)
    assert len(wall.hear("watch_snapshot")["teams"]) == 1
    host_commands.set_options(game.pk, public_scoreboard=False)
    assert wall.hear("watch_snapshot")["teams"] == []
    host_commands.set_options(game.pk, public_scoreboard=True)
    assert len(wall.hear("watch_snapshot")["teams"]) == 1


def test_every_page_of_a_deleted_game_learns_that_there_is_none(web: Web, game: Game, host) -> None:
    phones = two_phones(web, game)
    desk, wall = web.host(game.code, host), web.projector(game.code)
    desk.hear("dashboard_snapshot")
    wall.hear("watch_snapshot")
    game.delete()
    for tab in (*phones, desk, wall):
        assert tab.close_code() == 4404


def test_a_banned_player_is_put_out_and_stays_out(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    host_commands.kick(game.pk, Team.objects.get(game=game).pk, 2, ban=True)
    assert second.close_code() == 4403
    assert Tab(web, f"/ws/play/{game.code}/", second.headers).close_code() == 4403
    assert first.hear_partner(None)


class Room(NamedTuple):
    """A running game in which seat 1 is about to answer, and everybody who must not notice."""

    first: Tab
    second: Tab
    question: dict[str, Any]
    others: list[Tab]
    pages: Callable[[], list[str]]

    def answers(self) -> None:
        self.first.say("answer", round=self.question["round"], answer=True)
        assert self.first.hear("answer_recorded")

    def nobody_notices(self, act: Callable[[], None]) -> None:
        """Assert that no socket hears a word and no page changes while something happens."""
        while heard_within(self.others):
            pass
        before = self.pages()
        act()
        assert heard_within(self.others) == []
        assert self.pages() == before


@pytest.fixture
def room(web: Web, game: Game, host) -> Room:
    first, second = two_phones(web, game)
    screens = [web.host(game.code, host), web.projector(game.code), web.phone(game.code)]
    host_commands.start(game.pk)
    question = first.hear("question_asked")["question"]
    assert Round.objects.get(pk=question["round"]).questions[0] == question["question"]
    second.hear("question_asked")
    team = Team.objects.get(game=game)

    def pages() -> list[str]:
        paths = [f"/dashboard/{game.code}/export/{name}?run=all" for name in ("rounds.csv", "rounds.json", "teams.csv")]
        paths += [f"/g/{game.code}/watch/", f"/admin/game/round/{question['round']}/change/"]
        paths += [f"/admin/game/{model}/" for model in ("team", "player", "tally", "teamstatistics", "deviceoutcome")]
        host.is_superuser = host.is_staff = True
        host.save()
        return [hide_tokens(fetch(web, host, path)) for path in paths] + [str(Team.objects.get(pk=team.pk).version)]

    return Room(first, second, question, [second, *screens], pages)


def hide_tokens(page: str) -> str:
    """Forms carry a token that differs at every load."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_nothing_tells_anything_of_an_open_round(room: Room) -> None:
    """One seat answers; no other socket says a word and no page changes until the round has closed."""
    room.nobody_notices(room.answers)
    room.second.say("answer", round=room.question["round"], answer=True)
    room.second.hear("round_closed")


@pytest.mark.parametrize("audience", ["seats", "host", "watch", "lobby"])
def test_the_no_signalling_test_fails_when_provoked(room: Room, game: Game, audience: str) -> None:
    told = [Broadcast(audience, game.pk, 0, '{"type": "partner_has_answered"}')]
    with pytest.raises(AssertionError):
        room.nobody_notices(lambda: current_server().hub.announce(told))


def test_metrics_are_not_for_players(web: Web, settings) -> None:
    """A counter of answers would tell that the partner has answered."""
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert client.get("/metrics").status_code == 403
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "192.0.2.7"}).get("/metrics").status_code == 403
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer secret"}).status_code == 200


def test_an_answer_of_a_stranger_to_a_foreign_round_changes_nothing(web: Web, game: Game) -> None:
    first, _ = two_phones(web, game)
    host_commands.start(game.pk)
    question = first.hear("question_asked")["question"]
    stranger = web.phone(game.code)
    stranger.hear("player_snapshot")
    stranger.say("answer", round=question["round"], answer=True)
    assert stranger.hear("refused")["reason"] == "not_yours"
    assert Round.objects.get(pk=question["round"]).answers[0] == "-"


def test_the_absence_of_a_partner_is_told_and_the_seat_is_kept(web: Web, game: Game) -> None:
    first, second = two_phones(web, game)
    first.hear_partner("connected")
    second.close()
    assert first.hear_partner("away")
    again = Tab(web, f"/ws/play/{game.code}/", second.headers)
    assert again.hear("player_snapshot")["me"]["seat"] == 2
    assert first.hear_partner("connected")


def test_two_web_processes_play_one_game(web: Web, game: Game) -> None:
    other = Web().start()
    try:
        first, second = web.phone(game.code), other.phone(game.code)
        first.hear("player_snapshot")
        second.hear("player_snapshot")
        first.say("find_partner")
        team = first.seated()["team"]
        assert second.hear("lobby_changed")["teams"][0]["id"] == team
        second.say("join_team", team=team)
        second.seated()
        host_commands.start(game.pk)
        for _ in range(3):
            for tab in (first, second):
                question = tab.hear("question_asked")["question"]
                tab.say("answer", round=question["round"], answer=True)
            assert first.hear("round_closed") and second.hear("round_closed")
        newer = Tab(other, f"/ws/play/{game.code}/", first.headers)
        newer.hear("player_snapshot")
        assert first.close_code() == 4409
    finally:
        other.stop()
