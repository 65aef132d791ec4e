"""The whole product as a user starts it, in a folder of its own, and browsers before it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from browser import FLAGS, chromium, environment
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.server import eventually, free_port

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
            self.process = subprocess.Popen(command, env=kept, stdout=output, stderr=subprocess.STDOUT)

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

    def database(self) -> psycopg.Connection[Any]:
        variables = dict(
            line.split("=", 1) for line in (self.local / "stack.env").read_text().splitlines() if "=" in line
        )
        return psycopg.connect(variables["DATABASE_URL"].strip("'\""), autocommit=True)

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


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    # As root PostgreSQL runs as nobody, who must be able to get here.
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    stack = Stack(folder)
    try:
        yield stack.wait()
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS, env=environment())
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser, stack: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser of its own for one person; every page must stay free of errors and of other hosts."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(viewport: dict[str, int], **options: Any) -> BrowserContext:
        context = browser.new_context(viewport=viewport, locale="en-US", base_url=stack.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("request", lambda request: faults.append(request.url) if foreign(request.url) else None)
        context.on(
            "console", lambda message: faults.append(message.text) if "Content Security" in message.text else None
        )
        contexts.append(context)
        return context

    def foreign(url: str) -> bool:
        return not url.startswith((stack.url, stack.url.replace("http", "ws"), "data:", "blob:"))

    yield make
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def host(new_context: Callable[..., BrowserContext], stack: Stack) -> Page:
    """The instructor's laptop, logged in."""
    page = new_context(LAPTOP).new_page()
    page.goto("/dashboard/")
    page.fill("#id_username", "instructor")
    page.fill("#id_password", stack.password)
    page.click("main button:has-text('Log in')")
    page.wait_for_url("**/dashboard/")
    return page


def wait_until(what: Callable[[], Any], page: Page, seconds: float = 20) -> Any:
    """As `eventually`, while the browser goes on working."""
    deadline = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        page.wait_for_timeout(50)
    return value
