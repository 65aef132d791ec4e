"""
The commit connection: a connection for the statement of answers, driven by the event loop.

A batch needs no thread, which would wait for the interpreter twice.  The connection has no retries: after any error the
caller commits the batch in a thread, which handles every kind of failure.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any, cast

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.adapt import Transformer

from game.database import planner
from game.database.backend.base import DatabaseWrapper
from game.database.patience import SHORT_SECONDS
from game.database.server_state import is_of_server_state
from game.rounds import statement

LOOK_SECONDS = 0.1


class CommitConnection:
    """Runs one statement at a time; opened and closed in a thread, used in one event loop."""

    def __init__(self) -> None:
        # Used in the executor's one thread only, so that a cancelled opening is closed after it, not during it.
        self._wrapper: BaseDatabaseWrapper | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Any = None
        # A lost connection no longer knows its socket.
        self._socket = -1
        self._reader: Any = None
        self._results: list[pq.abc.PGresult] = []
        self._waiting: asyncio.Future[list[pq.abc.PGresult]] | None = None
        self._begun = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the running event loop can use the connection."""
        return self._server is not None and self._loop is asyncio.get_running_loop()

    async def open(self, executor: Executor) -> None:
        """Connect and prepare the statement; raises a database error while the database is away."""
        loop = asyncio.get_running_loop()
        await self.close(executor)
        driver = await loop.run_in_executor(executor, self._connect)
        # The connection's own reader uses Django's slow parser of times.
        self._loop, self._server, self._reader = loop, driver.pgconn, Transformer()
        self._socket = self._server.socket
        loop.add_reader(self._socket, self._readable)
        self._look(self._server)

    async def close(self, executor: Executor) -> None:
        self._lose(psycopg.OperationalError("the commit connection is closed"))
        await asyncio.get_running_loop().run_in_executor(executor, self._disconnect)

    def begin(self, batch: Sequence[tuple[int, int, int, str]]) -> Awaitable[list[tuple[Any, ...]]]:
        """
        Send a batch as statement.run does, and return an awaitable of its rows.

        The awaitable raises psycopg.Error; after a lost connection the outcome is unknown.
        """
        assert self._loop is not None and self._waiting is None
        self._results, self._waiting, self._begun = [], self._loop.create_future(), time.monotonic()
        parameters = [array.encode() for array in statement.arrays(batch)]
        with self._losing():
            self._server.send_query_prepared(statement.NAME.encode(), parameters)
            self._flush()
        return self._rows(self._waiting)

    async def _rows(self, waiting: asyncio.Future[list[pq.abc.PGresult]]) -> list[tuple[Any, ...]]:
        try:
            results = await waiting
        except BaseException:
            # A late result would be taken for the next batch's.
            self._lose(psycopg.OperationalError("the commit was cancelled"))
            raise
        finally:
            self._waiting = None
        # An error of the commit is a second result, after the rows.
        for result in results:
            if result.status != pq.ExecStatus.TUPLES_OK:
                error = psycopg.errors.error_from_result(result)
                if is_of_server_state(error):
                    self._lose(error)
                raise error
        self._reader.set_pgresult(results[0])
        return list(self._reader.load_rows(0, results[0].ntuples, tuple))

    def _flush(self) -> None:
        assert self._loop is not None
        with self._losing():
            if self._server.flush():
                self._loop.add_writer(self._socket, self._flush)
            else:
                self._loop.remove_writer(self._socket)

    def _readable(self) -> None:
        with self._losing():
            self._server.consume_input()
            while not self._server.is_busy():
                result = self._server.get_result()
                if result is not None:
                    self._results.append(result)
                    continue
                # The statement is committed only when the server is ready for the next one.
                if self._results and self._waiting is not None and not self._waiting.done():
                    self._waiting.set_result(self._results)
                return

    def _look(self, server: Any) -> None:
        """Poll the socket, so that no batch waits for ever for a connection that died silently."""
        if self._server is not server:
            return
        assert self._loop is not None
        self._loop.call_later(LOOK_SECONDS, self._look, server)
        self._readable()
        if self._waiting is not None and time.monotonic() - self._begun > SHORT_SECONDS:
            self._lose(psycopg.OperationalError(f"no answer for {SHORT_SECONDS} s"))

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except psycopg.OperationalError as error:
            self._lose(error)

    def _lose(self, error: psycopg.Error) -> None:
        """Leave the event loop and raise the error in the waiting batch."""
        server, self._server = self._server, None
        if server is None:
            return
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        assert self._loop is not None
        # The former loop and the socket may be closed already.
        with contextlib.suppress(RuntimeError, OSError):
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    def _connect(self) -> psycopg.Connection[Any]:
        self._wrapper = connection.copy()
        self._wrapper.ensure_connection()
        driver: psycopg.Connection[Any] = self._wrapper.connection
        # An earlier user of the pooled connection may have prepared statements.
        driver.execute("DEALLOCATE ALL")
        driver.execute(planner.ALWAYS_INDEX_SCANS)
        driver.execute(statement.prepare())
        return driver

    def _disconnect(self) -> None:
        wrapper, self._wrapper = self._wrapper, None
        if wrapper is None or wrapper.connection is None:
            return
        driver = wrapper.connection
        try:
            if driver.info.transaction_status == pq.TransactionStatus.IDLE:
                # The pool gives the connection to others, so its settings are reset.
                driver.execute("DISCARD ALL")
                cast(DatabaseWrapper, wrapper).configure(driver)
            else:
                driver.close()
        except psycopg.Error:
            driver.close()
        finally:
            wrapper.close()
