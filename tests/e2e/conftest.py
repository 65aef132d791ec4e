"""The product and browsers before it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tests.e2e.support.browser import FLAGS, chromium, environment
from tests.e2e.support.product import LAPTOP, Stack, log_in, running_product
from tests.e2e.support.steps import MIDDLE, SMALL, WATCH_JUMPS


@pytest.fixture(scope="session", autouse=True)
def no_connection_stays() -> None:
    """Browser tests use the database of a product, so the fixtures of a test database do nothing."""


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly() -> None:
    """As above."""


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with running_product() as stack:
        yield stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # As patient as actions are: on a busy machine statistics rest for some seconds.
    expect.set_options(timeout=15_000)
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


@pytest.fixture(scope="session")
def login(browser: Browser, stack: Stack) -> StorageState:
    """The cookies of the instructor, who logs in once for all tests."""
    context = browser.new_context(base_url=stack.url, locale="en-US")
    log_in(context.new_page(), stack)
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def host(new_context: Callable[..., BrowserContext], login: StorageState) -> Page:
    """The instructor's laptop, logged in."""
    page = new_context(LAPTOP, storage_state=login).new_page()
    page.goto("/dashboard/")
    return page


@pytest.fixture
def phones(new_context: Callable[..., BrowserContext]) -> tuple[Page, Page]:
    pages = [new_context(MIDDLE, has_touch=True).new_page(), new_context(SMALL, has_touch=True).new_page()]
    for page in pages:
        page.add_init_script(WATCH_JUMPS)
    return pages[0], pages[1]
