"""Frames for a socket, from the messages that it declares: valid, nearly valid and hostile."""

import json
from typing import Any

from msgspec import inspect

from game.realtime.messages.protocol import RECEIVED
from tests.fuzz.values import Chance

# By page: the tag and the declared fields of each message.
DECLARED: dict[str, dict[str, inspect.StructType]] = {
    page: {kind.__struct_config__.tag: inspect.type_info(kind) for kind in kinds} for page, kinds in RECEIVED.items()
}  # type: ignore[misc]
BROKEN = [
    "", "{", "null", "[]", '"', "{}", '{"type":', '{"type":null}', "NaN", "[" * 3000, '{"a":' * 500, "\x00", "\ufeff{}",
    '{"type":"answer","type":"start"}', '{"type":"answer","round":1e400,"answer":true}', '{"type":"\\ud800"}',
    '{"type":"answer","round":1,"answer":"T"}{"type":"answer"}', '{"type":"join_team","team":1.0}', "1" * 4097,
]  # fmt: skip


def frame(chance: Chance, page: str) -> str | bytes:
    """Return a frame: two of five are valid, two nearly, one hostile."""
    kind = chance.choice([valid, valid, nearly_valid, nearly_valid, hostile])
    return kind(chance, page)


def valid(chance: Chance, page: str) -> str:
    return json.dumps(_message(chance, page))


def _message(chance: Chance, page: str) -> dict[str, Any]:
    tag = chance.choice(list(DECLARED[page]))
    fields = [one for one in DECLARED[page][tag].fields if one.required or chance.random() < 0.6]
    return {"type": tag, **{one.encode_name: chance.of(one.type) for one in fields}}


def nearly_valid(chance: Chance, page: str) -> str:
    """Return a valid message with one thing changed."""
    message = _message(chance, page)
    name = chance.choice(list(message))
    match chance.randrange(5):
        case 0:
            message[name] = chance.hostile()
        case 1:
            del message[name]
        case 2:
            message[str(chance.hostile())[:50]] = chance.hostile()
        case 3:
            message["type"] = chance.choice([tag for tags in DECLARED.values() for tag in tags])
        case _:
            text = json.dumps(message)
            cut = chance.randrange(len(text))
            return text[:cut] + chance.choice(["", '"', "}", "\x00", "\\u0000"]) + text[cut + chance.randrange(3) :]
    return json.dumps(message, ensure_ascii=chance.random() < 0.5)


def hostile(chance: Chance, page: str) -> str | bytes:
    match chance.randrange(4):
        case 0:
            return chance.choice(BROKEN)
        case 1:
            return chance.randbytes(chance.randrange(200))
        case 2:
            return json.dumps(chance.hostile())
        case _:
            return json.dumps({str(chance.hostile()): chance.hostile(), "type": chance.hostile()})
