"""Headers, cookies, origin and language of the request that opens a socket."""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import translation

Scope = Mapping[str, Any]


def header(scope: Scope, name: bytes) -> str:
    """Return the last header of this name (in lower case), or ""."""
    return str(dict(scope["headers"]).get(name, b"").decode("latin-1"))


def cookies(scope: Scope) -> dict[str, str]:
    return parse_cookie(header(scope, b"cookie"))


def known_by(scope: Scope) -> dict[str, str]:
    """Return the cookies that say who a browser is: its player's and its account's."""
    names = settings.PLAYER_COOKIE_NAME, settings.SESSION_COOKIE_NAME
    return {name: value for name, value in cookies(scope).items() if name in names}


def same_origin(scope: Scope) -> bool:
    """Whether the page that opens the socket is of this host: pages of other hosts may not use our cookies."""
    origin = header(scope, b"origin")
    # Browsers always send an Origin; programs such as load tools do not.
    return not origin or urlsplit(origin).netloc == header(scope, b"host")


def device(scope: Scope, game: int, address: str) -> str:
    """Return what a browser's windows share in a game, as 16 digits that nobody reads back; "" without a browser."""
    browser = header(scope, b"user-agent")
    seen = f"{game}|{address}|{browser}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), seen, "sha256").hex()[:16] if browser else ""


def language(scope: Scope) -> str:
    """Return one of settings.LANGUAGES, chosen as for pages: by cookie, else by Accept-Language."""
    request = HttpRequest()
    request.COOKIES = cookies(scope)
    request.META["HTTP_ACCEPT_LANGUAGE"] = header(scope, b"accept-language")
    return translation.get_language_from_request(request)
