"""Write a backup: pg_dump's custom format and the counts of rows, all of one moment."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection, transaction

from metrics.backup import archive, programs
from metrics.backup.manifest import Manifest, describe
from metrics.backup.programs import BackupError, Programs


def write(path: Path, with_secret_key: bool = False) -> Manifest:
    """Write a backup; an existing file is never replaced."""
    if path.exists():
        raise BackupError(f"{path} exists: name a new file.")
    if not path.parent.is_dir():
        raise BackupError(f"{path.parent}: there is no such folder.")
    with one_moment() as snapshot, archive.writing(path) as file:
        manifest = describe(datetime.now(UTC).isoformat(timespec="seconds"))
        _dump(programs.find(manifest.postgres_major), snapshot, file)
        file.text(archive.MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)).decode() + "\n")
        if with_secret_key:
            file.text(archive.SECRET_KEY, f"{settings.SECRET_KEY}\n")
    return manifest


@contextmanager
def one_moment() -> Iterator[str]:
    """Open a transaction that sees one moment, and name it so that pg_dump sees the same."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Nothing is asked here while pg_dump works, which may take long.
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _dump(found: Programs, snapshot: str, file: archive.Writer) -> None:
    # Extensions belong to the server, and only its owner may make them.
    words = ["--format=custom", "--schema=public", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
    environment = programs.environment(connection.settings_dict)
    with tempfile.TemporaryFile() as said:
        command = found.command("pg_dump", *words)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment) as process:
            assert process.stdout is not None
            file.copy(archive.DUMP, process.stdout)
        if process.returncode:
            said.seek(0)
            reason = said.read().decode(errors="replace").strip()
            raise BackupError(f"pg_dump failed (exit status {process.returncode}): {reason}")
