"""How often a browser may name a game that is not there."""

import hashlib

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from game import identity

LIMIT = 30
# Browsers that come without a cookie cannot be told apart: a class behind one address must fit.
NEWCOMERS_LIMIT = 600
WINDOW_SECONDS = 300

logger = structlog.get_logger()


def allowed(request: HttpRequest) -> bool:
    """Whether this browser at this address may still try codes; always, while the cache is away."""
    try:
        limit = LIMIT if identity.read(request.COOKIES) else NEWCOMERS_LIMIT
        return int(cache.get(_key(request), 0)) < limit
    except RedisError as error:
        logger.warning("guesses_not_counted", error=str(error))
        return True


def count(request: HttpRequest) -> None:
    """Remember one wrong code."""
    key = _key(request)
    try:
        if not cache.add(key, 1, timeout=WINDOW_SECONDS):
            cache.incr(key)
    except ValueError:
        # The window ended between the two calls.
        return
    except RedisError as error:
        logger.warning("guesses_not_counted", error=str(error))


def _key(request: HttpRequest) -> str:
    # A classroom is one address: never count by the address alone.
    who = f"{identity.read(request.COOKIES)} {request.META.get('REMOTE_ADDR')}"
    return f"guesses:{hashlib.sha256(who.encode()).hexdigest()}"
