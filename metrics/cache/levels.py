"""
The two levels of one process: its own entries over those in Valkey.

A shared entry carries the versions of its domain and of its tag.  It counts only while both are the present ones, so
that what was read from the database before a write can never be taken for what came after it, whoever stores it when.
"""

import math
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache
from django.db import connections
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from metrics.cache.counters import Counters, entries
from metrics.cache.domains import DOMAINS, Domain, Name, lifetime_seconds, name
from metrics.cache.invalidation_bus import News
from metrics.cache.local import Entry, Local
from metrics.cache.single_flight import Flights

# What is made while Valkey is away is held so long by the process: others may write without being heard.
AWAY_SECONDS = 2.0
VERSION_SECONDS = 7 * 24 * 3600
SUMS = "cache:sums"
CHANNEL = "cache:news"
UNKNOWN = ("", "")


class Levels:
    def __init__(self, server: Any, parameters: dict[str, Any]) -> None:
        # One attempt: whoever waits is a page, and the thread that listens tries again.
        options = {**parameters.get("OPTIONS", {}), "retry": Retry(NoBackoff(), 0)}
        self.shared = RedisCache(server, {**parameters, "OPTIONS": options})
        self.counters = Counters()
        self.local = Local(self.counters)
        self.flights = Flights()
        self.news = News(lambda: self.client, CHANNEL)
        self.news.heard, self.news.returned, self.news.ticked = self._heard, self._returned, self._ticked

    @cached_property
    def client(self) -> Redis:
        return self.shared._cache.get_client(write=True)

    # -- reading ----------------------------------------------------------------------------------------------------
    def read(self, key: str, make: Callable[[], Any] | None, seconds: int | None = None) -> Any:
        """Return the value under a key, or what `make` returns, which is then kept; None is never kept."""
        named = name(key)
        self.news.start()
        moment = self.local.moment(named.tag)
        entry, versions = self._find(named)
        if entry is not None:
            self.counters.saved(named.domain.name, entry.queries)
            return entry.value
        if make is None:
            return None
        written = moment if versions == UNKNOWN else versions
        value = self.flights.make((key, written), lambda: self._make(named, versions, make, seconds, moment))
        # What is not there is never kept: no lifetime makes such a read a hit.
        if value is not None:
            self.counters.add(named.domain.name, "misses", "shared" if versions != UNKNOWN else "local")
        return value

    def _find(self, named: Name) -> tuple[Entry | None, tuple[str, str]]:
        """Look on both levels; without an entry the versions are those to make one under."""
        if held := self.local.get(named.key, self._unasked_seconds(named.domain)):
            return self._hit(held, named.domain, "local"), held.versions
        if not self.news.trusted:
            return None, UNKNOWN
        try:
            return self._find_shared(named, self.local.get(named.key, math.inf))
        except RedisError as error:
            self.news.lost(error)
            return None, UNKNOWN

    def _unasked_seconds(self, domain: Domain) -> float:
        """How long an entry of this process is believed without asking Valkey for the versions."""
        if not self.news.trusted:
            return AWAY_SECONDS
        # What was checked before this process listened may have changed unheard.
        return min(domain.local_seconds, self.news.listened_seconds)

    def _find_shared(self, named: Name, held: Entry | None) -> tuple[Entry | None, tuple[str, str]]:
        moment = self.local.moment(named.tag)
        names = [_version(named.domain.name), _version(named.tag)]
        found = self.shared.get_many(names if held else [*names, named.key])
        versions = (self._version(names[0], found), self._version(names[1], found))
        if held is not None and held.versions == versions:
            self.local.put(named.tag, named.key, held, moment)
            return self._hit(held, named.domain, "local"), versions
        kept = self.shared.get(named.key) if held else found.get(named.key)
        if kept is None or (entry := Entry(*kept)).versions != versions:
            return None, versions
        self._hold(named, entry, moment)
        return self._hit(entry, named.domain, "shared"), versions

    def _hit(self, entry: Entry, domain: Domain, level: str) -> Entry:
        self.counters.add(domain.name, "hits", level)
        return entry

    def _version(self, version: str, found: dict[str, Any]) -> str:
        """The present version; a new one where there is none, or the one of whoever was quicker."""
        if version in found:
            return str(found[version])
        new = uuid.uuid4().hex
        return new if self.shared.add(version, new, VERSION_SECONDS) else str(self.shared.get(version, new))

    # -- writing ----------------------------------------------------------------------------------------------------
    def _make(
        self, named: Name, versions: tuple[str, str], make: Callable[[], Any], seconds: int | None, moment: int
    ) -> Any:
        # Somebody may have made it between the look and the flight.
        held = self.local.get(named.key, AWAY_SECONDS if versions == UNKNOWN else math.inf)
        if held is not None and held.versions == versions:
            return held.value
        with _Queries() as queries:
            value = make()
        if value is not None:
            seconds = seconds or lifetime_seconds(named.domain)
            self._keep(named, Entry(versions, time.time() + seconds, queries.count, value), seconds, moment)
        return value

    def keep(self, key: str, value: Any, seconds: int | None = None) -> None:
        """Keep a value that was made elsewhere, under the present versions."""
        named = name(key)
        moment = self.local.moment(named.tag)
        seconds = seconds or lifetime_seconds(named.domain)
        try:
            versions = self._find_shared(named, None)[1] if self.news.trusted else UNKNOWN
        except RedisError as error:
            self.news.lost(error)
            versions = UNKNOWN
        self._keep(named, Entry(versions, time.time() + seconds, 0, value), seconds, moment)

    def _keep(self, named: Name, entry: Entry, seconds: int, moment: int) -> None:
        self._hold(named, entry, moment)
        if entry.versions == UNKNOWN or self.news.away:
            return
        try:
            self.shared.set(named.key, tuple(entry), seconds)
        except RedisError as error:
            self.news.lost(error)
        else:
            self.counters.add(named.domain.name, "sets", "shared")

    def _hold(self, named: Name, entry: Entry, moment: int) -> None:
        self.local.put(named.tag, named.key, entry, moment)
        self.counters.add(named.domain.name, "sets", "local")

    # -- forgetting -------------------------------------------------------------------------------------------------
    def renew(self, tags: Iterable[str]) -> None:
        """Give tags, or whole domains, a new version: here at once, in Valkey now or when it is back."""
        tags = list(dict.fromkeys(tags))
        self._forget(tags)
        if not tags:
            return
        if self.news.away:
            self.news.owe(tags)
            return
        try:
            self._renew_shared(tags)
        except RedisError as error:
            self.news.lost(error)
            self.news.owe(tags)

    def _renew_shared(self, tags: Sequence[str]) -> None:
        pipeline = self.client.pipeline(transaction=False)
        pipeline.delete(*(self.shared.make_key(_version(tag)) for tag in tags))
        self.news.tell(pipeline, tags=tags)
        pipeline.execute()

    def _forget(self, tags: Iterable[str]) -> None:
        by_kind: dict[bool, list[str]] = defaultdict(list)
        for tag in tags:
            by_kind[tag in DOMAINS].append(tag)
        self.local.drop(by_kind[False])
        for domain in by_kind[True]:
            self.local.drop_domain(domain)

    # -- the thread that listens ------------------------------------------------------------------------------------
    def _heard(self, news: dict[str, Any]) -> None:
        self._forget(news.get("tags", ()))

    def _returned(self) -> None:
        """Tell what could not be told."""
        if owed := self.news.owed():
            try:
                self._renew_shared(owed)
            except RedisError:
                self.news.owe(owed)
                raise

    def sums(self) -> dict[str, int]:
        """What all processes counted, this one up to now."""
        self.counters.flush(self.client, SUMS)
        return {key.decode(): int(value) for key, value in self.client.hgetall(SUMS).items()}  # type: ignore[union-attr]

    def shared_sizes(self) -> Counter[str]:
        """Count the entries of each domain in Valkey, a few at a time: it serves others meanwhile."""
        pattern = self.shared.make_key("*")
        keys = self.client.scan_iter(match=pattern, count=500)
        domains = Counter(key.decode().removeprefix(pattern[:-1]).partition(":")[0] for key in keys)
        return Counter({domain: domains[domain] for domain in DOMAINS})

    def _ticked(self) -> None:
        for domain, held in (dict.fromkeys(DOMAINS, 0) | self.local.tidy()).items():
            entries.labels(domain, "local").set(held)
        self.counters.flush(self.client, SUMS)


class _Queries:
    """Count the queries of this thread."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)

    def __enter__(self) -> "_Queries":
        self._wrapped = ExitStack()
        for connection in connections.all():
            self._wrapped.enter_context(connection.execute_wrapper(self))
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapped.close()


def _version(what: str) -> str:
    return f"version:{what}"
