"""
Limits on actions within a window of time.

Actions are counted by browser or account, never by address alone, because a class shares one.  Without the cache there
is no limit.
"""

import hashlib
import time
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from prometheus_client import Counter
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

limited_total = Counter("http_limited_total", "Requests and sockets refused because others came before", ["what"])


@dataclass(frozen=True)
class Quota:
    what: str
    limit: int
    seconds: int

    def used(self, who: str) -> int:
        try:
            return int(cache.get(self._key(who), 0))
        except RedisError as error:
            log.warning("quota_not_read", what=self.what, error=repr(error))
            return 0

    def count(self, who: str) -> int:
        """Count one more action; return the number in this window."""
        key = self._key(who)
        try:
            return 1 if cache.add(key, 1, timeout=self.seconds) else int(cache.incr(key))
        except ValueError:  # the window ended between the two calls
            return 1
        except RedisError as error:
            log.warning("quota_not_counted", what=self.what, error=repr(error))
            return 0

    def give_back(self, who: str) -> None:
        """Count one action less: it was no attempt after all."""
        try:
            cache.decr(self._key(who))
        except ValueError:  # the window has ended
            pass
        except RedisError as error:
            log.warning("quota_not_counted", what=self.what, error=repr(error))

    def wait_seconds(self) -> int:
        """Return the seconds until the window ends, at least 1."""
        return self.seconds - int(time.time()) % self.seconds

    def _key(self, who: str) -> str:
        window = int(time.time()) // self.seconds
        return f"quota:{self.what}:{window}:{hashlib.sha256(who.encode()).hexdigest()}"


def too_many(request: HttpRequest, what: str, wait_seconds: int) -> HttpResponse:
    """Return a page that says when to come back."""
    limited_total.labels(what).inc()
    page = render(request, "429.html", {"minutes": -(-wait_seconds // 60)}, status=429)
    page.headers["Retry-After"] = str(wait_seconds)
    return page
