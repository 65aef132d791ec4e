"""
An early pytest plugin (`-p tests.support.servers`): an own PostgreSQL and Valkey for every test process.

pytest-django reads the settings before any conftest, so the servers must start before it.
With pytest-xdist each of its workers has servers of its own, and no test meets another process's rows.
TEST_DATABASE_URL and TEST_REDIS_URL name servers to use instead.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chsh_project.stack.component import Component
from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import SavedState
from chsh_project.stack.postgres import Postgres
from chsh_project.stack.valkey import Valkey

START_SECONDS = 30
# All processes of tests read the same static files, collected again only after a change.
STATIC = Path(__file__).parents[2] / ".local" / "tests" / "static"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    servers = contextlib.ExitStack()
    early_config.add_cleanup(servers.close)
    options = early_config.known_args_namespace
    # pytest-xdist's first process only distributes.
    distributes = getattr(options, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ
    if not (options.help or options.version or distributes):
        start_servers(servers)
    yield


def start_servers(servers: contextlib.ExitStack) -> None:
    os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50)
    database_url, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    folder = servers.enter_context(temporary_folder())
    os.environ["SERVER_LOGS"] = str(folder)
    os.environ["STATIC_ROOT"] = str(STATIC)
    # Tests share a busy machine, on which a process may wait for seconds.
    os.environ.setdefault("WATCHDOG_SECONDS", "60")
    if not (database_url and redis_url):
        saved, place = SavedState.read(folder / "none"), choose(folder)
    if not database_url:
        postgres = Postgres(place, saved.postgres_port, saved.postgres_password, fsync=False)
        postgres.prepare()
        servers.enter_context(running(postgres.component(), folder))
        database_url = postgres.url()
    if not redis_url:
        valkey = Valkey(place, saved.valkey_port, saved.valkey_password)
        valkey.prepare()
        servers.enter_context(running(valkey.component(), folder))
        redis_url = valkey.url
    os.environ |= {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="chsh-test-"))
    folder.chmod(0o755)  # as root the servers run as nobody
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(component: Component, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{component.name}.log").open("wb") as log:
        process = subprocess.Popen(
            component.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **component.spawn_options()
        )
    try:
        until_ready(component, process, folder)
        yield process
    finally:
        process.send_signal(component.stop_signal)
        try:
            process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_ready(component: Component, process: subprocess.Popen[bytes], folder: Path) -> None:
    assert component.probe is not None
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            component.probe()
            return
        except Exception as error:
            if process.poll() is not None or time.monotonic() > deadline:
                output = (folder / f"{component.name}.log").read_text()
                raise pytest.UsageError(f"{component.name} does not start: {error}\n{output}") from error
        time.sleep(0.02)
