"""Compare the boxes of a page: texts that overlap, texts that are cut, and a page wider than its window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page

# Heights as such screens have them.
SIZES = {320: 568, 360: 740, 768: 1024, 1000: 700, 1366: 768, 1920: 1080}
# Names may end in an ellipsis; other texts may not.
NAMES = ".topbar-title, .team-name, .award, .drawer-title, .watch-title, .watch-team, .watch-names li"

FAULTS = r"""
async ({ names, text: size, spaced }) => {
  document.documentElement.style.fontSize = `${size}%`;
  window.spacing ??= new CSSStyleSheet();
  spacing.replaceSync(`
    svg, svg * { letter-spacing: 0 !important; word-spacing: 0 !important }
    :not(svg, svg *) { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }
  `);
  document.adoptedStyleSheets = spaced ? [spacing] : [];
  // A change of the text size alone is no event of the window.
  dispatchEvent(new Event("resize"));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const skipped = "script, style, template, noscript, select, .visually-hidden, .skip";
  const controls = "button, input, select, summary, img, a.button";
  const faults = new Set();
  const nameOf = (e) => {
    const named = e.closest("[data-part], [data-cell], [id]") || e;
    const key = named.dataset.part || named.dataset.cell || named.id;
    const own = named === e ? "" : ` ${e.tagName.toLowerCase()}`;
    return (key || [...named.classList].join(".")) + own;
  };
  const said = ({ owner, text }) => `${nameOf(owner)} “${text.slice(0, 40)}”`;
  const isShown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(skipped);

  // Boxes in different layers may lie over each other: a menu over a page, a notice over a list.
  const layers = new Map();
  const layerOf = (e) => {
    if (!e || e === document.documentElement) return null;
    if (!layers.has(e)) {
      const { position } = getComputedStyle(e);
      const isOwn = ["absolute", "fixed", "sticky"].includes(position) || e.matches("dialog, [popover]");
      layers.set(e, isOwn ? e : layerOf(e.parentElement));
    }
    return layers.get(e);
  };

  // What cuts an element's text: hidden overflow; what only scrolls out of sight is not cut.
  const frames = new Map();
  const framesOf = (e) => {
    if (!e) return [];
    if (!frames.has(e)) {
      const style = getComputedStyle(e);
      const isWhole = e === document.body || e === document.documentElement;
      const isContained = /strict|content|paint/.test(style.contain);
      const is = (...kinds) => ({
        x: kinds.includes(style.overflowX),
        y: kinds.includes(style.overflowY),
      });
      const [hides, scrolls] = [is("hidden", "clip"), is("auto", "scroll")];
      const box = isWhole ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : e.getBoundingClientRect();
      const own = { e, box, x: hides.x || isContained, y: hides.y || isContained, scrolls: scrolls.x || scrolls.y };
      const isFrame = own.x || own.y || (own.scrolls && !isWhole);
      const outer = style.position === "fixed" ? [] : framesOf(e.parentElement);
      frames.set(e, isFrame ? [own, ...outer] : outer);
    }
    return frames.get(e);
  };
  const inSight = (box) =>
    framesOf(box.owner).reduce((seen, { box: frame, x, y, scrolls }) => {
      const [cutX, cutY] = [x || scrolls, y || scrolls];
      return {
        ...seen,
        left: cutX ? Math.max(seen.left, frame.left) : seen.left,
        right: cutX ? Math.min(seen.right, frame.right) : seen.right,
        top: cutY ? Math.max(seen.top, frame.top) : seen.top,
        bottom: cutY ? Math.min(seen.bottom, frame.bottom) : seen.bottom,
      };
    }, box);
  const cutterOf = (box) => {
    for (const { e, box: frame, x, y, scrolls } of framesOf(box.owner)) {
      if (x && (box.right > frame.right + 1 || box.left < frame.left - 1)) return e;
      if (y && (box.bottom > frame.bottom + 1 || box.top < frame.top - 1)) return e;
      if (scrolls) return null;
    }
    return null;
  };

  const boxes = [];
  const add = (box) => {
    const seen = inSight(box);
    if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1) boxes.push(seen);
  };
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const owner = node.parentElement;
    const text = node.data.trim();
    if (!text || !isShown(owner)) continue;
    range.selectNodeContents(node);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (right - left <= 1) continue;
      // The ink of a line is lower than its box.
      const rest = 0.22 * (bottom - top);
      const box = { owner, text, node, left: left + 1, right: right - 1, top: top + rest, bottom: bottom - rest };
      const cutter = owner.closest(names) ? null : cutterOf(box);
      if (cutter) faults.add(`cut by ${nameOf(cutter)}: ${said(box)}`);
      add(box);
    }
    // A number and its unit stay together.
    for (const { index, 0: share } of node.data.matchAll(/\d\s*%/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + share.length);
      const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom)));
      if (lines.size > 1) faults.add(`torn: ${said({ owner, text })}`);
    }
  }
  for (const owner of document.querySelectorAll(controls)) {
    if (!owner.checkVisibility({ visibilityProperty: true }) || owner.closest(".visually-hidden, .skip")) continue;
    const { left, right, top, bottom } = owner.getBoundingClientRect();
    const text = owner.value || owner.alt || owner.textContent.trim();
    add({ owner, text, node: owner, left: left + 1, right: right - 1, top: top + 1, bottom: bottom - 1 });
  }

  const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const isInside = (a, b) => a.owner.contains(b.owner) || b.owner.contains(a.owner);
  const areTexts = (a, b) => a.node.nodeType === 3 && b.node.nodeType === 3;
  const sorted = boxes.sort((a, b) => a.top - b.top);
  sorted.forEach((a, index) => {
    for (let next = index + 1; next < sorted.length && sorted[next].top < a.bottom; next += 1) {
      const b = sorted[next];
      if (a.node === b.node || !overlaps(a, b) || (isInside(a, b) && !areTexts(a, b))) continue;
      if (layerOf(a.owner) === layerOf(b.owner)) faults.add(`overlap: ${said(a)} and ${said(b)}`);
    }
  });

  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) {
    const beside = (e) => e.getBoundingClientRect().right > innerWidth + 1 && !framesOf(e.parentElement).length;
    const widest = [...document.body.querySelectorAll("*")].filter(beside).slice(-3).map(nameOf);
    faults.add(`wide ${wide}: ${widest.join(", ")}`);
  }
  // A projector has nobody who scrolls.
  const { scrollHeight } = document.documentElement;
  const isProjected = document.body.matches(".watch") && innerWidth > innerHeight && innerWidth > 1200;
  if (isProjected && size === 100 && !spaced && scrollHeight > innerHeight) faults.add(`high ${scrollHeight}`);
  return [...faults];
}
"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int
    text: int = 100
    forced: bool = False
    spaced: bool = False

    def __str__(self) -> str:
        more = [", forced colours"] * self.forced + [", text spaced"] * self.spaced
        return f"{self.width} px, {self.text} %{''.join(more)}"


PLAIN = [Look(width) for width in SIZES]
ENLARGED = [Look(width, 200) for width in SIZES]
# Forced colours change edges, not lengths of words: outside English they are looked at together with large text.
ENLARGED_AND_FORCED = [Look(width, 200, forced=True) for width in SIZES]
FORCED = [Look(width, forced=True) for width in SIZES]
SPACED = [Look(width, spaced=True) for width in (320, 1366)]
LOOKS = {
    "en": PLAIN + ENLARGED + FORCED + SPACED,
    "de": PLAIN + ENLARGED_AND_FORCED,
    "fr": PLAIN + ENLARGED_AND_FORCED,
}


def faults_of(page: Page, looks: list[Look]) -> Iterator[str]:
    """Look at an open page in each way."""
    forced = None
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": SIZES[look.width]})
        if look.forced is not forced:
            forced = look.forced
            page.emulate_media(forced_colors="active" if forced else "none")
        for fault in page.evaluate(FAULTS, {"names": NAMES, "text": look.text, "spaced": look.spaced}):
            yield f"{look}: {fault}"


def faults_in_all_languages(page: Page, name: str, url: str, opened: Callable[[Page], object]) -> list[str]:
    found = []
    for language, looks in LOOKS.items():
        # One cookie for the whole site: those of single paths would contradict each other.
        host = urlsplit(url).hostname or ""
        page.context.add_cookies([{"name": "django_language", "value": language, "domain": host, "path": "/"}])
        page.goto(url)
        opened(page)
        found += [f"{name}, {language}, {fault}" for fault in faults_of(page, looks)]
    return found
