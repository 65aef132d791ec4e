import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from game.games import GAMES
from game.lobby import host_commands, ownership
from game.models import Game, Player
from game.realtime import announce
from tests.support.admin import staff, url
from tests.support.people import new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import Web, heard_within

pytestmark = pytest.mark.django_db(transaction=True)
ALL = list(apps.get_app_config("game").get_models())


@pytest.fixture
def root() -> Client:
    return staff("root", is_superuser=True)


def test_everything_stored_is_in_the_admin() -> None:
    assert all(admin.site.is_registered(model) for model in ALL)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_lists_and_searches_open(root: Client, game: Game, model) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    assert root.get(url(model)).status_code == 200
    assert root.get(url(model), {"q": "x"}).status_code == 200
    if row := model.objects.first():
        assert root.get(url(model, f"{row.pk}/change/")).status_code == 200


def test_questions_and_answers_of_an_open_round_are_not_shown(root: Client, game: Game) -> None:
    new_team(game)
    host_commands.start(game.pk)
    trial = open_round(game.teams.get())
    page = root.get(url(type(trial), f"{trial.pk}/change/")).content.decode()
    pair = f"{trial.questions[0]} {trial.questions[1]}"
    assert "open" in page and pair not in page
    host_commands.skip_round(game.pk, trial.team_id)
    assert pair in root.get(url(type(trial), f"{trial.pk}/change/")).content.decode()


def test_no_identity_is_shown(root: Client, game: Game) -> None:
    new_team(game)
    player = Player.objects.filter(game=game).first()
    assert player.identity not in root.get(url(Player, f"{player.pk}/change/")).content.decode()


def test_instructors_see_their_own_and_shared_games_only(game: Game) -> None:
    client = staff("teacher", "Instructors")
    user = User.objects.get(username="teacher")
    own = ownership.create_game(user, title="My own game")
    page = client.get(url(Game)).content.decode()
    assert own.code in page and game.code not in page
    assert client.get(url(Game, f"{game.pk}/change/")).status_code == 302
    game.co_instructors.add(user)
    assert game.code in client.get(url(Game)).content.decode()
    assert client.get("/admin/auth/user/").status_code == 403


def test_actions_are_the_verbs_and_say_what_they_refuse(root: Client, game: Game) -> None:
    new_team(game)

    def act(name: str) -> str:
        form = {"action": name, "_selected_action": [game.pk]}
        return root.post(url(Game), form, follow=True).content.decode()

    act("start")
    assert open_round(game.teams.get()).number == 1
    act("finish")
    assert "Only a game in its lobby can be started" in act("start")
    game.refresh_from_db()
    assert game.state == "finished"


def test_an_instructor_cannot_give_a_game_away(game: Game) -> None:
    client = staff("teacher", "Instructors")
    user = User.objects.get(username="teacher")
    own = ownership.create_game(user, title="My own game")
    form = {"title": "New title", "owner": game.owner_id, "mode": "classic", "theme": "food"}
    form |= {"question_design": "uniform", "answer_seconds": 60, "max_teams": 100}
    assert client.post(url(Game, f"{own.pk}/change/"), form).status_code == 302
    own.refresh_from_db()
    assert (own.title, own.owner) == ("New title", user)


def test_one_game_is_exported_from_the_admin_and_several_are_refused(root: Client, game: Game, make_game) -> None:
    form = {"action": "export", "_selected_action": [game.pk]}
    assert root.post(url(Game), form).headers["Location"] == f"/dashboard/{game.code}/export/rounds.csv"
    form["_selected_action"].append(make_game(title="Another").pk)
    assert "2 games are chosen" in root.post(url(Game), form, follow=True).content.decode()


def test_games_are_archived_and_brought_back_in_the_admin_and_a_running_one_is_refused(
    root: Client, game: Game, make_game
) -> None:
    running = make_game(title="Runs")
    host_commands.start(running.pk)
    form = {"action": "archive", "_selected_action": [game.pk, running.pk]}
    assert "Finish it first" in root.post(url(Game), form, follow=True).content.decode()
    assert Game.objects.filter(archived_at=None).get() == running
    root.post(url(Game), {"action": "bring_back", "_selected_action": [game.pk]})
    assert Game.objects.filter(archived_at=None).count() == 2


@pytest.mark.parametrize("action", ["start", "finish", "reset", "export", "archive"])
def test_an_instructor_can_act_on_no_game_of_another(game: Game, action: str) -> None:
    client = staff("teacher", "Instructors")
    before = Game.objects.filter(pk=game.pk).values().get()
    answer = client.post(url(Game), {"action": action, "_selected_action": [game.pk]})
    assert game.code not in answer.headers.get("Location", "")
    assert Game.objects.filter(pk=game.pk).values().get() == before


def test_a_co_instructor_cannot_share_a_game_in_the_admin(game: Game) -> None:
    client = staff("teacher", "Instructors")
    user, third = User.objects.get(username="teacher"), User.objects.create_user("third")
    game.co_instructors.add(user)
    form = {"title": "New title", "mode": "classic", "theme": "food", "co_instructors": [third.pk]}
    form |= {"question_design": "uniform", "answer_seconds": 60, "max_teams": 100}
    assert client.post(url(Game, f"{game.pk}/change/"), form).status_code == 302
    assert list(game.co_instructors.all()) == [user]


def test_a_scoreboard_that_is_hidden_in_the_admin_leaves_the_projector_with_the_commit(
    web_process: Web, root: Client, game: Game
) -> None:
    new_team(game)
    projector = web_process.projector(game.code)
    announce.refresh(game)
    assert projector.hear("watch_snapshot")["teams"]
    # News of the seats are merged and come later.
    while heard_within([projector]):
        pass
    page = url(Game, f"{game.pk}/change/")
    form = root.get(page).context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if name in form.fields and value is not None}
    with transaction.atomic():
        assert root.post(page, {**fields, "public_scoreboard": ""}).status_code == 302
        assert heard_within([projector]) == [], "nobody is told of what may yet be undone"
    while projector.hear("watch_snapshot")["teams"]:
        pass


@pytest.mark.parametrize(("mode", "theme", "changed"), [("mermin", "twins", True), ("ghz", "letters", False)])
def test_the_admin_offers_declared_games_and_keeps_the_size_of_teams(
    root: Client, game: Game, mode: str, theme: str, changed: bool
) -> None:
    new_team(game)
    page = root.get(url(Game, f"{game.pk}/change/"))
    assert all(f'<option value="{key}"' in page.content.decode() for key in GAMES)
    form = {"title": game.title, "owner": game.owner_id, "answer_seconds": 60, "max_teams": 100}
    form |= {"question_design": "uniform", "mode": mode, "theme": theme}
    response = root.post(url(Game, f"{game.pk}/change/"), form)
    assert response.status_code == (302 if changed else 200)
    assert ("teams have another size" in response.content.decode()) != changed
    game.refresh_from_db()
    assert game.mode == (mode if changed else "simplified")
