import asyncio
import contextlib
import logging
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from chsh_project.stack.component import Component, StackError

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
STEADY_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass
class Child:
    component: Component
    process: Process
    started_at: float
    reader: asyncio.Task[None]
    last_lines: deque[str]


@dataclass
class Supervisor:
    """Starts components in the order of the calls, restarts any that dies, stops them in reverse order."""

    logs: Path
    say: Callable[[str, str], None]
    _children: dict[str, Child] = field(default_factory=dict)
    _keepers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _stopping: bool = False

    async def start(self, component: Component, ready_seconds: float = 60) -> None:
        """Return when the component is ready; raise StackError when it fails."""
        child = await self._spawn(component)
        await self._until_ready(child, ready_seconds)
        self.say(component.name, f"ready after {_now() - child.started_at:.1f} s" if component.probe else "started")
        self._keepers[component.name] = asyncio.create_task(self._keep(component))

    async def run(self, step: Component) -> list[str]:
        """Run a step to its end and return the lines that it wrote; raise StackError when it fails."""
        child = await self._spawn(step, keep_lines=1000)
        status = await child.process.wait()
        await child.reader
        del self._children[step.name]
        if status:
            raise self._failure(child)
        self.say(step.name, f"done in {_now() - child.started_at:.1f} s")
        return list(child.last_lines)

    async def stop(self) -> None:
        self._stopping = True
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        for child in reversed(self._children.values()):
            await self._stop_child(child)

    def hurry(self) -> None:
        """Stop all children at once; for PostgreSQL SIGQUIT is an immediate but safe shutdown."""
        for child in self._children.values():
            _signal(child.process, signal.SIGQUIT)

    async def _keep(self, component: Component) -> None:
        delay = FIRST_DELAY_SECONDS
        while True:
            child = self._children[component.name]
            status = await child.process.wait()
            delay = FIRST_DELAY_SECONDS if _now() - child.started_at > STEADY_SECONDS else delay
            self.say(component.name, f"stopped ({_describe(status)}): starting it again in {delay:g} s")
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_DELAY_SECONDS)
            # A failed restart is a child that dies again, and the loop waits longer.
            with contextlib.suppress(StackError):
                await self._until_ready(await self._spawn(component), STEADY_SECONDS)
                self.say(component.name, "ready again" if component.probe else "started again")

    async def _spawn(self, component: Component, keep_lines: int = 50) -> Child:
        command = [str(word) for word in component.command]
        try:
            if component.prepare is not None:
                component.prepare()
            process = await asyncio.create_subprocess_exec(
                *command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, limit=2**20, **component.spawn_options()
            )
        except OSError as error:
            raise StackError(f"{component.name} cannot be started: {error}") from error
        lines: deque[str] = deque(maxlen=keep_lines)
        reader = asyncio.create_task(self._read(component, process, lines))
        child = self._children[component.name] = Child(component, process, _now(), reader, lines)
        return child

    async def _read(self, component: Component, process: Process, last_lines: deque[str]) -> None:
        assert process.stdout is not None
        log, loud = self._log(component.name), re.compile(component.loud)
        while True:
            try:
                raw = await process.stdout.readline()
            except ValueError:  # a line longer than the limit: asyncio has dropped it
                continue
            if not raw:
                return
            line = raw.decode(errors="replace").rstrip()
            log.info(line)
            last_lines.append(line)
            if component.name in self._keepers and not self._stopping and loud.search(line):
                self.say(component.name, line[:300])

    def _log(self, name: str) -> logging.Logger:
        logger = logging.getLogger(f"{self.logs}/{name}")
        if not logger.handlers:
            handler = RotatingFileHandler(self.logs / f"{name}.log", maxBytes=10_000_000, backupCount=1)
            handler.setFormatter(logging.Formatter("%(message)s"))
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
            logger.propagate = False
        return logger

    async def _until_ready(self, child: Child, seconds: float) -> None:
        died = asyncio.create_task(child.process.wait())
        try:
            await until(child.component.probe, seconds, child.component.name, died)
        except TimeoutError as error:
            raise StackError(f"{error} Its log: {self.logs / child.component.name}.log") from error
        finally:
            died.cancel()
        if child.process.returncode is not None:
            await asyncio.wait([child.reader], timeout=1)
            raise self._failure(child)

    def _failure(self, child: Child) -> StackError:
        name, lines = child.component.name, [line for line in child.last_lines if line.strip()]
        loud = [line for line in lines if re.search(child.component.loud, line)]
        reason = (loud or lines or ["it wrote nothing"])[-1].strip()
        status = _describe(child.process.returncode)
        return StackError(f"{name} failed ({status}): {reason} Its log: {self.logs / name}.log")

    async def _stop_child(self, child: Child) -> None:
        if child.process.returncode is None:
            _signal(child.process, child.component.stop_signal)
            try:
                await asyncio.wait_for(child.process.wait(), STOP_SECONDS)
            except TimeoutError:
                self.say(child.component.name, f"did not stop within {STOP_SECONDS:g} s: killed")
                _signal(child.process, signal.SIGKILL)
                await child.process.wait()
        await asyncio.wait([child.reader], timeout=1)


async def until(
    probe: Callable[[], object] | None, seconds: float, name: str, died: asyncio.Future[int] | None = None
) -> None:
    """Return when the probe no longer raises or `died` is done; raise TimeoutError with the probe's last error."""
    died = died or asyncio.get_running_loop().create_future()
    deadline = _now() + seconds
    while probe is not None and not died.done():
        try:
            await asyncio.to_thread(probe)
            return
        except Exception as error:
            if _now() > deadline:
                words = " ".join(str(error).split())
                raise TimeoutError(f"{name} was not ready within {seconds:g} s: {words}") from error
        await asyncio.wait([died], timeout=0.05)


async def together(*steps: Awaitable[object]) -> None:
    """Run steps concurrently; the first failure cancels the others."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _signal(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


def _describe(status: int | None) -> str:
    if status is not None and status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"
