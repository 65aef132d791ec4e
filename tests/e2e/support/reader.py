"""A page as a screen reader gets it: the browser's tree in reading order, and what would be announced."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page

CONTROLS = {
    "button", "checkbox", "combobox", "link", "menuitem", "option", "radio", "searchbox", "slider", "spinbutton",
    "switch", "tab", "textbox",
}  # fmt: skip
LANDMARKS = {"banner", "main", "contentinfo", "navigation", "complementary", "region", "search", "form", "dialog"}
NAMED = {"image", "dialog", "region", "table", "meter", "progressbar"}
GROUPS = {"group", "region", "dialog", "form"}
# A reader hears of changes in these by themselves.
LIVE = {"alert", "log", "status", "timer"}
# Everything that a live region says, from the first paint on: a region says all of its text when it changes.
HEAR = """
    window.heard = [];
    const regions = "[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]";
    new MutationObserver((changes) => {
        const changed = new Set();
        for (const { target } of changes) {
            const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
            const region = element?.closest?.(regions);
            if (region?.checkVisibility()) changed.add(region);
        }
        for (const region of changed) {
            const text = region.innerText.replace(/\\s+/g, " ").trim();
            if (text) heard.push(text);
        }
    }).observe(document, { childList: true, characterData: true, subtree: true, attributes: true });
"""


class Node(NamedTuple):
    """One stop of the reader: what it is, what it is called, and where it stands."""

    role: str
    name: str
    value: str
    states: dict[str, Any]
    within: tuple[str, ...]
    # The name of the nearest group, region or dialog around it.
    group: str

    @property
    def level(self) -> int:
        return int(self.states.get("level", 0))

    def __str__(self) -> str:
        kept = {key: value for key, value in self.states.items() if key in TOLD and value not in (False, "false")}
        more = "".join(f" {key}={value}" for key, value in kept.items())
        return f"{self.role} “{self.name}”{f' = {self.value}' if self.value else ''}{more}"


TOLD = ("level", "checked", "pressed", "expanded", "disabled", "focused", "live", "invalid", "required")


def read(page: Page) -> list[Node]:
    """Return what a reader passes from the top of the page to its end."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    [root] = [node for node in nodes if "parentId" not in node]
    return list(_walk(root, by_id, (), ""))


def _walk(
    node: dict[str, Any], by_id: dict[str, dict[str, Any]], within: tuple[str, ...], group: str
) -> Iterator[Node]:
    role = node.get("role", {}).get("value", "")
    if not node["ignored"] and role not in ("InlineTextBox", "none", "generic"):
        states = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        name = _text(node, "name")
        yield Node(role, name, _text(node, "value"), states, within, group)
        within = (*within, role)
        group = name if role in GROUPS else group
    for child in node.get("childIds", []):
        if child in by_id:
            yield from _walk(by_id[child], by_id, within, group)


def _text(node: dict[str, Any], key: str) -> str:
    return " ".join(str(node.get(key, {}).get("value", "")).split())


def faults_for_readers(page: Page) -> list[str]:
    """Return what would leave a listener without a name, a place or an order."""
    nodes = read(page)
    # A modal dialog stands for the whole page.
    if any(node.role == "dialog" and node.states.get("modal") for node in nodes):
        return [*_nameless(nodes)]
    return [*_nameless(nodes), *_disordered(nodes), *_outside(nodes)]


def _nameless(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        name = node.name or (node.role == "table" and node.group)
        if node.role in CONTROLS | NAMED and not name:
            yield f"no name: {node} in {' > '.join(node.within)}"


def _disordered(nodes: list[Node]) -> Iterator[str]:
    levels = [(node.level, node.name) for node in nodes if node.role == "heading"]
    if [level for level, _ in levels].count(1) != 1:
        yield f"not one heading of level 1: {levels}"
    for (before, _), (level, name) in itertools.pairwise(levels):
        if level > before + 1:
            yield f"heading “{name}” of level {level} follows one of level {before}"


def _outside(nodes: list[Node]) -> Iterator[str]:
    mains = [node for node in nodes if node.role == "main"]
    if len(mains) != 1:
        yield f"{len(mains)} main landmarks"
    for node in nodes:
        # The link over the head of the page stands before all landmarks.
        is_skip = node.within[1:2] == ("link",)
        if node.role == "StaticText" and node.name and not is_skip and not (LANDMARKS | LIVE) & {*node.within}:
            yield f"outside every landmark: “{node.name}”"
