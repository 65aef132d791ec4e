"""Write the description of the sockets to docs/protocol/asyncapi.json, or check that it is in step."""

from typing import Any

from game.described import DescriptionCommand
from game.protocol import asyncapi


class Command(DescriptionCommand):
    help = __doc__
    command, file, source = "protocol", "asyncapi.json", "game/messages.py"

    def describe(self) -> dict[str, Any]:
        return asyncapi()
