"""Who may see what: the whole table."""

from types import SimpleNamespace

import pytest

from game.realtime.visibility import FixedOptions, is_recipient, may_see, own_seat

SHOWN = FixedOptions("finished", show_last_round=True, show_own_score=True, public_scoreboard=True)
HIDDEN = FixedOptions("running")
PAGES = ("play", "watch", "dashboard")


@pytest.mark.parametrize(
    ("fact", "hidden", "shown"),
    [
        ("closed_round", {"dashboard"}, {"play", "dashboard"}),
        ("own_score", {"dashboard"}, {"play", "dashboard"}),
        ("results", {"dashboard"}, {"play", "dashboard"}),
        ("scoreboard", {"dashboard"}, {"watch", "dashboard"}),
        ("room", {"watch", "dashboard"}, {"watch", "dashboard"}),
        ("alarms", {"dashboard"}, {"dashboard"}),
        ("banned", {"dashboard"}, {"dashboard"}),
        ("radar", {"dashboard"}, {"dashboard"}),
    ],
)
def test_pages_see_what_the_game_allows(fact, hidden: set[str], shown: set[str]) -> None:
    assert {page for page in PAGES if may_see(fact, page, HIDDEN)} == hidden
    assert {page for page in PAGES if may_see(fact, page, SHOWN)} == shown


@pytest.mark.parametrize(
    ("fact", "page", "option"),
    [
        ("closed_round", "play", {"show_last_round": True}),
        ("own_score", "play", {"show_own_score": True}),
        ("scoreboard", "watch", {"public_scoreboard": True}),
        ("results", "play", {"state": "finished"}),
    ],
)
def test_each_option_shows_one_fact(fact, page: str, option: dict) -> None:
    assert may_see(fact, page, HIDDEN._replace(**option))
    opposite = {name: "paused" if name == "state" else False for name in option}
    assert not may_see(fact, page, SHOWN._replace(**opposite))


def test_a_player_sees_the_own_seat_of_an_open_round_and_strangers_see_none() -> None:
    trial = SimpleNamespace(players=[7, 8])
    assert [own_seat(trial, player) for player in (7, 8, 9)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("audience", "recipients"),
    [
        ("game", {("play", True), ("play", False), ("watch", False), ("dashboard", False)}),
        ("seats", {("play", True), ("play", False)}),
        ("lobby", {("play", False)}),
        ("host", {("dashboard", False)}),
        ("watch", {("watch", False)}),
    ],
)
def test_an_audience_has_its_recipients_only(audience: str, recipients: set[tuple[str, bool]]) -> None:
    everybody = {("play", True), ("play", False), ("watch", False), ("dashboard", False)}
    assert {socket for socket in everybody if is_recipient(audience, *socket)} == recipients
