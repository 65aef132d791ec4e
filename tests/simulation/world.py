"""One simulation: two web processes, two teams, a seed that decides every fault and every moment."""

import asyncio
from typing import Any

from channels.layers import channel_layers

from game.realtime.hub.broadcast import Broadcast
from game.web import identity
from tests.simulation.network import Layer, Line, Valkey
from tests.simulation.phone import Phone
from tests.simulation.rows import Rows
from tests.simulation.virtual_loop import VirtualLoop
from tests.simulation.web import Web

TEAMS = {1: [1, 2], 2: [3, 4]}
FAULT_SECONDS = 8.0
# After the last fault: reconnects, and the beacon of a lost message; nobody answers and no time is up meanwhile.
QUIET_SECONDS = 10.0
# Then every team closes a round, within so long.
GOES_ON_SECONDS = 8.0


class World:
    """Runs the faults, heals everything, and checks that everybody knows what is in the rows."""

    def __init__(self, seed: int) -> None:
        self.loop = VirtualLoop(seed)
        self.chance = self.loop.chance
        self.rows = Rows(self.loop, TEAMS)
        self.valkey = Valkey.current = Valkey(self.loop)
        everybody = [player for players in TEAMS.values() for player in players]
        self.players = {identity.hashed(f"secret {player}"): player for player in everybody}
        self.webs: list[Web] = []
        self.phones = {player: Phone(self.loop, self.rows, player, self._connect) for player in everybody}
        self.failures: list[BaseException] = []
        self.faults: list[str] = []
        self.steps = 0

    def run(self) -> "World":
        channel_layers.set("default", Layer())
        self.loop.set_exception_handler(self._note)
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._play())
        finally:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(1))
            asyncio.set_event_loop(None)
            self.loop.close()
        return self

    def _note(self, loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None:
            self.failures.append(error)

    def _connect(self, phone: Phone) -> Line | None:
        alive = [web for web in self.webs if web.is_alive]
        if not alive:
            return None
        web = self.chance.choice(alive)
        line = Line(self.loop, lambda text: phone.hear(line, text), lambda code: phone.hear_end(line, code))
        web.accept(f"secret {phone.player}", line)
        return line

    async def _play(self) -> None:
        self.webs = [Web(self.loop, self.rows, self.players).start() for _ in range(2)]
        for phone in self.phones.values():
            phone.open()
        await asyncio.sleep(0.3)
        for team in TEAMS:
            self.rows.ask(team)
            # The verb that starts a game refreshes every page of it.
            for web in self.webs:
                web.server.hub._refresh(web.server.hub.registry.of(1))
        while self.loop.time() < FAULT_SECONDS:
            await asyncio.sleep(self.loop.delay(0.5))
            self._break_something()
        await self._heal()
        self._check()
        await self._go_on()
        self.steps = self.loop.steps

    # -- faults -------------------------------------------------------------------------------------------------------
    def _break_something(self) -> None:
        fault = self.chance.choice(
            [self._cut, self._cut, self._cut_silently, self._kill, self._valkey, self._database, self._presence,
             self._presence, self._presence, self._pages]
        )  # fmt: skip
        self.faults.append(f"{self.loop.time():.3f} {fault.__name__}")
        fault()

    def _cut(self, server_notices: bool = True) -> None:
        phone = self.chance.choice(list(self.phones.values()))
        if phone.line is not None:
            phone.line.cut(server_notices)

    def _cut_silently(self) -> None:
        self._cut(server_notices=False)

    def _kill(self) -> None:
        number = self.chance.randrange(len(self.webs))
        self.webs[number].kill()
        self.loop.call_later(min(self.loop.delay(0.5), 3.0), self._restart, number)

    def _restart(self, number: int) -> None:
        if not self.webs[number].is_alive:
            self.webs[number] = Web(self.loop, self.rows, self.players).start()

    def _valkey(self) -> None:
        valkey = self.valkey
        valkey.loss, valkey.doubling, valkey.disorder = (self.chance.choice([0.0, 0.1, 0.5]) for _ in range(3))
        valkey.is_away, valkey.hangs = self.chance.random() < 0.2, self.chance.random() < 0.1
        if self.chance.random() < 0.2:
            valkey.restart_empty()

    def _database(self) -> None:
        self.rows.failure_rate = self.chance.choice([0.0, 0.1, 0.5])

    def _presence(self) -> None:
        self.chance.choice(self.webs).tell_presence(self.chance.choice(list(self.phones)))

    def _pages(self) -> None:
        """A verb of a host refreshes pages."""
        web = self.chance.choice(self.webs)
        if web.is_alive:
            web.announce([Broadcast("refresh", 1, 0, None)])

    async def _heal(self) -> None:
        valkey = self.valkey
        valkey.loss = valkey.doubling = valkey.disorder = 0.0
        valkey.is_away = valkey.hangs = False
        self.rows.failure_rate = 0.0
        for number in range(len(self.webs)):
            self._restart(number)
        self.rows.is_paused = True
        for phone in self.phones.values():
            phone.rests = True
        await asyncio.sleep(QUIET_SECONDS)

    # -- what holds ---------------------------------------------------------------------------------------------------
    def _check(self) -> None:
        if self.failures:
            raise self.failures[0]
        for phone in self.phones.values():
            assert phone.line is not None and phone.is_connected, f"player={phone.player} is not connected"
            self._check_phone(phone)
        for one in self.rows.rounds.values():
            assert one.closed_by != "answers" or "-" not in one.answers

    def _check_phone(self, phone: Phone) -> None:
        """Check that a phone shows the open round with its own answer, and that what it was told stands."""
        trial = self.rows.open_round(self.rows.team_of(phone.player))
        assert trial is not None, f"player={phone.player} has no open round"
        shown = phone.question["round"] if phone.question else 0
        assert shown == trial.id, f"player={phone.player} is left at round={shown}, round={trial.id} is open"
        given = trial.answers[trial.players.index(phone.player)]
        assert phone.acknowledged.get(trial.id, "-") == given, f"player={phone.player} does not know of {given}"
        for round_id, letter in phone.acknowledged.items():
            one = self.rows.rounds[round_id]
            assert one.answers[one.players.index(phone.player)] == letter

    async def _go_on(self) -> None:
        """Let everybody answer again: each team closes a round."""
        before = {team: self.rows.open_round(team) for team in TEAMS}
        self.rows.is_paused = False
        for phone in self.phones.values():
            phone.rest_ends()
        ends_at = self.loop.time() + GOES_ON_SECONDS
        while not all(one is not None and one.closed_by for one in before.values()):
            assert self.loop.time() < ends_at, f"{before} goes on for nobody"
            await asyncio.sleep(0.1)
        if self.failures:
            raise self.failures[0]
