"""
The catalogues of the languages: `make words` extracts the product's texts and updates locale/.

Extraction is pure Python, so that neither this nor the test of completeness needs GNU gettext.
"""

import io
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_javascript
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

_BEFORE_A_SIGN = re.compile(r"(?<=\S) (?=[:;!?»](?!\w))|(?<=«) ")
CHECKOUT = Path(__file__).resolve().parent.parent
APPS = ("chsh_project", "game", "dashboard", "metrics")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def from_template(file: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extraction method for Django templates: Django turns tags into calls and the rest into blanks."""
    calls = templatize(file.read().decode())
    return extract_javascript(io.BytesIO(calls.encode()), keywords, comment_tags, {"encoding": "utf-8"})


def found() -> Catalog:
    """Return every text of the product, in English."""
    catalogue = Catalog(charset="utf-8", project="CHSH game", copyright_holder="", fuzzy=False)
    for path in _sources():
        with path.open("rb") as file:
            method: Any = "python" if path.suffix == ".py" else from_template
            for _, message, _, context in extract(method, file, KEYWORDS, options={"encoding": "utf-8"}):
                catalogue.add(message, locations=[(str(path.relative_to(CHECKOUT)), 0)], context=context)
    return catalogue


def _sources() -> list[Path]:
    python = [path for app in APPS for path in (CHECKOUT / app).rglob("*.py") if "migrations" not in path.parts]
    return sorted([*python, *(CHECKOUT / "templates").rglob("*.html"), *(CHECKOUT / "templates").rglob("*.txt")])


def languages() -> list[str]:
    """Return the languages with a catalogue; English is in the sources."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def catalogue_path(language: str) -> Path:
    return CHECKOUT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    with io.BytesIO() as file:
        write_mo(file, _held(catalogue) if str(catalogue.locale) == "fr" else catalogue)
        return file.getvalue()


def _held(catalogue: Catalog) -> Catalog:
    """Return a French catalogue whose lines never break before a sign that a space stands before."""
    held = deepcopy(catalogue)
    for message in held:
        said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        texts = tuple(_BEFORE_A_SIGN.sub("\u00a0", text or "") for text in said)
        message.string = texts if isinstance(message.string, (tuple, list)) else texts[0]
    return held


def bring_up_to_date(language: str, template: Catalog) -> int:
    """Add new messages, drop old ones, compile; return the number of untranslated messages."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = read(language) if path.exists() else Catalog(locale=language, charset="utf-8", fuzzy=False)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    return len(missing(catalogue))


def missing(catalogue: Catalog) -> list[Any]:
    """Return the messages without a translation."""
    return [message for message in catalogue if message.id and not _said(message)]


def _said(message: Any) -> bool:
    said = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return bool(said) and all(said) and not message.fuzzy


if __name__ == "__main__":
    django.setup()
    template = found()
    for language in languages():
        print(f"{language}: {bring_up_to_date(language, template)} of {len(template)} wait for a translation")
