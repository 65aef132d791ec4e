"""The steps of a lesson, and what the run does in each."""

from collections.abc import Callable

import pytest

from game.games import GAMES
from game.lesson import presets, verbs
from game.lesson.class_view import bins, class_view
from game.lesson.steps import STEPS, checked, hides_numbers
from game.lesson.words import QUESTIONS, RIGHT, WORDS
from game.lobby import host_commands, moves, ownership
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round
from tests.support.people import new_player, new_team

pytestmark = pytest.mark.django_db(transaction=True)

JOIN, RULE, GUESS, PLAN, PLAY, REVEAL, QUANTUM, EXPLAIN, DEBRIEF = range(len(STEPS))


@pytest.fixture
def lesson(make_game: Callable[..., Game]) -> Game:
    return make_game(lesson=list(STEPS), round_limit=30)


def test_every_step_has_its_words() -> None:
    assert list(WORDS) == list(STEPS)
    assert {name: letter in QUESTIONS[name][1] for name, letter in RIGHT.items()} == dict.fromkeys(QUESTIONS, True)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (["join", "dance"], "step='dance'"),
        (["play", "join"], "in the order"),
        (["play", "play"], "in the order"),
        (["join", "guess"], "has the step play"),
    ],
)
def test_a_lesson_that_makes_no_sense_is_refused(steps: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked(steps)


def test_numbers_are_hidden_until_the_reveal_and_never_again() -> None:
    assert [hides_numbers(STEPS, step, revealed=False) for step in range(9)] == [True] * 5 + [False] * 4
    assert not any(hides_numbers(STEPS, step, revealed=True) for step in range(9))
    assert not hides_numbers([], 0, revealed=False)


@pytest.mark.parametrize("key", presets.PRESETS)
def test_every_preset_makes_a_game(key: str, host) -> None:
    game = ownership.create_game(host, title="One click", **presets.options(key))
    assert game.lesson == [] or game.lesson[-1] == "debrief"
    assert not (game.declared.score_scale is not None and "guess" in game.lesson)


def test_presets_of_a_game_are_offered_between_those_of_the_first_game_and_just_play() -> None:
    of_games = [key for game in GAMES.values() for key in game.presets]
    assert of_games and list(presets.PRESETS)[-1 - len(of_games) :] == [*of_games, "just_play"]


def test_the_run_follows_the_steps(lesson: Game) -> None:
    team = new_team(lesson, "Blue Owls")
    seen = []
    for step in (RULE, PLAN, PLAY, REVEAL, PLAY, QUANTUM, EXPLAIN, DEBRIEF):
        verbs.go_to_step(lesson.pk, step)
        lesson.refresh_from_db()
        seen.append((lesson.step_key, lesson.state))
    assert seen == [
        ("rule", "lobby"),
        ("plan", "lobby"),
        ("play", "running"),
        ("reveal", "paused"),
        ("play", "running"),
        ("quantum", "running"),
        ("explain", "paused"),
        ("debrief", "finished"),
    ]
    assert Round.objects.filter(team=team).count() == 1


def test_the_steps_follow_start_pause_resume_and_finish(lesson: Game) -> None:
    seen = []
    for command in (host_commands.start, host_commands.pause, host_commands.resume, host_commands.finish):
        command(lesson.pk)
        lesson.refresh_from_db()
        seen.append((lesson.step_key, lesson.numbers_hidden))
    assert seen == [("play", True), ("play", True), ("play", True), ("debrief", False)]


def test_a_reset_begins_the_lesson_again(lesson: Game) -> None:
    player = new_player(lesson)
    moves.create_team(lesson.pk, player.pk, "Blue Owls")
    verbs.tick_plan(lesson.pk, player.pk, "TF")
    verbs.go_to_step(lesson.pk, REVEAL)
    host_commands.reset(lesson.pk)
    lesson.refresh_from_db()
    player.refresh_from_db()
    assert (lesson.step, lesson.revealed, lesson.guesses_shown, player.plan) == (0, False, False, "")


def test_going_back_after_the_reveal_hides_nothing(lesson: Game) -> None:
    verbs.go_to_step(lesson.pk, REVEAL)
    verbs.go_to_step(lesson.pk, PLAY)
    lesson.refresh_from_db()
    assert not lesson.numbers_hidden


@pytest.mark.parametrize(("step", "reason"), [(9, "no_step"), (20, "no_step")])
def test_a_step_that_the_lesson_lacks_is_refused(lesson: Game, step: int, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        verbs.go_to_step(lesson.pk, step)
    assert refused.value.reason == reason


def test_a_game_without_a_lesson_has_no_steps(game: Game) -> None:
    for act in (lambda: verbs.go_to_step(game.pk, 0), lambda: verbs.show_guesses(game.pk)):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.reason == "no_step"


@pytest.mark.parametrize("plan", ["T", "TTT", "TX", "T ", "<>"])
def test_a_plan_that_the_seat_cannot_answer_is_refused(lesson: Game, plan: str) -> None:
    player = new_team(lesson).players.first()
    assert player is not None
    with pytest.raises(Refusal) as refused:
        verbs.tick_plan(lesson.pk, player.pk, plan)
    assert refused.value.reason == "bad_plan" and plan in refused.value.text


def test_a_plan_is_no_message_during_a_round(lesson: Game) -> None:
    player = new_team(lesson).players.first()
    assert player is not None
    verbs.go_to_step(lesson.pk, PLAY)
    with pytest.raises(Refusal) as refused:
        verbs.tick_plan(lesson.pk, player.pk, "TF")
    assert refused.value.reason == "round_open"


def test_guesses_fall_into_bins_of_five() -> None:
    found = bins([0, 4, 5, 75, 99, 100])
    assert (found[0], found[1], found[15], found[19], sum(found)) == (2, 1, 1, 2, 6)


def test_the_class_is_counted_and_its_gain_is_normalised(lesson: Game) -> None:
    # Of six persons three guess 75, and answer 1, 2, 2, 0, 1, 2 of the two questions rightly: (8/12 - 1/2) / (1 - 1/2).
    answers = ["ba", "bb", "bb", "aa", "cb", "bb"]
    guesses = [75, 78, 71, 50, 90, 100]
    for _ in range(3):
        new_team(lesson)
    for player, guess, explained in zip(Player.objects.order_by("pk"), guesses, answers, strict=True):
        player.prediction = guess
        player.save()
        verbs.explain(lesson.pk, player.pk, *explained)
    seen = class_view(lesson, is_host=True)
    assert (seen.players, seen.guessed, seen.teams, seen.explained) == (6, 6, 3, 6)
    assert seen.chosen == {"what": {"a": 1, "b": 4, "c": 1}, "message": {"a": 2, "b": 4, "c": 0}}
    assert seen.gain == pytest.approx(1 / 3)


def test_the_projector_sees_guesses_only_when_the_host_shows_them(lesson: Game) -> None:
    new_team(lesson).players.update(prediction=60)
    assert class_view(lesson, is_host=False).guesses is None
    verbs.show_guesses(lesson.pk)
    lesson.refresh_from_db()
    seen = class_view(lesson, is_host=False)
    assert seen.guesses is not None and sum(seen.guesses) == 2
    assert (seen.chosen, seen.gain) == (None, None)


def test_an_unknown_choice_is_refused(lesson: Game) -> None:
    with pytest.raises(Refusal) as refused:
        verbs.explain(lesson.pk, new_player(lesson).pk, "b", "z")
    assert refused.value.reason == "bad_choice" and "“z”" in refused.value.text
