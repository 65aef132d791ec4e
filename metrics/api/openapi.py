"""The operators' API as an OpenAPI document, made of the endpoints and their messages."""

from typing import Any

import msgspec

from metrics.api.endpoints import ENDPOINTS, Endpoint
from metrics.api.messages import Wrong

REFUSALS = {
    "400": "A parameter is not valid",
    "401": "Nobody is logged in",
    "403": "Not staff, or no right to act (metrics.add_operatoract), or the CSRF token is missing",
    "405": "Another method is needed",
    "409": "Another run of optimisation is at work",
    "503": "Valkey does not answer",
}
TEMPLATE = "#/components/schemas/{name}"


def openapi() -> dict[str, Any]:
    types = list(dict.fromkeys([*(one.takes for one in ENDPOINTS), *(one.says for one in ENDPOINTS), Wrong]))
    _, schemas = msgspec.json.schema_components(types, ref_template=TEMPLATE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bell game: operators' API",
            "version": "1",
            "description": "For staff who are logged in. POST needs the CSRF token in the header X-CSRFToken.",
        },
        "security": [{"session": []}],
        "paths": {f"/api/admin/{one.path}": {one.method.lower(): _operation(one, schemas)} for one in ENDPOINTS},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "sessionid"}},
        },
    }


def _reference(message: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": TEMPLATE.format(name=message.__name__)}


def _content(message: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": _reference(message)}}


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    answers = {"200": {"description": endpoint.summary, "content": _content(endpoint.says)}}
    answers |= {status: {"description": text, "content": _content(Wrong)} for status, text in REFUSALS.items()}
    operation: dict[str, Any] = {
        "operationId": endpoint.path.replace("/", "_").replace("-", "_"),
        "summary": endpoint.summary,
        "responses": answers,
    }
    if endpoint.method == "POST":
        operation["requestBody"] = {"required": False, "content": _content(endpoint.takes)}
    elif properties := schemas[endpoint.takes.__name__]["properties"]:
        operation["parameters"] = [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()
        ]
    return operation
