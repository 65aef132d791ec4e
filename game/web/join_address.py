"""The address that players open, and its QR code."""

import hashlib
import io
import socket
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit, urlunsplit

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from game.cache import cached


def join_url(request: HttpRequest, code: str, **offered: str | int) -> str:
    """
    Return the absolute address of the game's page for players.

    `team` is the number of a team that the page offers a seat in, `seat` the text of a printed card's link.

    It has the host of this request, because players reach what the host's browser reaches.  A loopback address, which
    players do not reach, is replaced by PUBLIC_URL or by this machine's address in its network.
    """
    query = f"?{urlencode(offered)}" if offered else ""
    url = request.build_absolute_uri(reverse("play", args=[code]) + query)
    parts = urlsplit(url)
    if not _is_loopback(parts.hostname or ""):
        return url
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{parts.path}{query}"
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{_network_address()}{port}"))


def qr_picture(url: str) -> bytes:
    """Return the address as an SVG picture, black on white with four modules of quiet zone."""
    # A request may name any host, and the cache must not fill with them.
    if not settings.PUBLIC_URL or not url.startswith(f"{settings.PUBLIC_URL}/"):
        return _drawn(url)
    return cached(f"qr:{hashlib.sha256(url.encode()).hexdigest()}", lambda: _drawn(url))


def _drawn(url: str) -> bytes:
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True
    )
    return picture.getvalue()


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _network_address() -> str:
    """Return the address that this machine sends from; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
