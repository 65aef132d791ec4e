"""Write the description of the sockets to docs/protocol/asyncapi.json, or check that it is in step."""

from typing import Any

from game.management.schema_command import SchemaCommand
from game.realtime.protocol import asyncapi


class Command(SchemaCommand):
    help = __doc__
    command, file, source = "protocol", "asyncapi.json", "game/realtime/messages"

    def describe(self) -> dict[str, Any]:
        return asyncapi()
