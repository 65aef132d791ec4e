"""What a form of file gives: rounds in file order, with what is known of each."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from game.games.definition import Definition
from game.physics.counts import Floats, Ints


class Group(NamedTuple):
    """The group of a round: its team, run and question design, whether bots play, and whether it is in the room."""

    team: str
    run: str
    design: str
    bots: bool = False
    in_room: bool = True


@dataclass
class Found:
    """Rounds as codes of the game's cells; group[i] is the position of round i's group, an unknown propensity nan."""

    game: Definition
    codes: Ints
    group: Ints
    groups: list[Group]
    propensities: Floats
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
