"""
The decorator of the operators' views: rights, parameters, errors and audit.

Staff may read; a POST needs the right to add an OperatorAct, which superusers have and hosts do not.  A program asks
with a token of a member of staff, a page with its session and a CSRF token.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, cast, get_type_hints

import msgspec
import structlog
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from metrics.api import tokens
from metrics.models import ApiToken, OperatorAct
from metrics.tuning.optimise import AlreadyRunning

log = structlog.get_logger(__name__)

MAY_ACT = "metrics.add_operatoract"

View = Callable[..., HttpResponse]


class Operation(NamedTuple):
    """What the OpenAPI document says about a view."""

    method: str
    summary: str
    takes: type[msgspec.Struct]
    returns: type[msgspec.Struct]


def operator_view(method: str) -> Callable[[Callable[..., msgspec.Struct]], View]:
    """
    Make a Django view of a function `(request, asked) -> message`; `asked` holds the parameters, checked by its type.

    A ValueError becomes 400, a running optimiser 409, an absent Valkey 503.
    """

    def decorate(function: Callable[..., msgspec.Struct]) -> View:
        types = get_type_hints(function)
        operation = Operation(method, str(function.__doc__).rstrip("."), types["asked"], types["return"])

        @never_cache
        @wraps(function)
        def view(request: HttpRequest, **named: Any) -> HttpResponse:
            try:
                token = tokens.of_request(request)
            except tokens.BadToken as error:
                return wrong(401, str(error))
            if (refusal := _refusal(request, token, method)) is not None:
                return refusal
            try:
                asked = _parameters(request, operation.takes)
            except (msgspec.ValidationError, msgspec.DecodeError) as error:
                return wrong(400, str(error))
            response = _response(lambda: function(request, asked, **named))
            _record(request, token, asked, response)
            return response

        # Sessions are checked by _refusal: no page of another site knows a token.
        view.csrf_exempt = True  # type: ignore[attr-defined]
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return decorate


def wrong(status: int, text: str) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


def _refusal(request: HttpRequest, token: ApiToken | None, method: str) -> HttpResponse | None:
    if token is not None:
        request.user = token.user
        if method == "POST" and token.scope != ApiToken.Scope.ACT:
            return wrong(403, "This token may only look.")
    if not request.user.is_authenticated:
        return wrong(401, "Log in first.")
    if not request.user.is_staff:
        return wrong(403, "Only for staff.")
    if method == "POST" and not request.user.has_perm(MAY_ACT):
        return wrong(403, f"Only for operators: this account lacks the permission {MAY_ACT}.")
    if request.method != method:
        refusal = wrong(405, f"method={request.method!r}: use {method}")
        refusal["Allow"] = method
        return refusal
    return None if token is not None else _csrf_refusal(request)


def _csrf_refusal(request: HttpRequest) -> HttpResponse | None:
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _: HttpResponse(), (), {})


def _parameters(request: HttpRequest, takes: type[msgspec.Struct]) -> msgspec.Struct:
    if request.method == "GET":
        return msgspec.convert(request.GET.dict(), takes, strict=False)
    return msgspec.json.decode(request.body or b"{}", type=takes)


def _response(call: Callable[[], msgspec.Struct]) -> HttpResponse:
    try:
        return HttpResponse(msgspec.json.encode(call()), content_type="application/json")
    except ValueError as error:
        return wrong(400, str(error))
    except AlreadyRunning as error:
        return wrong(409, str(error))
    except RedisError as error:
        return wrong(503, f"Valkey does not answer ({type(error).__name__}).")


def _record(request: HttpRequest, token: ApiToken | None, asked: msgspec.Struct, response: HttpResponse) -> None:
    """Log the request, and store who did what if it was an act."""
    act = f"{request.method} {request.path}"
    log.info("operator_asked", act=act, user=request.user.pk, token=token and token.pk, status=response.status_code)
    if request.method == "POST":
        OperatorAct.objects.create(
            user=cast(User, request.user),
            username=request.user.get_username(),
            token=token.name if token is not None else "",
            act=act,
            parameters=msgspec.to_builtins(asked),
            outcome=f"{response.status_code} {response.content[:200].decode(errors='replace')}",
        )
