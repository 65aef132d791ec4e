"""
`make nemesis`: faults of every kind, alone and in pairs, under load; then every acknowledgement against the rows.

    python -m tests.load.nemesis [--players 1000] [--seed 7] [--pairs 6] [--write] [FAULT ...]

Web and background processes reach PostgreSQL and Valkey by relays of our own.  After each fault everything is healed,
and the time is taken until every team has closed a round again.  At the end of the one game, acknowledged answers are
compared with the rows, and the last numbers of three dashboards with a recount.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import redis

from chsh_project.stack.game import CHECKOUT
from tests.load import paper, system
from tests.load.chaos import Keeper
from tests.load.nemesis_network import Network

PAGE = CHECKOUT / "docs" / "reliability.md"
PROCESSES = ("web", "worker", "beat", "bots", "valkey", "postgres")
# The game must be whole again this long after the fault has ended.
WHOLE_SECONDS = 60.0
STALL_SECONDS = (1.0, 5.0, 20.0)
FULL_DISK = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END$$;
    CREATE CONSTRAINT TRIGGER no_room AFTER INSERT OR UPDATE ON game_round DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION no_room()
"""


@dataclass
class Field:
    """The system under load, its networks, and a connection to the database that no fault touches."""

    running: system.System
    keeper: Keeper
    database: Network
    valkey: Network
    chance: random.Random
    held: list[Any] = field(default_factory=list)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.running.postgres_server.url(), autocommit=True) as direct:
            cursor = direct.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def rest(self, low: float, high: float) -> None:
        self.keeper.keep_for(self.chance.uniform(low, high))


# -- faults: each does its harm, waits, and heals ---------------------------------------------------------------------
Fault = Callable[[Field], contextlib.AbstractContextManager[None]]


def killed(name: str) -> Fault:
    @contextlib.contextmanager
    def fault(at: Field) -> Iterator[None]:
        at.running.parts[name].kill()
        yield

    return fault


def stalled(name: str, seconds: float) -> Fault:
    """Stop a process, or all of PostgreSQL's, without ending it."""

    @contextlib.contextmanager
    def fault(at: Field) -> Iterator[None]:
        pids = _family(at.running.parts[name].pid)
        for pid in pids:
            _signal(pid, signal.SIGSTOP)
        yield
        at.keeper.keep_for(seconds)
        for pid in pids:
            _signal(pid, signal.SIGCONT)

    return fault


def _family(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [pid, *map(int, found.stdout.split())]


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def network(which: str, harm: str, seconds: float) -> Fault:
    @contextlib.contextmanager
    def fault(at: Field) -> Iterator[None]:
        relay: Network = getattr(at, which)
        if harm == "cut":
            relay.cut()
        elif harm == "swallowed":
            relay.swallow()
        elif harm == "delayed":
            relay.delay_seconds = 0.2
        else:
            relay.bytes_a_second = 50_000.0
        yield
        at.keeper.keep_for(seconds)
        relay.heal()

    return fault


@contextlib.contextmanager
def full_disk(at: Field) -> Iterator[None]:
    at.rows(FULL_DISK)
    yield
    at.rest(3, 6)
    at.rows("DROP FUNCTION no_room CASCADE")


@contextlib.contextmanager
def no_connections(at: Field) -> Iterator[None]:
    """Take every connection that PostgreSQL has left, after it has ended those of the product."""
    at.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            at.held.append(psycopg.connect(at.running.postgres_server.url()))
    for spare in at.held[-2:]:
        spare.close()
    yield
    at.rest(3, 6)
    while at.held:
        at.held.pop().close()


@contextlib.contextmanager
def read_only(at: Field) -> Iterator[None]:
    at.rows("ALTER SYSTEM SET default_transaction_read_only = on")
    at.rows("SELECT pg_reload_conf()")
    yield
    at.rest(3, 6)
    with psycopg.connect(at.running.postgres_server.url(), autocommit=True) as direct:
        direct.execute("SET default_transaction_read_only = off")
        direct.execute("ALTER SYSTEM RESET default_transaction_read_only")
        direct.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def valkey_emptied(at: Field) -> Iterator[None]:
    """Start Valkey again without anything that it knew."""
    redis.Redis.from_url(at.running.valkey_server.url).flushall()
    at.running.parts["valkey"].kill()
    yield


@contextlib.contextmanager
def largest_killed(at: Field) -> Iterator[None]:
    """Kill the process that has most memory, as the kernel does when there is none left."""
    parts = {name: part for name, part in at.running.parts.items() if name != "postgres"}
    largest = max(parts.values(), key=lambda part: psutil.Process(part.pid).memory_info().rss)
    largest.kill()
    yield


def faults() -> dict[str, Fault]:
    """Return every fault by its name."""
    found: dict[str, Fault] = {f"kill {name}": killed(name) for name in PROCESSES}
    found |= {f"stop {name} for {s:.0f} s": stalled(name, s) for name in PROCESSES for s in STALL_SECONDS}
    for which in ("database", "valkey"):
        for harm in ("cut", "swallowed", "delayed", "throttled"):
            found[f"network to {which} {harm}"] = network(which, harm, 6.0)
    return found | {
        "full disk": full_disk, "out of connections": no_connections, "read-only database": read_only,
        "valkey restarted empty": valkey_emptied, "largest process killed": largest_killed,
    }  # fmt: skip


# -- a game -----------------------------------------------------------------------------------------------------------
def strike(at: Field, named: list[tuple[str, Fault]]) -> tuple[float, float | None]:
    """Do one harm or two at once; return their seconds, and those until every team has closed a round after them."""
    at.rest(0.5, 2.0)
    began = time.monotonic()
    with contextlib.ExitStack() as harm:
        for _name, fault in named:
            harm.enter_context(fault(at))
    at.keeper.keep_for(0.1)
    healed, healed_at = time.monotonic(), _now(at)
    return healed - began, _whole_after(at, healed, healed_at)


def _now(at: Field) -> Any:
    """Return the database's time, when it answers again."""
    gives_up_at = time.monotonic() + WHOLE_SECONDS
    while True:
        try:
            [[now]] = at.rows("SELECT clock_timestamp()")
            return now
        except psycopg.OperationalError:
            if time.monotonic() > gives_up_at:
                raise
            at.keeper.keep_for(0.1)


def _whole_after(at: Field, healed: float, healed_at: Any) -> float | None:
    while time.monotonic() < healed + WHOLE_SECONDS:
        with contextlib.suppress(psycopg.OperationalError):
            waiting = at.rows(
                """
                SELECT t.id FROM game_team t JOIN game_game g ON g.id = t.game_id AND g.state = 'running'
                WHERE t.taken = 2 AND NOT EXISTS (
                    SELECT FROM game_round r WHERE r.team_id = t.id AND r.closed_at > %s AND r.closed_by = 'answers')
                """,
                healed_at,
            )
            if not waiting:
                return time.monotonic() - healed
        at.keeper.keep_for(0.1)
    return None


def play(
    options: argparse.Namespace, running: system.System, networks: list[Network]
) -> tuple[list[str], dict[str, Any]]:
    chance = random.Random(options.seed)
    driver = subprocess.Popen(
        [
            sys.executable, "-m", "tests.load.driver", "--port", str(running.port), "--players", str(options.players),
            "--think", "0.5", "--dashboards", "3", "--warm", "1", "--until-told",
        ],
        cwd=CHECKOUT, env=os.environ | running.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert driver.stdout is not None and driver.stdin is not None
    database, valkey = networks
    at = Field(running, Keeper(running), database, valkey, chance)
    lines = []
    try:
        if driver.stdout.readline() != "playing\n":
            raise RuntimeError(f"the driver did not begin: exit status {driver.wait()}")
        for named in chosen(options, chance):
            seconds, whole = strike(at, named)
            name = " and ".join(name for name, _ in named)
            lines.append(f"| {name} | {seconds:.1f} | {'never' if whole is None else f'{whole:.1f}'} |")
            print(lines[-1], flush=True)
        at.keeper.keep_for(2)
        with ThreadPoolExecutor(1) as reader:
            driver.stdin.write("enough\n")
            driver.stdin.close()
            said = reader.submit(driver.stdout.read)
            at.keeper.keep(said.done)
        return lines, dict(json.loads(said.result()))
    finally:
        if driver.poll() is None:
            driver.kill()
        driver.wait()


def chosen(options: argparse.Namespace, chance: random.Random) -> list[list[tuple[str, Fault]]]:
    """Return the faults that were named, or all; then so many pairs of them by chance."""
    known = faults()
    names = options.faults or list(known)
    pairs = list(itertools.combinations(names, 2))
    drawn = chance.sample(pairs, min(options.pairs, len(pairs)))
    return [[(name, known[name]) for name in group] for group in [*([name] for name in names), *drawn]]


def relayed(url: str, port: int) -> str:
    """Return an address with another port of this machine."""
    parts = urlsplit(url)
    account = f"{parts.username or ''}:{parts.password or ''}@" if parts.password else ""
    return urlunsplit(parts._replace(netloc=f"{account}127.0.0.1:{port}"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.nemesis", description=__doc__.splitlines()[1])
    parser.add_argument("--players", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--write", action="store_true", help="write docs/reliability.md")
    parser.add_argument("faults", nargs="*", metavar="FAULT", choices=[[], *faults()])
    options = parser.parse_args()
    began = time.monotonic()
    with system.running() as running:
        networks = []
        for name in ("DATABASE_URL", "REDIS_URL"):
            url = running.environment[name]
            networks.append(Network("127.0.0.1", urlsplit(url).port or 0))
            running.processes.environment[name] = relayed(url, networks[-1].port)
        running.web()
        for component in running.processes.background():
            running.add(component.name, component)
        lines, result = play(options, running, networks)
    text = [
        paper.circumstances(f"{(time.monotonic() - began) / 60:.0f} min"),
        "",
        f"{options.players} players and three dashboards in one game, seed {options.seed}: "
        f"{result['acknowledged']:,} answers acknowledged; lost, doubled or shown wrong: "
        f"{result['wrong_count'] or 'nothing'}.",
        "",
        "| fault | seconds | until every team had closed a round, seconds |",
        "|---|--:|--:|",
        *lines,
    ]
    print("\n".join([*text, *map(str, result["wrong"])]))
    if options.write:
        paper.write(PAGE, "nemesis", "\n".join(text))
    return 1 if result["wrong_count"] or any("never" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
