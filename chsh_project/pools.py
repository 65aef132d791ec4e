"""What the cache of Django adds to its backend: a pool of connections that all pages share, and JSON for values."""

import json
from functools import cache
from typing import Any

from redis import ConnectionPool


class SharedPool(ConnectionPool):
    """
    One pool per process and address.

    Django makes a cache backend for every request; with its own pool each page would connect again.
    """

    @classmethod
    @cache
    def from_url(cls, url: str, **options: Any) -> "SharedPool":
        return super().from_url(url, **options)


class JsonValues:
    """Values as JSON instead of Django's pickles, which run what they name; a number stays one, so that it can rise."""

    @staticmethod
    def dumps(value: Any) -> Any:
        return value if type(value) is int else json.dumps(value)

    @staticmethod
    def loads(text: bytes) -> Any:
        """Return the value; None for what another release stored otherwise."""
        try:
            return json.loads(text)
        except ValueError:
            return None
