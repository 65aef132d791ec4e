"""
What 500 live rows cost the browser: make benchlive.  Not a test: its figures depend on the machine.

Fifty teams change four times a second for a while; Chromium's own trace tells how long every task of the page's main
thread took.  An update's work is all that the main thread did until the next one: parsing, script, style, layout,
paint, the transitions of the gauges.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from tests.e2e.support.alone import product_and_browser
from tests.e2e.support.many_teams import Feed
from tests.e2e.support.product import LAPTOP, Stack, log_in
from tests.load import paper

TEAMS = 500
CHANGED = 50
SECONDS = 30
WARM_SECONDS = 5
UPDATE_MS = 250
# Reading the message of an update takes more than that, the browser's own small tasks less.
BEGINS_MS = 1.0
CATEGORIES = ["toplevel"]
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"


def measure() -> dict[str, float]:
    with product_and_browser() as (stack, browser):
        return figures(trace(browser, stack))


def trace(browser: Browser, stack: Stack) -> list[dict[str, Any]]:
    page = browser.new_context(viewport=LAPTOP, base_url=stack.url).new_page()  # type: ignore[arg-type]
    log_in(page, stack)
    # The demo's bots would take the processors.
    stack.query("UPDATE game_game SET state = 'paused' RETURNING id")
    feed = Feed(stack, TEAMS)
    page.goto(f"/dashboard/{feed.code}/")
    expect(page.locator("[data-part=counts]")).to_contain_text(f"{TEAMS} teams")
    feed.drum(CHANGED, WARM_SECONDS + SECONDS)
    page.wait_for_timeout(1000 * WARM_SECONDS)
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.wait_for_timeout(1000 * SECONDS - 500)
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    feed.done()
    feed.stop()
    return events


def figures(events: list[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds: what the main thread did an update, and the longest tasks."""
    updates = by_update(main_thread(events))
    work = [sum(update) for update in updates]
    longest = [max(update) for update in updates]
    return {
        "updates": len(updates),
        "work_median": at(work, 0.5),
        "work_p95": at(work, 0.95),
        "task_p95": at(longest, 0.95),
        "task_longest": max(longest),
        "tasks_over_50": sum(task > 50 for update in updates for task in update),
    }


def by_update(tasks: list[dict[str, Any]]) -> list[list[float]]:
    """
    The costs of the tasks from each update until the next one, whose place in time is not exact.

    An update begins with the first task of some size after half of its time.
    """
    updates: list[list[float]] = []
    began = 0.0
    for task in sorted(tasks, key=lambda task: task["ts"]):
        now = task["ts"] / 1000
        if not updates or (now - began > UPDATE_MS / 2 and cost(task) > BEGINS_MS):
            updates.append([])
            began = now
        updates[-1].append(cost(task))
    return updates


def main_thread(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks of the busiest renderer's main thread: the page's own."""
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        thread = event["pid"], event["tid"]
        if thread in threads and event["ph"] == "X" and event["name"] == "ThreadControllerImpl::RunTask":
            found[thread].append(event)
    return max(found.values(), key=lambda tasks: sum(task["dur"] for task in tasks))


def cost(task: dict[str, Any]) -> float:
    """Milliseconds of processor time: the clock on the wall also counts what else the machine does."""
    return float(task.get("tdur", task["dur"])) / 1000


def at(values: Any, share: float) -> float:
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


def write(found: dict[str, float]) -> None:
    table = "\n".join(
        [
            "| what | measured | target |",
            "|---|---|---|",
            f"| work an update, median | {found['work_median']:.1f} ms | |",
            f"| work an update, p95 | {found['work_p95']:.1f} ms | under 8 ms |",
            f"| longest task of an update, p95 | {found['task_p95']:.1f} ms | |",
            f"| longest task | {found['task_longest']:.1f} ms | under 50 ms |",
            f"| updates | {found['updates']:.0f} | |",
        ]
    )
    paper.write(DOCUMENT, "live rows", table)


if __name__ == "__main__":
    found = measure()
    print(json.dumps(found, indent=2))
    if "--write" in sys.argv:
        write(found)
