"""The fast path of an answer, on real sockets and byte by byte."""

import asyncio
import gc
import json
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect

from game.lobby import host_commands
from game.models import Game, Round
from tests.support.frames import CONTINUED, PING, masked, raw, serving
from tests.support.server import Tab, Web, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


def answer(round_id: int) -> bytes:
    return json.dumps({"type": "answer", "round": round_id, "answer": True}, separators=(",", ":")).encode()


@pytest.fixture
def phone(web_process: Web, game: Game) -> Iterator[Tab]:
    first, second = two_phones(web_process, game)
    host_commands.start(game.pk)
    yield first
    first.close()
    second.close()


def test_an_answer_that_comes_byte_by_byte_is_recorded(phone: Tab) -> None:
    trial = Round.objects.get(closed_at=None)
    for byte in masked(answer(trial.pk)):
        raw(phone).sendall(bytes([byte]))
    assert phone.hear("answer_recorded", round=trial.pk)["answer"] == "T"


def test_many_frames_in_one_packet_are_all_answered(phone: Tab) -> None:
    trial = Round.objects.get(closed_at=None)
    heartbeat = masked(b'{"type":"heartbeat","visible":true}')
    raw(phone).sendall(heartbeat + masked(answer(trial.pk)) * 3 + masked(b"", PING) + heartbeat)
    phone.hear("alive")
    phone.hear("alive")
    for _ in range(3):
        phone.hear("answer_recorded", round=trial.pk)


def test_long_and_fragmented_frames_are_understood_too(phone: Tab) -> None:
    trial = Round.objects.get(closed_at=None)
    text = answer(trial.pk)
    raw(phone).sendall(masked(text[:9], final=False) + masked(b"", PING) + masked(text[9:], CONTINUED))
    phone.hear("answer_recorded", round=trial.pk)
    raw(phone).sendall(masked(text + b" " * 200) + masked(text))
    phone.hear("answer_recorded", round=trial.pk)
    phone.hear("answer_recorded", round=trial.pk)


@pytest.mark.parametrize("broken", [b'{"type":"answer","round":"x"}', b'{"type":"answer",\xff}', b'{"type":"answer",'])
def test_a_broken_answer_is_refused_and_the_socket_stays(phone: Tab, broken: bytes) -> None:
    trial = Round.objects.get(closed_at=None)
    raw(phone).sendall(masked(broken))
    if b"\xff" in broken:
        assert phone.close_code() == 1007  # not UTF-8 text: the WebSocket standard requires the close
        return
    phone.hear("refused", reason="not_understood")
    raw(phone).sendall(masked(answer(trial.pk)))
    phone.hear("answer_recorded", round=trial.pk)


def test_a_flood_of_answers_is_slowed_down(phone: Tab) -> None:
    trial = Round.objects.get(closed_at=None)
    raw(phone).sendall(masked(answer(trial.pk)) * 100)
    phone.hear("refused", reason="too_many")


def test_bytes_that_are_no_frames_end_that_socket_only(phone: Tab, web_process: Web) -> None:
    raw(phone).sendall(b"\xff" * 64)
    assert phone.close_code() == 1002
    assert web_process.answers()


async def test_a_closed_connection_is_freed_without_the_garbage_collector() -> None:
    seen: list[weakref.ref[object]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        wire = scope["extensions"]["wire"]
        seen.extend([weakref.ref(wire), weakref.ref(wire.conn)])
        await receive()
        await send({"type": "websocket.accept"})
        await receive()

    gc.disable()
    try:
        async with serving(application) as port, asyncio.timeout(10):
            async with connect(f"ws://127.0.0.1:{port}/"):
                assert [one() is not None for one in seen] == [True, True]
            while any(one() is not None for one in seen):
                await asyncio.sleep(0.01)
    finally:
        gc.enable()
