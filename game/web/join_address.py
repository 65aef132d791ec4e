"""The address that players open, and its QR code."""

import hashlib
import io
from urllib.parse import urlencode, urlsplit, urlunsplit

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from game.cache import cached
from game.web import addresses


def join_url(request: HttpRequest, code: str, **offered: str | int) -> str:
    """
    Return the absolute address of the game's page for players.

    `team` is the number of a team that the page offers a seat in, `seat` the text of a printed card's link.
    """
    return players_url(request, reverse("play", args=[code]), f"?{urlencode(offered)}" if offered else "")


def players_url(request: HttpRequest, path: str, query: str = "") -> str:
    """
    Return the absolute address of a page for players.

    It has the host of this request, because players reach what the host's browser reaches.  A loopback address, which
    players do not reach, is replaced by PUBLIC_URL or by this machine's address in its network; where an instructor
    has chosen among several, by that one.
    """
    url = request.build_absolute_uri(path + query)
    parts = urlsplit(url)
    host = parts.hostname or ""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{parts.path}{query}" if addresses.is_loopback(host) else url
    return on_host(url, addresses.host_for(host) or host)


def on_host(url: str, host: str) -> str:
    """Return the address with another host and the same port."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))


def qr_picture(url: str) -> bytes:
    """Return the address as an SVG picture, black on white with four modules of quiet zone."""
    # A request may name any host, and the cache must not fill with them.
    if not settings.PUBLIC_URL or not url.startswith(f"{settings.PUBLIC_URL}/"):
        return _drawn(url)
    return cached(f"qr:{hashlib.sha256(url.encode()).hexdigest()}", lambda: _drawn(url))


def qr_element(url: str) -> SafeString:
    """Return the picture as an element of a page, named for readers; it holds no text of the address."""
    name = format_html('<svg role="img" aria-label="{}" ', _("QR code to join"))
    return mark_safe(qr_picture(url).decode().replace("<svg ", name, 1))


def _drawn(url: str) -> bytes:
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True
    )
    return picture.getvalue()
