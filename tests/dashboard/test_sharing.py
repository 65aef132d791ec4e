"""Whose a game is: sharing, repeating, putting away and deleting."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from game.lobby import host_commands, ownership
from game.lobby.refusal import Refusal
from game.models import Game, Round
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("other")


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


PAGES = [("post", page) for page in ("duplicate/", "share/", "archive/", "delete/")] + [
    ("get", page) for page in ("share/", "report/", "report/1/")
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_pages_of_a_game_ask_strangers_to_log_in_and_do_not_exist_for_other_instructors(
    game: Game, other: Any, method: str, page: str
) -> None:
    address = f"/dashboard/{game.code}/{page}"
    turned_away = getattr(Client(), method)(address)
    assert turned_away.headers["Location"].startswith("/login/")
    assert getattr(browser(other), method)(address).status_code == 404
    assert list(Game.objects.values_list("archived_at", flat=True)) == [None]


def test_sharing_by_name_lets_an_account_host_and_taking_back_ends_it(game: Game, host: Any, other: Any) -> None:
    address, client = f"/dashboard/{game.code}/share/", browser(host)
    assert browser(other).get(f"/dashboard/{game.code}/").status_code == 404
    client.post(address, {"name": " other "})
    assert browser(other).get(f"/dashboard/{game.code}/").status_code == 200
    assert game.code in browser(other).get("/dashboard/").content.decode()
    client.post(address, {"take_back": other.pk})
    assert browser(other).get(f"/dashboard/{game.code}/").status_code == 404


def test_a_name_that_nobody_has_is_told_at_the_field(game: Game, host: Any) -> None:
    page = browser(host).post(f"/dashboard/{game.code}/share/", {"name": "nobody"}).content.decode()
    assert "No account is called “nobody”" in page and 'value="nobody"' in page
    assert not game.co_instructors.exists()


def test_an_account_that_was_closed_cannot_be_given_a_game(game: Game, host: Any, other: Any) -> None:
    other.is_active = False
    other.save()
    with pytest.raises(Refusal, match="No account"):
        ownership.share(game.pk, host, "other")


def test_co_instructors_do_everything_but_share_and_delete(game: Game, host: Any, other: Any) -> None:
    ownership.share(game.pk, host, "other")
    client = browser(other)
    assert client.get(f"/dashboard/{game.code}/share/").status_code == 403
    assert client.post(f"/dashboard/{game.code}/share/", {"name": "host"}).status_code == 403
    for verb, values in (
        (ownership.share, ("other",)),
        (ownership.take_back, (other.pk,)),
        (ownership.delete, (game.code,)),
    ):
        with pytest.raises(Refusal, match="Only the owner"):
            verb(game.pk, other, *values)
    assert "share/" not in client.get(f"/dashboard/{game.code}/").content.decode()
    made = client.post(f"/dashboard/{game.code}/duplicate/").headers["Location"]
    assert Game.objects.get(code=made.split("/")[2]).owner == other
    client.post(f"/dashboard/{game.code}/archive/", {"archived": "yes"})
    game.refresh_from_db()
    assert game.archived_at is not None


def test_a_duplicate_has_the_options_and_nothing_of_the_play(make_game: Any, host: Any, other: Any) -> None:
    game = make_game(title="x" * 80, mode="classic", theme="classic", round_limit=7, max_teams=3, show_own_score=False)
    ownership.share(game.pk, host, "other")
    new_team(game)
    host_commands.start(game.pk)
    made = ownership.duplicate(game.pk, host)
    assert {name: getattr(made, name) for name in ownership.REPEATED} == {
        name: getattr(game, name) for name in ownership.REPEATED
    }
    assert (made.state, made.run, made.teams.count(), made.co_instructors.count()) == ("lobby", 1, 0, 0)
    assert made.code != game.code


def test_an_archived_game_stands_apart_with_all_its_rounds_and_comes_back(game: Game, host: Any) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    with pytest.raises(Refusal, match="Finish it first"):
        ownership.archive(game.pk)
    host_commands.finish(game.pk)
    client = browser(host)
    client.post(f"/dashboard/{game.code}/archive/", {"archived": "yes"})
    page = client.get("/dashboard/")
    assert page.context["groups"] == [] and page.context["archived"] == [game]
    assert Round.objects.filter(game=game).count() == 2
    client.post(f"/dashboard/{game.code}/archive/", {"archived": "no"})
    assert client.get("/dashboard/").context["archived"] == []


def test_a_game_that_is_played_again_leaves_the_archive(game: Game) -> None:
    play_round_of(game)
    ownership.archive(game.pk)
    host_commands.reset(game.pk)
    game.refresh_from_db()
    assert (game.state, game.archived_at) == ("lobby", None)
    ownership.archive(game.pk)
    host_commands.start(game.pk)
    game.refresh_from_db()
    assert (game.state, game.archived_at) == ("running", None)


def test_a_game_is_deleted_by_its_owner_who_types_its_code(game: Game, make_game: Any, host: Any) -> None:
    kept = make_game(title="Kept")
    for one in (game, kept):
        play_round_of(one)
    client = browser(host)
    client.post(f"/dashboard/{game.code}/delete/", {"code": kept.code})
    assert Game.objects.count() == 2
    client.post(f"/dashboard/{game.code}/delete/", {"code": game.code.lower()})
    assert list(Game.objects.all()) == [kept]
    assert Round.objects.filter(game=kept).exists() and not Round.objects.exclude(game=kept).exists()


@pytest.fixture
def slow_deletion(transactional_db: None) -> Iterator[None]:
    """Rounds are deleted by a statement without a time limit only, as those of a large game must be."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION takes_long() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF current_setting('statement_timeout') <> '0' THEN RAISE query_canceled; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER takes_long BEFORE DELETE ON game_round FOR EACH STATEMENT EXECUTE FUNCTION takes_long();
            """
        )
        yield
        cursor.execute("DROP FUNCTION takes_long CASCADE")


def test_the_rounds_of_a_large_game_may_take_long_to_delete(slow_deletion: None, game: Game, host: Any) -> None:
    play_round_of(game)
    answer = browser(host).post(f"/dashboard/{game.code}/delete/", {"code": game.code})
    assert answer.headers["Location"] == "/dashboard/" and not Game.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("30s",)


def play_round_of(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    host_commands.finish(game.pk)


def test_a_game_that_is_played_is_not_deleted(game: Game, host: Any) -> None:
    host_commands.start(game.pk)
    with pytest.raises(Refusal, match="Finish it first"):
        ownership.delete(game.pk, host, game.code)


def test_my_games_stand_by_state_and_name_whose_they_are(game: Game, make_game: Any, host: Any, other: Any) -> None:
    running = make_game(title="Runs")
    host_commands.start(running.pk)
    shared = ownership.create_game(other, title="Of a colleague")
    ownership.share(shared.pk, other, "host")
    page = browser(host).get("/dashboard/")
    groups = {str(name): {one.title for one in games} for name, games in page.context["groups"]}
    assert groups == {"Being played": {"Runs"}, "In the lobby": {"Physics 10b", "Of a colleague"}}
    assert "of other" in page.content.decode()


def test_the_first_visit_tells_the_three_steps(other: Any) -> None:
    page = browser(other).get("/dashboard/").content.decode()
    assert "Create the first game" in page and "Show the code" in page


def invited(client: Client, game: Game) -> str:
    """Make a link on the owner's page; return its path."""
    address = f"/dashboard/{game.code}/share/"
    client.post(address, {"invite": "yes"})
    link = client.get(address).context["link"]
    assert client.get(address).context["link"] == ""
    return str(link).removeprefix("http://testserver")


def test_a_link_lets_whoever_logs_in_host_the_game(game: Game, host: Any, other: Any) -> None:
    path = invited(browser(host), game)
    assert Client().get(path).headers["Location"].startswith("/login/?next=/dashboard/")
    client = browser(other)
    page = client.get(path).content.decode()
    assert game.title in page and not game.co_instructors.exists()
    assert client.post(path).headers["Location"] == f"/dashboard/{game.code}/"
    assert client.get(f"/dashboard/{game.code}/").status_code == 200
    assert browser(host).post(path).status_code == 302 and list(game.co_instructors.all()) == [other]


@pytest.mark.parametrize("how", ["replaced", "ended", "taken back", "old", "invented", "of another game"])
def test_a_link_that_has_ended_lets_nobody_in(game: Game, make_game: Any, host: Any, other: Any, how: str) -> None:
    owner, path = browser(host), invited(browser(host), game)
    if how == "replaced":
        invited(owner, game)
    elif how == "ended":
        owner.post(f"/dashboard/{game.code}/share/", {"end_invitation": "yes"})
    elif how == "taken back":
        browser(other).post(path)
        owner.post(f"/dashboard/{game.code}/share/", {"take_back": other.pk})
    elif how == "old":
        Game.objects.update(invited_until=timezone.now())
    elif how == "invented":
        path = f"/dashboard/{game.code}/invitation/{'A' * 22}/"
    else:
        path = path.replace(game.code, make_game().code)
    for answer in (browser(other).get(path), browser(other).post(path)):
        assert answer.status_code == 404 and "This invitation has ended" in answer.content.decode()
    assert not Game.objects.filter(co_instructors=other).exists()


def test_only_the_owner_makes_and_ends_links_and_the_secret_is_not_stored(game: Game, host: Any, other: Any) -> None:
    ownership.share(game.pk, host, "other")
    for verb in (ownership.invite, ownership.end_invitation):
        with pytest.raises(Refusal, match="Only the owner"):
            verb(game.pk, other)
    secret = ownership.invite(game.pk, host)
    assert secret not in str(Game.objects.values().get(pk=game.pk))
