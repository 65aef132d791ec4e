"""
Who may see what of a game.

Messages, snapshots and results ask here, and no other module decides.  Nobody sees anything of an open round except its
players, and each of them sees the own question and the own answer only; with the telephone of the loophole lab all
questions of the round, and no other answer.  What a partner can steer reaches a player
after the own answer only (sockets/held_back.py), and the projector, which players can read, in the lobby only.
"""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, Protocol

from game.physics.designs import TELEPHONE

# Whose sockets a web process serves: phones, projectors, hosts.
PAGES = ("play", "watch", "dashboard")

Fact = Literal[
    "closed_round", "own_score", "ranking", "results", "scoreboard", "seats", "room", "numbers", "alarms", "banned",
    "radar", "first_names",
]  # fmt: skip


class Options(Protocol):
    """What a game says about visibility; Game and GameView have it."""

    @property
    def state(self) -> str: ...
    @property
    def show_last_round(self) -> bool: ...
    @property
    def show_own_score(self) -> bool: ...
    @property
    def public_scoreboard(self) -> bool: ...
    @property
    def numbers_hidden(self) -> bool: ...


class FixedOptions(NamedTuple):
    state: str = "running"
    show_last_round: bool = False
    show_own_score: bool = False
    public_scoreboard: bool = False
    numbers_hidden: bool = False


class PlayersOfRound(Protocol):
    players: list[int]


def _always(game: Options) -> bool:
    return True


# By fact and page: the rule of the game.  A page that is not named never sees the fact.
_RULES: Mapping[Fact, Mapping[str, Callable[[Options], bool]]] = {
    # Questions, answers and outcome of a closed round; its players learn in any case that it has closed.
    "closed_round": {"play": lambda game: game.show_last_round, "dashboard": _always},
    "own_score": {"play": lambda game: game.show_own_score, "dashboard": _always},
    "ranking": {"play": lambda game: game.show_own_score and game.public_scoreboard},
    "results": {"play": lambda game: game.state == "finished", "dashboard": _always},
    "scoreboard": {"watch": lambda game: game.public_scoreboard, "dashboard": _always},
    # The limit, S, intervals and evidence; before a lesson's reveal phones and projector have counts of rounds.
    "numbers": {
        "play": lambda game: not game.numbers_hidden,
        "watch": lambda game: not game.numbers_hidden,
        "dashboard": _always,
    },
    # Who sits where and is there, and how many.
    "seats": {"watch": lambda game: game.state == "lobby", "dashboard": _always},
    "room": {"watch": _always, "dashboard": _always},
    "alarms": {"dashboard": _always},
    "banned": {"dashboard": _always},
    # A player sees those of the own team, while no round is open.
    "first_names": {"dashboard": _always},
    # It tells which seat lets its team wait, so a dashboard gets it only while its host has it open.
    "radar": {"dashboard": _always},
}


def may_see(fact: Fact, page: str, game: Options) -> bool:
    """Whether a page ("play", "watch" or "dashboard") may see a fact of the game now; a player sees the own team's."""
    rule = _RULES[fact].get(page)
    return rule is not None and rule(game)


def own_seat(trial: PlayersOfRound, player: int) -> int:
    """Return the seat whose question and answer of an open round a player may see; 0 for everybody else: none."""
    return trial.players.index(player) + 1 if player in trial.players else 0


def told_questions(design: str, questions: str) -> str | None:
    """Return the questions of all seats where the design of an open round tells them to each; else None."""
    return questions if design == TELEPHONE else None


def is_recipient(audience: str, page: str, seated: bool) -> bool:
    """
    Whether a socket belongs to the audience of a broadcast to a whole game.

    Nobody belongs to one that this process does not know: during an upgrade newer ones speak to it.
    """
    if audience == "lobby":
        return page == "play" and not seated
    return audience == "game" or page == {"seats": "play", "host": "dashboard", "watch": "watch"}.get(audience)
