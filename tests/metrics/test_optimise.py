from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone
from redis import Redis

from dashboard.live import snapshots
from game import tunables
from game.lobby import host_commands
from game.models import Game, Player, Round, Tally, Tunable
from game.realtime import presence
from game.rounds import tallies
from metrics import tasks
from metrics.cache import care
from metrics.cache.counters import SUMS
from metrics.health import database_facts, doctor
from metrics.models import Measurement, OptimizationRun
from metrics.monitoring import database_watch
from metrics.tuning import cache, database, runs
from metrics.tuning.optimise import AlreadyRunning, optimise
from tests.support import server
from tests.support.people import new_player, new_team
from tests.support.rounds import play_round
from tests.support.server import Web, eventually

pytestmark = pytest.mark.django_db

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module", autouse=True)
def no_dead_rows_of_other_tests(django_db_setup: None, django_db_blocker: Any) -> None:
    """Vacuum: a plan would do it, which is refused in the transaction of a test."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("VACUUM (ANALYZE)")


@pytest.fixture(autouse=True)
def as_at_first() -> Any:
    if (levels := care.levels()) is not None:
        levels.sums()
        levels.shared.client.delete(SUMS)
    yield
    Tunable.objects.all().delete()
    tunables.read()


def measured(process: str = "web a:1", **fields: Any) -> Measurement:
    minutes = Measurement.objects.filter(process=process).count()
    at = timezone.now() - timedelta(seconds=minutes)
    return Measurement.objects.create(at=at, process=process, **{"kind": "web", "seconds": 60.0, **fields})


def load(share: float) -> None:
    Measurement.objects.all().delete()
    measured(cpu_share=share)


def test_a_run_that_changes_nothing_says_so() -> None:
    row = optimise("websocket", "test")
    assert (row.changes, row.outcome, row.error) == ([], "nothing to change", "")
    assert row.observations and row.seconds is not None and row.before == row.after


def test_a_failure_is_kept_in_the_row() -> None:
    class Broken:
        def measure(self) -> dict[str, Any]:
            return {"x": 1}

        def plan(self) -> runs.Plan:
            raise ZeroDivisionError("no rows")

    row = runs.run("websocket", [Broken()], "test")
    row.refresh_from_db()
    assert row.outcome == "failed" and row.error == "ZeroDivisionError: no rows" and row.before == {"x": 1}


def test_a_step_that_fails_keeps_no_other_from_its_turn() -> None:
    class HalfBroken:
        def measure(self) -> dict[str, Any]:
            return {}

        def plan(self) -> runs.Plan:
            steps = [runs.Step(f"{x}", x, 0, "", lambda x=x: done.append(1 / x)) for x in (0, 1)]
            return runs.Plan(["two"], steps)

    done: list[float] = []
    row = runs.run("maintenance", [HalfBroken()], "test")
    assert (row.outcome, row.error) == ("failed", "0: ZeroDivisionError: division by zero")
    assert done == [1.0] and [change["what"] for change in row.changes] == ["1"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("played", [True, False])
def test_a_run_rests_after_each_statement_while_a_game_is_played(
    game: Game, monkeypatch: pytest.MonkeyPatch, played: bool
) -> None:
    class Slow:
        def measure(self) -> dict[str, Any]:
            return {}

        def plan(self) -> runs.Plan:
            rested.clear()
            # A rest is no query's time.
            assert connection.execute_wrappers.index(database_watch.watch) == len(connection.execute_wrappers) - 1
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.02)")
                with transaction.atomic():
                    cursor.execute("SELECT pg_sleep(0.04)")
                    # Nobody waits for what a rest would hold.
                    assert len(rested) == played
                cursor.execute("SELECT 1")
            seen.extend(rested)
            return runs.Plan([], [])

    rested: list[float] = []
    seen: list[float] = []
    monkeypatch.setattr(runs, "sleep", rested.append)
    if played:
        host_commands.start(game.pk)
    row = runs.run("websocket", [Slow()], "test")
    assert not row.error
    # The row itself, and five statements of the plan.
    assert row.statements is not None and row.statements >= 5
    assert row.seconds is not None and row.work_seconds == pytest.approx(max(0.0, row.seconds - sum(rested)))
    worked = [0.02, 0.04] if played else []
    for rest, seconds in zip(seen, worked, strict=True):
        assert seconds * runs.SLEEP_PER_WORK <= rest <= runs.LONGEST_SLEEP_SECONDS
    rested.clear()
    Tunable.objects.exists()
    assert not rested


def test_two_runs_at_once_are_refused() -> None:
    with psycopg.connect(server.environment_of_tests()["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(%s, 0)", [0x4F50])
        with pytest.raises(AlreadyRunning):
            optimise("websocket", "test")
        other.execute("SELECT pg_advisory_unlock(%s, 0)", [0x4F50])
    assert optimise("websocket", "test").error == ""


def test_a_scheduled_run_waits_for_the_one_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def other_run_ends(seconds: float) -> None:
        assert not OptimizationRun.objects.exists()
        other.execute("SELECT pg_advisory_unlock(%s, 0)", [0x4F50])

    monkeypatch.setattr("metrics.tuning.optimise.sleep", other_run_ends)
    with psycopg.connect(server.environment_of_tests()["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(%s, 0)", [0x4F50])
        tasks.optimise("maintenance")
        assert OptimizationRun.objects.get().outcome != "failed"


def test_everything_is_in_the_admin_and_a_run_can_be_undone_there() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"), backend="django.contrib.auth.backends.ModelBackend")
    row = tuned({tunables.DASHBOARD_INTERVAL: 0.5, tunables.SOCKET_MESSAGES: 0.5})
    for model in apps.get_app_config("metrics").get_models():
        page = f"/admin/metrics/{model._meta.model_name}/"
        assert client.get(page, {"q": "x"}).status_code == 200
        if found := model.objects.first():
            assert client.get(f"{page}{found.pk}/change/").status_code == 200
    form: dict[str, Any] = {"action": "undo", "_selected_action": [row.pk]}
    page = client.post("/admin/metrics/optimizationrun/", form, follow=True)
    assert tunables.DASHBOARD_INTERVAL in page.content.decode()
    undone = dict(Tunable.objects.values_list("name", "value"))
    assert undone == {tunables.DASHBOARD_INTERVAL: 0.25, tunables.SOCKET_MESSAGES: 1}
    row.refresh_from_db()
    assert row.undone_at is not None
    tunables.put(tunables.DASHBOARD_INTERVAL, 1, "tuned since")
    planned = optimise("websocket", "test", dry_run=True)
    form["_selected_action"].append(planned.pk)
    said = client.post("/admin/metrics/optimizationrun/", form, follow=True).content.decode()
    assert f"run {row.pk}: it was undone before." in said and f"run {planned.pk}: a dry run changed nothing." in said
    assert tunables.value(tunables.DASHBOARD_INTERVAL) == 1
    planned.refresh_from_db()
    assert planned.undone_at is None


# -- sockets -----------------------------------------------------------------------------------------------------------
def test_players_of_a_process_that_died_are_named_and_left_to_the_sweep(game: Game) -> None:
    new_team(game)
    new_player(game, last_seen=timezone.now())
    assert "Nothing to do: the sweep keeps presence right." in optimise("websocket", "test").observations
    Player.objects.filter(team__isnull=False).update(last_seen=timezone.now() - timedelta(hours=1))
    run = optimise("websocket", "test")
    assert run.changes == [] and run.before["players_gone_but_present"] == 2
    assert any(said.startswith("2 players are shown as present and are not.") for said in run.observations)
    assert "presence" in [finding.part for finding in doctor.examine()]
    here = presence.Presence()
    for _ in range(presence.PARTS):
        here.flush()
    assert Player.objects.filter(presence="away").count() == 2
    assert optimise("websocket", "test").before["players_gone_but_present"] == 0


def test_a_busy_process_is_named_and_nothing_is_tuned() -> None:
    load(0.6)
    observations = optimise("websocket", "test").observations
    assert "Nothing to do: the busiest web process used 60% of a processor." in observations
    load(0.95)
    run = optimise("websocket", "test")
    assert run.changes == [] and not Tunable.objects.exists()
    sentence = "The busiest web process used 95% of a processor."
    assert any(said.startswith(sentence) for said in run.observations)
    assert sentence in [finding.wrong for finding in doctor.examine()]


@pytest.mark.django_db(transaction=True)
def test_a_socket_may_say_less_until_what_was_tuned_is_undone(web_process: Web, game: Game) -> None:
    def taken() -> int:
        tab = web_process.phone(game.code)
        # As many as are read at once when fewer are allowed.
        messages = 50
        for _ in range(messages):
            tab.say("heartbeat")
        answers: Counter[str] = Counter()
        while answers.total() < messages:
            assert tab.listen(15)
            answers[tab.heard.pop()["type"]] += 1
        tab.close()
        return answers["alive"]

    usual = taken()
    row = tuned({tunables.SOCKET_MESSAGES: 0.25})
    eventually(lambda: taken() < usual / 2)
    runs.undo(row, "test")
    eventually(lambda: taken() > usual / 2)


def tuned(values: dict[str, float]) -> OptimizationRun:
    """A run of an earlier release, which tuned values."""
    changes = [
        {"what": name, "before": tunables.put(name, after, "test"), "after": after, "why": "test", "tunable": name}
        for name, after in values.items()
    ]
    return OptimizationRun.objects.create(kind="websocket", asked_by="test", changes=changes)


def test_without_measurements_nothing_is_tuned() -> None:
    tunables.put(tunables.DASHBOARD_INTERVAL, 1, "test")
    row = optimise("websocket", "test")
    assert not row.changes and any("No web process was measured" in sentence for sentence in row.observations)


def test_uneven_processes_are_named() -> None:
    measured("web a:1", connections=150)
    measured("web b:1", connections=50)
    assert any(
        "web b:1 has -50%" in said or "web a:1 has +50%" in said for said in optimise("websocket", "t").observations
    )


def test_a_process_that_ended_is_not_counted() -> None:
    for process, load in (("web a:1", 100), ("web b:1", 96)):
        measured(process, connections=load, cpu_share=0.2)
    gone = measured("web gone:1", connections=900, cpu_share=1.0)
    Measurement.objects.filter(pk=gone.pk).update(at=timezone.now() - timedelta(minutes=5))
    run = optimise("websocket", "t")
    assert any(said.startswith("2 web processes with 98 connections on average") for said in run.observations)
    assert run.before["busiest_process_cpu_share"] == 0.2


def test_the_load_of_a_process_is_that_of_its_last_minute(settings: Any) -> None:
    settings.BALANCE_SECONDS = 5
    for ago, (first, second) in ((4, (400, 0)), (1, (150, 50))):
        for process, load in (("web a:1", first), ("web b:1", second)):
            row = measured(process, connections=load)
            Measurement.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(minutes=ago))
    (said,) = [said for said in optimise("websocket", "t").observations if "on average" in said]
    assert said.startswith("2 web processes with 100 connections on average; web ") and "50%" in said
    assert "processes move phones themselves (BALANCE_SECONDS)" in said


# -- cache -------------------------------------------------------------------------------------------------------------
def test_the_cache_run_names_hit_rates_and_changes_nothing(running_game: Game) -> None:
    optimise("cache", "test")
    for _ in range(60):
        snapshots.watch(running_game.pk)
    run = optimise("cache", "test")
    assert not run.error and run.changes == [] and run.outcome == "nothing to change"
    assert run.before["cache_snapshot_hit_rate_lately"] == pytest.approx(59 / 60, abs=1e-3)
    assert any(said.startswith("snapshot: 98.3% of 60 reads were hits") for said in run.observations)
    assert any(said.startswith("Nothing to do in the cache: ") for said in run.observations)
    assert run.statements and run.work_seconds is not None and run.work_seconds <= run.seconds
    saved = run.after[cache.SAVED] - OptimizationRun.objects.order_by("pk")[0].after[cache.SAVED]
    assert saved > 0
    (said,) = [said for said in run.observations if said.startswith("Since the last run ")]
    first = OptimizationRun.objects.order_by("pk")[0]
    assert f"saved {saved} queries; that run cost {first.statements} statements" in said


@pytest.fixture
def running_game(game: Game) -> Game:
    new_team(game)
    host_commands.start(game.pk)
    return game


def test_evictions_by_valkey_are_named_by_the_run_and_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Redis, "info", lambda client, section: {"evicted_keys": 7})
    sentence = "Valkey evicted 7 keys for lack of memory. Raise its maxmemory."
    assert sentence in optimise("cache", "test").observations
    assert sentence in map(str, doctor.examine())


def test_without_valkey_the_run_says_so() -> None:
    with override_settings(CACHES={**settings.CACHES, "derived": {**settings.CACHES["derived"], "LOCATION": NOWHERE}}):
        run = optimise("cache", "test")
    assert run.error.startswith("CacheAway: Valkey does not answer")


# -- database ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def bloated(transactional_db: None, game: Game) -> Iterator[Game]:
    """Half of the game's rounds are dead rows, and the planner knows nothing of any."""
    team = new_team(game)
    now = timezone.now()
    played = {"game": game, "team": team, "run": 1, "mode": "simplified", "theme": "food", "design": "uniform"}
    played |= {
        "propensity": 0.25,
        "players": [],
        "questions": "AX",
        "answers": "--",
        "answered_at": [None, None],
        "asked_at": now,
        "deadline": now,
    }
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE game_round SET (autovacuum_enabled = off)")
        Round.objects.bulk_create(Round(number=n, closed_at=now, closed_by="timer", **played) for n in range(1, 4001))
        Round.objects.filter(number__gt=2000).delete()
        cursor.execute("SELECT pg_stat_force_next_flush()")
    tallies.rebuild(game)
    yield game
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE game_round RESET (autovacuum_enabled)")


def dead_and_changed() -> tuple[int, int]:
    table = next(table for table in database_facts.tables() if table.name == "game_round")
    return table.dead, table.changed


def test_a_bloated_table_is_vacuumed_by_the_maintenance(bloated: Game) -> None:
    assert eventually(lambda: dead_and_changed()[0] >= 2000)
    planned = optimise("maintenance", "test", dry_run=True)
    assert [change["what"] for change in planned.changes] == ["dead rows of game_round"]
    assert dead_and_changed()[0] >= 2000
    run = optimise("maintenance", "test")
    assert run.error == "" and "% of its rows are dead" in run.changes[0]["why"]
    assert eventually(lambda: dead_and_changed() == (0, 0))
    assert optimise("maintenance", "test").outcome == "nothing to change"


def test_the_planner_gets_fresh_statistics_of_a_churned_table(bloated: Game) -> None:
    assert eventually(lambda: dead_and_changed()[1] >= 4000)
    run = optimise("database", "test")
    assert "statistics of game_round" in [change["what"] for change in run.changes]
    assert eventually(lambda: dead_and_changed()[1] == 0)
    assert any("Tallies equal rounds" in sentence or "No game" in sentence for sentence in run.observations)


def test_slow_queries_and_unused_indexes_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SLOW_MS", 0.0)
    monkeypatch.setattr(database, "UNUSED_BYTES", 0)
    run = optimise("database", "test")
    assert any(said.startswith("Slow: ") and " calls: " in said for said in run.observations)
    assert any(said.startswith("The index ") and "was not used" in said for said in run.observations)


@pytest.mark.django_db(transaction=True)
def test_a_wrong_tally_is_found_by_the_hourly_run(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    Tally.objects.update(count=9)
    assert any(
        f"Tallies differ from rounds in {game.code}" in said for said in optimise("database", "test").observations
    )


def test_a_full_run_is_one_row_with_the_figures_of_all() -> None:
    load(0.95)
    run = optimise("full", "test")
    assert not run.error and OptimizationRun.objects.count() == 1
    assert {"cache_snapshot_hits", "players_present", "rows_dead"} <= set(run.before) == set(run.after)
    assert run.before["busiest_process_cpu_share"] == 0.95


def test_maintenance_prunes_only_where_it_is_switched_on(game: Game) -> None:
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    Game.objects.update(finished_at=timezone.now() - timedelta(days=99))
    assert "archiving is switched off, deleting is switched off" in optimise("maintenance", "test").observations[0]
    assert Game.objects.get().archived_at is None
    with override_settings(ARCHIVE_AFTER_DAYS=30):
        optimise("maintenance", "test")
    assert Game.objects.get().archived_at is not None
    Game.objects.update(archived_at=timezone.now() - timedelta(days=99))
    with override_settings(DELETE_AFTER_DAYS=30):
        assert optimise("maintenance", "test", dry_run=True).changes and Game.objects.exists()
        optimise("maintenance", "test")
    assert not Game.objects.exists()
