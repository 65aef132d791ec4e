"""The product and a browser for programs that are no tests: the benchmark of the live table, the pictures."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from playwright.sync_api import Browser, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
django.setup()

from tests.e2e.support.browser import FLAGS, chromium, environment  # noqa: E402
from tests.e2e.support.product import Stack, running_product  # noqa: E402


@contextmanager
def product_and_browser() -> Iterator[tuple[Stack, Browser]]:
    with running_product() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS, env=environment())
        yield stack, browser
        browser.close()
