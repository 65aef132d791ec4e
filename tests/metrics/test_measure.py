from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from game.realtime.answers import answer_commit_seconds, answers_total
from metrics.health import database_facts
from metrics.history import bottleneck, capacity, measure, trends
from metrics.models import Capacity, Measurement
from metrics.reports import figures
from tests.support.measurements import minute

pytestmark = pytest.mark.django_db


def test_every_instrument_that_is_measured_exists(client: Client) -> None:
    client.get("/health")
    names = {family.name for family in REGISTRY.collect()}
    wanted = [*measure.HISTOGRAMS.values(), measure.ANSWERS, measure.RESPONSES, measure.GAUGES["connections"]]
    assert not {name.removesuffix("_total") for name in wanted} - names


def test_a_minute_is_what_happened_since_the_last_one() -> None:
    recorder = measure.Recorder()
    answers_total.labels("recorded").inc(5)
    recorder._before = measure.read()
    answers_total.labels("recorded").inc(30)
    answers_total.labels("busy").inc(2)
    for _ in range(4):
        answer_commit_seconds.observe(0.004)
    row = recorder.record("web")
    row.refresh_from_db()
    assert (row.answers, row.errors) == (30, 2)
    (found,) = trends.series(row.at, row.at + timedelta(minutes=1))
    assert found.error_rate == pytest.approx(2 / 32)
    assert figures.figures(row.at, row.at + timedelta(minutes=1))["error_rate"] == found.error_rate
    assert row.answer_buckets["0.005"] == 4 and row.answer_buckets["0.002"] == 0
    assert row.memory_bytes is None or row.memory_bytes > 10_000_000
    assert recorder.record("web").answers == 0
    assert Measurement.objects.count() == 1


def test_where_every_answer_fails_all_are_errors() -> None:
    recorder = measure.Recorder()
    recorder._before = measure.read()
    answers_total.labels("broken").inc(600)
    row = recorder.record("web")
    (found,) = trends.series(row.at, row.at + timedelta(minutes=1))
    assert found.error_rate == 1


def test_a_worker_measures_the_queue() -> None:
    current_app.control.purge()
    for waiting in range(3):
        assert measure.Recorder().record("worker").queue == waiting
        current_app.send_task("nobody.works")
    current_app.control.purge()


def test_a_difference_counts_by_seconds() -> None:
    before = measure.Reading(100.0, 10.0, Counter(answers=100), {}, {})
    now = measure.Reading(160.0, 40.0, Counter(answers=700), {}, {"websocket_connections": 9})
    found = measure.difference(now, before)
    assert (found["answers_per_second"], found["cpu_share"], found["connections"]) == (10.0, 0.5, 9)


def test_the_share_of_the_machine_is_that_of_all_programs() -> None:
    first, later = measure.Machine(100, 400), measure.Machine(250, 600)
    before = measure.Reading(100.0, 10.0, Counter(), {}, {}, first)
    now = measure.Reading(160.0, 40.0, Counter(), {}, {}, later)
    assert measure.difference(now, before)["machine_share"] == 0.75
    assert measure.difference(now._replace(machine=None), before)["machine_share"] is None


def test_a_worker_measures_how_much_the_database_and_its_log_did() -> None:
    recorder = measure.Recorder()
    first = recorder.record("worker")
    # Without an earlier look nothing is known to have happened.
    assert (first.database_busy, first.log_share) == (None, None)
    recorder._times_before = database_facts.Times(-600.0, -30.0)
    recorder._before = recorder._before and recorder._before._replace(at=recorder._before.at - 60)
    row = recorder.record("worker")
    assert row.database_busy is not None and row.database_busy >= 9
    assert row.log_share is not None and row.log_share >= 0.45
    recorder._times_before = database_facts.Times(1e12, None)
    assert (recorder.record("worker").database_busy, row.machine_share is None) == (None, not Path("/proc").exists())


def test_a_quantile_lies_inside_its_bucket_and_nothing_counted_is_unknown() -> None:
    assert trends.quantile({"0.01": 0, "0.02": 100, "+Inf": 100}, 0.5) == pytest.approx(0.015)
    assert trends.quantile({"0.01": 90, "0.02": 100, "+Inf": 100}, 0.95) == pytest.approx(0.015)
    assert trends.quantile({"0.01": 0, "+Inf": 5}, 0.95) == 0.01
    assert trends.quantile({}, 0.95) is None and trends.quantile({"0.01": 0, "+Inf": 0}, 0.95) is None


def test_processes_of_one_minute_are_put_together() -> None:
    common: dict[str, Any] = {"answers_per_second": 10, "connections": 5, "cache_hits": 9, "cache_misses": 1}
    minute(timedelta(minutes=2), "web a:1", cpu_share=0.2, answer_buckets={"0.01": 9, "+Inf": 9}, **common)
    minute(timedelta(minutes=2), "web b:1", cpu_share=0.6, answer_buckets={"0.01": 1, "+Inf": 1}, **common)
    minute(timedelta(minutes=2), "worker c:1", cpu_share=0.9, queue=3)
    found = trends.now()
    assert found is not None
    assert (found.answers_per_second, found.connections, found.cpu_share, found.queue) == (20, 10, 0.6, 3)
    assert (found.cache_hit_rate, found.error_rate, found.processes) == (0.9, None, 2)
    assert found.answer_p95 == pytest.approx(0.0095)


def test_old_minutes_become_hours_that_keep_sums_and_peaks() -> None:
    old = timedelta(days=3)
    start = (timezone.now() - old).replace(minute=0)
    for n in range(10):
        for process in ("web a:1", "web b:1"):
            ago = timezone.now() - start - timedelta(minutes=n)
            minute(ago, process, answers=60 * n, answers_per_second=n, answer_buckets={"0.01": n, "+Inf": n})
    minute(timedelta(minutes=1))
    assert trends.thin() == 20
    hour = Measurement.objects.get(kind="all")
    assert (hour.answers, hour.answers_per_second, hour.answer_buckets["0.01"]) == (2 * 60 * 45, 18, 90)
    assert Measurement.objects.count() == 2 and trends.thin() == 0


def test_an_hour_has_the_processes_of_its_busiest_minute() -> None:
    start = (timezone.now() - timedelta(days=3)).replace(minute=0)
    quiet, busy = (timezone.now() - start - timedelta(minutes=n) for n in (10, 20))
    for process in ("web a:1", "web b:1", "web c:1", "web d:1"):
        minute(quiet, process, answers_per_second=1)
    minute(busy, answers_per_second=83)
    Capacity.objects.create(answers_per_second=100, machine="a bench")
    trends.thin()
    room = capacity.head_room(trends.series(start - timedelta(hours=1), timezone.now()))
    assert room is not None and room.share == pytest.approx(0.17)


def test_the_component_nearest_its_limit_is_named_with_its_evidence() -> None:
    minute(timedelta(minutes=2), cpu_share=0.97, answer_buckets={"0.005": 100, "+Inf": 100}, memory_bytes=90_000_000)
    first, *rest = bottleneck.components()
    assert (first.name, first.limits) == ("web process", True) and "97%" in first.evidence
    assert not any(component.limits for component in rest)
    assert {component.name: component.use for component in rest}["pages"] is None


def test_a_slow_database_is_named_and_not_the_processor() -> None:
    minute(timedelta(minutes=2), cpu_share=0.3, answer_buckets={"0.05": 0, "0.1": 100, "+Inf": 100})
    first = bottleneck.components()[0]
    assert first.name == "database" and first.limits and "committing answers 97.5 ms (target 25 ms)" in first.evidence


def test_without_measurements_nothing_is_blamed() -> None:
    assert not any(component.limits for component in bottleneck.components())
