"""Columns that hold JSON."""

from typing import Any

import msgspec
from django.db import models

from game.physics.report_types import Report


class JSON(models.JSONField):
    """JSON that msgspec decodes, which takes a tenth of the time."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return msgspec.json.decode(value) if isinstance(value, str) else value


class ReportField(JSON):
    """A report; None where there is none yet."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Report | None:
        return msgspec.json.decode(value, type=Report) if isinstance(value, str) and value != "null" else None

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(msgspec.to_builtins(value))
