"""
When a pupil on a slow phone can join: make benchphone.  Not a test: its figures depend on the machine.

A cold phone loads the demo game's page over 400 kbit/s with a latency of 400 ms, its processor four times slower than
this one.  The first useful control is the choice of a partner, once it is visible and may be tapped.
"""

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page

from tests.e2e.support.alone import product_and_browser
from tests.e2e.support.product import Stack, wait_until
from tests.load import paper

SMALL = {"width": 360, "height": 740}
BYTES_PER_SECOND = 400_000 // 8
LATENCY_MS = 400
SLOWER = 4
LOADS = 7
TARGET_SECONDS = 2.5
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"

# From the start of the navigation to the first frame in which the control is there and enabled.
WATCH = """
    window.seen = {};
    (function look() {
        const button = document.querySelector("[data-part=find-partner]");
        const text = document.querySelector("[data-part=title]");
        if (text?.checkVisibility()) seen.page ??= performance.now();
        if (button?.checkVisibility() && !button.disabled) seen.control ??= performance.now();
        if (!seen.control) requestAnimationFrame(look);
    })();
"""


def measure() -> dict[str, float]:
    with product_and_browser() as (stack, browser):
        [(code,)] = stack.query("SELECT code FROM game_game WHERE title = 'Demo game'")
        # The demo's bots would take the processors.
        stack.query("UPDATE game_game SET state = 'paused' RETURNING id")
        loads = [load(browser, stack, code) for _ in range(1 + LOADS)][1:]
    return {name: median(one[name] for one in loads) for name in loads[0]}


def load(browser: Browser, stack: Stack, code: str) -> dict[str, float]:
    """Load the page with an empty cache; the first of all loads also warms the server."""
    context = browser.new_context(viewport=SMALL, base_url=stack.url, has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    received: list[float] = []
    slow_down(page, received)
    page.goto(f"/g/{code}/", wait_until="commit")
    wait_until(lambda: page.evaluate("window.seen?.control"), page, 60)
    # What is fetched later costs the player nothing.
    found = page.evaluate("window.seen")
    loaded = {"page": found["page"] / 1000, "control": found["control"] / 1000}
    loaded |= {"requests": len(received), "kilobytes": sum(received) / 1000}
    context.close()
    return loaded


def slow_down(page: Page, received: list[float]) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    speed = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def write(found: dict[str, Any]) -> None:
    table = "\n".join(
        [
            "| what | measured | target |",
            "|---|---|---|",
            f"| first useful control | {found['control']:.1f} s | {TARGET_SECONDS} s |",
            f"| first words | {found['page']:.1f} s | |",
            f"| requests until then | {found['requests']:.0f} | |",
            f"| kilobytes until then | {found['kilobytes']:.0f} | |",
        ]
    )
    paper.write(DOCUMENT, "slow phone", table)


if __name__ == "__main__":
    found = measure()
    print(json.dumps(found, indent=2))
    if "--write" in sys.argv:
        write(found)
