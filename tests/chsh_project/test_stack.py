"""The local stack with its real servers: starting, dying, restarting, refusing."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import Options, lan_address, read_file, write_file
from chsh_project.stack.game import CHECKOUT, Processes
from chsh_project.stack.welcome import demo_facts, welcome
from tests.support.servers import temporary_folder

DEADLINE_SECONDS = 20


@pytest.fixture
def local() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


class Stack:
    """A supervisor in a process, and its output."""

    def __init__(self, local: Path, **environ: str) -> None:
        self.local = local
        clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.output = local / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chsh_project.stack", "--servers", "--local", str(local)],
                cwd=CHECKOUT,
                env=clean | environ,
                stdout=output,
                stderr=output,
            )

    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str) -> None:
        until(lambda: words in self.text() or self.process.poll() is not None)
        assert words in self.text(), self.text()

    def processes(self) -> list[psutil.Process]:
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children

    def server(self, name: str) -> psutil.Process:
        return next(process for process in self.processes() if name in Path(process.exe()).name)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(DEADLINE_SECONDS)


@contextlib.contextmanager
def running(local: Path, **environ: str) -> Iterator[Stack]:
    stack = Stack(local, **environ)
    try:
        stack.wait_for("Ctrl-C stops both")
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.stop()


def alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.02)


def refusal(local: Path, **environ: str) -> str:
    """Return the output of a refused start: one line, no traceback, exit status 1."""
    stack = Stack(local, **environ)
    assert stack.process.wait(DEADLINE_SECONDS) == 1
    lines = [line for line in stack.text().splitlines() if not re.match(r"  (valkey|postgres) .* ready", line)]
    assert "Traceback" not in stack.text()
    return lines[-1]


def answers(local: Path) -> bool:
    values = read_file(local / "stack.env")
    with psycopg.connect(values["DATABASE_URL"]) as connection:
        connection.execute("SELECT 1 FROM pg_stat_statements LIMIT 1")
    with redis.Redis.from_url(values["REDIS_URL"]) as connection:
        return bool(connection.ping())


@pytest.mark.long
def test_cold_start_answers_and_a_stop_leaves_no_process(local: Path) -> None:
    with running(local) as stack:
        assert answers(local)
        processes = stack.processes()
        assert stack.stop() == 0
    assert len(processes) > 2
    assert not [process for process in processes if alive(process)]


def test_stack_env_is_for_its_owner_only(local: Path) -> None:
    path = local / "stack.env"
    write_file(path, {"SECRET_KEY": "a b'c$d", "PORT": "1"})
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_file(path) == {"SECRET_KEY": "a b'c$d", "PORT": "1"}


def test_servers_refuse_whoever_has_no_password(local: Path) -> None:
    with running(local):
        values = read_file(local / "stack.env")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(values["DATABASE_URL"].replace(values["POSTGRES_PASSWORD"], "guess"))
        with socket.create_connection(("127.0.0.1", int(values["VALKEY_PORT"]))) as stranger:
            stranger.sendall(b"PING\r\n")
            assert stranger.recv(100).startswith(b"-NOAUTH")


def test_second_start_keeps_data_and_key(local: Path) -> None:
    with running(local):
        first = read_file(local / "stack.env")
        with psycopg.connect(first["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with running(local):
        second = read_file(local / "stack.env")
        with psycopg.connect(second["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert first == second


def test_data_whose_password_was_deleted_get_a_new_one(local: Path) -> None:
    """`rm -rf .local` while the data lie elsewhere, as root's do, ended in "password authentication failed"."""
    with running(local):
        first = read_file(local / "stack.env")
        with psycopg.connect(first["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    (local / "stack.env").unlink()
    with running(local) as stack:
        assert "gets a new password" in stack.text()
        second = read_file(local / "stack.env")
        assert second["POSTGRES_PASSWORD"] != first["POSTGRES_PASSWORD"]
        with psycopg.connect(second["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_kill_9_of_the_supervisor_leaves_no_orphan_and_no_broken_data(local: Path) -> None:
    with running(local) as stack:
        processes = stack.processes()
        stack.process.kill()
        stack.process.wait()
        until(lambda: not [process for process in processes if alive(process)])
    with running(local):
        assert answers(local)


@pytest.mark.parametrize("name", ["valkey", "postgres"])
def test_killed_server_is_started_again(local: Path, name: str) -> None:
    with running(local) as stack:
        killed = stack.server(name)
        killed.kill()
        stack.wait_for("ready again")
        assert stack.server(name).pid != killed.pid
        assert answers(local)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as another user")
def test_root_keeps_data_where_the_servers_may_enter(local: Path) -> None:
    local.chmod(0o700)
    with running(local) as stack:
        outside = Path(re.search(r"data is in (\S+)", stack.text()).group(1))  # type: ignore[union-attr]
        assert answers(local)
        assert (outside / "postgres" / "PG_VERSION").is_file()
        assert local.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(outside)


def test_second_start_at_once_is_refused(local: Path) -> None:
    with running(local) as stack:
        assert "already running" in refusal(local)
        assert stack.process.poll() is None


def test_taken_port_is_named(local: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Exception, match=f"Port {port} .*PORT="):
            Options.read({"HOST": "127.0.0.1", "PORT": str(port)}).check_port()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_nonsense_port_is_named(local: Path, port: str) -> None:
    assert refusal(local, PORT=port) == f"Cannot run: PORT={port!r}: use a number from 1 to 65535."


@pytest.mark.parametrize(("version", "words"), [(None, "PG_VERSION is missing"), ("15", "PostgreSQL '15'")])
def test_broken_data_folder_is_named(local: Path, version: str | None, words: str) -> None:
    data = local / "postgres"
    data.mkdir()
    if os.geteuid() == 0:
        shutil.chown(data, 65534)
    if version:
        (data / "PG_VERSION").write_text(version)
    message = refusal(local)
    assert words in message and str(data) in message


def test_damaged_data_is_told_in_one_sentence(local: Path) -> None:
    with running(local):
        pass
    (local / "postgres" / "global" / "pg_control").unlink()
    assert re.search(r"postgres failed .*pg_control.*Its log", refusal(local))


def test_absent_server_of_the_operator_is_named(local: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgres://user:secret@127.0.0.1:{unused.getsockname()[1]}/game"
        message = refusal(local, DATABASE_URL=url, WAIT_SECONDS="1")
    assert "DATABASE_URL was not ready within 1 s" in message and "secret" not in message


def test_a_part_of_the_game_that_is_away_is_named() -> None:
    class Degraded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "degraded", "degraded": ["worker", "beat"]}')

    with HTTPServer(("127.0.0.1", 0), Degraded) as web:
        answering = threading.Thread(target=web.handle_request)
        answering.start()
        with pytest.raises(ConnectionError, match="degraded: worker, beat away"):
            Processes(Options.read({"PORT": str(web.server_port)}), {}).whole()
        answering.join()


def test_players_are_sent_to_the_address_of_this_machine() -> None:
    assert Options.read({"PORT": "8123"}).players_url == f"http://{lan_address()}:8123"
    assert Options.read({"HOST": "127.0.0.1"}).players_url == "http://127.0.0.1:8000"
    assert Options.read({"PUBLIC_URL": "https://game.example/"}).players_url == "https://game.example"


def test_pages_follow_this_machine_unless_the_address_is_fixed() -> None:
    assert Options.read({"PORT": "8123"}).fixed_url == ""
    assert Options.read({"HOST": "127.0.0.1"}).fixed_url == "http://127.0.0.1:8000"
    assert Options.read({"PUBLIC_URL": "https://game.example/"}).fixed_url == "https://game.example"


def test_welcome_shows_the_password_once_and_then_how_to_change_it(local: Path) -> None:
    facts = demo_facts(["made a game", '{"instructor": "teacher", "password": "once"}', '{"code": "ABCDEF"}'])
    options = Options.read({"PUBLIC_URL": "https://game.example"})
    assert "user teacher, password once" in welcome(options, facts, choose(local))
    assert "https://game.example/g/ABCDEF/" in welcome(options, facts, choose(local))
    assert "make password" in welcome(options, facts | {"password": None}, choose(local))


def test_each_lock_file_holds_the_pins_of_those_before() -> None:
    def pins(name: str) -> set[str]:
        # A package that one file needs on some interpreters only may be needed on all by the next.
        return {line.rstrip(" \\").partition(" ;")[0] for line in (CHECKOUT / name).read_text().splitlines()}

    image, run = pins("requirements-deploy.txt"), pins("requirements-run.txt")
    tests, everything = pins("requirements-test.txt"), pins("requirements.txt")
    assert min(len(image), len(run)) > 30
    assert image | run < tests < everything
    telemetry = {"sentry-sdk", "opentelemetry-sdk"}
    assert telemetry <= {pin.partition("==")[0] for pin in image - run}
