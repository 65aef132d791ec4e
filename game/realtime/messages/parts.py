"""What the messages of all three pages share: their base classes, their types, and how they are encoded."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]


Seat = Annotated[int, Meta(ge=1, le=3)]
Presence = Literal["connected", "idle", "away"]
# A question or an answer of one seat.
Letter = Annotated[str, Meta(min_length=1, max_length=1)]
# A name or title as it was typed; what is too long for a person is refused with a sentence later.
TypedName = Annotated[str, Meta(max_length=1000)]
# The key of a declared game, and of one of its themes.
GameKey = Annotated[str, Meta(max_length=20)]
Design = Literal["uniform", "quota", "adaptive", "qubits", "telephone", "pass", "deck", "memory"]


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


class ClientMessage(Struct, tag_field="type", tag=_snake, forbid_unknown_fields=True):
    """What a browser sends."""


class ServerMessage(Struct, tag_field="type", tag=_snake):
    """What the server sends."""


class Heartbeat(ClientMessage):
    """Every 10 s, and when the page is hidden or shown.  Answered by Alive."""

    visible: bool = True


class LessonView(Struct, frozen=True):
    """The steps of a lesson, the index of the present one, and when its time is up where it has a time."""

    steps: list[str]
    step: int
    ends_at: datetime | None
    guesses_shown: bool


class ReplayView(Struct, frozen=True):
    """
    What projector and dashboard replay.

    Since `at` it has gone on from the second `position`, so many times as fast; speed 0 is a pause.  without is a team
    that is left out, and limit another limit of plans, as if.
    """

    at: datetime
    position: float
    speed: int
    without: int | None = None
    limit: float | None = None


class GameView(Struct, frozen=True):
    """What everybody may know of a game."""

    code: str
    title: str
    state: Literal["lobby", "running", "paused", "finished"]
    run: int
    mode: GameKey
    theme: str
    design: Design
    round_limit: int | None
    answer_seconds: int
    # How long a lesson gives teams to agree on a plan.
    plan_seconds: int
    show_last_round: bool
    show_own_score: bool
    public_scoreboard: bool
    locked: bool
    max_teams: int
    grace_ends_at: datetime | None
    # Null: no lesson, the game is just played.
    lesson: LessonView | None
    # Phones and projector do not show the limit, S and the evidence yet.
    numbers_hidden: bool
    # What the projector shows of the end: from 1 the third place, 2 the second, 3 the first, 4 prizes.
    podium: int
    # Until when a host may take the finish back; null while the game is not finished.
    continue_until: datetime | None
    # Null: nothing is replayed.
    replay: ReplayView | None
    # Of the server: a page of another version loads itself again.
    version: str
    # Of the pairs of borrowed qubits that nobody has measured.
    visibility: float = 1.0


class GameChanged(ServerMessage):
    game: GameView


class Refused(ServerMessage):
    """A message was not carried out; the socket stays open.  `of` names the message's type where it is known."""

    reason: str
    text: str
    of: str | None = None
    round: int | None = None


class Alive(ServerMessage):
    """The answer to every Heartbeat: a browser that misses it has lost its connection."""


encode = msgspec.json.Encoder().encode


def encode_text(message: ServerMessage) -> str:
    return encode(message).decode()


def encode_part(part: Any) -> str:
    """Write a part of a message, or a list of parts, for a message that is put together elsewhere."""
    return encode(part).decode()
