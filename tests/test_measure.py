from collections import Counter

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from game.pipeline import answer_commit_seconds, answers_total
from metrics import measure
from metrics.models import Measurement

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
    assert row.answer_buckets["0.005"] == 4 and row.answer_buckets["0.002"] == 0
    assert row.memory_bytes is None or row.memory_bytes > 10_000_000
    assert recorder.record("web").answers == 0
    assert Measurement.objects.count() == 1


def test_a_worker_measures_the_queue() -> None:
    assert measure.Recorder().record("worker").queue == 0


def test_a_difference_counts_by_seconds() -> None:
    before = measure.Reading(100.0, 10.0, Counter(answers=100), {}, {})
    now = measure.Reading(160.0, 40.0, Counter(answers=700), {}, {"websocket_connections": 9})
    found = measure.difference(now, before)
    assert (found["answers_per_second"], found["cpu_share"], found["connections"]) == (10.0, 0.5, 9)
