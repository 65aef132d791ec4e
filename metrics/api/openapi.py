"""The operators' API as an OpenAPI document, made of the addresses and the messages of their views."""

from typing import Any

import msgspec
from django.conf import settings

from metrics.api.endpoints import URLS
from metrics.api.messages import Wrong
from metrics.api.operator_view import Operation

REFUSALS = {
    "400": "A parameter is not valid",
    "401": "Nobody is logged in, or the token is unknown or expired",
    "403": "Not staff, no right to act (metrics.add_operatoract), a token that may only look, or no CSRF token",
    "405": "Another method is needed",
    "409": "Another run of optimisation is at work",
    "503": "Valkey does not answer",
}
TEMPLATE = "#/components/schemas/{name}"


def operations() -> dict[str, Operation]:
    """Return the operation at each address."""
    return {f"/{url.pattern}": url.callback.operation for url in URLS}  # type: ignore[attr-defined]


def openapi() -> dict[str, Any]:
    found = operations()
    types = [*(one.takes for one in found.values()), *(one.returns for one in found.values()), Wrong]
    _, schemas = msgspec.json.schema_components(list(dict.fromkeys(types)), ref_template=TEMPLATE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bell game: operators' API",
            "version": "1",
            "description": (
                "For staff: a token of `manage.py api_token` in the header Authorization, or the session of somebody "
                "who is logged in, whose POST needs the CSRF token in the header X-CSRFToken."
            ),
        },
        "security": [{"token": []}, {"session": []}],
        "paths": {address: {one.method.lower(): _described(address, one, schemas)} for address, one in found.items()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            },
        },
    }


def _reference(message: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": TEMPLATE.format(name=message.__name__)}


def _content(message: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": _reference(message)}}


def _described(address: str, operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": {"description": operation.summary, "content": _content(operation.returns)}}
    responses |= {status: {"description": text, "content": _content(Wrong)} for status, text in REFUSALS.items()}
    described: dict[str, Any] = {
        "operationId": address.removeprefix("/api/admin/").replace("/", "_").replace("-", "_"),
        "summary": operation.summary,
        "responses": responses,
    }
    if operation.method == "POST":
        described["requestBody"] = {"required": False, "content": _content(operation.takes)}
    elif properties := schemas[operation.takes.__name__]["properties"]:
        described["parameters"] = [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()
        ]
    return described
