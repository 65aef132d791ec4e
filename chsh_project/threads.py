"""Pages in one thread each."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_only_middleware


@sync_only_middleware
def in_one_thread(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """
    Let Django run this and all middleware around it without hops between threads.

    Asynchronous views make Django call each middleware by two hops, and beside a busy event loop each hop waits for
    the interpreter: a page of a dozen middlewares took a quarter of a second.
    """
    return get_response
