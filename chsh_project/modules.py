"""Template tags: a page's script with all modules that it imports, and the version."""

import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(\.[^"]+)"', re.MULTILINE)


@register.simple_tag
def version() -> str:
    """Return the version of the product."""
    return str(settings.VERSION)


@register.simple_tag
def module(path: str) -> SafeString:
    """
    Return the elements that load a script and, at the same time, every module that it imports.

    Otherwise a browser learns of them one level after the other, which on a slow network costs a round trip each.
    """
    # A developer's files change under the running process.
    return _elements(path) if settings.DEBUG else _elements_once(path)


def _elements(path: str) -> SafeString:
    preloads = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((static(one),) for one in imported(path))
    )
    return format_html('{}\n<script type="module" src="{}"></script>', preloads, static(path))


_elements_once = lru_cache(maxsize=None)(_elements)


def imported(path: str) -> list[str]:
    """Return the modules that a script imports, directly and by others, in the order in which they are met."""
    found = dict.fromkeys([path])
    waiting = [path]
    while waiting:
        for one in _imports(waiting.pop(0)):
            if one not in found:
                found[one] = None
                waiting.append(one)
    return list(found)[1:]


def _imports(path: str) -> list[str]:
    file = finders.find(path)
    if file is None:
        raise ValueError(f"path={path!r}: no such script")
    text = Path(file).read_text()
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in _IMPORT.findall(text)]
