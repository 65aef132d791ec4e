"""Statements that may take longer than play allows, and threads whose statements never do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connection, connections

from game.database.backend.base import DatabaseWrapper

# Answers and arrivals of a whole process wait behind a statement of their threads.
SHORT_SECONDS = 10.0


@contextmanager
def no_statement_timeout() -> Iterator[None]:
    """Let statements outside of a transaction take their time; afterwards the connection is as impatient as before."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SET statement_timeout = 0")
        driver = connection.connection
        patience, driver.patience_seconds = driver.patience_seconds, None
        try:
            yield
        finally:
            driver.patience_seconds = patience
            # RESET would leave no timeout: settings are set after connecting, for the sake of poolers.
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [before])


def expect_short_statements() -> None:
    """Let this thread give up a connection that does not answer within SHORT_SECONDS."""
    cast(DatabaseWrapper, connections["default"]).patience_seconds = SHORT_SECONDS
