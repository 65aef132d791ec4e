"""Questions come from a seed that each run is committed to before its first one."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from dashboard.live import snapshots
from dashboard.pages.exports.views import export
from game.games import GAMES
from game.games.drawn_again import Checked, draw_again
from game.games.draws import deck_size
from game.lobby import host_commands
from game.lobby.loopholes import open_loophole
from game.models import CONTINUE_SECONDS, Game, Round, RunSeed
from game.physics.designs import DESIGNS
from game.rounds import ask
from tests.support.people import new_team, open_round
from tests.support.rounds import give_answers

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 24


def play(game: Game, rounds: int = ROUNDS) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    for _ in range(rounds):
        give_answers(team, "".join(seat.answers[0] for seat in game.declared.seats))


def end(game: Game) -> None:
    """Finish, and wait until nobody can take it back."""
    host_commands.finish(game.pk)
    Game.objects.update(finished_at=timezone.now() - timedelta(seconds=CONTINUE_SECONDS + 2))


def exported(game: Game, run: str = "all") -> str:
    async def read() -> str:
        return "".join([piece async for piece in export("rounds.json", await Game.objects.aget(pk=game.pk), run)])

    return async_to_sync(read)()


def checked(game: Game) -> Checked:
    return draw_again(exported(game))


@pytest.mark.parametrize("key", GAMES)
def test_every_question_of_every_game_is_drawn_again(make_game: Callable[..., Game], key: str) -> None:
    game = make_game(mode=key, theme=GAMES[key].default_theme)
    play(game)
    end(game)
    # The first question is drawn in Python, the others in the statement of answers; the last one stays open.
    assert checked(game) == Checked(ROUNDS, [], [], [], 0)


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_is_drawn_again(make_game: Callable[..., Game], design: str) -> None:
    game = make_game(question_design=design)
    play(game)
    end(game)
    assert checked(game) == Checked(ROUNDS, [], [], [], 0)


def test_teams_and_runs_have_questions_of_their_own(game: Game) -> None:
    other = new_team(game)
    play(game)
    for _ in range(ROUNDS):
        give_answers(other, "TT")
    host_commands.reset(game.pk)
    for team in game.teams.all():
        host_commands.start(game.pk)
        for _ in range(ROUNDS):
            give_answers(team, "TT")
    end(game)
    asked: dict[Any, list[str]] = {}
    for row in Round.objects.order_by("number"):
        asked.setdefault((row.team_id, row.run), []).append(row.questions)
    assert len({tuple(questions[:ROUNDS]) for questions in asked.values()}) == 4
    # The reset closed an open round of each team.
    assert checked(game) == Checked(4 * ROUNDS + 2, [], [], [], 0)


def test_the_seal_is_shown_before_the_start_and_is_the_hash_of_the_published_seed(game: Game, client: Client) -> None:
    shown = snapshots.watch(game.pk).seal
    play(game)
    end(game)
    (row,) = json.loads(exported(game))["seeds"]
    assert row["commitment"] == shown and len(shown) == 64
    client.force_login(game.owner)
    page = client.get(f"/dashboard/{game.code}/report/").content.decode()
    assert shown in page and "check_questions.py" in page


def test_a_seed_is_secret_until_its_run_cannot_go_on(game: Game, client: Client, admin_user: Any) -> None:
    def published() -> list[bool]:
        return [row["seed"] is not None for row in json.loads(exported(game))["seeds"]]

    play(game)
    assert published() == [False]
    secret = bytes(RunSeed.objects.get().seed).hex()
    host_commands.finish(game.pk)
    assert published() == [False]
    host_commands.take_back_finish(game.pk)
    assert published() == [False]
    client.force_login(admin_user)
    pages = [f"/admin/game/runseed/{RunSeed.objects.get().pk}/change/", f"/dashboard/{game.code}/report/"]
    assert not [page for page in pages if secret in client.get(page, follow=True).content.decode()]
    host_commands.reset(game.pk)
    assert published() == [True, False]
    end_of_first = json.loads(exported(game))["seeds"][0]["seed"]
    assert end_of_first == secret


def test_one_changed_byte_is_found(game: Game, tmp_path: Path) -> None:
    play(game)
    end(game)
    document = json.loads(exported(game))
    run, trial = document["seeds"][0], document["rounds"][7]
    other_seed = f"{'1' if run['seed'][0] == '0' else '0'}{run['seed'][1:]}"
    other_question = "AB"[trial["question_1"] == "A"]
    changes = {"seed": (run, "seed", other_seed), "question": (trial, "question_1", other_question)}
    for name, (row, key, value) in changes.items():
        kept, row[key] = row[key], value
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(document))
        row[key] = kept
        with pytest.raises(CommandError, match="differ from the seeds"):
            call_command("verify", str(file))
        assert script(file).returncode == 1


def dealt(make_game: Callable[..., Game]) -> Game:
    """A finished game: some even rounds, a deck and a part of the next one, and even rounds again."""
    game = make_game()
    team = new_team(game)
    host_commands.start(game.pk)
    for design in (None, "deck", None):
        open_loophole(game.pk, design)
        for _ in range(deck_size(game.declared) + 6 if design else 5):
            give_answers(team, "TT")
    end(game)
    return game


# Open at the switch: each design's first round comes after the one that was asked before it.
EVEN, DEALT = 5 + 1 + 4, 30


def test_a_dealt_deck_is_drawn_again_from_its_seed(make_game: Callable[..., Game], tmp_path: Path) -> None:
    game = dealt(make_game)
    assert Round.objects.filter(design="deck", closed_at__isnull=False).count() == DEALT
    assert checked(game) == Checked(EVEN + DEALT, [], [], [], 0)
    file = tmp_path / "rounds.json"
    file.write_text(exported(game))
    call_command("verify", str(file))


@pytest.mark.parametrize("at", [0, 17, DEALT - 1])
def test_one_changed_question_of_a_deck_is_found(make_game: Callable[..., Game], tmp_path: Path, at: int) -> None:
    document = json.loads(exported(dealt(make_game)))
    trial = [row for row in document["rounds"] if row["design"] == "deck"][at]
    trial["question_2"] = "XY"[trial["question_2"] == "X"]
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(document))
    with pytest.raises(CommandError, match="differ from the seeds"):
        call_command("verify", str(file))
    (first, *_) = draw_again(file.read_text()).differences
    assert f"round {trial['round']}: " in first


def test_one_changed_digit_of_the_seed_is_found_in_a_deck_too(make_game: Callable[..., Game]) -> None:
    document = json.loads(exported(dealt(make_game)))
    (run,) = document["seeds"]
    run["seed"] = f"{run['seed'][:-1]}{'1' if run['seed'][-1] == '0' else '0'}"
    found = draw_again(json.dumps(document))
    assert "SHA-256 of the seed" in found.differences[0]
    decks = {row["round"] for row in document["rounds"] if row["design"] == "deck"}
    assert any(f"round {number}: " in said for said in found.differences for number in decks)


def test_the_program_of_the_report_says_how_many_questions_it_skipped(
    make_game: Callable[..., Game], tmp_path: Path
) -> None:
    file = tmp_path / "rounds.json"
    file.write_text(exported(dealt(make_game)))
    done = script(file)
    assert done.returncode == 0, done.stderr
    assert f"{EVEN} questions come out as they were asked, 0 do not" in done.stdout
    assert f"{DEALT} questions were drawn by what was asked before" in done.stdout


def script(file: Path) -> subprocess.CompletedProcess[str]:
    """Run the program that the report offers, as it is downloaded: with Python alone."""
    command = [sys.executable, "-I", "-S", str(settings.BASE_DIR / "static" / "check_questions.py"), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_of_the_report_draws_the_questions_again(game: Game, tmp_path: Path) -> None:
    play(game)
    end(game)
    file = tmp_path / "rounds.json"
    file.write_text(exported(game))
    done = script(file)
    assert done.returncode == 0, done.stderr
    assert f"{ROUNDS} questions come out as they were asked, 0 do not" in done.stdout
    assert "skipped" not in done.stdout
    assert json.loads(exported(game))["seeds"][0]["commitment"] in done.stdout


def test_a_game_of_an_earlier_version_is_committed_at_its_next_question(game: Game) -> None:
    play(game, 5)
    RunSeed.objects.all().delete()
    team = open_round(game.teams.get()).team
    # The statement of answers leaves the next question to Python, which seals the run.
    give_answers(team, "TT")
    assert RunSeed.objects.count() == 1 and open_round(team).number == 7
    give_answers(team, "TT")
    end(game)
    found = checked(game)
    assert (found.same, found.differences, found.early) == (1, [], 6)


def test_two_processes_seal_a_run_once(game: Game) -> None:
    before = bytes(RunSeed.objects.get().seed)
    ask.seeds_of({game.pk: game.run})
    assert bytes(RunSeed.objects.get().seed) == before


@pytest.mark.parametrize(
    ("text", "said"), [("rounds", "not JSON"), ("[]", "without seeds"), ('{"rounds": []}', "without seeds, decks")]
)
def test_a_file_that_is_no_export_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=said):
        call_command("verify", str(file))
