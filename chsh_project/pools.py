"""Connections to Valkey that pages share."""

from functools import cache
from typing import Any

from redis import ConnectionPool


class SharedPool(ConnectionPool):
    """
    One pool for a process and an address.

    Django makes a cache backend for every request, with a pool of its own: each page would connect anew.
    """

    @classmethod
    @cache
    def from_url(cls, url: str, **options: Any) -> "SharedPool":
        return super().from_url(url, **options)
