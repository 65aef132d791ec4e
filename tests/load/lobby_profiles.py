"""What `make bench` measures of a hall that arrives: rushes into a lobby, and the start of every team at once."""

from typing import Any

from tests.load.paper import Line
from tests.load.system import Part, System

Run = dict[str, Any]


class LobbyProfiles:
    """Parts of Bench, which has the rest."""

    system: System
    quick: bool
    seconds: float
    wrong: list[str]
    lines: list[Line]

    def rush(self) -> None:
        """Players tap "Find me a partner" within 5 s, beside a game of 1,000, a host of another game and new phones."""
        for players, target in ((200, 1000.0),) if self.quick else ((1000, 1000.0), (2000, 2000.0)):
            self.restart_web()
            run = self.measured("rush", "--players", players, "--beside", 200 if self.quick else 1000)
            name = f"{players:,} tap within 5 s"
            calm, busy = (run[kind]["p95"] for kind in ("beside_calm_ms", "beside_ms"))
            self.add(f"{name}: tap to seat, p95", run["tap_to_seat_ms"]["p95"], target, "ms")
            self.add(f"{name}: sent to a phone", run["kb_a_phone"], 10.0, "KB")
            self.add(f"{name}: a host's command in another game, p95", run["host_ms"]["p95"], 100.0, "ms")
            self.add(f"{name}: a new phone has its lobby, p95", run["greeted_ms"]["p95"], 300.0, "ms")
            self.add(f"{name}: acknowledgement p95 of a game beside it / before", busy / calm, 1.3, "")

    def arrival(self) -> None:
        """A hall arrives within a minute: phones connect and tap at once, beside a game of 2,000."""
        players, beside, seconds = (300, 100, 5) if self.quick else (10_000, 2000, 60)
        web = self.restart_web(SOCKET_CONNECTIONS=str(players + beside + 4000))
        run = self.measured("rush", "--players", players, "--over", seconds, "--arriving", "--beside", beside)
        name = f"{players:,} phones arrive and tap within {seconds} s"
        self.add(f"{name}: tap to seat, p95", run["tap_to_seat_ms"]["p95"], 2000.0, "ms")
        self.add(f"{name}: a phone has its lobby, p95", run["greeted_ms"]["p95"], 300.0, "ms")
        self.add(f"{name}: all have a seat after", run["seconds"], seconds + 2.0, "s")
        self.add(f"{name}: acknowledgement p95 of a game of {beside:,}", run["beside_ms"]["p95"], 25.0, "ms")
        self.add(f"{name}: the same before", run["beside_calm_ms"]["p95"], None, "ms")
        self.add(
            f"{name}: most memory of the web process, {players + beside:,} sockets", web.most_memory_mb, 350.0, "MB"
        )

    def start(self) -> None:
        """The host of a hall starts, finishes and resets the game."""
        teams = 200 if self.quick else 5000
        self.restart_web(SOCKET_CONNECTIONS=str(2 * teams + 2000))
        run = self.measured("hall", "--teams", teams)
        self.add(f"first question on the last phone after Start, {teams:,} teams", run["start_ms"]["max"], 2000.0, "ms")
        for step in ("finish", "reset"):
            self.add(f"the last of {2 * teams:,} phones knows of the {step}", run[f"{step}_ms"]["max"], None, "ms")
        ratio = run["beside_start_ms"]["p95"] / run["beside_calm_ms"]["p95"]
        self.add("acknowledgement p95 of a game beside the start / before", ratio, None, "")

    def measured(self, driver: str, *words: object) -> Run:
        run = self.tool(f"tests.load.driver.{driver}", *words, seconds=600)
        self.wrong += [f"{driver}: {word}" for word in run["wrong"]]
        return run

    # -- of Bench -----------------------------------------------------------------------------------------------------
    def tool(self, module: str, *words: object, seconds: float) -> Run:
        raise NotImplementedError

    def restart_web(self, *words: str, **environment: str) -> Part:
        raise NotImplementedError

    def add(self, name: str, value: float | None, target: float | None, unit: str, **more: Any) -> None:
        raise NotImplementedError
