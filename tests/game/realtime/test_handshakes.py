"""The games that new sockets name are found in batches."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from django.db import OperationalError

from game.models import Game
from game.realtime.handshakes import CannotFindNow, Handshakes
from game.web import identity
from game.web.join_throttle import Named, SocketThrottle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def handshakes() -> AsyncIterator[Handshakes]:
    made = Handshakes()
    yield made
    await made.close()


def names(code: str, number: int) -> list[Named]:
    return [Named(code, identity.new_secret(), "127.0.0.1") for _ in range(number)]


async def test_a_hall_that_comes_asks_the_database_twice(
    handshakes: Handshakes, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    find = SocketThrottle.find

    def counted(self: SocketThrottle, named: Sequence[Named]) -> list[Game | None]:
        asked.append(len(named))
        return find(self, named)

    monkeypatch.setattr(SocketThrottle, "find", counted)
    waiting = [asyncio.ensure_future(handshakes.find(one)) for one in [*names(game.code, 100), *names("NONE", 1)]]
    *found, none = await asyncio.gather(*waiting)
    assert found == [game] * 100 and none is None
    assert len(asked) <= 2


async def test_without_the_database_a_socket_is_told_to_come_again(
    handshakes: Handshakes, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: SocketThrottle, named: Sequence[Named]) -> list[Game | None]:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(SocketThrottle, "find", fail)
        with pytest.raises(CannotFindNow):
            await handshakes.find(*names(game.code, 1))
    assert await handshakes.find(*names(game.code, 1)) == game
