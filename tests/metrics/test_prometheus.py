"""What Prometheus reads: from one process, from several that share a folder, from a worker's own port."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client import REGISTRY, Gauge

from game.lobby import host_commands
from game.models import Game, Team
from metrics.cache.domains import DOMAINS
from metrics.monitoring import processes
from metrics.monitoring.gauges import waiting_statistics
from tests.support.people import new_team, open_round
from tests.support.prometheus import Samples, read, worker
from tests.support.server import Web, environment_of_tests, eventually, free_port, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


def total(samples: Samples, name: str, **labels: str) -> float:
    """The sum over all other labels; missing is an error."""
    found = [value for (n, has), value in samples.items() if n == name and labels.items() <= dict(has).items()]
    assert found, f"no {name} {labels}"
    return sum(found)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    web = Web().start()
    yield web
    web.stop()


def play_a_round(web: Web, game: Game) -> None:
    tabs = two_phones(web, game)
    host_commands.start(game.pk)
    for tab in tabs:
        tab.say("answer", round=tab.hear("question_asked")["question"]["round"], answer=True)
    for tab in tabs:
        tab.hear("round_closed")


def test_every_number_of_operations_is_there_after_a_round(web: Web, game: Game) -> None:
    port = free_port()
    with worker(METRICS_PORT=str(port)):
        play_a_round(web, game)
        eventually(lambda: Team.objects.get(game=game).statistics.exists(), 30)
        done = ("celery_task_seconds_count", {"task": "dashboard.recompute_games", "state": "SUCCESS"})
        eventually(lambda: any((name, dict(labels)) == done for name, labels in read(port)))
        there = read(port)
    here = read(web.port)
    assert total(here, "websocket_connections", page="play") == 2
    assert total(here, "websocket_connection_attempts_total", page="play") == 2
    assert total(here, "websocket_messages_in_total", page="play", kind="answer") == 2
    assert total(here, "websocket_messages_out_total", page="play") > 4
    assert total(here, "answers_total", verdict="recorded") == 2
    for histogram in ("answer_commit_seconds", "answer_batch_size", "fanout_seconds"):
        assert 0 < total(here, f"{histogram}_count") <= total(here, f"{histogram}_bucket")
    assert total(here, "answer_batch_size_sum") == 2
    assert (total(here, "games_active", state="running"), total(here, "teams_active", state="running")) == (1, 1)
    assert total(here, "celery_queue_length") >= 0
    assert total(here, "metrics_readings_failed") == 0
    assert total(there, "statistics_staleness_seconds_count") >= 1
    assert total(there, "recompute_seconds_count") >= 1
    assert total(there, "celery_task_seconds_count", task="dashboard.recompute_games", state="SUCCESS") >= 1
    for process in (here, there):
        assert total(process, "process_resident_memory_bytes") > 10e6
        assert total(process, "process_cpu_seconds_total") > 0


def test_every_counter_that_an_alert_watches_is_there_before_its_first_event(web: Web) -> None:
    """A series that first appears at 1 hides its first increase from rate(), and one that is missing a whole alert."""
    here = read(web.port)
    for verdict in ("busy", "no_room", "broken", "recorded"):
        assert total(here, "answers_total", verdict=verdict) == 0
    for met in ("yes", "no"):
        assert total(here, "answer_objective_total", met=met) == 0
    for page in ("play", "watch", "dashboard"):
        assert total(here, "websocket_connections", page=page) == 0
        assert total(here, "websocket_connection_attempts_total", page=page) == 0
        assert total(here, "websocket_connection_failures_total", page=page, reason="no_game") == 0
    for domain in DOMAINS:
        for level in ("local", "shared"):
            assert total(here, "cache_hits_total", domain=domain, level=level) >= 0
            assert total(here, "cache_misses_total", domain=domain, level=level) >= 0
    assert total(here, "database_up") == 1
    program = (
        "import django; django.setup()\n"
        "from prometheus_client import generate_latest; print(generate_latest().decode())"
    )
    command = [sys.executable, "-c", program]
    environment = environment_of_tests() | {"DJANGO_SETTINGS_MODULE": "chsh_project.settings"}
    # A worker that has read no cache yet.
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    assert 'cache_hits_total{domain="game",level="shared"} 0.0' in said


def test_a_second_game_brings_no_new_series(web: Web, make_game) -> None:
    def series() -> set[object]:
        return {key for key in read(web.port) if not key[0].startswith("python_gc")}

    first, second = make_game(), make_game()
    play_a_round(web, first)
    web.phone("ZZZZZ1").close_code()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"http://127.0.0.1:{web.port}/no/such/page/1")
    read(web.port)
    before = series()
    play_a_round(web, second)
    web.phone("ZZZZZ2").close_code()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"http://127.0.0.1:{web.port}/no/such/page/2")
    assert series() == before
    assert not any(game.code in str(key) for key in before for game in (first, second))


def test_processes_that_share_a_folder_are_summed_and_the_dead_are_kept_once(
    transactional_db: None, game: Game, folder: Path
) -> None:
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    one, other = Web(**shared).start(), Web(**shared).start()
    try:
        for web in (one, one, other):
            web.phone(game.code).hear("player_snapshot")
        for web in (one, other):
            assert total(read(web.port), "websocket_connections", page="play") == 3
        assert len({dict(labels)["pid"] for name, labels in read(one.port) if name == "process_open_fds"}) == 2
        one.stop(9)
        for _ in range(2):
            left = read(other.port)
            assert total(left, "websocket_connections", page="play") == 1
            assert total(left, "websocket_connection_attempts_total", page="play") == 3
        names = {path.name for path in folder.glob("*.db")}
        pid = other.process.pid
        assert all(str(pid) in name or "dead" in name for name in names), names
        one.start()
        assert total(read(one.port), "websocket_connection_attempts_total", page="play") == 3
    finally:
        one.stop()
        other.stop()


def test_histograms_of_the_dead_keep_their_buckets(folder: Path) -> None:
    program = """
from prometheus_client import Gauge, Histogram
Histogram("waits", "Waits", ["what"], buckets=(1, 2)).labels("x").observe(1.5)
Gauge("now", "Now", multiprocess_mode="livesum").set(7)
"""
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", program], check=True, env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
        )
        processes.merge_dead(str(folder))
    assert {path.name for path in folder.glob("*.db")} == {"histogram_dead.db"}
    (metric,) = processes.MultiProcessCollector(None, str(folder)).collect()
    values = {(s.name, s.labels.get("le")): s.value for s in metric.samples}
    assert values == {
        ("waits_bucket", "1.0"): 0, ("waits_bucket", "2.0"): 2, ("waits_bucket", "+Inf"): 2,
        ("waits_count", None): 2, ("waits_sum", None): 3.0,
    }  # fmt: skip


def test_a_folder_that_is_not_there_is_made(folder: Path) -> None:
    shared = folder / "not" / "there"
    subprocess.run(
        [sys.executable, "manage.py", "check"], check=True, capture_output=True, cwd=Path(__file__).parents[2],
        env=environment_of_tests() | {"PROMETHEUS_MULTIPROC_DIR": str(shared)},
    )  # fmt: skip
    assert list(shared.glob("*.db"))


def test_gauges_end_with_their_process() -> None:
    gauges = [collector for collector in REGISTRY._collector_to_names if isinstance(collector, Gauge)]
    # Those of migrations are never set.
    modes = {gauge._name: gauge._multiprocess_mode for gauge in gauges if not gauge._name.startswith("django_migra")}
    assert modes
    assert {name for name, mode in modes.items() if not mode.startswith("live")} == set()


def test_statistics_that_nobody_computes_are_seen_to_wait(game: Game) -> None:
    def seconds() -> float:
        return next(iter(waiting_statistics())).samples[0].value

    team = new_team(game)
    host_commands.start(game.pk)
    assert seconds() == 0
    trial = open_round(team)
    host_commands.skip_round(game.pk, team.pk)
    trial.refresh_from_db()
    type(trial).objects.filter(pk=trial.pk).update(closed_at=trial.asked_at.replace(year=trial.asked_at.year - 1))
    assert seconds() > 1000


def test_a_scrape_answers_while_the_broker_is_away(transactional_db: None) -> None:
    web = Web(REDIS_URL=f"redis://127.0.0.1:{free_port()}").start()
    try:
        here = read(web.port)
        assert total(here, "metrics_readings_failed", reading="queue_length") == 1
        assert total(here, "games_active") == 0
        assert not any(name == "celery_queue_length" for name, _ in here)
        assert ready(web.port) == (200, {"status": "degraded", "degraded": ["valkey"]})
    finally:
        web.stop()


def ready(port: int) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_a_process_without_its_database_is_alive_and_not_ready(transactional_db: None) -> None:
    nowhere = f"postgres://nobody@127.0.0.1:{free_port()}/none"
    web = Web(DATABASE_URL=nowhere, DATABASE_POOL_TIMEOUT_SECONDS="3").start()
    try:
        assert ready(web.port) == (503, {"status": "not ready", "missing": ["database"]})
        began = time.monotonic()
        here = read(web.port)
        # Asked once: a second question would take the scrape above Prometheus' timeout, and the alert would be silent.
        assert time.monotonic() - began < 5.5
        assert total(here, "database_up") == 0
        assert total(here, "metrics_readings_failed", reading="games_and_teams") == 1
        assert total(here, "process_open_fds") > 0
    finally:
        web.stop()


def test_a_database_that_goes_away_takes_no_process_from_the_proxy(transactional_db: None) -> None:
    """All processes share it: were none of them ready, the whole service would be gone, and not only what needs it."""
    address = urllib.parse.urlsplit(environment_of_tests()["DATABASE_URL"])
    own = address._replace(netloc=f"comes_and_goes:x@{address.hostname}:{address.port}").geturl()
    with psycopg.connect(address.geturl(), autocommit=True) as server:
        server.execute("CREATE ROLE comes_and_goes SUPERUSER LOGIN PASSWORD 'x'")
        web = Web(DATABASE_URL=own, DATABASE_POOL_TIMEOUT_SECONDS="0.5").start()
        try:
            assert ready(web.port)[0] == 200
            server.execute("ALTER ROLE comes_and_goes NOLOGIN")
            end_sessions(server)
            eventually(lambda: ready(web.port) == (200, {"status": "degraded", "degraded": ["database"]}))
            server.execute("ALTER ROLE comes_and_goes LOGIN")
            eventually(lambda: "database" not in str(ready(web.port)))
        finally:
            web.stop()
            end_sessions(server)
            server.execute("DROP ROLE comes_and_goes")


def end_sessions(server: psycopg.Connection[Any]) -> None:
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'comes_and_goes'")


def test_numbers_are_for_this_machine_or_with_the_token(transactional_db: None) -> None:
    port = free_port()
    web = Web(METRICS_TOKEN="secret", METRICS_PORT=str(port)).start()
    try:
        for at in (web.port, port):
            eventually(lambda at=at: total(read(at, Authorization="Bearer secret"), "process_open_fds"))
            for given in ({}, {"Authorization": "Bearer guess"}):
                with pytest.raises(urllib.error.HTTPError, match="403"):
                    read(at, **given)
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).read() == b"alive\n"
    finally:
        web.stop()


def test_what_came_through_a_proxy_is_not_of_this_machine(web_process: Web) -> None:
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            read(web_process.port, **{header: "127.0.0.1"})
