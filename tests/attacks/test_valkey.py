"""Findings: values in Valkey could run code, and a deleted folder of its server kept it from starting again."""

import asyncio
import pickle
import shutil

import pytest
from django.core.cache import cache

from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import SavedState
from chsh_project.stack.supervisor import Supervisor
from chsh_project.stack.valkey import Valkey
from metrics.cache import sealed
from tests.support.server import free_port
from tests.support.servers import temporary_folder


class Run:
    """What an intruder would store."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a stored value ran",)


def test_a_value_that_was_not_sealed_here_is_never_unpickled() -> None:
    assert sealed.unseal(sealed.seal({"a": 1})) == {"a": 1}
    intruder = pickle.dumps(Run())
    assert sealed.unseal(intruder) is None
    assert sealed.unseal(sealed.seal("x")[: sealed.SEAL_BYTES] + intruder) is None


def test_values_of_the_shared_cache_are_json() -> None:
    for value in (1, True, 0.5, "text", None):
        cache.set("attack", value, 60)
        assert cache.get("attack", "missing") == value
    cache.set("attack", 1, 60)
    assert cache.incr("attack") == 2
    client = cache._cache.get_client(None, write=True)
    client.set(cache.make_key("attack"), pickle.dumps(Run()))
    assert cache.get("attack") is None


async def test_a_deleted_folder_of_valkey_heals() -> None:
    said: list[str] = []
    with temporary_folder() as folder:
        place = choose(folder)
        valkey = Valkey(place, free_port(), SavedState.read(folder / "none").valkey_password)
        supervisor = Supervisor(folder, lambda name, text: said.append(text))
        try:
            await supervisor.start(valkey.component())
            shutil.rmtree(valkey.folder)
            supervisor._children["valkey"].process.kill()
            async with asyncio.timeout(30):
                while "ready again" not in said:
                    await asyncio.sleep(0.05)
            valkey._ping()
        finally:
            await supervisor.stop()
