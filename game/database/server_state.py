"""Errors that tell of the state of the database's server, not of the statement: another connection may fare better."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from game.database.full_disk import is_full_disk

log = structlog.get_logger(__name__)

Value = TypeVar("Value")

# read_only_sql_transaction: the server that the connection leads to has become a replica.
READ_ONLY = "25006"
# idle_in_transaction_session_timeout: the process stood still in a transaction.
STOOD_STILL = "25P03"
# By the first letters: out of resources, shutting down or starting.
_CLASSES = (READ_ONLY, STOOD_STILL, "53", "57P")


def is_of_server_state(error: BaseException) -> bool:
    """Whether psycopg, or Django around it, reports a state of the server; a full disk is one for every connection."""
    state = sqlstate(error)
    return state is not None and state.startswith(_CLASSES) and state != "53100"


def may_pass(error: BaseException) -> bool:
    """Whether the same work may succeed by another connection: this one is lost, or leads to a server that cannot."""
    return isinstance(error, OperationalError | InterfaceError) or is_of_server_state(error)


def with_another_connection(work: Callable[[], Value], again: Callable[[], Value] | None = None) -> Value:
    """Work, and once more by another connection where that may help: work that was committed is repeated."""
    try:
        return work()
    except (DatabaseError, InterfaceError) as error:
        if is_full_disk(error) or not may_pass(error):
            raise
        connection.close()
        log.warning("work_retried", error=repr(error))
        return (again or work)()


def sqlstate(error: BaseException) -> str | None:
    found: Any = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    return found
