"""The product and a browser for programs that are no tests: the benchmark of the live table, the pictures."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import Browser, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
django.setup()

from browser import FLAGS, chromium, environment  # noqa: E402
from product import Stack  # noqa: E402


@contextmanager
def product_and_browser() -> Iterator[tuple[Stack, Browser]]:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        # As root PostgreSQL runs as nobody, who must be able to get here.
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS, env=environment())
            yield stack.wait(), browser
            browser.close()
        finally:
            stack.stop()
