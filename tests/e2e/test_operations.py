"""The operations page: read, used and accessible, on the stack that make run starts."""

from playwright.sync_api import Page, expect

from tests.e2e.support.product import assert_accessible


def test_operators_see_how_the_product_is_and_run_the_optimisers(host: Page) -> None:
    host.goto("/dashboard/")
    host.get_by_role("link", name="Operations").click()
    expect(host.locator(".tile")).to_have_count(10)
    expect(host.get_by_role("heading", name="What limits now")).to_be_visible()
    expect(host.locator(".finding[data-kind=fault]")).to_have_count(0)
    host.get_by_role("button", name="Try all optimisers").click()
    expect(host.locator(".toast", has_text="Try all optimisers:")).to_be_visible()
    expect(host.locator("[aria-labelledby=runs] tbody tr").first).to_contain_text("Full")
    host.get_by_role("button", name="Emergency mode, 10 minutes").click()
    expect(host.locator(".offline")).to_contain_text("The emergency mode is on until")
    host.get_by_role("button", name="End the emergency mode").click()
    expect(host.locator(".offline")).to_have_count(0)
    assert_accessible(host)


def test_a_button_waits_for_its_script_and_loses_no_click(host: Page) -> None:
    host.route("**/operations/operations*.js", lambda route: route.abort())
    host.goto("/operations/")
    expect(host.get_by_role("button", name="Try all optimisers")).to_be_disabled()
    host.unroute_all()
    host.reload()
    expect(host.get_by_role("button", name="Try all optimisers")).to_be_enabled()
