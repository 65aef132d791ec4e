"""A process that died before anybody heard of it."""

import asyncio

from tests.simulation.phone import Phone
from tests.simulation.web import Web
from tests.simulation.world import World

TEAM, WAITS, ANSWERS = 2, 3, 4


class Unheard(World):
    """A process closes a round while its messages are lost, and is killed; then another one starts."""

    async def _play(self) -> None:
        self.rows.is_paused = True
        self.rows.ask(TEAM)
        waits = await self._open(WAITS)
        while waits.acknowledged.get(1) is None:
            await asyncio.sleep(0.1)
        self.valkey.loss = 1.0
        await self._open(ANSWERS)
        while self.rows.rounds[1].closed_by is None:
            await asyncio.sleep(0.01)
        self.webs[0].kill()
        self.webs = []
        self.valkey.loss = 0.0
        await asyncio.sleep(2)
        self.closed_before = waits.last_round
        self._start()
        await asyncio.sleep(2)
        self.closed_after = waits.last_round

    async def _open(self, player: int) -> Phone:
        """Open a phone that is served by a process of its own."""
        self.webs = [self._start()]
        await asyncio.sleep(0.1)
        self.phones[player].open()
        await asyncio.sleep(1)
        return self.phones[player]

    def _start(self) -> Web:
        return Web(self.loop, self.rows, self.players).start()


def test_what_a_process_did_that_nobody_heard_of_is_healed_when_the_next_one_starts() -> None:
    for seed in range(20):
        world = Unheard(seed).run()
        assert world.closed_before == 0 < world.closed_after, f"seed={seed}"
