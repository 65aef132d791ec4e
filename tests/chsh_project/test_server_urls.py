"""Addresses of PostgreSQL and Valkey: understood, or refused with one sentence and without the password."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from chsh_project.stack import server_urls
from chsh_project.stack.component import StackError
from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import Options
from chsh_project.stack.valkey import Valkey
from tests.support.server import environment_of_tests, eventually, free_port

GOOD = "postgres://me:secret@db.example:5432/chsh"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:secret@db.example/chsh", "use postgres://"),
        ("db.example:5432/chsh", "use postgres://"),
        ("", "use postgres://"),
        ("postgres://me:secret@db.example", "names no database"),
        ("postgres://me:sec#ret@db.example/chsh", "cannot be read"),
        ("postgres://me:secret@db.example:port/chsh", "cannot be read"),
    ],
)
def test_a_bad_database_url_is_one_sentence_without_the_password(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        server_urls.check_database("DATABASE_URL", url)
    assert "DATABASE_URL" in str(refused.value) and "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", [GOOD, "postgresql://db.example/chsh", "postgres://%2Frun%2Fpostgresql/chsh", "postgres:///chsh?host=/run"]
)
def test_the_usual_forms_of_a_database_url_are_understood(url: str) -> None:
    assert server_urls.check_database("DATABASE_URL", url) == url


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("redis://h", "redis://h/3"),
        ("redis://h/", "redis://h/3"),
        ("redis://h:6379/0", "redis://h:6379/3"),
        ("rediss://:secret@h:6380", "rediss://:secret@h:6380/3"),
        ("redis://h?protocol=2", "redis://h/3?protocol=2"),
    ],
)
def test_an_address_of_valkey_becomes_that_of_each_database(url: str, there: str) -> None:
    assert server_urls.valkey_url(url, 3) == there


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:secret@h/5", "chooses a database"),
        ("http://h", "use redis://"),
        ("h:6379", "use redis://"),
        ("redis://h:many", "cannot be read"),
    ],
)
def test_a_bad_address_of_valkey_is_one_sentence_without_the_password(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        server_urls.valkey_url(url, 0)
    assert "REDIS_URL" in str(refused.value) and "secret" not in str(refused.value)


@pytest.mark.parametrize(("name", "url"), [("DATABASE_URL", "mysql://h/n"), ("REDIS_URL", "redis://h/7")])
def test_the_start_ends_with_one_sentence(transactional_db: None, name: str, url: str) -> None:
    with pytest.raises(StackError, match=name):
        Options.read({name: url})
    for command in (["-m", "chsh_project.serve", "--port", "0"], ["manage.py", "check"]):
        ended = subprocess.run(
            [sys.executable, *command],
            env=environment_of_tests() | {name: url},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 1
        (line,) = ended.stderr.strip().splitlines()
        assert name in line


@pytest.fixture(params=[["--databases", "1"], ["--cluster-enabled", "yes"]], ids=["one database", "cluster"])
def too_small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A Valkey that has database 0 only, as some hosters have, or that is a cluster."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}"
    program = Valkey(choose(tmp_path), port, "").component().command[0]
    # By itself a cluster talks at its port and ten thousand, which few of the free ports leave room for.
    command = [program, "--port", str(port), "--save", "", "--dir", tmp_path, *request.param]
    command += ["--cluster-port", str(free_port())]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: redis_answers(url))
        yield url
    finally:
        server.kill()
        server.wait()


def redis_answers(url: str) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(url) as connection:
        return bool(connection.ping())
    return False


def test_a_valkey_that_cannot_serve_the_game_is_one_sentence_at_the_start(too_small: str) -> None:
    fault = server_urls.valkey_fault(too_small)
    assert fault is not None and "databases 0 to 3" in fault


def test_a_valkey_that_is_away_ends_no_start() -> None:
    assert server_urls.valkey_fault(f"redis://127.0.0.1:{free_port()}") is None
    assert server_urls.valkey_fault(os.environ["REDIS_URL"]) is None


def test_a_wrong_password_of_valkey_is_one_sentence() -> None:
    url = urlsplit(os.environ["REDIS_URL"])
    fault = server_urls.valkey_fault(f"redis://:wrong@{url.hostname}:{url.port}")
    assert fault is not None and "password" in fault and "wrong@" not in fault
