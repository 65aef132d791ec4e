"""
The connections of all processes.

Settings are set after connecting, because a pooler such as PgBouncer refuses them in the start-up packet.  An error
that tells of the server's state (read-only after a failover, shutting down, out of resources) closes its connection,
because the next one may reach a server that works.
"""

from typing import Any

import psycopg
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property
from django_prometheus.db.backends.postgresql import base

from game.database.backend.impatient import ANSWER_SECONDS, CHECK_SECONDS
from game.database.server_state import is_of_server_state

# Options that are no parameters of a connection.
SET_AFTER_CONNECT = "set"
# A server that is starting may end fresh connections too.
CHECKS = 3


class ErrorWrapper(DatabaseErrorWrapper):
    wrapper: "DatabaseWrapper"

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if exc_value is not None and is_of_server_state(exc_value):
            self.wrapper.drop()
        super().__exit__(exc_type, exc_value, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        return ErrorWrapper(self)

    @cached_property
    def patience_seconds(self) -> float | None:
        """How long this wrapper's user waits for an answer; None: for ever, as the server does."""
        timeout: int = self.settings_dict["OPTIONS"].get(SET_AFTER_CONNECT, {}).get("statement_timeout", 0)
        return timeout / 1000 + ANSWER_SECONDS if timeout else None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that answers; those of the pool may all have died while the stack was idle."""
        connection = super().get_new_connection(conn_params)
        checks = CHECKS if self.pool else 0
        while checks and not self._answers(connection):
            # The pool's own check rests between two dead connections, longer each time.
            self.pool.drain()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
            checks -= 1
        connection.patience_seconds = self.patience_seconds
        return connection

    def _answers(self, connection: Any) -> bool:
        connection.patience_seconds = CHECK_SECONDS
        try:
            self.pool.check_connection(connection)
        except psycopg.Error:
            return False
        return True

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters.pop(SET_AFTER_CONNECT, None)
        return parameters

    def _configure_connection(self, connection: Any) -> bool:
        commits = bool(super()._configure_connection(connection))
        wanted = self.settings_dict["OPTIONS"].get(SET_AFTER_CONNECT, {})
        if not wanted:
            return commits
        calls = ", ".join("set_config(%s, %s, false)" for _ in wanted)
        connection.execute(f"SELECT {calls}", [text for pair in wanted.items() for text in map(str, pair)])
        return True

    def configure(self, connection: Any) -> None:
        """Set what connections have after connecting, where something reset it."""
        self._configure_connection(connection)

    def drop(self) -> None:
        """Close the connection for good, so that the pool opens another one in its place."""
        if self.connection is None:
            return
        self.connection.close()
        self.close()
