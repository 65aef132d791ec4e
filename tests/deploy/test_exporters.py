"""What boards and alerts ask of PostgreSQL and Valkey is what their exporters say."""

import os
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from tests.support.manifests import DEPLOY
from tests.support.programs import of_debian
from tests.support.server import eventually, free_port

FILES = [*(DEPLOY / "grafana" / "dashboards").glob("*.json"), DEPLOY / "prometheus" / "rules.yml"]


def asked(prefix: str) -> set[str]:
    """Return every metric of this exporter that a board or an alert names."""
    text = "".join(path.read_text() for path in FILES)
    return set(re.findall(rf"\b{prefix}_\w+", text))


@contextmanager
def exporting(program: str, port: int, *options: str, **environment: str) -> Iterator[str]:
    """Run an exporter of Debian's package and return where it answers."""
    path = of_debian(f"prometheus-{program}-exporter", f"prometheus-{program}-exporter")
    command = [str(path), f"--web.listen-address=127.0.0.1:{port}", *options]
    process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/metrics"
    finally:
        process.terminate()
        process.wait(20)


def said(address: str) -> set[str]:
    try:
        text = urllib.request.urlopen(address, timeout=20).read().decode()
    except OSError:
        return set()
    return set(re.findall(r"^(\w+)(?:\{| )", text, re.MULTILINE))


@pytest.mark.django_db(transaction=True)
def test_the_exporter_of_postgresql_knows_what_is_asked() -> None:
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    source = f"{base}/{connection.settings_dict['NAME']}?sslmode=disable".replace("postgres://", "postgresql://")
    wanted = asked("pg")
    assert len(wanted) >= 5
    with exporting("postgres", free_port(), DATA_SOURCE_NAME=source) as address:
        eventually(lambda: "pg_up" in said(address))
        assert wanted <= said(address), wanted - said(address)


def test_the_exporter_of_valkey_knows_what_is_asked() -> None:
    wanted = asked("redis")
    assert len(wanted) >= 5
    with exporting("redis", free_port(), f"--redis.addr={settings.REDIS_URL}") as address:
        eventually(lambda: "redis_up" in said(address))
        assert wanted <= said(address), wanted - said(address)
