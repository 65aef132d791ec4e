"""Logs: one JSON object a line, with ids, and without names, typed text or answers."""

import re
from typing import Any

import structlog

PRIVATE = {"name", "team_name", "title", "text", "username", "password", "identity", "secret", "cookie"} | {
    "answer", "answer_1", "answer_2", "question", "question_1", "question_2", "questions",
}  # fmt: skip
# PostgreSQL quotes rows and statements in its errors, so repr() of an error shows them too.
QUOTED = re.compile(r"(DETAIL|CONTEXT|LINE \d+|QUERY):.*")


def without_people(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    for key, value in event.items():
        # A number of answers is a count; a text has a letter for each seat.
        if key in PRIVATE or (key == "answers" and isinstance(value, str)):
            event[key] = "(left out)"
        elif isinstance(value, str) and QUOTED.search(value):
            event[key] = QUOTED.sub(r"\1: (left out)", value)
    return event


# Processors of every line, from structlog (our code) and from logging (libraries).
COMMON: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configure() -> None:
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def handlers(level: str, error_reports: dict[str, str] | None = None) -> dict[str, Any]:
    """Return Django's LOGGING setting; `error_reports` are the options of chsh_project/telemetry/errors.py."""
    # Errors become text here, so that another handler finds them as they are.
    render = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_people,
        structlog.processors.JSONRenderer(),
    ]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "processors": render, "foreign_pre_chain": COMMON}
    to: dict[str, Any] = {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}}
    if error_reports:
        to["errors"] = {"()": "chsh_project.telemetry.errors.Reports", **error_reports}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": to,
        "root": {"handlers": [*to], "level": level},
        "loggers": {
            # The proxy logs all requests; this logs failed ones only.
            "django_structlog": {"level": "WARNING"},
            # Its messages quote the typed name; attempts are rows in the admin.
            "axes": {"level": "ERROR"},
            # A parameter that no list of the admin has is answered by 400, and is nobody's fault here.
            "django.security.DisallowedModelAdminLookup": {"level": "CRITICAL"},
            # Django's own handler writes no JSON.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Its messages quote addresses of browsers.
            "uvicorn": {"handlers": [], "propagate": True, "level": "WARNING"},
        },
    }
