"""A first name, which is optional: typed before a seat is taken, shown to the partner and the host alone."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.support.product import PHONE
from tests.e2e.support.steps import enter, new_game, part, sheet_of, sit


def test_a_first_name_reaches_partner_and_host_and_not_the_projector(
    host: Page, new_context: Callable[..., BrowserContext]
) -> None:
    code = new_game(host)
    screen = new_context({"width": 1920, "height": 1080}).new_page()
    screen.goto(f"/g/{code}/watch/")
    one, two = (new_context(PHONE).new_page() for _ in range(2))
    enter(one, code)
    one.fill("#first-name", "Shit")
    one.keyboard.press("Enter")
    expect(part(one, "first-name-error")).to_contain_text("not allowed")
    # A tap on a choice is enough: the field is sent when it is left.
    one.fill("#first-name", "<b>Ada</b>")
    sit(one)
    enter(two, code)
    sit(two)
    partner = part(two, "partner")
    expect(partner).to_have_text("<b>Ada</b> is your partner")
    expect(partner.locator("bdi[translate=no]")).to_have_text("<b>Ada</b>")
    expect(part(two, "question-text")).to_contain_text("find <b>Ada</b>")
    expect(part(one, "partner")).to_have_text("Partner here")
    team = part(two, "team-name").inner_text()
    sheet = sheet_of(host, team)
    expect(sheet.locator("[data-cell=name]")).to_have_text(["<b>Ada</b>", ""])
    # A page that is loaded again has the name from the server.
    two.reload()
    expect(partner).to_have_text("<b>Ada</b> is your partner")
    expect(screen.get_by_text(team)).not_to_have_count(0)
    expect(screen.get_by_text("Ada")).to_have_count(0)
