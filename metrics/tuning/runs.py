"""
An optimiser is a module with `figures()`, the numbers that it is judged by, and `look()`, what it finds and proposes.

A run writes one row: what was seen, each change with its reason, and the figures before and after.  A dry run changes
nothing and says what it would change.  What a run tuned can be undone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from time import monotonic, sleep
from typing import Any, NamedTuple, Protocol

import structlog
from django.db import connection
from django.utils import timezone

from game import tunables
from game.models import Game
from metrics.models import OptimizationRun

# While a game is played, after each statement passes so many times what it took, with the work that led to it: whatever
# takes a tenth of one of two processors, in turns of 5 ms, makes answers a quarter slower.
REST_SHARE = 40.0
LONGEST_REST_SECONDS = 4.0

log = structlog.get_logger(__name__)


class Step(NamedTuple):
    """A proposed change: what, its value before and after, why, and how; tuned values can be undone."""

    what: str
    before: Any
    after: Any
    why: str
    act: Callable[[], object]
    tunable: str = ""

    def as_data(self) -> dict[str, Any]:
        said = {"what": self.what, "before": self.before, "after": self.after, "why": self.why}
        return said | ({"tunable": self.tunable} if self.tunable else {})


class Finding(NamedTuple):
    saw: list[str]
    steps: list[Step]


class Optimiser(Protocol):
    def figures(self) -> dict[str, Any]: ...
    def look(self) -> Finding: ...


def tune(name: str, after: float, why: str) -> list[Step]:
    """Propose a value for a tunable; nothing when it is already that, or its bounds do not let it move."""
    before, after = tunables.value(name), tunables.bounded(name, after)
    if before == after:
        return []
    return [Step(name, before, after, why, lambda: tunables.put(name, after, why), tunable=name)]


@contextmanager
def _unhurried() -> Iterator[None]:
    """Rest after each statement, where no transaction keeps anything from the players."""
    rested_at = monotonic()

    def rest_after(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal rested_at
        try:
            return execute(*statement)
        finally:
            if not connection.in_atomic_block:
                sleep(min(REST_SHARE * (monotonic() - rested_at), LONGEST_REST_SECONDS))
                rested_at = monotonic()

    # First: outside of the watch of queries, whose time a rest is not.
    connection.execute_wrappers.insert(0, rest_after)
    try:
        yield
    finally:
        connection.execute_wrappers.remove(rest_after)


def run(kind: str, optimisers: Sequence[Optimiser], asked_by: str, dry_run: bool = False) -> OptimizationRun:
    """Run optimisers under one row: a step that fails is in the row's error, and keeps no other step from its turn."""
    is_played = Game.objects.filter(state=Game.State.RUNNING).exists()
    with _unhurried() if is_played else nullcontext():
        return _run(kind, optimisers, asked_by, dry_run)


def _run(kind: str, optimisers: Sequence[Optimiser], asked_by: str, dry_run: bool) -> OptimizationRun:
    row = OptimizationRun.objects.create(kind=kind, asked_by=asked_by, dry_run=dry_run)
    began = monotonic()
    try:
        tunables.read()
        row.before = _figures(optimisers)
        for optimiser in optimisers:
            finding = optimiser.look()
            row.saw += finding.saw
            for step in finding.steps:
                _take(step, row)
        row.after = row.before if dry_run else _figures(optimisers)
    except Exception as error:
        _fail(row, error)
    row.seconds = monotonic() - began
    row.save()
    log.info("optimised", kind=kind, outcome=row.outcome, seconds=row.seconds, asked_by=asked_by)
    return row


def _take(step: Step, row: OptimizationRun) -> None:
    try:
        if not row.dry_run:
            step.act()
    except Exception as error:
        _fail(row, error, f"{step.what}: ")
    else:
        row.changes.append(step.as_data())


def _fail(row: OptimizationRun, error: Exception, where: str = "") -> None:
    log.exception("optimisation_failed", kind=row.kind, where=where)
    row.error = "; ".join(filter(None, [row.error, f"{where}{type(error).__name__}: {error}"]))


def _figures(optimisers: Sequence[Optimiser]) -> dict[str, Any]:
    return {name: value for optimiser in optimisers for name, value in optimiser.figures().items()}


def undo(row: OptimizationRun, asked_by: str) -> list[str]:
    """Set every value that a run tuned back to what it was, once; return their names."""
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
