"""Exports, analysis, lab pack and report name the loophole that was open, and take none of its rounds as evidence."""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from dashboard.pages.report import mode_name, parts_of
from dashboard.pages.words.details import DETAILS
from dashboard.pages.words.report import REPORT
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.lobby.loopholes import open_loophole
from game.models import Game, Round
from game.physics.designs import LOOPHOLES, evidence_reason
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.statistics import age_rounds, stored

pytestmark = pytest.mark.django_db(transaction=True)

TEAMS, ROUNDS = 2, 15


@pytest.fixture(params=LOOPHOLES)
def loophole(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def played(game: Game, loophole: str) -> Game:
    """A finished game with even rounds and rounds in which a loophole was open."""
    teams = [new_team(game) for _ in range(TEAMS)]
    host_commands.start(game.pk)
    for design in (None, loophole):
        open_loophole(game.pk, design)
        for team in teams * ROUNDS:
            play_round(team)
    host_commands.finish(game.pk)
    for team in teams:
        host_commands.skip_round(game.pk, team.pk)
    age_rounds(game)
    recompute([game.pk])
    return game


def of_designs(loophole: str) -> dict[str, int]:
    """How many rounds were closed; the even round that was open at the switch was answered after it."""
    return {"uniform": TEAMS * (ROUNDS + 1), loophole: TEAMS * ROUNDS}


def written(game: Game, only: str, directory: Path) -> str:
    call_command("export_game", game.code, only=only, output=directory, dialect="plain")
    return (directory / f"{game.code}-{only}").read_text(encoding="utf-8-sig")


def test_every_export_has_the_loophole_in_its_column_of_designs(played: Game, loophole: str, tmp_path: Path) -> None:
    rounds = list(csv.DictReader(io.StringIO(written(played, "rounds.csv", tmp_path))))
    assert Counter(row["design"] for row in rounds) == of_designs(loophole)
    document = json.loads(written(played, "rounds.json", tmp_path))
    assert Counter(row["design"] for row in document["rounds"]) == of_designs(loophole)
    marked = Round.objects.filter(design=loophole).values_list("team_id", "number")
    assert {(int(row["team_id"]), int(row["round"])) for row in rounds if row["design"] == loophole} == set(marked)
    teams = list(csv.DictReader(io.StringIO(written(played, "teams.csv", tmp_path))))
    assert {(row["design"], int(row["rounds"]) * TEAMS) for row in teams} == set(of_designs(loophole).items())


def test_the_numbers_of_an_export_tell_loophole_and_evidence_apart(played: Game, loophole: str, tmp_path: Path) -> None:
    team = played.teams.all()[0]
    assert stored(team, design="uniform").report.evidence.e is not None
    evidence = stored(team, design=loophole).report.evidence
    assert (evidence.e, evidence.p_local, evidence.reason) == (None, None, evidence_reason(loophole))
    written(played, "rounds.csv", tmp_path)
    path = tmp_path / f"{played.code}-rounds.csv"
    found = analysed(path)
    assert (found["design"], found["issued"]) == ("uniform", TEAMS * (ROUNDS + 1))
    assert f"{TEAMS * ROUNDS} rounds that the host had switched on ({loophole}) left out" in found["notes"]
    # A file of these rounds alone is read, and says that it is no evidence.
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([head, *(line for line in lines if f",{loophole}," in line)]))
    found = analysed(path)
    assert (found["design"], found["issued"], found["evidence"]) == (loophole, TEAMS * ROUNDS, None)
    by_team = analysed(path, by="team")
    assert [(one["issued"], one["evidence"]) for one in by_team.values()] == [(ROUNDS, None)] * TEAMS


def analysed(path: Path, **options: Any) -> Any:
    out = io.StringIO()
    call_command("analyse", str(path), json=True, **options, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_the_report_names_the_loophole_in_words(played: Game, loophole: str, client: Client) -> None:
    client.force_login(played.owner, backend="django.contrib.auth.backends.ModelBackend")
    names = {part.design: mode_name(part) for part in parts_of(played)}
    assert names[loophole].endswith(f", {REPORT[f'design_{loophole}']}")
    assert loophole in names[loophole] and "loophole" in names[loophole]
    why = str(DETAILS[f"why_{loophole}"])

    def page(design: str) -> Any:
        return client.get(f"/dashboard/{played.code}/report/", {"run": 1, "mode": played.mode, "design": design})

    shown = page(loophole)
    assert shown.context["mode_name"] == names[loophole] and names[loophole] in shown.text
    assert shown.context["data"]["report"]["evidence"].get("log10_e") is None
    assert f"<li>{why}</li>" in shown.text
    even = page("uniform")
    # The other part is linked from here, by its name.
    assert names[loophole] in even.text and even.context["mode_name"] != names[loophole]
    assert f"<li>{why}</li>" not in even.text
    assert even.context["data"]["report"]["evidence"].get("log10_e") is not None
