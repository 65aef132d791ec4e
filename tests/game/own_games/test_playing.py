"""An uploaded game is played at once in all running processes, counted, reported and exported like the others."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import translation

from dashboard.statistics.recompute import recompute
from game.accounts import own_games
from game.bots import runner
from game.bots.strategies import STRATEGIES
from game.games import GAMES, game_of
from game.lobby import bots, host_commands, ownership
from game.lobby.refusal import Refusal
from game.models import Game, OwnGame, RoomStatistics, Round, Tally, Team, TeamStatistics
from game.own_games.definition import OwnDefinition
from game.own_games.files import EXAMPLES, examples
from game.physics.theory import plans
from game.rounds.rows import NotRecorded
from game.web import game_data, results
from tests.support.people import new_team, open_round
from tests.support.rounds import give_answers
from tests.support.server import Web, fetch, phones_of_team

pytestmark = pytest.mark.django_db(transaction=True)

LAMPS = examples()["two_lamps"].source


@pytest.fixture
def lamps(host: Any) -> OwnGame:
    return own_games.save(host, LAMPS)


@pytest.fixture
def game(lamps: OwnGame, host: Any) -> Game:
    return ownership.create_game(host, title="Two lamps", mode=lamps.key)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def play(team: Team, rounds: int) -> int:
    """Play the best plan; return how many rounds it won."""
    declared = team.game.declared
    plan, won = plans.best_plan(declared), 0
    for _ in range(rounds):
        trial = open_round(team)
        answers = plans.planned_answers(declared, plan, trial.questions)
        give_answers(team, answers)
        won += declared.counts(trial.questions, answers) is True
    return won


def test_a_class_plays_an_own_game_and_every_number_follows(game: Game, host: Any) -> None:
    assert game.theme == "own" and isinstance(game.declared, OwnDefinition)
    team = new_team(game)
    host_commands.start(game.pk)
    # T is no answer of this game.
    assert [type(verdict) for verdict in give_answers(team, "TT").answers] == [NotRecorded] * 2
    won = play(team, 18)
    # Of 19 rounds one in 25 runs leaves out a context.
    asked = {row.questions for row in Round.objects.all()}
    assert asked and asked <= {"AX", "AY", "BX", "BY"}
    host_commands.finish(game.pk)
    recompute([game.pk])
    assert sum(Tally.objects.filter(team=team).values_list("count", flat=True)) == 18
    report = TeamStatistics.objects.get(team=team).report
    assert (report.good, report.bad) == (won, 19 - won) and report.evidence.log10_e_superquantum is None
    assert RoomStatistics.objects.get(game=game).report.good == won
    own = results.of_player(game.pk, team.players.get(seat=1).pk).own
    assert own is not None and sum(context.hits or 0 for context in own.contexts) == won


def test_a_context_comes_in_proportion_to_its_weight(game: Game, lamps: OwnGame) -> None:
    assert lamps.deck == ["AX", "AY", "AY", "BX", "BY"] and lamps.letters == ["RG", "RG"]
    team = new_team(game)
    host_commands.start(game.pk)
    play(team, 3)
    assert {row.questions: row.propensity for row in Round.objects.all()}.items() <= {
        "AX": 0.2, "AY": 0.4, "BX": 0.2, "BY": 0.2,
    }.items()  # fmt: skip


def test_running_processes_play_a_game_that_was_uploaded_after_their_start(web_process: Web, host: Any) -> None:
    row = own_games.save(host, LAMPS)
    game = ownership.create_game(host, title="Two lamps", mode=row.key)
    assert "Storm" in fetch(web_process, host, f"/g/{game.code}/")
    phones = phones_of_team(web_process, game)
    host_commands.start(game.pk)
    for _ in range(3):
        for phone in phones:
            question = phone.asked()
            phone.say("answer", round=question["round"], answer="R")
            assert phone.hear("answer_recorded")["answer"] == "R"
    for phone in phones:
        phone.close()
    closed = Round.objects.filter(game=game, closed_by="answers")
    assert closed.count() == 3 and set(closed.values_list("answers", flat=True)) == {"RR"}


def test_bots_of_every_strategy_play_an_own_game(game: Game) -> None:
    for strategy in STRATEGIES:
        bots.seat_bots(game.pk, 1, strategy, {"think_seconds": 0})
    host_commands.start(game.pk)
    for _ in range(4):
        runner.answer_due()
    # Whisperers answer one after the other, so a round takes them two turns.
    assert Round.objects.filter(game=game, closed_by="answers").count() == 4 * (len(STRATEGIES) - 1) + 2


def test_pages_exports_and_the_analysis_know_it(web_process: Web, game: Game, host: Any, tmp_path: Path) -> None:
    team = new_team(game, "Blue Owls")
    host_commands.start(game.pk)
    won = play(team, 12)
    host_commands.finish(game.pk)
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    host_commands.skip_round(game.pk, team.pk)
    recompute([game.pk])
    client = client_of(host)
    pages = (
        "", "report/", f"report/{team.pk}/", "runs/", "print/cards/", "print/poster/", "print/sheets/", "room.json",
        f"teams/{team.pk}.json", "answers.json", "export/rounds.json", "export/teams.csv", "export/lab-pack.zip",
    )  # fmt: skip
    for page in pages:
        assert client.get(f"/dashboard/{game.code}/{page}").status_code == 200, page
    for page in ("", "watch/", "class/"):
        assert client.get(f"/g/{game.code}/{page}").status_code == 200, page
    file = tmp_path / "rounds.csv"
    file.write_text(fetch(web_process, host, f"/dashboard/{game.code}/export/rounds.csv"), encoding="utf-8")
    out = io.StringIO()
    declaration = str(EXAMPLES / "two_lamps.toml")
    call_command("analyse", str(file), declaration=declaration, json=True, stdout=out, stderr=io.StringIO())
    found = json.loads(out.getvalue())
    assert (found["issued"], found["wins"]) == (13, won)
    with pytest.raises(CommandError, match="no TOML"):
        call_command("analyse", str(file), declaration=__file__, stdout=io.StringIO())


def test_other_pages_hear_nothing_of_an_own_game(lamps: OwnGame, game: Game, make_game: Any) -> None:
    assert lamps.key in game_data.as_data(lamps.key)
    assert set(game_data.as_data()) == set(GAMES) and lamps.key not in list(GAMES)
    other = make_game(title="Another")
    assert "High tide" not in Client().get(f"/g/{other.code}/").content.decode()


@pytest.mark.parametrize(("language", "word"), [("en", "another minus sign"), ("de", "anderes Minuszeichen")])
def test_the_words_are_those_of_the_readers_language(host: Any, language: str, word: str) -> None:
    row = own_games.save(host, examples()["chsh_other_sign"].source)
    page = client_of(host).get("/dashboard/own-games/", headers={"accept-language": language}).content.decode()
    assert word in page and f"/dashboard/own-games/{row.key}/play/" in page


def test_a_host_uploads_a_game_sees_its_bounds_and_begins_it(host: Any) -> None:
    client = client_of(host)
    file = io.BytesIO(LAMPS.encode())
    file.name = "lamps.toml"
    assert client.post("/dashboard/own-games/", {"file": file}).status_code == 302
    row = OwnGame.objects.get()
    page = client.get("/dashboard/own-games/").content.decode()
    assert "Two lamps" in page and "80.00 % (4/5" in page and "reach 86.74 %: found by a search" in page
    begun = client.post(f"/dashboard/own-games/{row.key}/play/")
    game = Game.objects.get()
    assert begun.status_code == 302 and (game.mode, game.title, game.owner) == (row.key, "Two lamps", host)


def test_a_bad_file_is_answered_with_its_faults_and_kept_in_the_form(host: Any) -> None:
    page = client_of(host).post("/dashboard/own-games/", {"source": LAMPS.replace("weight = 2", "weight = 0")})
    text = page.content.decode()
    assert page.status_code == 422 and "line 17: contexts[2].weight=0" in text and "Two lamps" in text
    assert not OwnGame.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"), [(b"\xff\xfe", "no UTF-8"), (b"#" * 70_000, "70000 bytes"), (b"", "seats=None")]
)
def test_a_file_that_cannot_be_read_is_refused(host: Any, sent: bytes, said: str) -> None:
    file = io.BytesIO(sent)
    file.name = "x.toml"
    fields = {"file": file} if sent else {"source": ""}
    page = client_of(host).post("/dashboard/own-games/", fields)
    assert page.status_code == 422 and said in page.content.decode()


@pytest.mark.parametrize(
    "line",
    [
        'null = "1e-5000"',
        'null = "1e-40000000"',
        f"weight = {'1' * 5000}",
        f"null = 0x{'f' * 1900}",
        f"null = 0x{'f' * 5000}",
        f"null{'.a' * 2000} = 1",
        f"a{'.a' * 31_000} = 1",
        "a = 1979-05-27T00:32:00+24:59",
        "null = " + "[\n" * 300 + "]" * 300,
        "".join(f"k{n} = 1\n" for n in range(2000)),
    ],
)
def test_a_file_that_is_hard_to_read_is_answered_with_a_fault_of_its_line(host: Any, line: str) -> None:
    page = client_of(host).post("/dashboard/own-games/", {"source": f"{line}\n{LAMPS}"})
    assert page.status_code == 422 and "line 1" in str(page.context["faults"][0])


def test_a_process_checks_one_file_at_a_time_and_says_that_it_is_busy(host: Any) -> None:
    client = client_of(host)
    with own_games.one_check:
        page = client.post("/dashboard/own-games/", {"source": LAMPS})
    text = page.content.decode()
    assert page.status_code == 409 and "is checking another file" in text and "declares no game" not in text
    assert "Two lamps" in text and not OwnGame.objects.exists()
    # A file with faults leaves the next one free.
    assert client.post("/dashboard/own-games/", {"source": "a = ?"}).status_code == 422
    assert client.post("/dashboard/own-games/", {"source": LAMPS}).status_code == 302


def test_the_page_names_a_limit_of_quantum_theory_as_the_files_own(host: Any) -> None:
    own_games.save(host, "quantum = 0.95\n" + LAMPS)
    page = " ".join(client_of(host).get("/dashboard/own-games/").content.decode().split())
    assert "Quantum: 95.00 % is the limit that the file gives. It is not proved here" in page
    assert "reach 86.74 %: found by a search" in page


def test_letters_beside_labels_in_one_language_have_as_many_rules_in_every_language(host: Any) -> None:
    source = examples()["chained_three"].source.replace("[words.de]", 'questions = { A = "North" }\n\n[words.de]')
    theme = game_of(own_games.save(host, source).key).themes["letters"]
    for language in ("en", "de", "fr"):
        with translation.override(language):
            assert all(str(rule) for rule in theme.rules) and len(theme.rules) == 3


def test_what_a_file_says_is_never_markup(host: Any) -> None:
    own_games.save(host, LAMPS.replace('"Two lamps"', '"<b>Lamps</b>"').replace('"Storm"', '"<script>1</script>"'))
    page = client_of(host).get("/dashboard/own-games/").content.decode()
    assert "<b>Lamps" not in page and "<script>1" not in page and "&lt;b&gt;Lamps" in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_file_brings_a_theme_with_words_and_pictures_and_letters_beside_it(lamps: OwnGame, language: str) -> None:
    with translation.override(language):
        data = game_data.as_data(lamps.key)[lamps.key]
    assert data["default_theme"] == "own" and list(data["themes"]) == ["own", "letters"]
    own, plain = data["themes"]["own"], data["themes"]["letters"]
    words = {"en": ("Two lamps", "Storm", "Red"), "de": ("Zwei Lampen", "Sturm", "Rot")}[language]
    assert (own["name"], own["questions"]["A"]["text"], own["answers"]["A"][0]["text"]) == words
    assert [answer["emoji"] for answer in own["answers"]["X"]] == ["🔴", "🟢"]
    assert (plain["questions"]["A"]["text"], plain["answers"]["A"][0]) == ("A", {"text": "R", "emoji": "", "short": ""})
    # What wins is told in the words of the theme.
    assert f"{words[2]} / " in own["wanted"]["BY"] and plain["wanted"]["BY"] == "RG, GR"


def test_a_file_without_labels_brings_one_theme(host: Any) -> None:
    assert list(game_of(own_games.save(host, examples()["chained_three"].source).key).themes) == ["own"]


def test_a_game_of_three_answers_is_played_by_devices_and_persons(host: Any) -> None:
    row = own_games.save(host, examples()["sum_of_three"].source)
    game = ownership.create_game(host, title="Sums", mode=row.key)
    team = new_team(game)
    bots.seat_bots(game.pk, 1, "quantum", {"think_seconds": 0})
    host_commands.start(game.pk)
    assert play(team, 9) >= 1
    runner.answer_due()
    assert Round.objects.filter(game=game, closed_by="answers").count() == 10


def test_a_host_deletes_a_game_that_nobody_plays(lamps: OwnGame, host: Any) -> None:
    client = client_of(host)
    assert "Delete Two lamps" in client.get("/dashboard/own-games/").content.decode()
    page = client.post(f"/dashboard/own-games/{lamps.key}/delete/", follow=True).content.decode()
    assert "is deleted" in page and not OwnGame.objects.exists()
    # Repeated, it does nothing.
    assert client.post(f"/dashboard/own-games/{lamps.key}/delete/").status_code == 302
    # A process that knew the game begins none with it.
    assert lamps.key in GAMES
    with pytest.raises(Refusal, match=f"There is no game “{lamps.key}”"):
        ownership.create_game(host, title="Gone", mode=lamps.key)


def test_a_game_that_plays_or_has_played_an_own_game_keeps_it(lamps: OwnGame, game: Game, host: Any) -> None:
    client = client_of(host)

    def answered() -> str:
        return client.post(f"/dashboard/own-games/{lamps.key}/delete/", follow=True).content.decode()

    assert "“Two lamps” plays it or has played it" in answered()
    team = new_team(game)
    host_commands.start(game.pk)
    play(team, 2)
    host_commands.set_mode(game.pk, "simplified")
    # The open round is of the own game; closed ones stay in reports.
    assert "“Two lamps” plays it or has played it" in answered()
    play_on(team)
    assert "“Two lamps” plays it or has played it" in answered() and OwnGame.objects.exists()
    host_commands.finish(game.pk)
    ownership.delete(game.pk, host, game.code)
    assert "is deleted" in answered() and not OwnGame.objects.exists()


def play_on(team: Team) -> None:
    for _ in range(2):
        trial = open_round(team)
        give_answers(team, "RR" if trial.mode.startswith("own_") else "TT")


def test_a_game_is_not_set_to_an_own_game_that_is_gone(lamps: OwnGame, make_game: Any, host: Any) -> None:
    other = make_game(title="Another")
    own_games.delete(host, lamps.key)
    with pytest.raises(Refusal, match="There is no game"):
        host_commands.set_mode(other.pk, lamps.key)


def test_nobody_deletes_the_game_of_another(lamps: OwnGame, django_user_model: Any) -> None:
    other = django_user_model.objects.create(username="other")
    assert client_of(other).post(f"/dashboard/own-games/{lamps.key}/delete/").status_code == 302
    assert OwnGame.objects.filter(pk=lamps.pk).exists()


def test_the_page_offers_examples_to_begin_with(host: Any) -> None:
    client = client_of(host)
    offered = client.get("/dashboard/own-games/", headers={"accept-language": "de"}).content.decode()
    assert "?example=sum_of_three" in offered and "Summe aus drei" in offered
    page = client.get("/dashboard/own-games/?example=sum_of_three").content.decode()
    assert "CHSH with three questions and three answers" in page
    assert client.get("/dashboard/own-games/?example=../settings").status_code == 200


def test_own_games_are_for_their_owner(lamps: OwnGame, django_user_model: Any) -> None:
    assert Client().get("/dashboard/own-games/").status_code == 302
    client = client_of(django_user_model.objects.create(username="other"))
    assert lamps.key not in client.get("/dashboard/own-games/").content.decode()
    assert client.post(f"/dashboard/own-games/{lamps.key}/play/").status_code == 404


def test_an_unknown_own_game_is_no_game(make_game: Any) -> None:
    assert "own_nowhere" not in GAMES and GAMES.get("own_nowhere") is None
    with pytest.raises(ValueError, match="game='own_nowhere'"):
        game_of("own_nowhere")


def test_stored_games_are_listed_by_command(lamps: OwnGame) -> None:
    out = io.StringIO()
    call_command("games", own=True, json=True, stdout=out)
    assert [(one["key"], one["classical"]) for one in json.loads(out.getvalue())] == [(lamps.key, 0.8)]


def test_a_file_is_checked_by_command_without_a_database() -> None:
    out = io.StringIO()
    call_command("games", check=str(EXAMPLES / "chained_three.toml"), stdout=out)
    assert "best plan 5/6 (exact, 64 plans)" in out.getvalue() and "at least 0.933013" in out.getvalue()
    out = io.StringIO()
    call_command("games", check=str(EXAMPLES / "two_lamps.toml"), json=True, stdout=out)
    assert json.loads(out.getvalue())["classical"] == 0.8
    with pytest.raises(CommandError, match="no TOML"):
        call_command("games", check=__file__)
