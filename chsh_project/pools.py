"""The pool of connections to Valkey that all pages share."""

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
