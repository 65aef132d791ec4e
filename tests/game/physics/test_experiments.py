"""Published experiments: each printed digit again from counts or wins, and the marks that gauges show of them."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from game.analysis import rounds_file
from game.games import GAMES, game_of
from game.games.axes import axes
from game.games.published import EXPERIMENTS
from game.physics import estimators, evidence
from game.web.words import NUMBERS
from tests.support.tables import reports, table_of

DATA = Path(__file__).parents[2] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as lines:
        found = list(csv.DictReader(lines))
    assert found
    return found


PRINTED = {row["experiment"]: row for row in rows("published.csv")}


def digits(text: str) -> int:
    """Count the decimals of a printed number."""
    return len(text.partition(".")[2])


def is_printed(value: float, text: str) -> bool:
    return f"{value:.{digits(text)}f}" == text


def delft_2016() -> dict[str, np.ndarray]:
    """Return a table a heralded state; only equal and different answers are known, and S needs no more."""
    tables: dict[str, np.ndarray] = {}
    for row in rows("delft_2016_counts.csv"):
        pair = (row["question_1"], row["question_2"])
        played = [(*pair, True, True)] * int(row["same"]) + [(*pair, True, False)] * int(row["different"])
        tables[row["state"]] = tables.get(row["state"], 0) + table_of(played)
    return tables


@pytest.mark.parametrize("name", [name for name, row in PRINTED.items() if row["wins"]])
def test_wins_give_the_printed_p(name: str) -> None:
    row = PRINTED[name]
    log10_p = float(evidence.log_tail(int(row["wins"]), int(row["rounds"]))) / math.log(10)
    if "e" in row["p"]:
        # Printed as "smaller than" a power of ten: the next power is not reached.
        assert log10_p < math.log10(float(row["p"])) < log10_p + 1
    else:
        assert is_printed(10**log10_p, row["p"])


def test_counts_of_the_first_delft_run_give_its_printed_numbers() -> None:
    row, game = PRINTED["delft_2015"], game_of("simplified")
    with (DATA / "delft_2015.csv").open(newline="") as lines:
        report = rounds_file.report_of(rounds_file.read(lines, game))
    s = report.estimate("chsh")
    assert (report.issued, report.good) == (int(row["rounds"]), int(row["wins"]))
    assert s is not None and s.value is not None and is_printed(s.value, row["s"])


def test_counts_of_the_second_delft_run_give_its_printed_numbers() -> None:
    """Its S is the mean over the two heralded states, weighted by their rounds (Hensen et al. 2016)."""
    row, tables = PRINTED["delft_2016"], list(delft_2016().values())
    found = [reports("simplified", "uniform", [table])[0] for table in tables]
    rounds = np.array([one["issued"] for one in found])
    weights = rounds / rounds.sum()
    assert rounds.tolist() == [228, 72]
    assert (rounds.sum(), sum(one["wins"] for one in found)) == (int(row["rounds"]), int(row["wins"]))
    assert is_printed(float(weights @ [one["chsh"]["s"] for one in found]), row["s"])
    error = math.hypot(*(weights * [float(estimators.plug_in_error(table)) for table in tables]))
    assert is_printed(error, row["s_error"])


def test_wins_of_eth_zurich_give_its_printed_s() -> None:
    row = PRINTED["eth_2023"]
    wins, rounds = int(row["wins"]), int(row["rounds"])
    rate = wins / rounds
    assert rounds == 2**20
    assert is_printed(8 * rate - 4, row["s"])
    assert is_printed(8 * math.sqrt(rate * (1 - rate) / rounds), row["s_error"])


def test_marks_are_the_printed_values_with_their_95_percent_intervals() -> None:
    assert {one.key for one in EXPERIMENTS} == set(PRINTED) == set(NUMBERS["experiments"])
    for one in EXPERIMENTS:
        assert (one.s, one.error) == (float(PRINTED[one.key]["s"]), float(PRINTED[one.key]["s_error"]))
    references = [axis.references for game in GAMES.values() for axis in axes(game) if axis.key == "chsh"]
    assert references
    for marks in references:
        for one, mark in zip(EXPERIMENTS, marks, strict=True):
            assert (mark.key, mark.value, mark.source) == (one.key, one.s, one.source)
            half = estimators.Z95 * one.error
            assert (mark.low, mark.high) == pytest.approx((one.s - half, one.s + half), abs=1e-6)


@pytest.mark.parametrize("key", GAMES)
def test_only_an_axis_of_s_has_published_values(key: str) -> None:
    found = axes(GAMES[key])
    assert found
    assert all(bool(axis.references) == (axis.key == "chsh") for axis in found)
