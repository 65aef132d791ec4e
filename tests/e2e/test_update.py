"""Pages that stay open while the server is updated."""

import re

from playwright.sync_api import Page, Route, expect

from tests.e2e.support.steps import command, new_game, part, seat

FIRST_ANSWER = "[data-part=answers] button >> nth=0"


def test_an_open_page_of_the_last_version_loads_the_new_one_and_loses_nothing(
    host: Page, phones: tuple[Page, Page]
) -> None:
    one, two = phones
    code = new_game(host)
    loaded = []

    def as_of_the_last_version(route: Route) -> None:
        """Give the page that was loaded before the update, once."""
        answer = route.fetch()
        loaded.append(route.request.url)
        old = re.sub(r'data-version="[^"]+"', 'data-version="0.0.1"', answer.text())
        route.fulfill(response=answer, body=old if len(loaded) == 1 else answer.text())

    seat(one, two, code)
    command(host, "start")
    one.locator(FIRST_ANSWER).click()
    expect(part(one, "status")).to_contain_text("Saved")
    one.route(re.compile(rf"/g/{code}/$"), as_of_the_last_version)
    one.reload()
    expect(part(one, "page")).not_to_have_attribute("data-version", "0.0.1")
    expect(part(one, "status")).to_contain_text("Saved")
    assert len(loaded) == 2, "the old page, and the new one once"
    two.locator(FIRST_ANSWER).click()
    expect(part(one, "round-number")).to_have_text(re.compile("2"))
