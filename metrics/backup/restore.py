"""Read a backup into the database of DATABASE_URL: all of it in one transaction, or nothing."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from redis.exceptions import RedisError

from game.database.patience import no_statement_timeout
from game.models import Game
from metrics.backup import manifest, programs
from metrics.backup.archive import DUMP, PIECE_BYTES, SECRET_KEY, Archive
from metrics.backup.manifest import Manifest
from metrics.backup.programs import BackupError, Programs

LOCK_SECONDS = 15
# Sessions that were closed a moment ago may still be listed.
LEAVE_SECONDS = 2
# Drops everything of ours in the schema; what extensions own stays.
BEGIN = f"""
BEGIN; SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = 0; SET LOCAL client_min_messages = 'warning';
DO $$ DECLARE thing record; BEGIN
    FOR thing IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', thing.name); END LOOP;
    FOR thing IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing.name); END LOOP;
END $$;
"""


def read(path: Path, replace: bool, say: Callable[[str], object]) -> Manifest:
    """Check the file and the database, restore, and bring the schema to this version."""
    with contextlib.closing(Archive(path)) as archive:
        found = archive.manifest
        _check_schema(path, found)
        major = _server_major()
        if major < found.postgres_major:
            raise BackupError(
                f"{path} is of PostgreSQL {found.postgres_major} and the server is PostgreSQL {major}: restore it into"
                " one that is not older."
            )
        _check_database(replace)
        _restore(programs.find(major), archive)
        _warn(archive, say)
    _migrate()
    _forget(say)
    return found


def _check_schema(path: Path, found: Manifest) -> None:
    migrations = MigrationLoader(None).disk_migrations
    known = {".".join(key) for key in migrations}
    known |= {".".join(old) for migration in migrations.values() for old in migration.replaces}
    if newer := sorted(set(found.migrations) - known):
        raise BackupError(
            f"{path} is of version {found.version}, and its schema is newer: this version does not know"
            f" {', '.join(newer)}. Restore it with that version or a later one."
        )


def _server_major() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _check_database(replace: bool) -> None:
    tables = connection.introspection.table_names()
    models = [model for model in (Game, get_user_model()) if model._meta.db_table in tables]
    has = ", ".join(f"{n} rows in {model._meta.db_table}" for model in models if (n := model._base_manager.count()))
    where = "{NAME} on {HOST}:{PORT}".format(**connection.settings_dict)
    if has and not replace:
        raise BackupError(f"The database {where} is not empty ({has}): --replace deletes all that it has.")
    if others := _other_sessions():
        raise BackupError(
            f"{others} other sessions use the database {where}: stop web, worker, beat and bots first, and start them"
            " when this has ended."
        )


def _other_sessions() -> int:
    """Count the sessions of the game's account beside this process, which gives its own back first."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's backend
    database = connection.settings_dict
    address = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
    options = {name: database["OPTIONS"][name] for name in programs.SSL if name in database["OPTIONS"]}
    with psycopg.connect(
        dbname=database["NAME"], password=database["PASSWORD"], autocommit=True, **address, **options
    ) as alone:
        deadline = time.monotonic() + LEAVE_SECONDS
        while True:
            found = alone.execute(
                """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user
                AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                """
            ).fetchone()
            assert found is not None
            if found[0] == 0 or time.monotonic() > deadline:
                return int(found[0])
            time.sleep(0.1)


def _restore(found: Programs, archive: Archive) -> None:
    """
    Give psql one script: drop what is there, restore, compare the counts of rows, commit.

    pg_restore alone would leave tables that only another schema has.  A script that ends early is never committed.
    """
    environment = programs.environment(connection.settings_dict)
    with tempfile.TemporaryFile() as said:
        psql = subprocess.Popen(
            found.command("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment,
        )  # fmt: skip
        assert psql.stdin is not None
        whole = False
        # psql ends at the first error, and then its input is closed.
        with contextlib.suppress(BrokenPipeError), psql.stdin as script:
            script.write(BEGIN.encode())
            script.flush()
            whole = _write_dump(found, archive, script, said)
            if whole:
                script.write(_compare(archive.manifest.rows).encode())
        psql.wait()
        said.seek(0)
        if psql.returncode or not whole:
            lines = said.read().decode(errors="replace").strip().splitlines() or ["psql gave no reason."]
            raise BackupError(f"The restore failed, and nothing was changed: {lines[0]}")


def _write_dump(found: Programs, archive: Archive, script: IO[bytes], said: IO[bytes]) -> bool:
    """Write the dump as SQL; return whether all of it was written."""
    words = ["--schema=public", "--no-owner", "--no-acl", "--exit-on-error", "--file=-"]
    restore = subprocess.Popen(found.command("pg_restore", *words), stdin=subprocess.PIPE, stdout=script, stderr=said)
    assert restore.stdin is not None
    with archive.open(DUMP) as dump, contextlib.suppress(BrokenPipeError), restore.stdin as file:
        while piece := dump.read(PIECE_BYTES):
            file.write(piece)
    return restore.wait() == 0


def _compare(rows: dict[str, int]) -> str:
    """Return SQL that commits if each table has as many rows as the backup says, and fails otherwise."""
    # The script of pg_restore leaves the search path empty.
    tests = [
        f"IF (SELECT count(*) FROM public.{connection.ops.quote_name(table)}) <> {int(n)} THEN"
        f" RAISE 'table {table} has not the {int(n)} rows of the backup'; END IF;"
        for table, n in rows.items()
    ]
    return f"\nDO $$ BEGIN {' '.join(tests)} END $$;\nCOMMIT;\n"


def _warn(archive: Archive, say: Callable[[str], object]) -> None:
    """Say which settings differ from those of the backup."""
    found = archive.manifest
    if found.secret_key != manifest.fingerprint(settings.SECRET_KEY):
        where = f"`unzip -p FILE {SECRET_KEY}` shows it" if archive.has(SECRET_KEY) else "it is not in the file"
        say(
            f"SECRET_KEY is not the one of the backup ({where}): until that one is set again, players lose their"
            " seats, instructors have to log in again, and printed cards are void."
        )
    for name, here in manifest.present_settings().items():
        if found.settings.get(name, here) != here:
            say(f"{name} was {found.settings[name]!r} and is {here!r}.")


def _migrate() -> None:
    with no_statement_timeout():
        call_command("migrate", interactive=False, verbosity=0)


def _forget(say: Callable[[str], object]) -> None:
    """Drop cached values of the rows that were there before."""
    for name in ("derived", "default"):
        try:
            caches[name].clear()
        except RedisError as error:
            say(f"The cache {name!r} was not cleared ({error}): empty Valkey before you start the game.")
