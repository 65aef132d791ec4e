import csv
import http.client
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from dashboard.pages.exports.cells import Typed, csv_text
from dashboard.pages.exports.dialects import DIALECTS, dialect_of
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.analysis import rounds_file
from game.games import game_of
from game.lobby import host_commands, qubits
from game.models import Game, Player, Round
from game.rounds import close
from tests.support.people import new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import Web, fetch, session
from tests.support.spreadsheets import SAVED
from tests.support.statistics import keys, same, stored, without_extra

pytestmark = pytest.mark.django_db(transaction=True)


# A spreadsheet would run the first as a formula, and a German one the end of the second.
NAMES = ('=HYPERLINK("x"), "quoted"', "Comma, and “quotes”; -1", "Müller-Ångström 🦉; née “Łuk”")
READ = ('\'=HYPERLINK("x"), "quoted"', "Comma, and “quotes”;' -1", NAMES[2])


def test_analyse_of_an_export_leaves_out_what_the_room_leaves_out(game: Game, tmp_path: Path) -> None:
    teams = [new_team(game) for _ in range(2)]
    host_commands.start(game.pk)
    for n in range(12):
        if n == 4:
            host_commands.leave_out(game.pk, teams[0].pk, True)
        for team in teams:
            play_round(team, n % 2 > 0, n % 3 > 0)
    host_commands.finish(game.pk)
    for team in teams:
        host_commands.skip_round(game.pk, team.pk)
    recompute([game.pk])
    call_command("export_game", game.code, only="rounds.csv", output=tmp_path, dialect="plain")
    path = tmp_path / f"{game.code}-rounds.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert list(rows[0])[-1] == "in_room" and sum(row["in_room"] == "false" for row in rows) == 8
    out = io.StringIO()
    call_command("analyse", str(path), json=True, stdout=out, stderr=io.StringIO())
    found = json.loads(out.getvalue())
    room = game.statistics.get().report
    assert (found["issued"], room.issued) == (18, 18)
    assert "8 rounds outside the room left out" in found["notes"]
    assert {report["issued"] for report in analysed(path).values()} == {13}
    call_command("import_rounds", str(path), owner="host", title="From a file")
    again = Game.objects.get(title="From a file")
    recompute([again.pk])
    same(keys(again.statistics.get().report), keys(room))


def test_an_export_has_outcomes_where_qubits_were_played_and_analyse_leaves_those_rounds_out(
    game: Game, tmp_path: Path
) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    qubits.lend(game.pk, on=True, visibility=0.9)
    play_round(team)
    outcomes = []
    for seat in (1, 2):
        trial = open_round(team)
        outcomes.append(qubits.measure(game.pk, trial.players[seat - 1], trial.pk))
        if seat == 1:
            play_round(team)
    host_commands.finish(game.pk)
    host_commands.skip_round(game.pk, team.pk)
    call_command("export_game", game.code, only="rounds.csv", output=tmp_path, dialect="plain")
    path = tmp_path / f"{game.code}-rounds.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert list(rows[0])[-3:] == ["outcome_1", "outcome_2", "visibility"]
    assert [row["design"] for row in rows] == ["uniform", "uniform", "qubits", "qubits"]
    words = [{"T": "true", "F": "false"}[outcome] for outcome in outcomes]
    found = [(row["outcome_1"], row["outcome_2"], row["visibility"]) for row in rows]
    assert found == [("", "", ""), ("", "", ""), (words[0], "", "0.9"), ("", words[1], "0.9")]
    out = io.StringIO()
    call_command("analyse", str(path), json=True, stdout=out, stderr=io.StringIO())
    report = json.loads(out.getvalue())
    assert report["issued"] == 2 and "2 rounds that the host had switched on (qubits) left out" in report["notes"]


@pytest.fixture
def played(game: Game) -> Game:
    """A finished run with three teams, two with names that a spreadsheet would run, and a run before it."""
    team, other, third = (new_team(game, name) for name in NAMES)
    host_commands.start(game.pk)
    play_round(team)
    host_commands.reset(game.pk)
    host_commands.start(game.pk)
    for n in range(25):
        play_round(team, n % 2 > 0, n % 3 > 0)
        play_round(other)
        play_round(third)
    host_commands.skip_round(game.pk, team.pk)
    host_commands.finish(game.pk)
    return game


def finish(game: Game) -> None:
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())


def test_rounds_csv_has_every_closed_round_of_the_run_and_no_open_one(web_process: Web, played: Game, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv?dialect=plain")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 76 == Round.objects.filter(game=played, run=2, closed_at__isnull=False).count()
    assert {row["run"] for row in rows} == {"2"}
    assert rows[0]["asked_at"].endswith("+00:00") and float(rows[0]["response_1_seconds"]) >= 0
    everything = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv?run=all")
    assert len(everything.splitlines()) == 1 + 76 + 4


def test_analyse_on_the_export_equals_the_statistics(web_process: Web, played: Game, host) -> None:
    finish(played)
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv?dialect=plain")
    by_team = rounds_file.reports_by_team(rounds_file.read(io.StringIO(text), game_of("simplified")))
    for team in played.teams.all():
        name = READ[NAMES.index(team.name)]
        same(without_extra(keys(stored(team, run=2).report)), without_extra(keys(by_team[name])))


@pytest.mark.parametrize("name", ["rounds.csv", "teams.csv", "predecessor.csv"])
def test_a_name_with_a_formula_or_a_comma_breaks_no_export(web_process: Web, played: Game, host, name: str) -> None:
    finish(played)
    for dialect, form in DIALECTS.items():
        text = fetch(web_process, host, f"/dashboard/{played.code}/export/{name}?dialect={dialect}")
        header, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=form.delimiter)
        assert rows and {len(row) for row in rows} == {len(header)}
        column = header.index("Team Name" if name == "predecessor.csv" else "team")
        assert {row[column] for row in rows} == set(READ)


def test_no_part_of_a_cell_is_a_formula_in_any_country() -> None:
    async def table() -> AsyncIterator[list[list[str]]]:
        yield [["=1", "a;=1", "a,+1", "a; @x", "\t=1", "-x\n=1", " =1", "\uff1dx", "a\t-x", "Jean-Luc, 3;4 + 5"]]

    text = "".join(written(csv_text(table(), dialect_of("plain"))))
    (row,) = csv.reader(io.StringIO(text, newline=""))
    parts = [part for cell in row for part in re.split("[;,\t\r\n]", cell)]
    assert not [part for part in parts if part.strip()[:1] in tuple("=+-@\uff1d")]
    assert row[-1] == "Jean-Luc, 3;4 + 5"


def written(pieces: AsyncIterator[str]) -> list[str]:
    async def all_of_them() -> list[str]:
        return [piece async for piece in pieces]

    return async_to_sync(all_of_them)()


def test_a_table_is_written_while_it_is_read() -> None:
    asked = []

    async def table() -> AsyncIterator[list[list[int]]]:
        for n in range(3):
            asked.append(n)
            yield [[n]]

    async def steps() -> list[tuple[str, int]]:
        return [(piece, len(asked)) async for piece in csv_text(table(), dialect_of("comma"))]

    assert async_to_sync(steps)() == [("\ufeff0\r\n", 1), ("1\r\n", 2), ("2\r\n", 3)]


@pytest.mark.parametrize(
    ("dialect", "start", "number"),
    [
        ("", "\ufeffteam,team_id,", ",0.25,"),
        ("comma", "\ufeffteam,team_id,", ",0.25,"),
        ("excel-de", "\ufeffteam;team_id;", ";0,25;"),
        ("excel-fr", "\ufeffteam;team_id;", ";0,25;"),
        ("tab", "\ufeffteam\tteam_id\t", "\t0.25\t"),
        ("plain", "team,team_id,", ",0.25,"),
    ],
)
def test_a_dialect_has_its_separators_and_its_decimal_sign(
    web_process: Web, played: Game, host, dialect: str, start: str, number: str
) -> None:
    asked = f"?dialect={dialect}" if dialect else ""
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv{asked}")
    assert text.startswith(start) and text.count("\ufeff") == (start[0] == "\ufeff")
    assert all(number in line for line in text.splitlines()[1:])
    assert "true" in text and "True" not in text


def analysed(file: Path) -> dict[str, Any]:
    """Return what `manage.py analyse` prints of a file, by team; without what it says of the file itself."""
    out = io.StringIO()
    call_command("analyse", str(file), json=True, by="team", stdout=out, stderr=io.StringIO())
    reports = json.loads(out.getvalue())
    return {team: {key: value for key, value in found.items() if key != "notes"} for team, found in reports.items()}


@pytest.fixture
def plain(web_process: Web, played: Game, host, tmp_path: Path) -> Path:
    """A file of the run for programs, with the teams' names for spreadsheets."""
    file = tmp_path / "plain.csv"
    address = f"/dashboard/{played.code}/export/rounds.csv?dialect=plain"
    file.write_bytes(fetch(web_process, host, address).encode())
    return file


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read_with_the_same_numbers(played: Game, plain: Path, tmp_path: Path, dialect: str) -> None:
    call_command("export_game", played.code, only="rounds.csv", dialect=dialect, output=tmp_path, stdout=io.StringIO())
    found = analysed(tmp_path / f"{played.code}-rounds.csv")
    assert set(found) == set(READ)
    assert found == analysed(plain)


@pytest.mark.parametrize("saved", SAVED, ids=lambda saved: saved.__name__)
def test_what_a_spreadsheet_saves_is_read_with_the_same_numbers(
    plain: Path, tmp_path: Path, saved: Callable[[str], bytes]
) -> None:
    file = tmp_path / "saved.csv"
    file.write_bytes(saved(plain.read_text(encoding="utf-8")))
    # An old encoding may have lost letters of names, and never rounds.
    assert list(analysed(file).values()) == list(analysed(plain).values())


def test_an_unknown_dialect_is_refused_with_the_ones_that_exist(web_process: Web, played: Game, host) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv?dialect=excel-xx")
    said = refused.value.read().decode()
    assert "dialect='excel-xx'" in said and all(name in said for name in DIALECTS)
    with pytest.raises(CommandError, match="excel-xx"):
        call_command("export_game", played.code, "--dialect", "excel-xx")


@pytest.mark.parametrize(("language", "dialect"), [("en", None), ("de", "excel-de"), ("fr", "excel-fr")])
def test_a_page_offers_the_dialect_of_its_language(client, played: Game, host, language, dialect) -> None:
    finish(played)
    client.force_login(host)
    for page in (f"/dashboard/{played.code}/", f"/dashboard/{played.code}/report/"):
        html = client.get(page, headers={"accept-language": language}).content.decode()
        offered = re.findall(r"export/(\w+\.csv)\?[^\"]*dialect=([\w-]+)", html)
        assert set(offered) == ({("rounds.csv", dialect), ("teams.csv", dialect)} if dialect else set())


def test_teams_csv_begins_with_what_a_teacher_reads(web_process: Web, played: Game, host) -> None:
    finish(played)
    # The players of one team have left.
    Player.objects.filter(team__name=NAMES[1]).update(team=None, seat=None)
    for dialect, form in DIALECTS.items():
        text = fetch(web_process, host, f"/dashboard/{played.code}/export/teams.csv?dialect={dialect}")
        header, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=form.delimiter)
        assert header[:7] == ["team", "players", "rounds", "won", "per_cent", "rank", "team_id"]
        assert len(rows) == 3
        for row in rows:
            number = dict(zip(header, row, strict=True))
            rate = 100 * float(number["win_rate"].replace(form.decimal, "."))
            assert number["per_cent"] == str(round(rate, 1)).replace(".", form.decimal)
            assert (number["rounds"], number["won"]) == (number["issued"], number["wins"])
            assert number["players"] == ("0" if number["team"] == READ[1] else "2")
        places = {int(row[5]): float(row[4].replace(form.decimal, ".")) for row in rows}
        assert min(places) == 1 and list(dict(sorted(places.items())).values()) == sorted(places.values(), reverse=True)


def test_text_is_quoted_and_neutralised_in_every_dialect(game: Game) -> None:
    names = ["a;=1+1;b", "\uff1d1+1", "007", "3-4", "1e5", "Owls", Typed("owls"), 'said "=1"', "\uff0b1, \uff20x"]
    for dialect in DIALECTS.values():

        async def table() -> AsyncIterator[list[list[Any]]]:
            yield [["team", "rounds", "seconds"]]
            yield [[name, 7, 0.044] for name in names]

        text = "".join(written(csv_text(table(), dialect))).removeprefix(dialect.mark)
        head, *lines = text.splitlines()
        assert head == dialect.delimiter.join(["team", "rounds", "seconds"])
        for name, line in zip(names, lines, strict=True):
            assert line.startswith('"') and line.endswith(
                f'"{dialect.delimiter}7{dialect.delimiter}0{dialect.decimal}044'
            )
            (cells,) = csv.reader([line], delimiter=dialect.delimiter)
            assert cells[0].replace("'", "") == name
            for other in (";", ",", "\t"):
                parts = [part.strip().lstrip('"') for part in cells[0].split(other)]
                assert not [part for part in parts if part[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")]


def test_an_export_that_is_cut_off_is_visibly_an_error(web_process: Web, played: Game, host, tmp_path: Path) -> None:
    """The database dies in the middle: the file never looks complete, neither to a browser nor to a program."""
    first = Round.objects.filter(game=played).order_by("pk").first()
    assert first is not None
    copied = ", ".join(field.column for field in Round._meta.concrete_fields if field.column not in ("id", "number"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO game_round (number, {copied}) SELECT 1000 + n, {copied} "
            "FROM game_round, generate_series(1, 20000) n WHERE id = %s",
            [first.pk],
        )
    for name in ("rounds.csv", "rounds.json", "predecessor.csv", "lab-pack.zip"):
        address = f"http://127.0.0.1:{web_process.port}/dashboard/{played.code}/export/{name}?run=all"
        with urllib.request.urlopen(urllib.request.Request(address, headers=session(host)), timeout=20) as answer:
            assert answer.read(1000)
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE game_round RENAME COLUMN propensity TO gone")
            try:
                with pytest.raises(http.client.IncompleteRead):
                    answer.read()
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("ALTER TABLE game_round RENAME COLUMN gone TO propensity")


def test_p_values_of_fixed_length_are_exported_of_finished_runs_alone(web_process: Web, played: Game, host) -> None:
    Game.objects.filter(pk=played.pk).update(state=Game.State.RUNNING)
    recompute([played.pk])
    address = f"/dashboard/{played.code}/export/teams.csv?run=all&dialect=plain"

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
    text = fetch(web_process, host, f"/dashboard/{played.code}/export/predecessor.csv?dialect=plain")
    report = rounds_file.report_of(rounds_file.read(io.StringIO(text), game_of("simplified")))
    ours = fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.csv")
    same_rounds = rounds_file.report_of(rounds_file.read(io.StringIO(ours), game_of("simplified")))
    assert report.answered == 75 == same_rounds.answered
    assert report.good == same_rounds.good > 0
    assert [one.correlator for one in report.matrix] == [one.correlator for one in same_rounds.matrix]


def test_json_is_one_document(web_process: Web, played: Game, host) -> None:
    document = json.loads(fetch(web_process, host, f"/dashboard/{played.code}/export/rounds.json?run=all"))
    assert len(document["rounds"]) == 80
    assert document["rounds"][0]["answer_1"] is True
    assert document["game"]["version"] == settings.VERSION


def test_exports_are_for_hosts_alone(web_process: Web, played: Game, django_user_model) -> None:
    stranger = django_user_model.objects.create_user("stranger")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(web_process, stranger, f"/dashboard/{played.code}/export/rounds.csv")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        fetch(web_process, played.owner, f"/dashboard/{played.code}/export/rounds.csv?run=1;drop")
