import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from game import tunables
from game.database.replica import READ
from game.lobby import host_commands, retention
from game.models import DeviceOutcome, Game, RoomStatistics, Round, Team, Tunable
from game.rounds import tallies
from metrics.cache.domains import DOMAINS
from metrics.health import database_facts
from metrics.management.commands import optimize
from metrics.models import Measurement, OptimizationRun
from metrics.monitoring import gauges, liveness
from metrics.tuning import schedule
from tests.support import server
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db

NOWHERE = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture
def played(transactional_db: None, game: Game) -> Game:
    teams = [new_team(game, "Blue Owls"), new_team(game, "=Red Foxes")]
    host_commands.start(game.pk)
    for n in range(6):
        for team in teams:
            play_round(team, n % 2 > 0, n % 3 > 0)
    return game


def finished(game: Game, days: float) -> Game:
    host_commands.finish(game.pk)
    Game.objects.filter(pk=game.pk).update(finished_at=timezone.now() - timedelta(days=days))
    game.refresh_from_db()
    return game


def said(capsys: pytest.CaptureFixture[str], *command: str, **options: Any) -> Any:
    call_command(*command, json=True, **options)
    return json.loads(capsys.readouterr().out)


# -- optimize, maintain -----------------------------------------------------------------------------------------------
def test_a_dry_run_shows_what_it_would_change(capsys: pytest.CaptureFixture[str]) -> None:
    tunables.put(tunables.DASHBOARD_INTERVAL, 1, "test")
    run = said(capsys, "optimize", "websocket", dry_run=True)
    assert run["dry_run"] and run["outcome"] == "nothing to change" and run["observations"]
    assert OptimizationRun.objects.get(pk=run["id"]).asked_by == "command"
    Tunable.objects.all().delete()
    tunables.read()


@pytest.mark.parametrize("command", [*(f"optimize {kind}" for kind in optimize.Command.kinds), "maintain"])
def test_every_optimiser_is_a_command_and_leaves_a_row(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = said(capsys, *command.split(), dry_run=True)
    assert run["error"] == "" and run["before"] == run["after"] and run["seconds"]
    assert OptimizationRun.objects.get().dry_run


def test_an_unknown_optimiser_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'everything'"):
        call_command("optimize", "everything")


def test_the_cache_is_looked_at_cleared_and_warmed(played: Game, capsys: Any) -> None:
    def run(*words: str) -> Any:
        call_command("cache", "--json", *words)
        return json.loads(capsys.readouterr().out)

    assert run("clear") == {"cleared": list(DOMAINS)}
    assert run("warm", played.code) == {"games": 1}
    found = run("stats")
    assert found["game"]["entries_shared"] > 0 and found["game"]["lifetime_seconds"] == 300
    with pytest.raises(CommandError, match="domain='secrets'"):
        call_command("cache", "clear", "secrets")
    call_command("cache", "stats")
    assert "kept for 300 s" in capsys.readouterr().out


# -- doctor -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def healthy() -> Iterator[None]:
    schedule.create_missing(PeriodicTask, CrontabSchedule)
    liveness.stamp("worker")
    liveness.stamp("beat")
    yield
    cache.delete_many(["alive:worker", "alive:beat"])


def faults(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", json=True)
    assert ended.value.code == 1
    found = json.loads(capsys.readouterr().out)
    assert found["healthy"] is False
    return {finding["part"]: finding["do"] for finding in found["findings"] if finding["fault"]}


def test_the_doctor_finds_nothing_in_a_healthy_product(healthy: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "doctor") == {"healthy": True, "findings": []}


@pytest.mark.parametrize("component", ["worker", "beat"])
def test_the_doctor_names_a_process_that_is_missing(healthy: None, component: str, capsys: Any) -> None:
    cache.delete(f"alive:{component}")
    found = faults(capsys)
    assert list(found) == [component] and f"celery --app chsh_project {component}" in found[component]


def test_the_doctor_names_valkey(healthy: None, capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(CACHES=NOWHERE):
        assert list(faults(capsys)) == ["valkey"]


def test_the_doctor_names_a_migration_that_is_missing(healthy: None, capsys: pytest.CaptureFixture[str]) -> None:
    MigrationRecorder.Migration.objects.filter(app="metrics").latest("name").delete()
    assert faults(capsys) == {"migrations": "Run: manage.py migrate, then restart."}


def test_the_doctor_names_the_database_and_says_where_it_should_be() -> None:
    environment = server.environment_of_tests() | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "DATABASE_POOL_TIMEOUT_SECONDS": "0.3",
    }
    done = subprocess.run([sys.executable, "manage.py", "doctor"], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "database: PostgreSQL at 127.0.0.1:1 does not answer" in done.stdout and "DATABASE_URL" in done.stdout


def test_the_doctor_names_a_run_that_failed_and_what_is_unusual(healthy: None, capsys: Any) -> None:
    OptimizationRun.objects.create(kind="cache", asked_by="test", error="KeyError: 'hits'")
    Tunable.objects.create(name=tunables.DASHBOARD_INTERVAL, value=2, reason="A busy day.")
    PeriodicTask.objects.filter(name="maintenance").update(enabled=False)
    with pytest.raises(SystemExit):
        call_command("doctor")
    page = capsys.readouterr().out
    assert "optimise cache: The last run failed: KeyError: 'hits'" in page
    assert "A busy day." in page and "“maintenance” is switched off." in page and "1 faults." in page


@pytest.mark.parametrize("kind", OptimizationRun.Kind.values)
def test_the_doctor_names_a_command_that_exists(healthy: None, kind: str, capsys: Any) -> None:
    OptimizationRun.objects.create(kind=kind, asked_by="test", error="KeyError: 'hits'")
    words = re.search("manage.py (.*?),", faults(capsys)[f"optimise {kind}"])
    assert words is not None
    assert said(capsys, *words[1].split())["dry_run"]


@pytest.fixture
def replica(transactional_db: None, healthy: None, settings: Any) -> Iterator[Any]:
    """The same database, where tables in a schema of the replica's own come first."""
    read = connection.copy(READ)
    read.settings_dict["OPTIONS"] = {"options": "-c search_path=behind,public"}
    settings.DATABASES = {**settings.DATABASES, READ: read.settings_dict}
    connections[READ] = read
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA behind")
        yield read
        cursor.execute("DROP SCHEMA behind CASCADE")
    read.close()
    del connections[READ]


def test_the_doctor_names_a_replica_that_is_behind(replica: Any, capsys: Any) -> None:
    Measurement.objects.create(at=timezone.now(), process="web a 1", kind="web", seconds=60)
    assert said(capsys, "doctor")["healthy"]
    with replica.cursor() as cursor:
        cursor.execute("CREATE TABLE behind.metrics_measurement AS TABLE metrics_measurement")
        cursor.execute("UPDATE metrics_measurement SET at = at - interval '90 s'")
    assert "reaches the primary" in faults(capsys)["replica"]
    assert seconds_behind() == 90


def seconds_behind() -> float:
    (metric,) = gauges.replica()
    return metric.samples[0].value


def test_no_lag_is_shown_where_there_is_no_replica() -> None:
    assert list(gauges.replica()) == []


def test_the_doctor_names_a_replica_that_does_not_answer(replica: Any, capsys: Any) -> None:
    replica.settings_dict["PORT"] = 1
    assert "Start it" in faults(capsys)["replica"]
    assert seconds_behind() == inf


# -- games ------------------------------------------------------------------------------------------------------------
def test_a_reset_by_command_starts_a_new_run(played: Game) -> None:
    call_command("reset_game", played.code.lower())
    played.refresh_from_db()
    assert (played.state, played.run) == ("lobby", 2)
    with pytest.raises(CommandError, match="'NOPE22': no game has this code"):
        call_command("reset_game", played.code, "NOPE22")
    played.refresh_from_db()
    assert played.run == 2


def test_only_finished_games_are_archived(played: Game) -> None:
    with pytest.raises(CommandError, match="only a finished game"):
        call_command("archive_games", played.code)
    finished(played, days=3)
    call_command("archive_games", older_than=5)
    call_command("archive_games", older_than=1, dry_run=True)
    played.refresh_from_db()
    assert played.archived_at is None
    call_command("archive_games", older_than=1)
    played.refresh_from_db()
    assert played.archived_at is not None and played.rounds.count() >= 12
    with pytest.raises(CommandError, match="one of the two"):
        call_command("archive_games")


def test_nothing_is_pruned_where_the_retention_is_switched_off(played: Game, capsys: Any) -> None:
    finished(played, days=10_000)
    call_command("prune")
    assert "Archiving is switched off (ARCHIVE_AFTER_DAYS=0)." in capsys.readouterr().out
    played.refresh_from_db()
    assert played.archived_at is None


def test_the_retention_archives_first_and_deletes_later(played: Game, make_game: Any, capsys: Any) -> None:
    finished(played, days=40)
    DeviceOutcome.objects.create(round=played.rounds.first(), seat=1, question="A")
    younger = make_game()
    host_commands.start(younger.pk)
    finished(younger, days=2)
    with override_settings(ARCHIVE_AFTER_DAYS=30, DELETE_AFTER_DAYS=90):
        call_command("prune")
        played.refresh_from_db()
        assert played.archived_at is not None and Round.objects.filter(game=played).exists()
        Game.objects.filter(pk=played.pk).update(archived_at=timezone.now() - timedelta(days=91))
        call_command("prune", dry_run=True)
        assert Game.objects.filter(pk=played.pk).exists()
        call_command("prune")
    assert not Game.objects.filter(pk=played.pk).exists()
    assert not Round.objects.filter(game_id=played.pk).exists() and not DeviceOutcome.objects.exists()
    younger.refresh_from_db()
    assert younger.archived_at is None


def test_the_retention_keeps_an_archived_game_that_never_ran(game: Game, capsys: Any) -> None:
    Game.objects.filter(pk=game.pk).update(archived_at=timezone.now() - timedelta(days=100))
    with override_settings(DELETE_AFTER_DAYS=90):
        call_command("prune")
    assert Game.objects.filter(pk=game.pk).exists()


@pytest.mark.parametrize("state", Game.PLAYED)
def test_a_game_that_is_played_is_never_deleted(played: Game, state: str) -> None:
    chosen = Game.objects.get(pk=finished(played, days=200).pk)
    chosen.archived_at = timezone.now() - timedelta(days=100)
    chosen.save()
    Game.objects.update(state=state)
    with override_settings(DELETE_AFTER_DAYS=90):
        call_command("prune")
    with pytest.raises(ValueError, match="archive it before"):
        # As it was when it was chosen.
        retention.delete(chosen)
    assert Round.objects.filter(game=played).exists()


@pytest.mark.django_db(transaction=True)
def test_an_export_comes_back_as_a_game_with_the_same_counts(played: Game, tmp_path: Path, capsys: Any) -> None:
    Team.objects.filter(game=played, name="Blue Owls").update(bots=True)
    played.rounds.filter(team__name="Blue Owls").update(bots="12")
    written = said(capsys, "export_game", played.code, output=tmp_path)
    assert set(written) == {"rounds.csv", "rounds.json", "teams.csv", "predecessor.csv"}
    rows = list(csv.DictReader(Path(written["rounds.csv"]).read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == played.rounds.exclude(closed_at=None).count() == 12
    assert len(json.loads(Path(written["rounds.json"]).read_text())["rounds"]) == 12
    told = said(capsys, "import_rounds", written["rounds.csv"], owner="host", title="From a file")
    game = Game.objects.get(code=told["code"])
    assert (told["rounds"], told["teams"], game.state, game.title) == (12, 2, "finished", "From a file")
    assert not tallies.differences(game)
    assert dict(game.teams.values_list("name", "bots")) == {"Blue Owls": True, "'=Red Foxes": False}
    assert RoomStatistics.objects.get(game=game).report.issued == 6
    columns = ("questions", "answers")

    def counted(rounds: Any) -> list[Any]:
        return sorted(rounds.exclude(closed_at=None).values_list(*columns))

    assert counted(game.rounds) == counted(played.rounds)


def test_an_import_with_a_bad_line_leaves_nothing(host: Any, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("question_1,question_2,answer_1,answer_2\nA,X,1,0\nA,Z,1,0\n")
    with pytest.raises(CommandError, match="line 3") as refused:
        call_command("import_rounds", str(file), owner="host")
    assert refused.value.returncode == 2 and not Game.objects.exists()
    with pytest.raises(CommandError, match="no user has this name"):
        call_command("import_rounds", str(file), owner="nobody")


@pytest.mark.django_db(transaction=True)
def test_adaptive_rounds_without_propensities_are_imported_without_evidence_only(
    host: Any, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "adaptive.csv"
    file.write_text("design,question_1,question_2,answer_1,answer_2\nadaptive,A,X,1,1\n")
    with pytest.raises(CommandError, match="no propensity"):
        call_command("import_rounds", str(file), owner="host")
    assert not Game.objects.exists()
    said(capsys, "import_rounds", file, owner="host", design="quota")
    assert RoomStatistics.objects.get().report.evidence.e is None


@pytest.mark.django_db(transaction=True)
def test_the_predecessors_answers_become_a_game(host: Any, capsys: Any) -> None:
    told = said(capsys, "import_rounds", "tests/data/predecessor_server.csv", owner="host", design="quota")
    assert told["rounds"] > 0
    assert set(Round.objects.values_list("design", flat=True)) == {"quota"}


@pytest.mark.django_db(transaction=True)
def test_the_planner_knows_imported_rounds_at_once(host: Any, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "many.csv"
    file.write_text("question_1,question_2,answer_1,answer_2\n" + "A,X,1,1\n" * 1500)
    said(capsys, "import_rounds", file, owner="host", design="uniform")
    (rounds,) = [table for table in database_facts.tables() if table.name == "game_round"]
    assert rounds.live >= 1500 and not rounds.churned


def test_one_export_goes_to_standard_output(played: Game, capsys: Any) -> None:
    call_command("export_game", played.code, only="rounds.csv", output="-", dialect="plain")
    assert capsys.readouterr().out.startswith("team,team_id,bots,run,round")
