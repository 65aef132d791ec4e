"""
An optimiser is a module with `measure()`, the numbers that it is judged by, and `plan()`, its observations and steps.

A run writes one row: observations, each change with its reason, and the numbers before and after.  A dry run changes
nothing and shows its plan.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, NamedTuple, Protocol

import structlog
from django.db import connection
from django.utils import timezone

from game import tunables
from game.models import Game
from metrics.models import OptimizationRun

# While a game runs, sleep 40 times the duration of each statement and of the work before it: a process that uses a
# tenth of one of two processors in turns of 5 ms makes answers a quarter slower.
SLEEP_PER_WORK = 40.0
LONGEST_SLEEP_SECONDS = 4.0

log = structlog.get_logger(__name__)


class Step(NamedTuple):
    """A planned change: what, its value before and after, why, and how."""

    what: str
    before: Any
    after: Any
    why: str
    apply: Callable[[], object]

    def as_data(self) -> dict[str, Any]:
        return {"what": self.what, "before": self.before, "after": self.after, "why": self.why}


class Plan(NamedTuple):
    observations: list[str]
    steps: list[Step]


class Optimiser(Protocol):
    def measure(self) -> dict[str, Any]: ...
    def plan(self) -> Plan: ...


@dataclass
class Cost:
    """What a run asks of the database, and how long it rested meanwhile."""

    statements: int = 0
    rested_seconds: float = 0.0


@contextmanager
def _counted(cost: Cost, rests: bool) -> Iterator[None]:
    """Count statements, and sleep after each one outside of a transaction, where no lock is held, if the run rests."""
    worked_since = monotonic()

    def count(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal worked_since
        cost.statements += 1
        try:
            return execute(*statement)
        finally:
            if rests and not connection.in_atomic_block:
                rest = min(SLEEP_PER_WORK * (monotonic() - worked_since), LONGEST_SLEEP_SECONDS)
                sleep(rest)
                cost.rested_seconds += rest
                worked_since = monotonic()

    # Outside of the wrapper that times queries: a sleep is no query's time.
    connection.execute_wrappers.insert(0, count)
    try:
        yield
    finally:
        connection.execute_wrappers.remove(count)


def run(kind: str, optimisers: Sequence[Optimiser], asked_by: str, dry_run: bool = False) -> OptimizationRun:
    """Run optimisers under one row; a step that fails is in the row's error and stops no other step."""
    is_played = Game.objects.filter(state=Game.State.RUNNING).exists()
    cost = Cost()
    with _counted(cost, rests=is_played):
        return _run(kind, optimisers, asked_by, dry_run, cost)


def _run(kind: str, optimisers: Sequence[Optimiser], asked_by: str, dry_run: bool, cost: Cost) -> OptimizationRun:
    row = OptimizationRun.objects.create(kind=kind, asked_by=asked_by, dry_run=dry_run)
    began = monotonic()
    try:
        tunables.read()
        row.before = _measure(optimisers)
        for optimiser in optimisers:
            plan = optimiser.plan()
            row.observations += plan.observations
            for step in plan.steps:
                _take(step, row)
        row.after = row.before if dry_run else _measure(optimisers)
    except Exception as error:
        _fail(row, error)
    row.seconds = monotonic() - began
    row.work_seconds, row.statements = max(0.0, row.seconds - cost.rested_seconds), cost.statements
    row.save()
    log.info("optimised", kind=kind, outcome=row.outcome, seconds=row.seconds, asked_by=asked_by)
    return row


def _take(step: Step, row: OptimizationRun) -> None:
    try:
        if not row.dry_run:
            step.apply()
    except Exception as error:
        _fail(row, error, f"{step.what}: ")
    else:
        row.changes.append(step.as_data())


def _fail(row: OptimizationRun, error: Exception, where: str = "") -> None:
    log.exception("optimisation_failed", kind=row.kind, where=where)
    row.error = "; ".join(filter(None, [row.error, f"{where}{type(error).__name__}: {error}"]))


def _measure(optimisers: Sequence[Optimiser]) -> dict[str, Any]:
    return {name: value for optimiser in optimisers for name, value in optimiser.measure().items()}


def undo(row: OptimizationRun, asked_by: str) -> list[str]:
    """Set every value that a run of an earlier release tuned back to its value before, once; return their names."""
    if row.dry_run or row.undone_at:
        raise ValueError(f"{row}: {'a dry run changed nothing' if row.dry_run else 'it was undone before'}")
    undone = []
    for change in reversed(row.changes):
        if name := change.get("tunable"):
            tunables.put(name, change["before"], f"Run {row.pk} was undone by {asked_by}.")
            undone.append(name)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    return undone
