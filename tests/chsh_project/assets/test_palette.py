"""The palette's contrasts in both colour schemes, by the formula of WCAG 2.2."""

import re
from itertools import product

import pytest
from django.conf import settings

TOKENS = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
GROUNDS = ("bg", "surface", "sunken")
SOFT = ("seat-1-soft", "seat-2-soft", "seat-3-soft", "won-soft", "lost-soft", "quantum-soft")
MIDDLE = ("won-mid", "quantum-mid")
TEXT, SHAPE = 4.5, 3.0

# What is written or drawn, on which grounds, and how far it must stand out.
PAIRS = [
    *((text, ground, TEXT) for text, ground in product(("ink", "muted", "won", "lost"), GROUNDS)),
    *((text, ground, TEXT) for text, ground in product(("seat-1", "seat-2", "seat-3", "quantum"), ("bg", "surface"))),
    *((shape, ground, SHAPE) for shape, ground in product(("edge", "waiting", "ghost"), GROUNDS)),
    *(("ink", ground, TEXT) for ground in (*SOFT, *MIDDLE)),
    *(("muted", ground, TEXT) for ground in SOFT),
    *((role, f"{role}-soft", TEXT) for role in ("seat-1", "seat-2", "seat-3", "won", "lost")),
    *(("seat-text", f"seat-{seat}", TEXT) for seat in (1, 2, 3)),
    *((f"chip-{step}-text", f"chip-{step}", TEXT) for step in (1, 2, 3, 4)),
    *(("heat-end-text", f"heat-{level}", TEXT) for level in (0, 6)),
    *(("heat-middle-text", f"heat-{level}", TEXT) for level in (2, 3, 4)),
    *(("heat-between-text", f"heat-{level}", TEXT) for level in (1, 5)),
    ("alarm-text", "alarm", TEXT),
    ("bg", "ink", TEXT),
]


def schemes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", TOKENS, re.DOTALL)[:2]
    return {"light": colours(light), "dark": colours(light) | colours(dark)}


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block))


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_values_of_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_stands_out_from_its_ground(scheme: str) -> None:
    palette = schemes()[scheme]
    weak = {
        f"{front} on {ground}": round(found, 2)
        for front, ground, least in PAIRS
        if (found := contrast(palette[front], palette[ground])) < least
    }
    assert not weak


def test_the_projector_which_is_always_light_has_the_light_colours() -> None:
    watch = (settings.BASE_DIR / "static" / "css" / "watch.css").read_text()
    [block] = re.findall(r"@media \(prefers-color-scheme: dark\).*?\n\}", watch, re.DOTALL)
    own, light = colours(block), schemes()["light"]
    assert own and {name: light[name] for name in own} == own
