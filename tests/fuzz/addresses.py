"""Requests to every address of the product, from its URL patterns: valid, nearly valid and hostile."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.fuzz.values import Chance

METHODS = ["GET"] * 8 + ["POST"] * 4 + ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]
NAMES = [
    "run",
    "mode",
    "dialect",
    "teams",
    "page",
    "before",
    "after",
    "code",
    "next",
    "lang",
    "format",
    "q",
    "o",
    "e",
    "_",
]
TYPES = ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain", "?"]

# A page gives it to its forms; without it no view would see a body.
CSRF_TOKEN = "a" * 32


class Request(NamedTuple):
    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class Route(NamedTuple):
    """The parts of an address: fixed text, or the name of a converter."""

    parts: tuple[tuple[str, str], ...]


def routes() -> list[Route]:
    """Return all addresses of the product."""
    return [Route(tuple(parts)) for parts in _walk(get_resolver(), [])]


def _walk(resolver: URLResolver, before: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for one in resolver.url_patterns:
        parts = before + _parts(one)
        if isinstance(one, URLResolver):
            yield from _walk(one, parts)
        else:
            yield parts


def _parts(one: URLPattern | URLResolver) -> list[tuple[str, str]]:
    if not isinstance(one.pattern, RoutePattern):
        return [("re", str(one.pattern))]
    found, text = [], str(one.pattern)
    for name, converter in one.pattern.converters.items():
        written = f"<{type(converter).__name__.removesuffix('Converter').lower().replace('string', 'str')}:{name}>"
        fixed, _, text = text.partition(written)
        found += [("", fixed), (type(converter).__name__, name)]
    return [*found, ("", text)]


def request(chance: Chance, route: Route, known: dict[str, list[str]], cookies: list[str], reads: str) -> Request:
    """
    Return a request to this address.

    `known` has texts that are there, by the name of the part; with the cookie `reads` nothing is changed.
    """
    path = "/" + "".join(_filled(chance, kind, text, known) for kind, text in route.parts)
    if chance.random() < 0.4:
        path += "?" + urlencode([(chance.choice(NAMES), _text(chance)) for _ in range(chance.randrange(1, 4))])
    if chance.random() < 0.05:
        path = path.replace("/", chance.choice(["//", "/./", "/%2e%2e/", "/%00/"]), 2)
    method, cookie = chance.choice(METHODS), f"{chance.choice(cookies)}; csrftoken={CSRF_TOKEN}"
    if method in ("GET", "HEAD") and chance.random() < 0.5:
        cookie = reads
    headers = {"Cookie": cookie, "Content-Type": chance.choice(TYPES)}
    if chance.random() < 0.8:
        headers["X-CSRFToken"] = CSRF_TOKEN
    if chance.random() < 0.3:
        headers[chance.choice(["Accept", "Accept-Language", "X-Request-ID", "If-None-Match", "Range"])] = _latin(chance)
    body = b"" if method in ("GET", "HEAD") else _body(chance, headers)
    return Request(method, path, body, headers)


def _filled(chance: Chance, kind: str, text: str, known: dict[str, list[str]]) -> str:
    if not kind:
        return text
    if kind == "re":
        return text.strip("^$\\Z").replace("\\", "")
    if chance.random() < 0.7 and known.get(text):
        return chance.choice(known[text])
    if kind == "IntConverter":
        return str(chance.choice(chance.ids))
    return quote(_text(chance), safe="")[:300]


def _text(chance: Chance) -> str:
    return str(chance.hostile()).encode("utf-8", "replace").decode()


def _latin(chance: Chance) -> str:
    text = _text(chance).encode("latin-1", "replace").decode("latin-1")
    return "".join(letter for letter in text if letter.isprintable()).strip()[:200]


def _body(chance: Chance, headers: dict[str, str]) -> bytes:
    fields: dict[str, Any] = {
        chance.choice(["title", "mode", "theme", "username", "code", "name", "teams", *NAMES]): chance.hostile()
        for _ in range(chance.randrange(4))
    }
    match chance.randrange(3):
        case 0:
            return urlencode({name: str(value) for name, value in fields.items()}, errors="replace").encode()
        case 1:
            return json.dumps(fields).encode()
        case _:
            return chance.randbytes(chance.randrange(300))
