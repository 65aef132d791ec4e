"""
The addresses under which browsers find the game, as operators write them: understood, or refused with one sentence.

It needs no settings, so that the stack can refuse them before anything starts.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

# Django and web servers take a folder from these; links, sockets, cookies and QR codes of the game would not have it.
FOLDERS = ("FORCE_SCRIPT_NAME", "SCRIPT_NAME", "UVICORN_ROOT_PATH")
ROOT_ONLY = "the game needs the root of a host, so give it a host name of its own, like bell.school.example"


def public_url(environment: Mapping[str, str]) -> str:
    """Return PUBLIC_URL without a slash at its end; raises ValueError where the game would not be at a host's root."""
    for name in FOLDERS:
        if environment.get(name, "").strip("/"):
            raise ValueError(f"{name}={environment[name]!r}: {ROOT_ONLY}.")
    url = environment.get("PUBLIC_URL", "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise ValueError(f"PUBLIC_URL={url!r}: use https://game.example, or http:// with a port where there is no TLS.")
    if parts.path or parts.query or parts.fragment:
        raise ValueError(f"PUBLIC_URL={url!r} has more than a host: {ROOT_ONLY}.")
    return url


def check_issuer(issuer: str) -> None:
    """Raise ValueError where tokens of this institution would travel in the clear, or it has no address."""
    parts = urlsplit(issuer)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in ("localhost", "127.0.0.1", "::1")):
        raise ValueError(f"OIDC_ISSUER={issuer!r}: use the https address that the institution calls its issuer.")
    if not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"OIDC_ISSUER={issuer!r}: use an address without ? and #.")


def origins(name: str, given: Iterable[str]) -> list[str]:
    """Return origins of other sites; raises ValueError with a sentence where one is none."""
    return [_origin(name, one.strip()) for one in given if one.strip()]


def _origin(name: str, origin: str) -> str:
    parts = urlsplit(origin.rstrip("/"))
    host = parts.netloc.removeprefix("*.")
    is_one = parts.scheme in ("http", "https") and host and not parts.path and not parts.query and not parts.fragment
    # A sign with a meaning in the policy would allow more than was meant.
    if not is_one or not host.replace(".", "").replace("-", "").replace(":", "").isalnum() or not host.isascii():
        raise ValueError(f"{name} has {origin!r}: use origins like https://slides.example, with commas between them.")
    return f"{parts.scheme}://{parts.netloc}"
