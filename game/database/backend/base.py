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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that answers; those of the pool may all have died while the stack was idle."""
        for _attempt in range(CHECKS):
            connection = super().get_new_connection(conn_params)
            if self.pool is None:
                return connection
            try:
                self.pool.check_connection(connection)
            except psycopg.Error:
                # The pool's own check rests between two dead connections, longer each time.
                self.pool.drain()
                self.pool.putconn(connection)
            else:
                return connection
        return super().get_new_connection(conn_params)

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
