"""
The addresses of this machine in its networks: which of them phones reach, and which one players are sent to.

They are asked for each time, so that a change of network is followed; for the pages of players every few seconds
only, because a hall loads ten thousand of them in a minute.  What instructors chose and where phones came by is
cached: without the cache the address of the default route is taken.
"""

import fcntl
import socket
import struct
import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# How long a phone that came by tells that its address is reachable.
LATELY_SECONDS = 600
CHOICE_SECONDS = 12 * 3600
# How often a process asks for its addresses while phones come by, and how often it tells that one did.
ASK_SECONDS = 5
TELL_SECONDS = 60
# Interfaces of containers and virtual machines, which no phone is in.
VIRTUAL = ("lo", "docker", "br-", "veth", "virbr", "cni", "flannel", "ifb")
# Linux's and macOS's request for the address of an interface, and where the answer holds it.
_SIOCGIFADDR = 0x8915 if hasattr(socket, "AF_PACKET") else 0xC0206921
_CHOSEN = "address:chosen"


class Address(NamedTuple):
    """Where players may be sent to; seconds since a phone came by, None where none did lately."""

    host: str
    seconds: int | None


def own_hosts() -> list[str]:
    """Return the private addresses of this machine, the one that it sends from first."""
    found = [_sending(), *(_of_interface(name) for _, name in socket.if_nameindex() if not name.startswith(VIRTUAL))]
    return list(dict.fromkeys(host for host in found if host and _is_private(host)))


def hosts() -> list[str]:
    """Return what players may be sent to: the operator's PUBLIC_URL alone where it is set."""
    if settings.PUBLIC_URL:
        return [urlsplit(settings.PUBLIC_URL).hostname or ""]
    return own_hosts()


def known() -> list[Address]:
    """Return every address with whether a phone came by it lately."""
    return [Address(host, _seconds_since(host)) for host in hosts()]


def _seconds_since(host: str) -> int | None:
    came_at = _cached(lambda: cache.get(_reached_key(host)))
    return None if came_at is None else max(0, round(time.time() - came_at))


def choose(host: str) -> bool:
    """Send players to this address while the machine has it; False where it does not."""
    if settings.PUBLIC_URL or host not in own_hosts():
        return False
    _cached(lambda: cache.set(_CHOSEN, host, CHOICE_SECONDS))
    return True


def note(request: HttpRequest) -> None:
    """Remember that another machine reached the address which it asked for; for most pages this costs a comparison."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    visitor = request.META.get("REMOTE_ADDR", "")
    now = int(time.monotonic())
    own = _lately_own_hosts(now // ASK_SECONDS)
    if is_loopback(visitor) or visitor in own or host not in (hosts() if settings.PUBLIC_URL else own):
        return
    _tell_reached(host, now // TELL_SECONDS)


@lru_cache(maxsize=1)
def _lately_own_hosts(period: int) -> list[str]:
    """Return the addresses, asked for once in a period of time."""
    return own_hosts()


# Only addresses of this machine come here.
@lru_cache(maxsize=16)
def _tell_reached(host: str, period: int) -> None:
    """Write that a phone reached an address, once in a period of time."""
    _cached(lambda: cache.set(_reached_key(host), time.time(), LATELY_SECONDS))


def host_for(host: str) -> str | None:
    """Return where to send players whose host opened the page by this host name; None: by the same one."""
    if not is_loopback(host) and not _is_private(host):
        return None
    own = own_hosts()
    chosen = _cached(lambda: cache.get(_CHOSEN))
    if chosen in own and (host in own or is_loopback(host)):
        return str(chosen)
    return next(iter(own), "127.0.0.1") if is_loopback(host) else None


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.version == 4 and address.is_private and not (address.is_loopback or address.is_link_local)


def _reached_key(host: str) -> str:
    return f"address:reached:{host}"


def _sending() -> str | None:
    """Return the address that this machine sends from; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _of_interface(name: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            answer = fcntl.ioctl(asked.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
        except OSError:
            return None
        return socket.inet_ntoa(answer[20:24])


def _cached(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except RedisError as error:
        log.warning("address_cache_away", error=repr(error))
        return None
