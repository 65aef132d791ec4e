"""Write the description of the operators' API to docs/protocol/openapi.json, or check that it is in step."""

from typing import Any

from game.described import DescriptionCommand
from metrics.openapi import openapi


class Command(DescriptionCommand):
    help = __doc__
    command, file, source = "openapi", "openapi.json", "metrics/api.py"

    def describe(self) -> dict[str, Any]:
        return openapi()
