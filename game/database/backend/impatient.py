"""
Connections that give up a server which never answers.

The system notices packets that nobody takes (the options of settings.LOST_CONNECTIONS), but a pooler or a proxy may
take them and answer nothing.  The server ends each statement after its timeout, so that later no answer can come.
"""

from typing import TypeVar

import psycopg
from psycopg.abc import PQGen

# Before anybody has the connection it sets its options and is checked; both take one round trip.
CHECK_SECONDS = 5.0
# From the end of a statement by its timeout to the answer that says so.
ANSWER_SECONDS = 5.0

Value = TypeVar("Value")


class ImpatientConnection(psycopg.Connection):
    """Closes itself and raises OperationalError after so long without the end of an answer; None: it waits."""

    patience_seconds: float | None = CHECK_SECONDS

    def wait(self, gen: PQGen[Value], interval: float = 0.1, timeout: float | None = None) -> Value:
        patience = self.patience_seconds
        if timeout is not None or patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, patience)
        except psycopg.errors._WaitTimeout:
            # A late answer would be taken for the next statement's.
            self.close()
            raise psycopg.OperationalError(f"no answer from the database for {patience:g} s") from None
