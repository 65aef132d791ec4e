"""What a backup says about itself: its version, its schema, how many rows it has, and the settings beside it."""

import hashlib
import hmac
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

FORMAT = 1
# Settings that change what the rows mean or how players reach them; passwords and addresses of servers are not here.
SETTINGS = (
    "PUBLIC_URL", "HTTPS", "ALLOWED_HOSTS", "CONTACT", "ANSWER_SECONDS", "GRACE_SECONDS", "EVIDENCE_DELAY_SECONDS",
    "AWAY_SECONDS", "ARCHIVE_AFTER_DAYS", "DELETE_AFTER_DAYS",
)  # fmt: skip


class Manifest(msgspec.Struct, frozen=True):
    format: int
    made_at: str
    version: str
    # server_version_num, such as 180006.
    postgres: int
    migrations: list[str]
    rows: dict[str, int]
    settings: dict[str, Any]
    # Names the key without giving it away.
    secret_key: str

    @property
    def postgres_major(self) -> int:
        return self.postgres // 10_000

    @property
    def summary(self) -> str:
        games, rounds = (self.rows.get(table, 0) for table in ("game_game", "game_round"))
        return f"{games} games and {rounds} rounds of version {self.version}"


def describe(made_at: str) -> Manifest:
    """Describe the database as the present transaction sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        [[postgres]] = cursor.fetchall()
    return Manifest(
        format=FORMAT,
        made_at=made_at,
        version=settings.VERSION,
        postgres=int(postgres),
        migrations=sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
        rows=count_rows(),
        settings=present_settings(),
        secret_key=fingerprint(settings.SECRET_KEY),
    )


def count_rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = sorted(table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t")
        counts = [f"(SELECT count(*) FROM {connection.ops.quote_name(table)})" for table in tables]
        cursor.execute(f"SELECT {', '.join(counts)}" if counts else "SELECT")
        return dict(zip(tables, cursor.fetchone(), strict=True))


def present_settings() -> dict[str, Any]:
    return {name: getattr(settings, name) for name in SETTINGS}


def fingerprint(secret_key: str) -> str:
    return hmac.digest(secret_key.encode(), b"backup", hashlib.sha256).hex()[:16]
