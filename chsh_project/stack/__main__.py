"""`make run`: start the servers and the game, print their addresses, stop them on Ctrl-C."""

import argparse
import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from chsh_project.stack import certificate, environment, server_urls
from chsh_project.stack.component import StackError
from chsh_project.stack.data_dirs import DataDirs, choose, empty_folder, make_folder
from chsh_project.stack.environment import Options, SavedState
from chsh_project.stack.game import CHECKOUT, Processes
from chsh_project.stack.postgres import Postgres
from chsh_project.stack.supervisor import Supervisor, together, until
from chsh_project.stack.valkey import Valkey
from chsh_project.stack.welcome import demo_facts, welcome


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chsh_project.stack", description=__doc__)
    parser.add_argument("--servers", action="store_true", help="PostgreSQL and Valkey only, for manage.py runserver")
    parser.add_argument("--local", type=Path, default=CHECKOUT / ".local", help="folder for data, logs and stack.env")
    arguments = parser.parse_args()
    # A terminal that cannot show the QR code's blocks must not end the game.
    sys.stdout.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]
    try:
        with only_one(arguments.local.resolve()):
            asyncio.run(run(arguments.local.resolve(), Options.read(os.environ), arguments.servers))
    except (StackError, OSError) as error:
        print(f"Cannot run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


@contextmanager
def only_one(local: Path) -> Iterator[None]:
    """Hold the checkout's lock; the kernel frees it when this process dies."""
    make_folder(local, 0o755)
    with (local / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(f"The game is already running from {local.parent}: stop that one first.") from error
        yield


async def run(local: Path, options: Options, servers_only: bool) -> None:
    data_dirs = choose(local)
    if data_dirs.moved:
        say("data", f"user {data_dirs.account.uid} cannot enter {local}: the servers' data is in {data_dirs.servers}")
    make_folder(local / "logs", 0o700)
    supervisor = Supervisor(local / "logs", say)
    stop_on_signals(supervisor)
    try:
        await bring_up(supervisor, data_dirs, options, servers_only)
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("\nStopping ...")
    finally:
        await supervisor.stop()


async def bring_up(supervisor: Supervisor, data_dirs: DataDirs, options: Options, servers_only: bool) -> None:
    if not servers_only:
        options.check_port()
    saved = SavedState.read(data_dirs.local / "stack.env")
    postgres = Postgres(data_dirs, saved.postgres_port, saved.postgres_password, password_is_new=saved.password_is_new)
    if saved.password_is_new and postgres.data.exists() and not options.database_url:
        say("data", f"stack.env was gone: the data in {postgres.data} gets a new password")
    valkey = Valkey(data_dirs, saved.valkey_port, saved.valkey_password)
    variables = environment.variables(options, saved, postgres.url(), valkey.url)
    variables["PROMETHEUS_MULTIPROC_DIR"] = str(empty_folder(data_dirs.local / "metrics"))
    environment.write_file(data_dirs.local / "stack.env", variables | saved.variables())
    processes = Processes(options, variables)
    if options.https == "lan":
        processes.certificate = certificate.file_for(data_dirs.local / "tls", certificate.names())

    async def servers() -> None:
        await together(
            start_or_await(supervisor, postgres, "DATABASE_URL", options.database_url, options),
            start_or_await(supervisor, valkey, "REDIS_URL", options.redis_url, options),
        )

    async def database() -> None:
        await servers()
        await supervisor.run(processes.migrate())

    if servers_only:
        await servers()
        print(f"\nDATABASE_URL and REDIS_URL are in {data_dirs.local / 'stack.env'}; Ctrl-C stops both.")
        return
    await together(database(), supervisor.run(processes.collectstatic()))
    await start_game(supervisor, processes, data_dirs)


async def start_game(supervisor: Supervisor, processes: Processes, data_dirs: DataDirs) -> None:
    demo = asyncio.create_task(supervisor.run(processes.demo()))
    await together(demo, supervisor.start(processes.web()))
    await together(*(supervisor.start(component) for component in processes.background()))
    try:
        await until(processes.whole, 30, "game")
    except TimeoutError as error:
        say("game", f"{error} Logs: {data_dirs.local / 'logs'}")
    print(welcome(processes.options, demo_facts(demo.result()), data_dirs))


async def start_or_await(
    supervisor: Supervisor, server: Postgres | Valkey, name: str, url: str, options: Options
) -> None:
    """Start the embedded server, or wait for the operator's own."""
    if not url:
        await asyncio.to_thread(server.prepare)
        await supervisor.start(server.component())
        return
    try:
        await until(lambda: answers(url), options.wait_seconds, name)
        if fault := await asyncio.to_thread(server_urls.valkey_fault, url) if name == "REDIS_URL" else None:
            raise StackError(fault)
    except TimeoutError as error:
        raise StackError(str(error)) from error
    say(name, "ready")


def answers(url: str) -> None:
    if url.startswith("postgres"):
        psycopg.connect(url, connect_timeout=2).close()
        return
    with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as connection:
        connection.ping()


def stop_on_signals(supervisor: Supervisor) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked: list[int] = []

    def stop() -> None:
        asked.append(1)
        if len(asked) > 1:
            supervisor.hurry()
        elif task is not None:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)


def say(name: str, text: str) -> None:
    print(f"  {name:<14}{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
