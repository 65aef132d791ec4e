"""Write the description of the operators' API to docs/protocol/openapi.json, or check that it is in step."""

from typing import Any

from game.management.schema_command import SchemaCommand
from metrics.api.openapi import openapi


class Command(SchemaCommand):
    help = __doc__
    command, file, source = "openapi", "openapi.json", "metrics/api"

    def describe(self) -> dict[str, Any]:
        return openapi()
