"""The Content-Security-Policy of each response, and parameters that no page understands."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Name this host's sockets in the policy, because old Safari does not count ws: and wss: as 'self'."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        host = request.get_host()
        parts.update = {**(parts.update or {}), "connect-src": [f"ws://{host}", f"wss://{host}"]}
        return parts


class WithoutNulMiddleware:
    """Answer 400 to a NUL in an address or a form: PostgreSQL stores none, and a query with one is an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, options: dict[str, Any]) -> None:
        parameters: list[QueryDict] = [request.GET, *([request.POST] if request.method == "POST" else [])]
        texts = (text for named in parameters for name, values in named.lists() for text in (name, *values))
        if "\0" in request.path or any("\0" in text for text in texts):
            raise BadRequest("a parameter has a NUL, which is no text")
