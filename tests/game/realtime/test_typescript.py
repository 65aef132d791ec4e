"""What the declarations of messages say about each kind of field."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from game.realtime.messages.typescript import declarations


class Part(Struct):
    """A part of a message.

    Which is told nowhere else.
    """

    at: datetime
    ends: tuple[float, float] | None = None


class Told(Struct, tag="told"):
    parts: list[Part]
    by_name: dict[str, bool | None]
    state: Literal["here", 4]
    report: Any = None
    name: str | UnsetType = UNSET


class Changed(Struct, tag="changed", omit_defaults=True):
    many: tuple[int, ...] = ()


class Ask(Struct, tag="ask"):
    percent: Annotated[int, Meta(ge=0)] = 50


def test_messages_become_interfaces_and_unions_a_page() -> None:
    assert declarations({"play": [Told, Changed]}, {"play": [Ask]}, "messages.py") == (
        """\
// Made by manage.py protocol from messages.py: change that, then run it again.
declare namespace Messages {
  interface Ask {
    type: "ask";
    percent?: number;
  }

  interface Changed {
    type: "changed";
    many?: Array<number>;
  }

  /** A part of a message. */
  interface Part {
    at: string;
    ends: [number, number] | null;
  }

  interface Told {
    type: "told";
    parts: Array<Part>;
    by_name: Record<string, boolean | null>;
    state: 4 | "here";
    report: any;
    name?: string;
  }

  type ToPlay =
    | Told
    | Changed;

  type FromPlay =
    | Ask;
}
"""
    )


def test_a_type_that_has_no_declaration_is_named() -> None:
    class Odd(Struct, tag="odd"):
        where: Path

    with pytest.raises(TypeError, match=r"Path.*no TypeScript"):
        declarations({"play": [Odd]}, {}, "messages.py")
