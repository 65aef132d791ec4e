"""
Values in Valkey, sealed by the project's key.

Pickles carry rows and structs as they are, and run what they name: who can write to Valkey without the key must not run
anything here.
"""

import hashlib
import hmac
import pickle
from functools import cache
from typing import Any

from django.conf import settings

SEAL_BYTES = 16


def seal(value: Any) -> bytes:
    data = pickle.dumps(value)
    return _seal_of(data) + data


def unseal(sealed: bytes) -> Any:
    """Return the value; None for bytes that were not sealed here."""
    seal, data = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    return pickle.loads(data) if hmac.compare_digest(seal, _seal_of(data)) else None


def _seal_of(data: bytes) -> bytes:
    return hashlib.blake2b(data, key=_key(), digest_size=SEAL_BYTES).digest()


@cache
def _key() -> bytes:
    return hashlib.sha256(f"metrics.cache.sealed {settings.SECRET_KEY}".encode()).digest()
