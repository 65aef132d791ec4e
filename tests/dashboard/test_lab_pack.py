"""The lab pack: anonymous by default, and its notebook computes every number of the report from the rounds."""

import csv
import io
import json
import random
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from django.core.management import call_command
from django.db.models import F

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.games import GAMES
from game.games.definition import Definition
from game.lesson.gain import Learner, class_gain
from game.lobby import host_commands
from game.models import Game, Player, RoomStatistics, Round, Team, TeamStatistics
from game.physics.theory import plans
from game.rounds import close
from tests.support.people import new_team, open_round
from tests.support.rounds import expire, give_answers, play_round
from tests.support.server import Web, session
from tests.support.statistics import age_rounds, same

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("Blue Owls", "Red Foxes", "Shy Bats")


def pack(web: Web, user: Any, game: Game, **asked: Any) -> ZipFile:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    address = f"http://127.0.0.1:{web.port}/dashboard/{game.code}/export/lab-pack.zip?{query}"
    with urllib.request.urlopen(urllib.request.Request(address, headers=session(user)), timeout=60) as answer:
        return ZipFile(io.BytesIO(answer.read()))


def rows_of(archive: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


# Runs the notebook's cells as Jupyter does, in a Python without this project, SciPy or sockets; prints what they found.
RUN_CELLS = """
import json, socket, sys
socket.socket = None
sys.modules["scipy"] = None
space = {"__name__": "__main__"}
for cell in json.load(open("notebook.ipynb", encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), "notebook", "exec"), space)
plain = lambda value: value.item()
print("RESULTS", json.dumps([space["COMPARED"], space["RESULTS"], space["CLASS"]], default=plain))
"""


class Ran(msgspec.Struct):
    compared: int
    results: list[Any]
    learned: Any
    given: Any


def run_notebook(archive: ZipFile, folder: Path) -> Ran:
    archive.extractall(folder)
    command = [sys.executable, "-I", "-c", RUN_CELLS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout.rpartition("RESULTS ")[2])
    return Ran(*found, json.loads(archive.read("report.json")))


def play(team: Team, game: Definition, plan: Sequence[str], rounds: int, chance: random.Random) -> None:
    """Play a plan, in a fifth of the rounds any answers, and leave one round in ten to the timer."""
    for number in range(rounds):
        trial = open_round(team)
        given = plans.planned_answers(game, tuple(plan), trial.questions)
        if chance.random() < 0.2:
            given = "".join(chance.choice(seat.answers) for seat in game.seats)
        if number % 10 == 9:
            expire(trial)
            close.close_due()
        else:
            give_answers(team, given)


def finish(game: Game) -> None:
    host_commands.finish(game.pk)
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    TeamStatistics.objects.exclude(due_at=None).update(due_at=F("updated_at"))
    recompute(stale_games())


def played_by_plans(game: Game, rounds: Sequence[int] = (40, 25, 9)) -> Game:
    """Play a run: a team on the best plan, one on another plan with a bot in some rounds, one with few rounds."""
    chance, declared = random.Random(7), game.declared
    teams = [new_team(game, name) for name in NAMES]
    host_commands.set_options(game.pk, round_limit=max(rounds))
    host_commands.start(game.pk)
    others = list(plans.plans(declared))
    for team, n in zip(teams, rounds, strict=True):
        plan = plans.best_plan(declared) if team is teams[0] else chance.choice(others)
        play(team, declared, plan, n, chance)
    Player.objects.filter(team=teams[1]).update(prediction=60, explained="bb")
    finish(game)
    return game


@pytest.fixture
def played(game: Game) -> Game:
    return played_by_plans(game, (12, 8, 5))


def by_subject(game: Game, given: Any, results: list[Any]) -> dict[Any, Any]:
    """Return the notebook's reports by team name, None for the room; the pack has the teams' names."""
    assert given["names"]
    return {one["team"]: made for one, made in zip(given["reports"], results, strict=True)}


# What a report says of the server or in words, and the two numbers that depend on when the server looked.
NOT_NUMBERS = {"game", "design", "notes", "reason", "p_reason", "waiting"}
AS_WATCHED = {"p_anytime", "win_rate_lower"}


def numbers(value: Any, leave: set[str]) -> Any:
    """Return a report without words, unknown numbers and what is left out of stored reports."""
    if isinstance(value, dict):
        kept = {name: numbers(one, leave) for name, one in value.items() if name not in leave}
        return {name: one for name, one in kept.items() if one is not None and one == one and one is not False}
    return [numbers(one, leave) for one in value] if isinstance(value, list) else value


@pytest.mark.long
@pytest.mark.parametrize("mode", GAMES)
def test_the_notebook_reproduces_every_number_of_the_report(
    web_process: Web, make_game: Any, host: Any, tmp_path: Path, mode: str
) -> None:
    game = played_by_plans(make_game(mode=mode, theme=GAMES[mode].default_theme))
    ran = run_notebook(pack(web_process, host, game, names=1), tmp_path)
    assert ran.compared > 300
    made = by_subject(game, ran.given, ran.results)
    stored = {row.team.name: row.report for row in TeamStatistics.objects.filter(team__game=game)}
    assert set(made) == {None, *NAMES} and set(stored) == {*NAMES}
    for name, report in stored.items():
        computed = {"outside_rounds": 0, **made[name]}
        computed.pop("p_holm", None)
        theirs = {"outside_rounds": 0, **msgspec.to_builtins(report)}
        same(numbers(theirs, NOT_NUMBERS), numbers(computed, NOT_NUMBERS), name)
    guessed = made[None].pop("predictability")
    assert [one["seat"] for one in guessed] == [*range(1, game.declared.seat_count + 1), 0]
    # Two teams had an open round at the end; the first round of each of the three has no past.
    assert guessed[0]["rounds"] == 40 + 26 + 10 - 3
    room = msgspec.to_builtins(RoomStatistics.objects.get(game=game).report)
    leave = NOT_NUMBERS | AS_WATCHED
    same({"outside_rounds": 0} | numbers(room, leave), numbers(made[None], leave), "room")


@pytest.mark.parametrize("mode", ["simplified", "mermin"])
def test_the_notebook_names_two_plans_as_the_server_does(
    web_process: Web, make_game: Any, host: Any, tmp_path: Path, mode: str
) -> None:
    game, chance = make_game(mode=mode, theme=GAMES[mode].default_theme), random.Random(3)
    team = new_team(game, NAMES[0])
    host_commands.start(game.pk)
    first = plans.best_plan(game.declared)
    # Another answer to half of each seat's questions; opposite plans would be one by turns.
    second = tuple("F" * -(-len(text) // 2) + text[-(-len(text) // 2) :] for text in first)
    for _ in range(70):
        trial = open_round(team)
        plan = first if chance.random() < 0.7 else second
        give_answers(team, plans.planned_answers(game.declared, plan, trial.questions))
    finish(game)
    stored = TeamStatistics.objects.get(team=team).report.plan
    assert stored.mix is not None and [round(share.weight, 1) for share in stored.mix] in ([0.7, 0.3], [0.6, 0.4])
    ran = run_notebook(pack(web_process, host, game, names=1), tmp_path)
    same(msgspec.to_builtins(stored.mix), by_subject(game, ran.given, ran.results)[NAMES[0]]["plan"]["mix"])


def test_the_report_of_a_pack_says_how_often_questions_were_guessed(web_process: Web, played: Game, host: Any) -> None:
    archive = pack(web_process, host, played)
    page, given = archive.read("report.html").decode(), json.loads(archive.read("report.json"))
    [room] = [one for one in given["reports"] if one["team"] is None]
    assert "Could the questions be guessed?" in page and "Seat 2: next question guessed" in page
    assert [one["seat"] for one in room["predictability"]] == [1, 2, 0]
    assert [one["predictability"] for one in given["reports"] if one["team"] is not None] == [[], [], []]


def test_the_notebook_reproduces_the_gain_of_the_class(
    web_process: Web, played: Game, host: Any, tmp_path: Path
) -> None:
    guesses, answers = [75, 90, 60, 100, 78, 50], ["bb", "ba", "bb", "ab", "bb", "aa"]
    for player, guess, explained in zip(Player.objects.order_by("pk"), guesses, answers, strict=True):
        Player.objects.filter(pk=player.pk).update(prediction=guess, explained=explained)
    ran = run_notebook(pack(web_process, host, played), tmp_path)
    learned = class_gain(played.declared, list(map(Learner, guesses, answers)))
    assert learned.gain == pytest.approx(1 - (4 / 12) / (4 / 6)) and learned.persons == 6
    same({name: value for name, value in learned._asdict().items() if value is not None}, ran.learned)


@pytest.mark.parametrize("design", ["adaptive", "quota", "qubits"])
def test_the_notebook_knows_the_designs_of_questions(
    web_process: Web, make_game: Any, host: Any, tmp_path: Path, design: str
) -> None:
    game = played_by_plans(make_game(mode="classic", question_design=design))
    ran = run_notebook(pack(web_process, host, game), tmp_path)
    assert ran.compared > 300
    assert all(("e" in made["evidence"]) == (design != "quota") for made in ran.results)


def test_what_is_outside_the_room_is_outside_in_the_notebook_too(
    web_process: Web, played: Game, host: Any, tmp_path: Path
) -> None:
    first = Team.objects.get(name=NAMES[0])
    Round.objects.filter(team=first, number__lte=5).update(bots="2")
    Team.objects.filter(pk=first.pk).update(bots=True)
    Round.objects.filter(team__name=NAMES[1], number__gt=4, number__lte=7).update(in_room=False)
    ghost = Team.objects.get(name=NAMES[2])
    Team.objects.filter(pk=ghost.pk).update(ghost=True, bots=True)
    Round.objects.filter(team=ghost).update(bots="12")
    call_command("rebuild_statistics", game=played.code, stdout=io.StringIO())
    recompute(stale_games())
    ran = run_notebook(pack(web_process, host, played, names=1), tmp_path)
    made = by_subject(played, ran.given, ran.results)
    assert ran.given["added_teams"] == [NAMES[2]]
    assert made[NAMES[0]]["outside_rounds"] == 5
    assert made[NAMES[1]]["outside_rounds"] == 3
    assert made[None]["issued"] == made[NAMES[0]]["issued"] - 5 + made[NAMES[1]]["issued"] - 3


def test_a_changed_answer_is_found_by_the_notebook(web_process: Web, played: Game, host: Any, tmp_path: Path) -> None:
    archive = pack(web_process, host, played)
    archive.extractall(tmp_path)
    text = (tmp_path / "rounds.csv").read_text(encoding="utf-8")
    (tmp_path / "rounds.csv").write_text(text.replace("true,true", "true,false", 1), encoding="utf-8")
    command = [sys.executable, "-I", "-c", RUN_CELLS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "are not those of the report" in done.stderr


def test_a_pack_is_anonymous_unless_the_host_asks_for_names(web_process: Web, played: Game, host: Any) -> None:
    Game.objects.filter(pk=played.pk).update(title="Physics with Miss Lovelace")
    archive = pack(web_process, host, played)
    players = [str(pk) for pk in Player.objects.values_list("pk", flat=True)]
    for name in archive.namelist():
        text = archive.read(name).decode()
        assert not [word for word in (*NAMES, "Lovelace", played.code) if word in text], name
    rows = rows_of(archive, "rounds.csv")
    assert {row["team"] for row in rows} == {"Team 1", "Team 2", "Team 3"}
    assert {row["player_1"] for row in rows} == {"Player A"} and {row["player_2"] for row in rows} == {"Player B"}
    assert not {"team_id", "asked_at"} & {*rows[0]}
    assert not {*players} & {cell for row in rows for cell in (row["player_1"], row["player_2"])}
    named = pack(web_process, host, played, names=1)
    assert {row["team"] for row in rows_of(named, "rounds.csv")} == {*NAMES}
    assert all(name in named.read("report.html").decode() for name in NAMES)


def test_guess_plan_and_closing_answers_stand_by_the_pseudonym(web_process: Web, played: Game, host: Any) -> None:
    Player.objects.filter(team__name=NAMES[0], seat=1).update(prediction=80, plan="TT", explained="ba")
    rows = rows_of(pack(web_process, host, played, names=1), "players.csv")
    assert len(rows) == 6
    assert rows[0] == {
        "team": NAMES[0], "player": "Player A", "seat": "1", "guess": "80", "plan": "TT", "what": "b", "message": "a",
    }  # fmt: skip
    assert {row["guess"] for row in rows if row["team"] == NAMES[2]} == {""}


def test_open_rounds_are_in_no_pack(web_process: Web, game: Game, host: Any) -> None:
    team = new_team(game, NAMES[0])
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    archive = pack(web_process, host, game)
    assert [row["round"] for row in rows_of(archive, "rounds.csv")] == ["1"]
    # Nor is the seed, from which the open question could be drawn.
    assert "questions.json" not in archive.namelist()


def test_a_run_that_goes_on_is_computed_and_not_compared(
    web_process: Web, game: Game, host: Any, tmp_path: Path
) -> None:
    team = new_team(game, NAMES[0])
    host_commands.start(game.pk)
    for _ in range(5):
        play_round(team)
    age_rounds(game)
    recompute([game.pk])
    ran = run_notebook(pack(web_process, host, game), tmp_path)
    # Of the class, which has nobody with a guess, the number of persons is compared.
    assert [made["issued"] for made in ran.results] == [5, 5] and ran.compared == 1


def test_a_pack_has_the_present_run_or_all(web_process: Web, played: Game, host: Any, tmp_path: Path) -> None:
    host_commands.reset(played.pk)
    host_commands.start(played.pk)
    for team in Team.objects.filter(game=played):
        play_round(team)
    finish(played)
    assert {row["run"] for row in rows_of(pack(web_process, host, played), "rounds.csv")} == {"2"}
    older = pack(web_process, host, played, run=1)
    assert {row["run"] for row in rows_of(older, "rounds.csv")} == {"1"}
    # Plans and closing answers are those of the present run.
    assert rows_of(older, "players.csv") == []
    everything = pack(web_process, host, played, run="all")
    assert {row["run"] for row in rows_of(everything, "rounds.csv")} == {"1", "2"}
    assert len(run_notebook(everything, tmp_path).results) == 8


def test_a_pack_of_one_team_has_this_team_alone(web_process: Web, played: Game, host: Any, tmp_path: Path) -> None:
    team = Team.objects.get(name=NAMES[1])
    archive = pack(web_process, host, played, team=team.pk, names=1)
    assert {row["team"] for row in rows_of(archive, "rounds.csv")} == {NAMES[1]}
    assert {row["team"] for row in rows_of(archive, "players.csv")} == {NAMES[1]}
    for name in archive.namelist():
        text = archive.read(name).decode()
        assert NAMES[0] not in text and NAMES[2] not in text
    ran = run_notebook(archive, tmp_path)
    assert ran.compared > 100 and [one["team"] for one in ran.given["reports"]] == [NAMES[1]]
    assert ran.given["class"] is None


@pytest.mark.parametrize(
    ("asked", "said"), [("run=x", "run='x'"), ("names=yes", "names='yes'"), ("team=0", "team='0'"), ("team=x", "'x'")]
)
def test_what_a_pack_cannot_be_is_refused_with_its_value(
    web_process: Web, played: Game, host: Any, asked: str, said: str
) -> None:
    name, _, value = asked.partition("=")
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        pack(web_process, host, played, **{name: value})
    assert said in refused.value.read().decode()


def test_a_pack_is_for_the_hosts_of_its_game(client: Any, played: Game, django_user_model: Any) -> None:
    address = f"/dashboard/{played.code}/export/lab-pack.zip"
    assert client.get(address).status_code == 302
    client.force_login(django_user_model.objects.create(username="other"))
    assert client.get(address).status_code == 404


def test_the_questions_of_a_pack_are_drawn_again_once_the_seed_is_published(
    web_process: Web, played: Game, host: Any, tmp_path: Path
) -> None:
    host_commands.reset(played.pk)
    archive = pack(web_process, host, played, run=1)
    archive.extractall(tmp_path)
    command = [sys.executable, "check_questions.py", "questions.json"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0 and f"{len(rows_of(archive, 'rounds.csv'))} questions" in checked.stdout
    text = (tmp_path / "questions.json").read_text()
    (tmp_path / "questions.json").write_text(text.replace('"question_1": "A"', '"question_1": "B"', 1))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).returncode == 1


def test_analyse_reads_the_rounds_of_a_pack(web_process: Web, played: Game, host: Any, tmp_path: Path) -> None:
    pack(web_process, host, played).extractall(tmp_path)
    out = io.StringIO()
    call_command("analyse", str(tmp_path / "rounds.csv"), json=True, stdout=out, stderr=io.StringIO())
    assert json.loads(out.getvalue())["issued"] == Round.objects.filter(game=played).count()


def test_the_notebook_has_the_form_of_jupyter(web_process: Web, played: Game, host: Any) -> None:
    made = json.loads(pack(web_process, host, played).read("notebook.ipynb"))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5) and made["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in made["cells"]]
    assert len(set(ids)) == len(ids) > 10 and all(re.fullmatch(r"[\w-]{1,64}", one) for one in ids)
    for cell in made["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"id", "cell_type", "metadata", "source"} | code
        assert all(line.endswith("\n") for line in cell["source"][:-1])
    texts = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "markdown"]
    assert texts[0].startswith("# The numbers of the report")


@pytest.mark.parametrize(
    ("language", "title"), [("en", "THREE QUESTIONS"), ("de", "DREI FRAGEN"), ("fr", "TROIS QUES")]
)
def test_report_and_readme_are_in_the_language_of_the_host_and_load_nothing(
    web_process: Web, played: Game, host: Any, language: str, title: str
) -> None:
    address = f"http://127.0.0.1:{web_process.port}/dashboard/{played.code}/export/lab-pack.zip"
    headers = session(host) | {"Accept-Language": language}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
        archive = ZipFile(io.BytesIO(answer.read()))
    assert title in archive.read("README.txt").decode()
    html = archive.read("report.html").decode()
    assert f'<html lang="{language}">' in html and not re.search(r"(src|href)=|url\(|@import|<script", html)


def test_the_report_page_offers_the_pack_with_and_without_names(client: Any, played: Game, host: Any) -> None:
    client.force_login(host)
    team = Team.objects.get(name=NAMES[1])
    for page, own in (
        (f"/dashboard/{played.code}/report/", ""),
        (f"/dashboard/{played.code}/report/{team.pk}/", "team"),
    ):
        html = client.get(page).content.decode().replace("&amp;", "&")
        found = re.findall(r'export/lab-pack\.zip\?([^"]+)"', html)
        assert ["names=1" in one for one in found] == [False, True]
        assert all((f"team={team.pk}" in one) == bool(own) and "run=1" in one for one in found)
