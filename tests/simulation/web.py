"""A web process of a simulation: the product's hub, bus, batchers and consumers on simulated rows and networks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec

from game.realtime import announce
from game.realtime.answers import Answers, commit_each
from game.realtime.arrivals import Arrivals, Arriving
from game.realtime.hub.broadcast import Broadcast
from game.realtime.hub.hub import Hub
from game.realtime.server import Server, use
from game.realtime.snapshots import Arrival
from game.realtime.sockets.player import PlayerConsumer
from game.rounds.rows import RoundChanges, RoundRow
from game.web.join_throttle import Named
from tests.simulation.network import Line
from tests.simulation.rows import GAME, Rows
from tests.simulation.virtual_loop import VirtualLoop

SWEEP_SECONDS = 1.0


class CommitConnection:
    """The connection of answers: the statement is a moment between two waits."""

    is_open = True

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def begin(self, batch: Sequence[Any]) -> Awaitable[list[tuple[Any, ...]]]:
        return self._rows.loop.run_in_executor(self, self._rows.answer, batch)


class SimulatedAnswers(Answers):
    """The product's answers; only what would reach PostgreSQL reaches the rows of the simulation."""

    def __init__(self, web: "Web") -> None:
        super().__init__()
        self.web = web
        self.commit_connection = CommitConnection(web.rows)  # type: ignore[assignment]

    def in_thread(self, work: Callable[..., Any], *args: Any) -> Awaitable[Any]:
        assert work is commit_each, f"work={work!r}: say here what the simulation does for it"
        return self.web.loop.run_in_executor(self, self._commit_each, *args)

    def _commit_each(self, batch: Sequence[Any], in_doubt: bool = False) -> list[RoundChanges]:
        done = self.web.rows.commit_each(batch)
        for one in done:
            self.web.announce([Broadcast("refresh", game, player, None) for game, player in one.players])
        return done

    def _acknowledge(self, batch: Any, changes: Sequence[RoundChanges]) -> None:
        use(self.web.server)
        super()._acknowledge(batch, changes)


class SimulatedArrivals(Arrivals):
    """The product's arrivals, which read the rows of the simulation."""

    def __init__(self, web: "Web") -> None:
        super().__init__("simulated", lambda game: None)  # type: ignore[arg-type,return-value]
        self.web = web

    def _begin_reading(self, batch: list[Arriving]) -> Awaitable[Sequence[Arrival | None]]:
        return self.web.loop.run_in_executor(self, lambda: [self.web.arrival(socket) for socket in batch])


class Web:
    """One process; it can be killed at any moment, and another one starts in its place."""

    def __init__(self, loop: VirtualLoop, rows: Rows, players: dict[str, int]) -> None:
        self.loop, self.rows, self.players = loop, rows, players
        self.server: Any = Server.__new__(Server)
        self.server.hub, self.server.trigger = Hub(), SimpleNamespace(request_recompute=lambda games: None)
        self.server.connections = SimpleNamespace(
            enter=lambda socket: True, leave=lambda socket: None, identify=lambda socket: True,
            is_full_for=lambda key: False,
        )  # fmt: skip
        self.server.handshakes = SimpleNamespace(find=self._find)
        self.server.presence = SimpleNamespace(report=self._report, forget=lambda player: None)
        self.server.answers = SimulatedAnswers(self)
        self.server.arrivals = self.server.snapshots = SimulatedArrivals(self)
        self.lines: list[Line] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.is_alive = True

    def start(self) -> "Web":
        self.server.hub.start()
        self.server.hub.bus.count_start()
        self.tasks.append(self.loop.create_task(self._sweep()))
        return self

    def kill(self) -> None:
        """End at once: nothing that waits is done, and every line is cut."""
        self.is_alive = False
        running = self.server.answers._running, self.server.arrivals._running
        for task in (*self.tasks, *self.server.hub._tasks, *running):
            if task is not None:
                task.cancel()
        for line in self.lines:
            line.cut()

    def accept(self, secret: str, line: Line) -> None:
        """Serve a phone's new socket."""
        consumer = PlayerConsumer(self.server)
        consumer.secret = secret  # type: ignore[misc]
        scope = {"type": "websocket", "headers": [], "path": "/", "url_route": {"kwargs": {"code": "A"}}}
        self.lines = [one for one in self.lines if not one.is_cut] + [line]
        self.tasks = [one for one in self.tasks if not one.done()]
        self.tasks.append(self.loop.create_task(consumer(scope, line.to_server.get, line.send)))

    async def _find(self, named: Named) -> Any:
        await asyncio.sleep(self.loop.delay(0.002))
        return SimpleNamespace(pk=GAME)

    async def _sweep(self) -> None:
        await asyncio.sleep(self.loop.chance.random())
        while True:
            if not self.rows.is_away:
                use(self.server)
                announce.rounds_changed(await self.loop.run_in_executor(self, self.rows.close_due))
            await asyncio.sleep(SWEEP_SECONDS)

    def announce(self, broadcasts: list[Broadcast]) -> None:
        if self.is_alive:
            self.server.hub.announce(broadcasts)

    def _report(self, player: int, state: str) -> None:
        self.rows.presence[player] = state

    def tell_presence(self, player: int) -> None:
        """Tell the partners of a player who is there, as the rows have it now."""
        team = self.rows.team_of(player)
        trial = self.rows.open_round(team)
        made_in = trial.id if trial else 0
        text = msgspec.json.encode({"type": "partners_changed", "made_in": made_in}).decode()
        others = [one for one in self.rows.teams[team] if one != player]
        self.announce([Broadcast("partners", GAME, one, (made_in, text)) for one in others])

    # -- snapshots ----------------------------------------------------------------------------------------------------
    def arrival(self, socket: Arriving) -> Arrival:
        player = self.players[socket.identity]
        if not socket.player:
            self.rows.tabs[player] = self.rows.tabs.get(player, 0) + 1
            return Arrival(player, self.rows.tabs[player], True, False)
        team = self.rows.team_of(player)
        trial = self.rows.open_round(team)
        closed = self.rows.last_closed(team)
        unanswered = trial.id if trial and trial.answers[trial.players.index(player)] == "-" else 0
        made_in = trial.id if trial else 0
        shown = {
            "type": "player_snapshot",
            "question": _question(trial, player),
            "last_round": {"round": closed.id} if closed else None,
        }
        news = {"type": "partners_changed", "made_in": made_in}
        texts = [msgspec.json.encode(one).decode() for one in (shown, news)]
        return Arrival(
            player, self.rows.tabs[player], True, False, texts[0], unanswered, texts[1] if unanswered else ""
        )


def _question(trial: RoundRow | None, player: int) -> dict[str, Any] | None:
    return None if trial is None else msgspec.to_builtins(announce.open_question(trial, player))
