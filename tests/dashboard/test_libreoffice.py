"""Exports as LibreOffice opens them, in English, German and French: every cell is what was written."""

import io
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import call_command

from dashboard.pages.exports.dialects import DIALECTS, Dialect
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, Round
from tests.support.people import new_team
from tests.support.rounds import play_round

LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(LIBREOFFICE is None, reason="LibreOffice is missing: apt install libreoffice-calc-nogui"),
]

# What a spreadsheet takes for numbers, dates, formulas, or words of its language.
NAMES = ["007", "+1", "=1+1", "-1", "3-4", "1e5", "1,5", "1.5", "2026-11-30", "30.11.2026", "12:30", "TRUE", "Wahr",
         "50 %", "0.044", "1 000", "Blue; Owls", 'said "yes", twice']  # fmt: skip
# The language of a spreadsheet, by its number in the filter's options.
LANGUAGES = {"en": 1033, "de": 1031, "fr": 1036}
OPENED = [("comma", "en"), ("plain", "en"), ("tab", "en"), ("excel-de", "de"), ("excel-fr", "fr")]
RESPONSE_SECONDS = 0.044

Value = str | float


@pytest.fixture
def played(game: Game) -> Game:
    teams = [new_team(game, name) for name in NAMES]
    host_commands.start(game.pk)
    for n in range(3):
        for team in teams:
            play_round(team, n % 2 > 0, n % 3 > 0)
    host_commands.finish(game.pk)
    for one in Round.objects.filter(game=game, closed_at__isnull=False):
        one.answered_at = [one.asked_at + timedelta(seconds=seconds) for seconds in (RESPONSE_SECONDS, 7)]
        one.save(update_fields=["answered_at"])
    recompute([game.pk])
    return game


def written(text: str, dialect: Dialect) -> list[list[Value]]:
    """Return the cells of a CSV: what is quoted is text, else a number where it looks like one of the dialect."""
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{dialect.delimiter}\r\n]*))({dialect.delimiter}|\r\n)')
    rows: list[list[Value]] = [[]]
    end = 0
    for found in cell.finditer(text.removeprefix(dialect.mark)):
        assert found.start() == end, text[end : end + 80]
        quoted, bare, after = found.groups()
        rows[-1].append(_value(bare.replace(dialect.decimal, ".")) if quoted is None else quoted.replace('""', '"'))
        end = found.end()
        if after == "\r\n":
            rows.append([])
    return rows[:-1]


def _value(bare: str) -> Value:
    try:
        return float(bare)
    except ValueError:
        return bare


def opened(folder: Path, files: list[Path], dialect: Dialect, language: str) -> list[list[list[Value]]]:
    # Separator, quote, UTF-8, first line, no formats, language, quoted fields are text.
    options = f"CSV:{ord(dialect.delimiter)},34,76,1,,{LANGUAGES[language]},true"
    subprocess.run(
        [str(LIBREOFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", f"--infilter={options}",
         "--convert-to", "fods", "--outdir", str(folder), *map(str, files)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return [list(cells((folder / file.name).with_suffix(".fods"))) for file in files]


def cells(sheet: Path) -> Iterator[list[Value]]:
    """Yield the rows of a spreadsheet; whatever is neither text nor a plain number says so."""
    names = dict(node for _event, node in ElementTree.iterparse(sheet, ["start-ns"]))
    table, office, text = (f"{{{names[name]}}}" for name in ("table", "office", "text"))

    def value(cell: ElementTree.Element) -> Value:
        kind = cell.get(f"{office}value-type")
        assert cell.get(f"{table}formula") is None, ElementTree.tostring(cell)
        match kind:
            case None:
                return ""
            case "float":
                return float(cell.get(f"{office}value", ""))
            case "boolean":
                return cell.get(f"{office}boolean-value", "")
            case "string":
                return "\n".join("".join(line.itertext()) for line in cell.iter(f"{text}p"))
        return f"a {kind}: {ElementTree.tostring(cell, encoding='unicode')}"

    for row in ElementTree.parse(sheet).iter(f"{table}table-row"):
        if row.get(f"{table}number-rows-repeated") is None:
            yield [
                value(cell)
                for cell in row.iter(f"{table}table-cell")
                for _again in range(min(1000, int(cell.get(f"{table}number-columns-repeated", 1))))
            ]


def same(wanted: Value, found: Value) -> bool:
    """Whether two cells are equal; the spreadsheet's file has 15 digits of a number."""
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(wanted, found, rel_tol=1e-14)
    return wanted == found


@pytest.mark.parametrize(("name", "language"), OPENED)
def test_libreoffice_keeps_every_value(played: Game, tmp_path: Path, name: str, language: str) -> None:
    dialect = DIALECTS[name]
    for table in ("rounds.csv", "teams.csv"):
        call_command("export_game", played.code, only=table, dialect=name, output=tmp_path, stdout=io.StringIO())
    files = [tmp_path / f"{played.code}-{table}" for table in ("rounds.csv", "teams.csv")]
    for file, found in zip(files, opened(tmp_path, files, dialect, language), strict=True):
        wanted = written(file.read_bytes().decode(), dialect)
        assert len(wanted) == 1 + len(NAMES) * (3 if "rounds" in file.name else 1) == len(found)
        for wanted_row, found_row in zip(wanted, found, strict=True):
            cells_of_both = zip_longest(wanted_row, found_row, fillvalue="")
            assert [pair for pair in cells_of_both if not same(*pair)] == []
    rounds = written(files[0].read_bytes().decode(), dialect)
    column = rounds[0].index("response_1_seconds")
    assert {row[column] for row in rounds[1:]} == {RESPONSE_SECONDS}
    assert {str(row[0]).removeprefix("'") for row in rounds[1:]} == set(NAMES)
