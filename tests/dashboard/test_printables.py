"""What a host prints: cards for teams, a poster, and a sheet for each team."""

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.pages.printables.plan_square import plan_square
from dashboard.statistics.recompute import recompute
from game.games import GAMES
from game.lobby import cards, ghosts, host_commands
from game.models import Game, Player, Round, Team
from game.web import join_address
from game.web.results import of_player
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("cards", "poster", "sheets")


@pytest.fixture
def owner(client: Client, host: Any) -> Client:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, game: Game, name: str, language: str = "en", **query: Any) -> Any:
    return client.get(f"/dashboard/{game.code}/print/{name}/", query, headers={"accept-language": language})


def ended(game: Game) -> None:
    """End the game and count all of its rounds."""
    host_commands.finish(game.pk)
    for team in Round.objects.filter(game=game, closed_at=None).values_list("team_id", flat=True):
        host_commands.skip_round(game.pk, team)
    recompute([game.pk])


@pytest.mark.parametrize("name", PAGES)
def test_pages_for_print_are_for_the_hosts_alone_in_every_language(
    owner: Client, game: Game, name: str, django_user_model: Any
) -> None:
    titles = {
        re.findall(r"<h1>\s*(.*?)\s*</h1>", page(owner, game, name, to).content.decode())[0]
        for to in ["en", "de", "fr"]
    }
    assert len(titles) == 3
    stranger = Client()
    assert page(stranger, game, name).headers["Location"].startswith("/login/")
    stranger.force_login(
        django_user_model.objects.create_user("stranger"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert page(stranger, game, name).status_code == 404


def test_a_card_has_a_code_for_each_seat_that_leads_to_it(owner: Client, make_game: Any, settings: Any) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://bell.example", ["localhost"]
    game = make_game(mode="ghz", theme="letters")
    html = owner.get(
        f"/dashboard/{game.code}/print/cards/?teams=2", headers={"host": "localhost", "accept-language": "de"}
    ).content.decode()
    assert html.count("<article") == 4
    for number, name in enumerate(cards.team_names(game, "de", 2), 1):
        assert html.count(f">{name}<") == 2
        for seat in (1, 2, 3):
            link = cards.Link(1, number, seat, "de").signed(game)
            code = join_address.qr_picture(f"https://bell.example/g/{game.code}/?seat={link}").decode()
            assert html.count(code.removeprefix("<svg ")) == 1
    # Nothing is founded before somebody scans.
    assert not Team.objects.filter(game=game).exists()


@pytest.mark.parametrize(("asked", "printed"), [("", 12), ("3", 3), ("0", 1), ("9999", 50), ("²", 12)])
def test_as_many_cards_are_printed_as_are_asked_for(owner: Client, game: Game, asked: str, printed: int) -> None:
    sheets = page(owner, game, "cards", teams=asked).context["sheets"]
    assert [card.number for sheet in sheets for card in sheet] == list(range(1, printed + 1))


def test_the_paper_is_one_of_those_offered(owner: Client, game: Game) -> None:
    assert "css/paper/letter" in page(owner, game, "cards", paper="letter").content.decode()
    assert "css/paper/a3" in page(owner, game, "poster", paper="a3").content.decode()
    for name, paper in (("cards", "a3"), ("poster", "../host"), ("sheets", "")):
        assert "css/paper/a4" in page(owner, game, name, paper=paper).content.decode()


def test_before_the_end_no_limit_and_no_evidence_is_printed(owner: Client, game: Game) -> None:
    for name in ("cards", "poster"):
        html = page(owner, game, name).content.decode()
        assert not re.search(r"75 ?%|85\.4|2\.83|evidence", html.partition("<main")[2])
    assert page(owner, game, "sheets").context["sheets"] == []


def test_a_game_that_is_over_has_no_cards(owner: Client, game: Game) -> None:
    Game.objects.filter(pk=game.pk).update(state=Game.State.FINISHED)
    response = page(owner, game, "cards")
    assert response.context["sheets"] == [] and "new cards" in response.content.decode()


def test_a_plan_on_paper_has_every_question_and_goal_once() -> None:
    for game in GAMES.values():
        for theme in game.themes.values():
            plan = plan_square(game, theme)
            alike = {game.alike(context) for context in game.questions}
            assert len(plan.goals) == len(alike) and len(plan.seats) == game.seat_count
            asked = {(seat, question.label) for seat, questions in enumerate(plan.seats, 1) for question in questions}
            assert len(asked) == sum(map(len, plan.seats))
            shown = [goal for row in plan.rows for goal in row.goals if goal]
            assert game.seat_count > 2 or sorted(map(repr, shown)) == sorted(map(repr, plan.goals))


def test_sheets_say_what_the_phones_say(owner: Client, game: Game) -> None:
    teams = [new_team(game, name) for name in ("Red Foxes", "Blue Owls")]
    ghosts.add_ghost(game.pk, "best_classical")
    host_commands.set_options(game.pk, round_limit=4)
    host_commands.start(game.pk)
    for team in teams:
        for n in range(4):
            play_round(team, True, n > 0 or team is teams[0])
    ended(game)
    sheets = page(owner, game, "sheets").context["sheets"]
    assert [sheet["team"] for sheet in sheets] == ["Blue Owls", "Red Foxes"]
    for sheet in sheets:
        phone = of_player(game.pk, Player.objects.filter(team__name=sheet["team"])[0].pk)
        assert phone.own is not None and phone.ranking is not None
        assert sheet["own"]["report"]["good"] == phone.own.report.good
        assert sheet["own"].get("verdict") == phone.own.verdict
        assert sheet["ranking"] == {"place": phone.ranking.place, "teams": 2}
        assert [one["round"] for one in sheet["rounds"]] == [one.round for one in phone.rounds][::-1]
        assert "p_local" not in sheet["own"]["report"]["evidence"]


def test_sheets_of_many_teams_ask_no_more_than_one(owner: Client, make_game: Any) -> None:
    asked = []
    for teams in (1, 3):
        game = make_game()
        seated = [new_team(game) for _ in range(teams)]
        host_commands.start(game.pk)
        for team in seated:
            play_round(team)
        ended(game)
        caches["derived"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert len(page(owner, game, "sheets").context["sheets"]) == teams
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_sheets_wait_until_every_round_is_counted(owner: Client, game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    assert "when the game is over" in page(owner, game, "sheets").content.decode()
    host_commands.finish(game.pk)
    assert page(owner, game, "sheets").context["data"]["counting"]
