"""
A connection for the one statement of answers, driven by the event loop itself.

A batch costs no hop to a thread, in which it would wait for the interpreter twice.  The line knows nothing of retries:
when anything goes wrong the caller commits the batch in a thread, where every kind of failure has its answer.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.adapt import Transformer

from game.database import planner
from game.rounds import statement

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 10.0


class CommitConnection:
    """One statement at a time; opened and closed in a thread, used in one event loop."""

    def __init__(self) -> None:
        # Touched in the executor's one thread only: an opening that was given up is closed after it, not during it.
        self._wrapper: BaseDatabaseWrapper | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Any = None
        # A lost connection does not know its own any more.
        self._socket = -1
        self._reader: Any = None
        self._results: list[pq.abc.PGresult] = []
        self._waiting: asyncio.Future[list[pq.abc.PGresult]] | None = None
        self._begun = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the running event loop can use it."""
        return self._server is not None and self._loop is asyncio.get_running_loop()

    async def open(self, executor: Executor) -> None:
        """Connect, and prepare the statement; raises a database error while there is no database."""
        loop = asyncio.get_running_loop()
        await self.close(executor)
        driver = await loop.run_in_executor(executor, self._connect)
        # Django's reader of times, which the connection has, is slow.
        self._loop, self._server, self._reader = loop, driver.pgconn, Transformer()
        self._socket = self._server.socket
        loop.add_reader(self._socket, self._readable)
        self._look(self._server)

    async def close(self, executor: Executor) -> None:
        self._lose(psycopg.OperationalError("the line of answers is closed"))
        await asyncio.get_running_loop().run_in_executor(executor, self._disconnect)

    def begin(self, batch: Sequence[tuple[int, int, int, str]]) -> Awaitable[list[tuple[Any, ...]]]:
        """
        Do what answer_sql.run does; the batch is on its way when this returns, and its rows come when awaited.

        Raises psycopg.Error, then; after a lost connection the outcome is unknown.
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
            # What comes late would be taken for the answer to the next batch.
            self._lose(psycopg.OperationalError("the line of answers was left"))
            raise
        finally:
            self._waiting = None
        # An error of the commit comes as a second result, after the rows.
        for result in results:
            if result.status != pq.ExecStatus.TUPLES_OK:
                raise psycopg.errors.error_from_result(result)
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
                # The server is ready for the next statement: only now is this one committed.
                if self._results and self._waiting is not None and not self._waiting.done():
                    self._waiting.set_result(self._results)
                return

    def _look(self, server: Any) -> None:
        """Look without being called: no batch waits for ever for a connection that died in silence."""
        if self._server is not server:
            return
        assert self._loop is not None
        self._loop.call_later(LOOK_SECONDS, self._look, server)
        self._readable()
        if self._waiting is not None and time.monotonic() - self._begun > PATIENCE_SECONDS:
            self._lose(psycopg.OperationalError(f"no answer for {PATIENCE_SECONDS} s"))

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except psycopg.OperationalError as error:
            self._lose(error)

    def _lose(self, error: psycopg.OperationalError) -> None:
        """Leave the loop; who waits for a result learns why there is none."""
        server, self._server = self._server, None
        if server is None:
            return
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        assert self._loop is not None
        # The loop of before may be gone, and the socket too.
        with contextlib.suppress(RuntimeError, OSError):
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    def _connect(self) -> psycopg.Connection[Any]:
        self._wrapper = connection.copy()
        self._wrapper.ensure_connection()
        driver: psycopg.Connection[Any] = self._wrapper.connection
        # The pool may have lent it before.
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
                # Others get it from the pool, without its settings.
                driver.execute("DISCARD ALL")
            else:
                driver.close()
        except psycopg.Error:
            driver.close()
        finally:
            wrapper.close()
