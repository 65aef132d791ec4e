"""The system under load: PostgreSQL with fsync, Valkey, web, worker and beat, as `make run` starts them."""

import contextlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

from chsh_project.stack.component import Component
from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import Options, SavedState, _free_port
from chsh_project.stack.game import CHECKOUT, Processes
from chsh_project.stack.postgres import Postgres
from chsh_project.stack.valkey import Valkey
from tests.support.servers import temporary_folder

READY_SECONDS = 30


class Part:
    """A process of the system that can be killed and started again."""

    def __init__(self, component: Component, folder: Path) -> None:
        self.component, self.folder = component, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Part":
        with (self.folder / f"{self.component.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.component.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.component.spawn_options(),
            )  # fmt: skip
        return self

    def ready(self) -> "Part":
        """Wait until the process is ready."""
        deadline = time.monotonic() + READY_SECONDS
        while self.component.probe is not None:
            try:
                self.component.probe()
                break
            except Exception as error:
                if (self.pid and self.process and self.process.poll() is not None) or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"{self.component.name} does not start: {error}\n{self.log()[-2000:]}"
                    ) from error
            time.sleep(0.05)
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.component.name} was not started"
        return self.process.pid

    @property
    def memory_mb(self) -> float:
        """What it has at the moment."""
        return round(psutil.Process(self.pid).memory_info().rss / 2**20, 1)

    @property
    def most_memory_mb(self) -> float:
        """The most that it had since its start (Linux)."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        (kb,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        return round(int(kb) / 1024, 1)

    def log(self) -> str:
        return (self.folder / f"{self.component.name}.log").read_text(errors="replace")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.component.stop_signal)
        try:
            self.process.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


class System:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        saved = SavedState.read(folder / "none")
        place = choose(folder)
        self.postgres_server = Postgres(place, saved.postgres_port, saved.postgres_password)
        self.valkey_server = Valkey(place, saved.valkey_port, saved.valkey_password)
        self.port = _free_port(None)
        self.environment = {
            "DATABASE_URL": self.postgres_server.url(),
            "REDIS_URL": self.valkey_server.url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "0",
            "ALLOWED_HOSTS": "*",
            "LOG_LEVEL": "WARNING",
            "STATIC_ROOT": str(folder / "static"),
        }
        options = Options("127.0.0.1", self.port, "", "", "", 30)
        self.processes = Processes(options, self.environment)
        self.parts: dict[str, Part] = {}
        # Length of each log that was read.
        self._looked: dict[str, int] = {}

    def add(self, name: str, component: Component) -> Part:
        part = self.parts[name] = Part(component, self.folder).start()
        return part

    def servers(self) -> None:
        self.postgres_server.prepare()
        self.valkey_server.prepare()
        for name, server in (("postgres", self.postgres_server), ("valkey", self.valkey_server)):
            self.add(name, server.component())
        for name in ("postgres", "valkey"):
            self.parts[name].ready()
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=CHECKOUT, env=os.environ | self.environment, check=True
        )

    def static(self) -> None:
        """Collect the hashed static files, which every page names."""
        self.manage("collectstatic", "--noinput", "--verbosity", "0")

    def background(self) -> None:
        """Start worker and beat, without bots, which would add load."""
        for component in self.processes.background():
            if component.name != "bots":
                self.add(component.name, component)

    def web(
        self, server: str = "uvicorn", application: str = "chsh_project.asgi:application", **environment: str
    ) -> Part:
        component = replace(self.processes.web(), probe=lambda: self.alive(self.port))
        command: list[str | Path]
        if server == "daphne":
            command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), "-v", "0",
                       "--websocket-max-message-size", "262144", application]  # fmt: skip
        else:
            command = [*component.command, application]
        settings = {**component.environment, **environment}
        return self.add("web", replace(component, command=command, environment=settings)).ready()

    @contextlib.contextmanager
    def second_web(self) -> Iterator[int]:
        """Start a second web process; return its port."""
        port = _free_port(None)
        web = Processes(Options("127.0.0.1", port, "", "", "", 30), self.environment).web()
        command = [*web.command, "chsh_project.asgi:application"]
        part = self.add("web2", replace(web, name="web2", command=command, probe=lambda: self.alive(port)))
        try:
            part.ready()
            yield port
        finally:
            self.parts.pop("web2").stop()

    def revive(self) -> None:
        """Restart every process that ended."""
        for part in self.parts.values():
            if part.process is not None and part.process.poll() is not None:
                part.start().ready()

    @staticmethod
    def alive(port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", "/health")
            status = connection.getresponse().status
        if status != 200:
            raise ConnectionError(f"/health answers {status}")

    def watched(self) -> list[str]:
        return [word for name, part in self.parts.items() for word in ("--watch", f"{name}={part.pid}")]

    def logged(self) -> str:
        """Return the events logged since the last call, with their number and longest duration."""
        found: dict[tuple[str, str], list[float]] = {}
        for name, part in self.parts.items():
            news = part.log()[self._looked.get(name, 0) :]
            whole = news[: news.rfind("\n") + 1]
            self._looked[name] = self._looked.get(name, 0) + len(whole)
            for said in (json.loads(line) for line in whole.splitlines() if line.startswith("{")):
                found.setdefault((name, said["event"]), []).append(said.get("milliseconds", 0.0))
        return ", ".join(
            f"{name} {event} {len(times)} times" + (f" ({max(times):.0f} ms at most)" if any(times) else "")
            for (name, event), times in found.items()
        )

    def stop(self) -> None:
        for part in reversed(self.parts.values()):
            part.stop()


@contextlib.contextmanager
def running() -> Iterator[System]:
    """Start PostgreSQL and Valkey and migrate; other processes start by name."""
    with temporary_folder() as folder:
        system = System(folder)
        try:
            system.servers()
            yield system
        finally:
            system.stop()
