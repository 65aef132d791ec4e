import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from game.lobby import host_commands
from game.models import Game, Round
from metrics import tasks
from metrics.health.database_checks import allowed_connections
from metrics.history import capacity, trends
from metrics.models import Capacity, OptimizationRun, Report
from metrics.reports import charts
from metrics.reports.capacity import review_capacity
from metrics.reports.document import NOTHING
from metrics.reports.performance import report_performance
from tests.support.measurements import minute
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy() -> None:
    """Two processes over an hour; the second half is the busier one."""
    for n in range(1, 61, 5):
        for process in ("web a:1", "web b:1"):
            minute(
                timedelta(minutes=n),
                process,
                answers=60 * (120 - n),
                answers_per_second=120 - n,
                cpu_share=(120 - n) / 400,
                connections=200,
                memory_bytes=80 * 2**20,
                answer_buckets={"0.01": 90, "0.02": 100, "+Inf": 100},
                http_buckets={"0.05": 50, "0.25": 100, "+Inf": 100},
                cache_hits=95,
                cache_misses=5,
            )


def images(report: Report) -> Iterator[ElementTree.Element]:
    for coded in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', report.html):
        yield ElementTree.fromstring(base64.b64decode(coded))


def test_the_week_is_compared_with_its_targets_and_drawn(busy: None) -> None:
    report = report_performance()
    now = report.figures["now"]
    assert now["answer_p95"] == pytest.approx(0.015) and now["cache_hit_rate"] == pytest.approx(0.95)
    assert now["peak_answers_per_second"] == 2 * 119
    assert report.figures["missed"] == ["Pages, p95", "Pages, p99"]
    assert (
        report.html.startswith("<h1>Performance report") and "Beyond its target: Pages, p95, Pages, p99." in report.html
    )
    assert "| Committing answers, p95 | 15.0 ms | – | at most 25.0 ms | met |" in report.markdown
    assert len(list(images(report))) == 6
    assert "style=" not in report.html and "<script" not in report.html


@pytest.mark.parametrize("write", [report_performance, review_capacity])
def test_without_data_a_report_says_so_and_claims_nothing(write: Any) -> None:
    report = write()
    assert NOTHING in report.html and NOTHING in report.markdown
    assert not list(images(report)) and not re.search(r"\| 0[. ]", report.markdown)
    assert report.figures.get("head_room") is None


def test_the_head_room_follows_from_the_processor_time_that_answers_took(busy: None) -> None:
    report = review_capacity()
    # 119 answers/s took 119/400 of a processor: a full one bears 400.
    assert report.figures["process_bears_answers_per_second"] == pytest.approx(400)
    assert report.figures["head_room"] == pytest.approx(1 - 238 / 800)
    assert report.figures["instances"] == {"1": 1, "2": 2, "10": 6}
    assert "estimated from" in report.figures["source"]
    assert "At the busiest time 70% of the capacity was left." in report.markdown


def at_the_peak(**fields: float) -> Report:
    """A minute of play in which a web process did a tenth of what it bears, and a worker measured the rest."""
    Capacity.objects.create(answers_per_second=1000, machine="a bench")
    minute(timedelta(minutes=5), answers_per_second=100, cpu_share=0.1, machine_share=fields.pop("machine_share", None))
    minute(timedelta(minutes=5), "worker c:1", **{"cpu_share": 0.05, **fields})
    return review_capacity()


@pytest.mark.parametrize(
    ("fields", "part", "use"),
    [
        ({}, "web processes", 0.1),
        ({"cpu_share": 0.75}, "worker", 0.75),
        ({"database_busy": 3.2}, "PostgreSQL", 0.8),
        ({"log_share": 0.6}, "log of PostgreSQL", 0.6),
        ({"machine_share": 1.0}, "machine", 1.0),
    ],
)
def test_the_capacity_is_that_of_the_scarcest_part(
    fields: dict[str, float], part: str, use: float, settings: Any
) -> None:
    settings.DATABASE_PROCESSORS = 4
    report = at_the_peak(**fields)
    assert (report.figures["scarcest"], report.figures["head_room"]) == (part, pytest.approx(1 - use))
    assert f"{1 - use:.0%} of the capacity was left. The scarcest part: {part}." in report.markdown
    (row,) = [line for line in report.markdown.splitlines() if line.startswith(f"| {part} |")]
    assert row.split(" | ")[1:4] == [f"{100 * times * use:.1f} %" for times in (1, 2, 10)]


def test_a_part_that_nothing_measured_is_unknown_and_not_idle(settings: Any) -> None:
    report = at_the_peak()
    assert report.figures["use"]["PostgreSQL"] is None and report.figures["use"]["machine"] is None
    assert "| PostgreSQL | – | – | – |" in report.markdown


def test_the_machine_is_known_where_nothing_says_what_a_process_bears() -> None:
    minute(timedelta(minutes=2), answers_per_second=1, cpu_share=0.01, machine_share=0.9)
    report = review_capacity()
    assert report.figures["head_room"] == pytest.approx(0.1) and report.figures["instances"]["2"] is None
    assert "Run make bench" in report.markdown


@pytest.mark.django_db(transaction=True)
def test_reports_count_what_was_played_and_name_bots(game: Game) -> None:
    host_commands.start(game.pk)
    persons, mixed = new_team(game, name="Persons"), new_team(game, name="Mixed")
    for _ in range(3):
        play_round(persons)
    play_round(mixed)
    Round.objects.filter(team=mixed).update(bots="2")
    for write in (report_performance, review_capacity):
        said = write().markdown
        assert "4 rounds were closed in 1 games: 3 by persons alone and 1 with bots." in said


def test_what_optimisers_cost_stands_beside_what_the_cache_saved() -> None:
    for saved in (100, 420, 20):
        OptimizationRun.objects.create(
            kind="cache",
            asked_by="t",
            seconds=9,
            work_seconds=0.25,
            statements=12,
            after={"cache_queries_saved": saved},
        )
    said = report_performance().markdown
    # Valkey was restarted before the third.
    assert "Reads of the cache saved 340 queries." in said
    assert "| Cache | 3 | 0 | 0 | 0.8 s | 36 |" in said


def test_a_measured_capacity_counts_more_than_an_estimate(busy: None, capsys: Any) -> None:
    with pytest.raises(CommandError, match="--machine"):
        call_command("capacity_review", measured=50.0)
    call_command("capacity_review", measured=50.0, machine="a small machine, make bench", json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures["head_room"] == pytest.approx(1 - 238 / 100) and figures["instances"]["10"] == 48
    assert "a small machine" in figures["source"] and Capacity.objects.count() == 1
    assert "above what the processes bear" in Report.objects.get().markdown


def test_processes_beside_the_web_need_connections_too(busy: None, settings: Any) -> None:
    allowed, pool = allowed_connections(), settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    # As many web processes as would fit if they were alone.
    needed = (allowed - 1) // pool
    Capacity.objects.create(answers_per_second=238 / (needed - 0.5), machine="a bench")
    report = review_capacity()
    assert report.figures["instances"]["1"] == needed
    assert f"| {needed} | {(needed + 3) * pool} of {allowed}, too many" in report.markdown


def test_a_process_that_hardly_worked_says_nothing_about_its_capacity() -> None:
    minute(timedelta(minutes=2), answers_per_second=1, cpu_share=0.01)
    assert capacity.head_room([point for point in [trends.now()] if point]) is None


def test_reports_are_written_by_schedule_and_into_files(busy: None, tmp_path: Any) -> None:
    tasks.report_performance()
    tasks.review_capacity()
    assert list(Report.objects.order_by("pk").values_list("kind", flat=True)) == ["performance", "capacity"]
    html, markdown = tmp_path / "report.html", tmp_path / "report.md"
    call_command("performance_report", html=html, markdown=markdown, days=1)
    assert html.read_text().startswith("<!DOCTYPE html>") and markdown.read_text().startswith("# Performance report")


def test_an_unknown_value_is_a_gap_in_a_chart() -> None:
    at = [datetime(2026, 1, 1, 8, n, tzinfo=UTC) for n in range(0, 50, 10)]
    chart = charts.over_time("Pages", "ms", at, [1.0, None, 3.0, 4.0, None], target=5.0)
    svg = ElementTree.fromstring(base64.b64decode(chart.address.partition("base64,")[2]))
    paths = [path.get("d", "") for path in svg.iter("{http://www.w3.org/2000/svg}path") if path.get("fill") == "none"]
    assert [path.count("M") for path in paths] == [2]
    words = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"08:00", "08:15", "08:30", "target", "5"} <= set(words) and chart.alt == "Pages, ms"


def test_a_chart_of_nothing_but_zeros_has_axes() -> None:
    at = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 9)]
    assert "01 Jan" in base64.b64decode(charts.over_time("Errors", "%", at, [0.0, 0.0]).address[26:]).decode()
    assert charts.over_time("Errors", "%", at, [None, None])
    assert [word for _, word in charts.logarithmic([3.0, 500.0]).ticks] == ["1", "10", "100", "1,000"]
