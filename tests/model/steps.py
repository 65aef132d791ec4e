"""A program's state: the product's game and the model of it, and how a step ends."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from game.lobby.refusal import Refusal
from game.realtime import snapshots
from game.realtime.presence import Presence
from game.realtime.server import Server, use
from tests.model import hosting, shown
from tests.model.rows import Rows
from tests.model.world import Person, Team

MOST_PERSONS = 9
NAMES = ("Blue Owls", "BLUE OWLS", "Red Foxes", "Green Bees", "")

some = st.integers(0, 11)


class Steps(RuleBasedStateMachine):
    """A class in a game of one mode; a subclass names the mode and gives the game's owner."""

    mode = "simplified"
    owner: Any = None
    # The key of a game that the owner has declared.
    own_game = ""

    def __init__(self) -> None:
        super().__init__()
        self.heard = shown.Heard()
        server = Server()
        server.hub.close()
        server.hub = self.heard  # type: ignore[assignment]
        self.before = use(server)
        self.presence = Presence()
        self.identities: dict[int, str] = {}
        self.waiting: dict[tuple[int, int], str] = {}
        self.versions: dict[int, tuple[int, int]] = {}
        self.only_players_acted = False
        self.steps_made = 0

    def _arrive(self, persons: int) -> None:
        new = [f"phone {len(self.identities) + n}" for n in range(persons)][: MOST_PERSONS - len(self.identities)]
        found = snapshots.arrivals([snapshots.Request(self.game.pk, identity, False) for identity in new])
        for identity, arrival in zip(new, found, strict=True):
            assert arrival is not None
            self.identities[arrival.player] = identity
            self.world.people[arrival.player] = Person(arrival.player)

    def _command(self, command: str, verb: Any, /, **values: Any) -> None:
        """Give a command to the product and to the model, which refuse it for the same reason."""
        ids = {f"{key}_id" if key in ("team", "player") else key: getattr(v, "id", v) for key, v in values.items()}
        try:
            verb(self.game.pk, **ids)
            found = None
        except Refusal as refusal:
            found = refusal.reason
        assert found == hosting.Hosting(self.world).do(command, **values), (command, ids)
        self._learn()

    def _person(self, n: int) -> Person:
        persons = self.world.persons
        return persons[n % len(persons)]

    def _team(self, n: int) -> Team | None:
        """Return a team, or none for the last number."""
        return self.world.teams[n % len(self.world.teams)] if self.world.teams and n < 11 else None

    def _learn(self) -> None:
        self.rows = Rows(self.game.pk)
        self.rows.learn(self.world)

    def _end_step(self, only_players_acted: bool = False) -> None:
        self.only_players_acted = only_players_acted
        self._learn()
