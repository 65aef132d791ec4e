"""Write or check the descriptions of the sockets: AsyncAPI, and TypeScript types for the scripts."""

from typing import Any

from game.management.schema_command import SchemaCommand
from game.realtime.messages.protocol import LOADED, RECEIVED, SENT, asyncapi
from game.realtime.messages.typescript import declarations


class Command(SchemaCommand):
    help = __doc__
    command, file, source = "protocol", "asyncapi.json", "game/realtime/messages"

    def describe(self) -> dict[str, Any]:
        return asyncapi()

    def texts(self) -> dict[str, str]:
        return super().texts() | {"static/js/messages.d.ts": declarations({**SENT, **LOADED}, RECEIVED, self.source)}
