"""Whatever a partner does, a seat hears nothing of it before its own answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from game.lobby import bots, host_commands
from game.lobby.refusal import Refusal
from game.models import Game, Player, Team
from tests.support.server import Tab, Web, eventually, heard_within, phones_of_team, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


class Call(NamedTuple):
    """A running game whose seat 1 wants to tell something to seat 2, and everybody at whom seat 2 may look."""

    game: Game
    first: Tab
    second: Tab
    watchers: list[Tab]
    round: int

    def nothing_is_heard(self, act: Callable[[], Any], has_happened: Callable[[], Any]) -> None:
        """Assert that seat 2, the projector and the lobby hear nothing while seat 1 acts, a second included."""
        act()
        eventually(has_happened)
        assert heard_within([self.second, *self.watchers]) == []

    def answer(self, tab: Tab) -> None:
        tab.say("answer", round=self.round, answer=True)
        tab.hear("answer_recorded")


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


@pytest.fixture
def call(web: Web, game: Game) -> Call:
    first, second = two_phones(web, game)
    first.hear_partner("connected")
    watchers = [web.projector(game.code), web.phone(game.code)]
    host_commands.start(game.pk)
    round_id = second.hear("question_asked")["question"]["round"]
    while heard_within([first, second, *watchers]):
        pass
    return Call(game, first, second, watchers, round_id)


def presence(game: Game, seat: int = 1) -> str | None:
    return Player.objects.filter(game=game, seat=seat).values_list("presence", flat=True).first()


def hide(call: Call) -> None:
    call.nothing_is_heard(lambda: call.first.say("heartbeat", visible=False), lambda: presence(call.game) == "idle")


def test_a_page_that_is_hidden_and_shown_again_tells_nothing(call: Call) -> None:
    """The case that was found: asked B, seat 1 hides its page for a moment, and seat 2 knew it."""
    hide(call)
    call.nothing_is_heard(lambda: call.first.say("heartbeat"), lambda: presence(call.game) == "connected")
    call.answer(call.second)
    assert call.second.hear_partner("connected", seat=1)


def test_news_come_with_the_own_answer(call: Call) -> None:
    hide(call)
    call.answer(call.second)
    assert call.second.hear_partner("idle", seat=1)


def test_news_come_with_the_close(call: Call) -> None:
    hide(call)
    host_commands.skip_round(call.game.pk, Team.objects.get(game=call.game).pk)
    call.second.hear("round_closed")
    assert call.second.hear_partner("idle", seat=1)


def test_a_closed_tab_tells_nothing(call: Call) -> None:
    call.nothing_is_heard(call.first.close, lambda: presence(call.game) == "away")
    call.answer(call.second)
    assert call.second.hear_partner("away", seat=1)


def test_a_second_tab_tells_nothing(web: Web, call: Call) -> None:
    newer = Tab(web, f"/ws/play/{call.game.code}/", call.first.headers)
    call.nothing_is_heard(lambda: newer.hear("player_snapshot"), lambda: call.first.close_code() == 4409)


def test_a_player_who_leaves_tells_nothing_until_the_round_has_closed(call: Call) -> None:
    call.nothing_is_heard(lambda: call.first.say("leave_team"), lambda: presence(call.game) is None)
    assert call.first.hear("player_snapshot")["me"] is None
    call.answer(call.second)
    assert call.second.hear("round_closed")["last_round"]["closed_by"] == "leave"
    assert call.second.hear_partner(None, seat=1)
    (_, lobby) = call.watchers
    assert lobby.hear("lobby_changed")["teams"][0]["free"] == 1
    call.second.say("find_partner")
    assert not [heard for heard in heard_within([call.second]) if heard["type"] == "refused"]


def test_a_player_who_leaves_and_makes_another_team_tells_nothing_to_the_seat(call: Call) -> None:
    def leave_and_create() -> None:
        call.first.say("leave_team")
        call.first.say("create_team", name="asked B")

    leave_and_create()
    eventually(lambda: Team.objects.filter(game=call.game).count() == 2)
    assert heard_within([call.second]) == []
    call.second.say("create_team", name="asked B")
    assert call.second.hear("refused")["reason"] == "round_open"


def test_nobody_takes_a_left_seat_before_the_round_has_closed(web: Web, call: Call) -> None:
    team = Team.objects.get(game=call.game)
    call.first.say("leave_team")
    eventually(lambda: presence(call.game) is None)
    newcomer = web.phone(call.game.code)
    newcomer.hear("player_snapshot")

    def join() -> None:
        newcomer.say("join_team", team=team.pk)
        assert newcomer.hear("refused")["reason"] == "team_full"

    call.nothing_is_heard(join, lambda: True)
    with pytest.raises(Refusal):
        bots.give_bot(call.game.pk, team.pk)
    assert heard_within([call.second]) == []
    call.answer(call.second)
    bots.give_bot(call.game.pk, team.pk)
    assert call.second.hear("partners_changed", partners=[{"seat": 1, "presence": "connected", "is_bot": True}])


def test_a_pause_tells_nothing(call: Call) -> None:
    host_commands.pause(call.game.pk)
    while heard_within([call.second, *call.watchers]):
        pass
    hide(call)
    host_commands.resume(call.game.pk)
    snapshot = call.second.hear("player_snapshot")
    assert [partner["presence"] for partner in snapshot["me"]["partners"]] == ["connected"]
    assert heard_within([call.second]) == []


@pytest.mark.parametrize("has_left", [False, True])
def test_a_seat_that_connects_again_sees_the_partners_as_the_round_found_them(
    web: Web, call: Call, has_left: bool
) -> None:
    if has_left:
        call.first.say("leave_team")
        eventually(lambda: presence(call.game) is None)
    else:
        hide(call)
    call.second.close()
    again = Tab(web, f"/ws/play/{call.game.code}/", call.second.headers)
    me = again.hear("player_snapshot")["me"]
    assert me["partners"] == [{"seat": 1, "presence": "connected", "is_bot": False}]
    assert heard_within([again], 0.5) == []
    call.answer(again)
    assert again.hear_partner(None if has_left else "idle", seat=1)


def test_the_projector_shows_who_is_there_in_the_lobby_only(web: Web, game: Game) -> None:
    wall = web.projector(game.code)
    wall.hear("watch_snapshot")
    first, _ = two_phones(web, game)
    assert wall.hear("delta")["counts"]["teams"] == 1
    host_commands.start(game.pk)
    again = web.projector(game.code).hear("watch_snapshot")
    assert again["counts"] is None and [row.keys() & {"seats"} for row in again["teams"]] == [set()]
    while heard_within([wall]):
        pass
    first.close()
    eventually(lambda: presence(game) == "away")
    assert heard_within([wall]) == []


def test_another_web_process_tells_nothing(web: Web, game: Game) -> None:
    other = Web().start()
    try:
        first, second = web.phone(game.code), other.phone(game.code)
        first.hear("player_snapshot")
        second.hear("player_snapshot")
        first.say("create_team", name="Blue Owls")
        second.say("join_team", team=first.seated()["team"])
        second.seated()
        host_commands.start(game.pk)
        round_id = second.hear("question_asked")["question"]["round"]
        while heard_within([second]):
            pass
        call = Call(game, first, second, [], round_id)
        hide(call)
        call.answer(second)
        assert second.hear_partner("idle", seat=1)
    finally:
        other.stop()


def test_in_a_team_of_three_one_who_has_answered_hears_and_one_who_has_not_does_not(
    web: Web, make_game: Callable[..., Game]
) -> None:
    game = make_game(mode="ghz")
    first, second, third = phones_of_team(web, game)
    host_commands.start(game.pk)
    round_id = first.hear("question_asked")["question"]["round"]
    while heard_within([first, second, third]):
        pass
    call = Call(game, first, third, [], round_id)
    call.answer(second)
    hide(call)
    told = [{"seat": 1, "presence": "idle", "is_bot": False}, {"seat": 3, "presence": "connected", "is_bot": False}]
    assert second.hear("partners_changed", partners=told)
