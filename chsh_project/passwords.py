"""Hashing of passwords: two at a time, at low priority, and without a connection to the database meanwhile."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections

AT_ONCE = 2
# The priority of a thread that hashes; players come before logins.
NICE = 10


def _step_back() -> None:
    # Linux gives each thread a priority of its own; elsewhere this would lower the whole process.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


class PatientHasher(PBKDF2PasswordHasher):
    """
    Django's default hasher, whose hashes it reads and writes.

    A hash takes a third of a second of a processor: forty at once would keep every connection of the pool that long.
    """

    _threads = ThreadPoolExecutor(AT_ONCE, "passwords", initializer=_step_back)

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        _give_connections_back()
        return self._threads.submit(super().encode, password, salt, iterations).result()


def _give_connections_back() -> None:
    """Return this thread's connections to the pool; the next query takes one again."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
