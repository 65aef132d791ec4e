"""One thread for each page, and few at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import async_only_middleware

from dashboard.pages.login import is_by_a_stranger

Handler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

# More threads finish no more pages, because they share one interpreter, and the event loop waits for each of them.
PAGES_AT_ONCE = 3
# They wait here and not among the pages; a browser that has logged in before waits for nobody's guesses.
LOGINS_AT_ONCE = 2


@async_only_middleware
def into_a_thread(get_response: Handler) -> Handler:
    """Divide the middleware: what stands before runs in the event loop, what follows runs in a thread."""
    pages, logins = asyncio.Semaphore(PAGES_AT_ONCE), asyncio.Semaphore(LOGINS_AT_ONCE)

    async def enter(request: HttpRequest) -> HttpResponseBase:
        async with logins if is_by_a_stranger(request) else pages:
            return await get_response(request)

    return enter


class Pages(ASGIHandler):
    """
    Django's pages, each in one thread from `into_a_thread` to its view and back.

    Django's own handler goes back to the event loop for the view, and for each middleware that could be asynchronous.
    Each hop waits for the interpreter while the event loop is busy.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        # Django has wrapped the asynchronous outer half as synchronous; this undoes it.
        self._middleware_chain: Any = self._middleware_chain.awaitable
