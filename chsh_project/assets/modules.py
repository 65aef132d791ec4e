"""The template tags of a page's script, of the version and of the names of cookies."""

from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chsh_project.assets import bundles

register = template.Library()


@register.simple_tag
def version() -> str:
    """Return the version of the product."""
    return str(settings.VERSION)


@register.simple_tag
def cookie_name(kind: str) -> str:
    """Return the name of a cookie of this installation."""
    return {"player": settings.PLAYER_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME}[kind]


@register.simple_tag
def module(path: str) -> SafeString:
    """
    Return the element that loads a script.

    It holds every module that it imports (chsh_project.assets.storage).  To a developer, whose files change under the
    running process, they are served one by one, and all are named at once.
    """
    modules = bundles.imported(path, _source) if settings.DEBUG else []
    preloads = format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(one),) for one in modules))
    return format_html('{}\n<script type="module" src="{}"></script>', preloads, static(path))


def _source(path: str) -> str:
    file = finders.find(path)
    if file is None:
        raise ValueError(f"path={path!r}: no such script")
    return Path(file).read_text()
