import csv
import io
import json
import urllib.error

import pytest
from django.db.models import F

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.analysis import rounds_file
from game.games import game_of
from game.lobby import host_commands
from game.models import Game, Round
from game.rounds import close
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.server import Web, fetch
from tests.support.statistics import keys, same, stored, without_extra

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def played(game: Game) -> Game:
    """A finished run with two teams, one with a name that a spreadsheet would run, and a run before it."""
    team, other = new_team(game, '=HYPERLINK("x"), "quoted"'), new_team(game, "Comma, and “quotes”")
    host_commands.start(game.pk)
    play_round(team)
    host_commands.reset(game.pk)
    host_commands.start(game.pk)
    for n in range(25):
        play_round(team, n % 2 > 0, n % 3 > 0)
        play_round(other)
    host_commands.skip_round(game.pk, team.pk)
    host_commands.finish(game.pk)
    return game


def finish(game: Game) -> None:
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())


def test_rounds_csv_has_every_closed_round_of_the_run_and_no_open_one(web_process: Web, played: Game, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 51 == Round.objects.filter(game=played, run=2, closed_at__isnull=False).count()
    assert {row["run"] for row in rows} == {"2"}
    assert rows[0]["asked_at"].endswith("+00:00") and float(rows[0]["response_1_seconds"]) >= 0
    everything = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv?run=all")
    assert len(everything.splitlines()) == 1 + 51 + 3


def test_analyse_on_the_export_equals_the_statistics(web_process: Web, played: Game, host) -> None:
    finish(played)
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv")
    by_team = rounds_file.reports_by_team(rounds_file.read(io.StringIO(text), game_of("simplified")))
    for team in played.teams.all():
        name = "'" + team.name if team.name.startswith("=") else team.name
        same(without_extra(keys(stored(team, run=2).report)), without_extra(keys(by_team[name])))


def test_a_name_with_a_formula_or_a_comma_breaks_no_export(web_process: Web, played: Game, host) -> None:
    finish(played)
    for name in ("rounds.csv", "teams.csv", "predecessor.csv"):
        rows = list(csv.reader(io.StringIO(fetch(web_process, host, f"/dashboard/{played.code}/export/{name}"))))
        assert len({len(row) for row in rows}) == 1
        assert not any(cell.startswith("=") for row in rows for cell in row)


def test_p_values_of_fixed_length_are_exported_of_finished_runs_alone(web_process: Web, played: Game, host) -> None:
    Game.objects.filter(pk=played.pk).update(state=Game.State.RUNNING)
    recompute([played.pk])
    address = f"/dashboard/{played.code}/export/teams.csv?run=all"

    def known() -> dict[str, set[str]]:
        """By run, the columns that every team of it has a number in."""
        rows = list(csv.DictReader(io.StringIO(fetch(web_process, host, address))))
        return {row["run"]: {name for name, value in row.items() if value} for row in rows}

    fixed = {"p_local", "log10_p_superquantum", "balance.1A.p_fair", "no_signalling.0.p", "no_signalling.0.p_holm"}
    assert "p_local" in known()["1"]
    assert not fixed & known()["2"]
    assert {"evidence", "p_anytime", "no_signalling.0.e"} <= known()["2"]
    Game.objects.filter(pk=played.pk).update(state=Game.State.FINISHED)
    finish(played)
    assert fixed <= known()["2"]


def test_the_predecessors_form_gives_the_same_rounds(web_process: Web, played: Game, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/predecessor.csv")
    report = rounds_file.report_of(rounds_file.read(io.StringIO(text), game_of("simplified")))
    ours = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv")
    same_rounds = rounds_file.report_of(rounds_file.read(io.StringIO(ours), game_of("simplified")))
    assert report.answered == 50 == same_rounds.answered
    assert report.good == same_rounds.good > 0
    assert [one.correlator for one in report.matrix] == [one.correlator for one in same_rounds.matrix]


def test_json_is_one_document(web_process: Web, played: Game, host) -> None:
    document = json.loads(fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.json?run=all"))
    assert len(document["rounds"]) == 54
    assert document["rounds"][0]["answer_1"] is True


def test_exports_are_for_hosts_alone(web_process: Web, played: Game, django_user_model) -> None:
    stranger = django_user_model.objects.create_user("stranger")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(web_process, stranger, f"/dashboard/{played.code}/export/rounds.csv")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        fetch(web_process, played.owner, f"/dashboard/{played.code}/export/rounds.csv?run=1;drop")
