"""Connections: fewer than PostgreSQL allows, the replica, the pools."""

import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from game.database.replica import READ, Router, reading
from game.models import Round
from metrics.health import database_checks
from tests.support.server import environment_of_tests


@pytest.mark.django_db
def test_more_connections_than_the_database_allows_are_warned_of(settings: Any) -> None:
    assert database_checks.check_connections(["default"]) == []
    settings.DATABASE_PROCESSES = 100
    (warning,) = database_checks.check_connections(["default"])
    assert warning.id == "metrics.W001"
    assert "100 processes may open 12 connections each" in warning.msg


@pytest.mark.django_db
def test_connections_are_compared_on_a_postgresql_that_reserves_none(settings: Any) -> None:
    """As on PostgreSQL 15, which does not know the setting."""
    settings.DATABASE_PROCESSES = 100
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE SCHEMA before_16;
            CREATE FUNCTION before_16.current_setting(name text) RETURNS text
            RETURN pg_catalog.current_setting(regexp_replace(name, '^reserved_connections', 'no.such'));
            CREATE FUNCTION before_16.current_setting(name text, missing_ok boolean) RETURNS text
            RETURN pg_catalog.current_setting(regexp_replace(name, '^reserved_connections', 'no.such'), missing_ok);
            SET LOCAL search_path = before_16, pg_catalog, public;
            """
        )
    assert len(database_checks.check_connections(["default"])) == 1


def test_only_what_may_be_old_is_read_from_the_replica(settings: Any) -> None:
    router = Router()
    with reading():
        assert router.db_for_read(Round) is None, "there is no replica"
    settings.DATABASES = {**settings.DATABASES, READ: settings.DATABASES["default"]}
    assert router.db_for_read(Round) is None
    with reading():
        assert router.db_for_read(Round) == READ
    assert router.db_for_write(Round) == "default"
    assert router.allow_migrate(READ, "game") is False


@pytest.mark.django_db
def test_replica_and_pools_are_named_by_the_environment() -> None:
    environment = environment_of_tests() | {"DATABASE_POOL_MAX": "7", "WEB_INSTANCES": "5"}
    environment["DATABASE_READ_URL"] = environment["DATABASE_URL"]
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings; from game.models import Game; from game.database.replica import reading\n"
        "with reading(): print(Game.objects.all().db, Game.objects.count() >= 0)\n"
        "print(Game.objects.all().db, settings.DATABASES['read']['OPTIONS']['pool']['max_size'])\n"
        "print(settings.DATABASE_PROCESSES)"
    )
    environment["DJANGO_SETTINGS_MODULE"] = "chsh_project.settings"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["read", "True", "default", "7", "8"]
