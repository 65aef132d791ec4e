"""The whole product as `make run` starts it, in a folder of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from chsh_project.stack.component import die_with_parent
from tests.support.server import eventually, free_port
from tests.support.servers import temporary_folder

START_SECONDS = 120
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}


class Stack:
    """`make run`, without make."""

    def __init__(self, folder: Path) -> None:
        self.local = folder / "local"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        kept |= {"PORT": str(self.port), "HOST": "127.0.0.1", "PUBLIC_URL": self.url}
        self.output = folder / "output"
        command = [sys.executable, "-m", "chsh_project.stack", "--local", str(self.local)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=kept,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A test run that is killed leaves no product behind.
                preexec_fn=die_with_parent(signal.SIGINT),
            )

    def wait(self) -> "Stack":
        eventually(lambda: self._said("Ctrl-C stops everything"), START_SECONDS)
        return self

    def _said(self, words: str) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        return words in self.output.read_text()

    @property
    def password(self) -> str:
        found = re.search(r"password (\S+) \(shown only now\)", self.output.read_text())
        assert found is not None
        return found[1]

    @property
    def environment(self) -> dict[str, str]:
        """What a command of manage.py needs to work on this product's data."""
        lines = (self.local / "stack.env").read_text().splitlines()
        return {name: value.strip("'\"") for name, value in (line.split("=", 1) for line in lines if "=" in line)}

    def database(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database() as connection:
            return connection.execute(sql, parameters).fetchall()

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=2) as response:
                return bool(json.load(response)["status"] == "ready")
        except OSError:
            return False

    def kill(self, words: str) -> None:
        """kill -9 the child whose command line has these words; the supervisor starts it again."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        victims = [child for child in children if words in " ".join(child.cmdline())]
        assert victims, f"no child runs {words}"
        for victim in victims:
            victim.send_signal(signal.SIGKILL)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


@contextmanager
def running_product() -> Iterator[Stack]:
    """The product, ready, in a folder that is gone afterwards."""
    with temporary_folder() as folder:
        stack = Stack(folder)
        try:
            yield stack.wait()
        finally:
            stack.stop()


def wait_until(what: Callable[[], Any], page: Page, seconds: float = 20) -> Any:
    """As `eventually`, while the browser goes on working."""
    deadline = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        page.wait_for_timeout(50)
    return value


AT_REST = """
    document.getAnimations().every((one) => !(one instanceof CSSTransition) || one.playState !== "running")
"""


# A colour scheme changes colours alone, so in the second only the rules about colours are checked.
EVERY_RULE: dict[str, Any] = {"resultTypes": ["violations"]}
RULES_OF_SCHEME = {"light": EVERY_RULE, "dark": {**EVERY_RULE, "runOnly": ["color-contrast", "link-in-text-block"]}}


def violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what axe finds; a page that has it already does not load it again."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return found


def assert_accessible(page: Page, *widths: int) -> None:
    """No violation at each width and in both colour schemes, and nothing beside the screen."""
    for width in widths or (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        for scheme, rules in RULES_OF_SCHEME.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            # Colours fade for a moment: halfway they have no contrast to speak of.
            wait_until(lambda: page.evaluate(AT_REST), page)
            faults = violations(page, rules)
            found = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults]
            assert not found, (page.url, width, scheme, found)


def log_in(page: Page, stack: Stack) -> None:
    page.goto("/dashboard/")
    page.fill("#id_username", "instructor")
    page.fill("#id_password", stack.password)
    page.click("main button:has-text('Log in')")
    page.wait_for_url("**/dashboard/")
