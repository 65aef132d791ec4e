"""
Reports of errors by Sentry's protocol, to Sentry or GlitchTip at SENTRY_DSN.

What is logged as an error is reported: the name of its log line, types of errors and lines of code, and the request's
id, by which the log is found.  Texts of errors, values of variables, requests and people stay here.
"""

import logging
import sys
from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.types import Event
from sentry_sdk.utils import event_from_exception

PARTS = {"event_id", "timestamp", "platform", "release", "environment", "sdk", "level", "logger", "message", "tags"}
PARTS_OF_ERROR = {"type", "module", "mechanism"}
PARTS_OF_FRAME = {"filename", "module", "function", "lineno", "in_app"}
# A receiver that is away is not reported to itself, and no other error of sending.
OWN = ("sentry_sdk", "urllib3", "opentelemetry")


class Reports(logging.Handler):
    """Reports the errors of this process, in a thread."""

    def __init__(self, dsn: str, release: str) -> None:
        super().__init__(logging.ERROR)
        sentry_sdk.init(
            dsn,
            release=release,
            before_send=without_people,
            # Each would add what it sees: requests, statements, arguments, other packages.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[AtexitIntegration(lambda pending, timeout: None)],
            send_default_pii=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
        )

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(OWN):
            return
        try:
            sentry_sdk.capture_event(report(record))
        except Exception:
            self.handleError(record)


def report(record: logging.LogRecord) -> Event:
    """Return what is reported of a line of the log."""
    # Lines of our code are dictionaries; the texts of libraries quote what they like.
    line: dict[str, Any] = record.msg if isinstance(record.msg, dict) else {}
    event: Event = {
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "logger": record.name,
        "message": line.get("event", f"an error of {record.name}"),
        "tags": {"request_id": str(line.get("request_id", ""))},
    }
    if error := _error(record.exc_info or line.get("exc_info")):
        event["exception"] = event_from_exception(error)[0]["exception"]
    return event


def _error(info: Any) -> BaseException | None:
    if info is True:
        info = sys.exc_info()
    return info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else None


def without_people(event: Event, hint: dict[str, Any]) -> Event:
    """Return the parts of a report that cannot hold what people typed."""
    kept = {part: value for part, value in event.items() if part in PARTS}
    errors = cast(dict[str, Any], event.get("exception") or {}).get("values", [])
    return cast(
        Event, kept | ({"exception": {"values": [_without_values(error) for error in errors]}} if errors else {})
    )


def _without_values(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    kept = [{part: value for part, value in frame.items() if part in PARTS_OF_FRAME} for frame in frames]
    return {part: error.get(part) for part in PARTS_OF_ERROR} | {"stacktrace": {"frames": kept}}
