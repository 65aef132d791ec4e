"""Which language a socket's browser reads: as pages have it, by the switch's cookie, else by the browser's wish."""

from typing import Any

from django.http import HttpRequest, parse_cookie
from django.utils import translation


def of(scope: dict[str, Any]) -> str:
    """The language of an ASGI scope, one of settings.LANGUAGES."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
    return translation.get_language_from_request(request)
