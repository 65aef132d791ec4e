"""
The level in Valkey: a version of each domain and tag, and values under keys that name both versions.

While Valkey is away no reader asks it: one of them waits for the failure, and a thread notices the return.  A process
whose writes were missed then gives every domain a new version, and the level is trusted again only after a grace period
in which every other process can do the same.
"""

import hashlib
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from secrets import token_hex
from typing import Any

import structlog
from cachetools import TLRUCache
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from metrics.cache.domains import DOMAINS, Name, parse
from metrics.cache.local import ENTRIES, Entry
from metrics.cache.sealed import seal, unseal

log = structlog.get_logger(__name__)

VERSION_SECONDS = 7 * 24 * 3600
# One command for the versions of many games: the client takes longer for each command than the server does.
_SET_ALL = "for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'EX', ARGV[2]) end"
TICK_SECONDS = 0.5
GRACE_SECONDS = 2.0


class Shared:
    def __init__(self, url: str, options: dict[str, Any], on_tick: Callable[[], None]) -> None:
        # One attempt: a page is waiting, and the thread tries again.
        self.client: Redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **options)
        self.writes = 0
        self._on_tick = on_tick
        self._versions: TLRUCache[str, str] = TLRUCache(
            ENTRIES, ttu=lambda tag, version, now: now + parse(tag).domain.version_seconds, timer=time.monotonic
        )
        self._lock = threading.Lock()
        self._trusted_at = 0.0
        self._missed = False
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    # -- Versions -----------------------------------------------------------------------------------------------------
    def version(self, name: Name) -> str | None:
        """Return the version of a key, or None while Valkey is away."""
        self._start()
        if not self.trusted:
            return None
        with self._lock:
            writes, version = self.writes, self._versions.get(name.tag)
        if version is not None:
            return version
        try:
            version = self._ask(name)
        except RedisError as error:
            self._lose(error)
            return None
        with self._lock:
            # A version that was asked for before a write of this process may be the one before it.
            if self.writes == writes:
                self._versions[name.tag] = version
        return version

    def _ask(self, name: Name) -> str:
        """Return the versions of a domain and a tag, made here where there are none."""
        new = token_hex(8)
        pipeline = self.client.pipeline(transaction=False)
        for versioned in (name.domain.name, name.tag):
            pipeline.set(_version(versioned), new, ex=VERSION_SECONDS, nx=True, get=True)
        return ".".join(new if old is None else old.decode() for old in pipeline.execute())

    def renew(self, names: Sequence[str]) -> None:
        """Give domains or tags a new version, in every process; while Valkey is away, in this process."""
        self._start()
        try:
            if self.away:
                self._missed = True
            else:
                self._set_versions(names)
        except RedisError as error:
            self._missed = True
            self._lose(error)
        with self._lock:
            self.writes += 1
            for name in names:
                self._versions.pop(name, None)
            if not DOMAINS.keys().isdisjoint(names):
                self._versions.clear()

    def _set_versions(self, names: Iterable[str]) -> None:
        # Random and not counted: a Valkey that lost its keys never repeats a version.
        keys = [_version(name) for name in names]
        self.client.eval(_SET_ALL, len(keys), *keys, token_hex(8), str(VERSION_SECONDS))

    # -- Values -------------------------------------------------------------------------------------------------------
    def get(self, key: str, version: str) -> Entry | None:
        try:
            found = None if self.away else self.client.get(value_key(key, version))
        except RedisError as error:
            self._lose(error)
            return None
        entry = None if found is None else unseal(found)  # type: ignore[arg-type]
        return None if entry is None else Entry(*entry)

    def set(self, key: str, version: str, entry: Entry, seconds: int) -> bool:
        """Store an entry; return false while Valkey is away."""
        if self.away:
            return False
        try:
            self.client.set(value_key(key, version), seal(tuple(entry)), ex=seconds)
        except RedisError as error:
            self._lose(error)
            return False
        return True

    def sizes(self) -> Counter[str]:
        """Count the values of each domain by SCAN, which blocks no other client."""
        keys = self.client.scan_iter(match="*@*", count=500)
        domains = Counter(key.decode().partition(":")[0] for key in keys)
        return Counter({domain: domains[domain] for domain in DOMAINS})

    # -- Whether Valkey is there --------------------------------------------------------------------------------------
    @property
    def away(self) -> bool:
        return self._trusted_at == math.inf

    @property
    def trusted(self) -> bool:
        """Whether versions may be read: not while Valkey is away, nor in the grace period after its return."""
        return time.monotonic() >= self._trusted_at

    def _lose(self, error: Exception) -> None:
        if not self.away:
            log.warning("cache_away", error=repr(error))
        self._trusted_at = math.inf

    def stop(self) -> None:
        """Stop the thread for good."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(5)

    def _start(self) -> None:
        # A fork has no threads of its parent.
        if (self._thread is None or not self._thread.is_alive()) and not self._stopped.is_set():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._tend, name="cache", daemon=True)
                    self._thread.start()

    def _tend(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            try:
                self._catch_up()
                self._on_tick()
            except RedisError as error:
                self._lose(error)

    def _catch_up(self) -> None:
        if self._missed:
            self._missed = False
            try:
                self._set_versions(DOMAINS)
            except RedisError:
                self._missed = True
                raise
        if self.away:
            self.client.ping()
            log.info("cache_back")
            self._trusted_at = time.monotonic() + GRACE_SECONDS


def _version(name: str) -> str:
    return f"version:{name}"


def value_key(key: str, version: str) -> str:
    return f"{key}@{_release()}.{version}"


@cache
def _release() -> str:
    """Return a digest of the program and its words: another release computes, pickles and words values differently."""
    digest = hashlib.sha256()
    for folder, pattern in (("game", "*.py"), ("dashboard", "*.py"), ("locale", "*.mo")):
        for path in sorted((settings.BASE_DIR / folder).rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
