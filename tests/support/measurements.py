"""Recorded minutes."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from metrics.models import Measurement


def minute(ago: timedelta, process: str = "web a:1", **fields: Any) -> Measurement:
    at = (timezone.now() - ago).replace(second=0, microsecond=0)
    kind = process.partition(" ")[0]
    return Measurement.objects.create(at=at, process=process, **{"kind": kind, "seconds": 60.0, **fields})
