"""Statements that may take longer than play allows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def no_statement_timeout() -> Iterator[None]:
    """Let statements outside of a transaction take their time; afterwards the connection is as impatient as before."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SET statement_timeout = 0")
        try:
            yield
        finally:
            # RESET would leave no timeout: settings are set after connecting, for the sake of poolers.
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [before])
