"""What the handshake of a socket says: an ASGI scope's headers, cookies, origin and language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, parse_cookie
from django.utils import translation

Scope = Mapping[str, Any]


def header(scope: Scope, name: bytes) -> str:
    """The last header of this name, in lower case, or nothing."""
    return str(dict(scope["headers"]).get(name, b"").decode("latin-1"))


def cookies(scope: Scope) -> dict[str, str]:
    return parse_cookie(header(scope, b"cookie"))


def same_origin(scope: Scope) -> bool:
    """Whether the page that opened the socket came from this host: a stranger's page may not act with our cookies."""
    origin = header(scope, b"origin")
    # Programs (tests, load tools) send no Origin; browsers always do.
    return not origin or urlsplit(origin).netloc == header(scope, b"host")


def language(scope: Scope) -> str:
    """One of settings.LANGUAGES, as pages choose it: by the switch's cookie, else by the browser's wish."""
    request = HttpRequest()
    request.COOKIES = cookies(scope)
    request.META["HTTP_ACCEPT_LANGUAGE"] = header(scope, b"accept-language")
    return translation.get_language_from_request(request)
