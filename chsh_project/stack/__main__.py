"""`make run`: start the servers and the game, say where they are, stop them on Ctrl-C."""

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

from chsh_project.stack import environment
from chsh_project.stack.component import StackError
from chsh_project.stack.environment import Remembered, Wishes
from chsh_project.stack.game import CHECKOUT, Processes
from chsh_project.stack.place import Place, choose, empty_folder, make_folder
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
            asyncio.run(run(arguments.local.resolve(), Wishes.read(os.environ), arguments.servers))
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


async def run(local: Path, wishes: Wishes, servers_only: bool) -> None:
    place = choose(local)
    if place.moved:
        say("data", f"user {place.account.uid} cannot enter {local}: the servers' data is in {place.servers}")
    make_folder(local / "logs", 0o700)
    supervisor = Supervisor(local / "logs", say)
    stop_on_signals(supervisor)
    try:
        await bring_up(supervisor, place, wishes, servers_only)
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("\nStopping ...")
    finally:
        await supervisor.stop()


async def bring_up(supervisor: Supervisor, place: Place, wishes: Wishes, servers_only: bool) -> None:
    if not servers_only:
        wishes.check_port()
    remembered = Remembered.read(place.local / "stack.env")
    postgres = Postgres(place, remembered.postgres_port, remembered.postgres_password)
    valkey = Valkey(place, remembered.valkey_port, remembered.valkey_password)
    variables = environment.variables(wishes, remembered, postgres.url(), valkey.url)
    variables["PROMETHEUS_MULTIPROC_DIR"] = str(empty_folder(place.local / "metrics"))
    environment.write_file(place.local / "stack.env", variables | remembered.variables())
    processes = Processes(wishes, variables)

    async def servers() -> None:
        await together(
            start_or_await(supervisor, postgres, "DATABASE_URL", wishes.database_url, wishes),
            start_or_await(supervisor, valkey, "REDIS_URL", wishes.redis_url, wishes),
        )

    async def database() -> None:
        await servers()
        await supervisor.run(processes.migrate())

    if servers_only:
        await servers()
        print(f"\nDATABASE_URL and REDIS_URL are in {place.local / 'stack.env'}; Ctrl-C stops both.")
        return
    await together(database(), supervisor.run(processes.collectstatic()))
    await start_game(supervisor, processes, place)


async def start_game(supervisor: Supervisor, processes: Processes, place: Place) -> None:
    demo = asyncio.create_task(supervisor.run(processes.demo()))
    await together(demo, supervisor.start(processes.web()))
    await together(*(supervisor.start(component) for component in processes.background()))
    try:
        await until(processes.whole, 30, "game")
    except TimeoutError as error:
        say("game", f"{error} Logs: {place.local / 'logs'}")
    print(welcome(processes.wishes, demo_facts(demo.result()), place))


async def start_or_await(
    supervisor: Supervisor, server: Postgres | Valkey, name: str, url: str, wishes: Wishes
) -> None:
    """Start the embedded server, or wait for the operator's own."""
    if not url:
        await asyncio.to_thread(server.prepare)
        await supervisor.start(server.component())
        return
    try:
        await until(lambda: answers(url), wishes.wait_seconds, name)
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
