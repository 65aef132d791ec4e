"""The product beside other sites and other addresses: inside slides, and by http where https was first."""

import http.server
import threading

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.support.browser import FLAGS, chromium, environment
from tests.e2e.support.product import LAPTOP, PHONE, Stack, log_in, running_product
from tests.e2e.support.steps import command, new_game, part

# Chromium trusts loopback as it trusts https; it does not trust the name of a school.
NAME = "school.example"


class Site(http.server.ThreadingHTTPServer):
    """A site that shows an address inside its one page."""

    inside = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Slides)
        # Another site than 127.0.0.1, so that no cookie of ours is sent inside it.
        self.origin = f"http://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Slides(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<iframe src="{self.server.inside}" width="1200" height="700"></iframe>'.encode())

    def log_message(self, *words: object) -> None:
        pass


def shown_inside(browser: Browser, site: Site, address: str) -> Page:
    site.inside = address
    page = browser.new_context(viewport=LAPTOP, locale="en-US").new_page()  # type: ignore[arg-type]
    page.goto(site.origin)
    return page


def test_slides_of_an_allowed_site_show_the_live_projector(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed, other = Site(), Site()
    monkeypatch.setenv("EMBED_ORIGINS", allowed.origin)
    with running_product() as stack:
        host = browser.new_context(viewport=LAPTOP, locale="en-US", base_url=stack.url).new_page()  # type: ignore[arg-type]
        log_in(host, stack)
        code = new_game(host)
        screen = shown_inside(browser, allowed, f"{stack.url}/g/{code}/watch/").frame_locator("iframe")
        state = screen.locator("[data-part=state]")
        expect(state).to_have_text(part(host, "state").inner_text())
        command(host, "start")
        expect(part(host, "state")).to_have_text("Running")
        expect(state).to_have_text("Running")
        for site, path in ((other, "watch/"), (allowed, "")):
            refused = shown_inside(browser, site, f"{stack.url}/g/{code}/{path}")
            assert [frame.url for frame in refused.frames if frame.url.startswith(stack.url)] == []
    allowed.shutdown()
    other.shutdown()


def test_a_browser_that_knows_the_address_by_https_is_told_to_use_it(
    browser: Browser, host: Page, stack: Stack
) -> None:
    code = new_game(host)
    flags = [*FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    with_name = browser.browser_type.launch(executable_path=str(chromium()), args=flags, env=environment())
    url = f"http://{NAME}:{stack.port}"
    names = [cookie["name"] for cookie in host.context.cookies()]
    (csrf,) = [name for name in names if name.startswith("csrftoken")]
    kept = [
        {"name": name, "value": "x" * 32, "domain": NAME, "path": "/", "secure": True, "httpOnly": True}
        for name in (csrf, csrf.replace("csrftoken", "player"))
    ]
    context = with_name.new_context(viewport=PHONE, locale="en-US", base_url=url)  # type: ignore[arg-type]
    context.add_cookies(kept)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"/g/{code}/")
    expect(part(page, "ended-text")).to_contain_text("This browser knows this address by https")
    page.goto("/login/")
    page.fill("#id_username", "instructor")
    page.fill("#id_password", "x")
    page.click("main button:has-text('Log in')")
    expect(page.locator("main")).to_contain_text("This browser knows this address by https")
    expect(part(page, "refused")).to_be_hidden()
    context.clear_cookies()
    page.goto(f"/g/{code}/")
    expect(part(page, "lobby")).to_be_visible()
    with_name.close()
