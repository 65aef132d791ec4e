"""Values that can be made again at any time and are kept for a while, in the cache that settings call derived."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import caches

Value = TypeVar("Value")


def kept(key: str, make: Callable[[], Value]) -> Value:
    """
    Return what is kept under `domain:tag` or `domain:tag:rest`, or what `make` returns; None is never kept.

    Nobody may change what it returns: others are given the same.
    """
    return cast(Value, caches["derived"].get_or_set(key, make))
