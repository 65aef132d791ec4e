"""An instructor's own presets on the page of a new game."""

from typing import Any

import pytest
from django.test import Client

from game.accounts import own_presets
from game.lobby.refusal import Refusal
from game.models import Game, OwnPreset

pytestmark = pytest.mark.django_db

CHOICE = {
    "title": "Monday",
    "mode": "classic",
    "theme_classic": "classic",
    "round_limit": "24",
    "answer_seconds": "45",
    "max_teams": "12",
    "show_last_round": "on",
    "lesson": "on",
}


@pytest.fixture
def teacher(client: Client, host: Any) -> Client:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def other(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("other")


def save(client: Client, name: str, **choice: str) -> Any:
    return client.post("/dashboard/new/", CHOICE | choice | {"preset_name": name, "save_preset": ""})


def options_of(game: Game) -> dict[str, Any]:
    return {option: getattr(game, option) for option in own_presets.OPTIONS}


def test_a_game_by_an_own_preset_is_the_game_that_the_form_would_have_made(teacher: Client) -> None:
    teacher.post("/dashboard/new/", CHOICE)
    by_form = Game.objects.get()
    assert save(teacher, "Year 9").headers["Location"] == "/dashboard/new/"
    assert Game.objects.count() == 1
    preset = OwnPreset.objects.get()
    page = teacher.get("/dashboard/new/").content.decode()
    assert "<b>Year 9</b>" in page and "24 rounds" in page
    other = {"title": "Tuesday", "mode": "ghz", "round_limit": "5", "own_preset": preset.pk}
    made = teacher.post("/dashboard/new/", CHOICE | other)
    game = Game.objects.exclude(pk=by_form.pk).get()
    assert made.headers["Location"] == f"/dashboard/{game.code}/"
    assert game.title == "Tuesday"
    assert options_of(game) == options_of(by_form)
    assert game.round_limit == 24 and game.lesson and not game.show_own_score


def test_the_same_name_replaces_the_preset(teacher: Client) -> None:
    save(teacher, "Year 9")
    save(teacher, "YEAR 9", round_limit="7")
    preset = OwnPreset.objects.get()
    assert preset.name == "YEAR 9" and preset.options["round_limit"] == 7


@pytest.mark.parametrize("name", ["", "x" * 51, "fuck", "bell\x07"])
def test_a_bad_name_is_told_at_its_field(teacher: Client, name: str) -> None:
    page = save(teacher, name)
    assert page.status_code == 200
    assert 'id="preset-error"' in page.content.decode()
    assert not OwnPreset.objects.exists()


def test_a_choice_with_an_error_is_not_saved(teacher: Client) -> None:
    assert 'class="errorlist"' in save(teacher, "Year 9", answer_seconds="1").content.decode()
    assert not OwnPreset.objects.exists()


def test_no_more_than_twenty_are_kept_and_one_may_still_be_replaced(teacher: Client, host: Any) -> None:
    chosen = dict.fromkeys(own_presets.OPTIONS, None)
    for n in range(own_presets.MOST):
        own_presets.save(host, f"Preset {n}", chosen)
    with pytest.raises(Refusal) as refused:
        own_presets.save(host, "One more", chosen)
    assert refused.value.reason == "too_many_presets"
    own_presets.save(host, "preset 3", chosen)
    assert host.own_presets.count() == own_presets.MOST == 20


def test_a_preset_is_renamed_and_deleted(teacher: Client, host: Any) -> None:
    save(teacher, "Year 9")
    save(teacher, "Year 10")
    first, second = host.own_presets.all()
    teacher.post(f"/dashboard/presets/{first.pk}/", {"name": "Year 8"})
    assert [preset.name for preset in host.own_presets.all()] == ["Year 8", "Year 10"]
    page = teacher.post(f"/dashboard/presets/{first.pk}/", {"name": "year 10"}, follow=True).content.decode()
    assert "You have a preset with the name “year 10” already." in page
    teacher.post(f"/dashboard/presets/{second.pk}/", {"delete": ""})
    assert [preset.name for preset in host.own_presets.all()] == ["Year 8"]


def test_presets_belong_to_their_account(teacher: Client, host: Any, other: Any) -> None:
    theirs = own_presets.save(other, "Secret plan", dict.fromkeys(own_presets.OPTIONS, None))
    assert "Secret plan" not in teacher.get("/dashboard/new/").content.decode()
    teacher.post(f"/dashboard/presets/{theirs.pk}/", {"name": "Mine"})
    teacher.post(f"/dashboard/presets/{theirs.pk}/", {"delete": ""})
    used = teacher.post("/dashboard/new/", CHOICE | {"own_preset": theirs.pk})
    assert "This preset is gone." in used.content.decode()
    assert not Game.objects.exists()
    assert OwnPreset.objects.get().name == "Secret plan"


def test_enter_saves_where_a_name_is_typed_and_makes_a_game_where_none_is(teacher: Client) -> None:
    teacher.post("/dashboard/new/", CHOICE | {"enter": "", "preset_name": "Year 9"})
    assert OwnPreset.objects.count() == 1 and not Game.objects.exists()
    teacher.post("/dashboard/new/", CHOICE | {"enter": "", "preset_name": ""})
    assert Game.objects.get().mode == "classic"


def test_strangers_change_no_preset(host: Any) -> None:
    preset = own_presets.save(host, "Year 9", dict.fromkeys(own_presets.OPTIONS, None))
    answer = Client().post(f"/dashboard/presets/{preset.pk}/", {"delete": ""})
    assert answer.headers["Location"].startswith("/login/") and OwnPreset.objects.exists()
