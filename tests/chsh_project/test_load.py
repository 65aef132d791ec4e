"""The load tools match the current protocol: each runs a small load and finds no error."""

from collections.abc import Iterator

import pytest

from tests.load import paper, system
from tests.load.profiles import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with system.running() as running:
        running.static()
        running.web()
        running.background()
        bench = Bench(running, quick=True, minutes=0.1)
        bench.seconds = 1.0
        yield bench


@pytest.mark.long
def test_players_dashboards_and_pages_are_measured_and_nothing_is_wrong(bench: Bench) -> None:
    run = bench.drive(40, 0.1, 2, "--drops", "0.1")
    assert run["wrong"] == []
    assert run["acknowledged"] and run["staleness_ms"]["count"] and run["back_in_seat_ms"]["count"]
    assert run["events"].get("refused_too_many", 0) == 0
    asked = bench.tool("tests.load.pages", "--seconds", 1, "--clients", 5, "--pause", 0.05, "--teams", 5)
    assert asked["errors"] == {}
    assert asked["latency_ms"]["count"] > 0


def test_the_echo_answers_and_the_statistics_are_timed(bench: Bench) -> None:
    assert bench.echo() > 0
    assert bench.recompute(2, 20)["ms"] > 0


def test_a_part_that_fails_stands_in_the_table_and_the_next_goes_on(bench: Bench) -> None:
    def broken() -> None:
        bench.system.parts["web"].kill()
        bench.tool("tests.load.nothing_of_this_name")

    bench.part(broken)
    assert "broken: FAILED" in paper.table(bench.lines)
    assert "nothing_of_this_name" in bench.wrong[-1]
    assert bench.drive(2, 0.1)["acknowledged"]
