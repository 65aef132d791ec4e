"""
Scores on their way to players.

The statistics announce the scores of all teams at once.  A score goes out with the player's next message; those left
over go out in parts within a second.
"""

import asyncio
import itertools
from collections.abc import Mapping

from game.realtime.hub.broadcast import Socket

SPREAD_SECONDS, PARTS = 1.0, 40


class Scores:
    def __init__(self, players: Mapping[int, Socket]) -> None:
        self._players = players
        # By player, the oldest first.
        self.waiting: dict[int, str] = {}
        self._more = asyncio.Event()

    def start(self) -> None:
        """Serve the running event loop from now on."""
        self._more = asyncio.Event()

    def add(self, player: int, text: str) -> None:
        if player in self._players:
            self.waiting[player] = text
            self._more.set()

    def drop(self, player: int) -> None:
        """Forget a score that a snapshot makes obsolete."""
        self.waiting.pop(player, None)

    async def send(self) -> None:
        """Send the scores that no other message takes along, some at a time."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self.waiting:
                await asyncio.sleep(SPREAD_SECONDS / PARTS)
                for player in list(itertools.islice(self.waiting, 1 + len(self.waiting) // PARTS)):
                    text = self.waiting.pop(player)
                    if (socket := self._players.get(player)) is not None:
                        socket.post(text)
