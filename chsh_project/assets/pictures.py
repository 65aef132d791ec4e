"""
The pictures of themes, and their template tag.

`python -m chsh_project.assets.pictures` writes static/img/pictures.svg from the locked npm package: a symbol for each
emoji that a theme names.  The file is in the repository, so that a machine without npm has it.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from game.games.pictures import VARIATION, theme_pictures
from game.games.words import Label

register = template.Library()

ROOT = Path(__file__).resolve().parents[1]
FILE = "img/pictures.svg"
PACKAGE = ROOT / "node_modules" / "@iconify-json" / "fluent-emoji-flat"
_NOTICE = "<!-- Fluent Emoji, copyright (c) Microsoft Corporation, MIT licence: see pictures.LICENSE.txt. -->"


@register.simple_tag
def picture(label: Label) -> SafeString:
    """Return the pictures of a label, which stand beside its words; nothing where it has none."""
    addresses = ((static(FILE), symbol(emoji)) for emoji in emojis(label))
    return format_html_join("", '<svg class="picture" aria-hidden="true"><use href="{}#{}"/></svg> ', addresses)


def emojis(label: Label) -> list[str]:
    return label.emoji.split()


def symbol(emoji: str) -> str:
    """Return the id of an emoji's symbol: its code points."""
    return "-".join(f"{ord(sign):x}" for sign in emoji if sign != VARIATION)


def drawn(wanted: Iterable[str], icons: dict[str, Any], names: dict[str, str]) -> str:
    """Return the file of symbols; a KeyError names an emoji that the package does not have."""
    symbols = [_symbol(emoji, icons, names[symbol(emoji)]) for emoji in wanted]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', _NOTICE, *symbols, "</svg>", ""])


def _symbol(emoji: str, icons: dict[str, Any], name: str) -> str:
    icon = icons["icons"][name]
    size = icon.get("width", icons.get("width", 16)), icon.get("height", icons.get("height", 16))
    return f'<symbol id="{symbol(emoji)}" viewBox="0 0 {size[0]} {size[1]}">{icon["body"]}</symbol>'


def main() -> None:
    icons, names = (json.loads((PACKAGE / name).read_text()) for name in ("icons.json", "chars.json"))
    (ROOT / "static" / FILE).write_text(drawn(theme_pictures().values(), icons, names))


if __name__ == "__main__":
    main()
