import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from game import tunables
from game.models import Tunable
from game.realtime.hub.hub import Hub
from game.realtime.web_server import WebServer
from tests.support.server import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def defaults_afterwards() -> Any:
    yield
    Tunable.objects.all().delete()
    tunables.read()


def test_a_value_is_held_within_its_bounds() -> None:
    assert tunables.put(tunables.DASHBOARD_INTERVAL, 99, "too much") == 0.25
    assert tunables.value(tunables.DASHBOARD_INTERVAL) == Tunable.objects.get().value == 2
    assert tunables.put(tunables.DASHBOARD_INTERVAL, 0, "too little") == 2
    assert tunables.value(tunables.DASHBOARD_INTERVAL) == 0.25


def test_a_deleted_row_is_the_default_again() -> None:
    tunables.put(tunables.DASHBOARD_INTERVAL, 1, "test")
    Tunable.objects.all().delete()
    tunables.read()
    assert tunables.value(tunables.DASHBOARD_INTERVAL) == 0.25


def test_the_admin_refuses_what_is_out_of_bounds() -> None:
    tunables.put(tunables.DASHBOARD_INTERVAL, 1, "test")
    client = Client()
    client.force_login(User.objects.create_superuser("root"), backend="django.contrib.auth.backends.ModelBackend")
    page = f"/admin/game/tunable/{tunables.DASHBOARD_INTERVAL}/change/"
    refused = client.post(page, {"value": "7", "reason": "projector"}).content.decode()
    assert "use a number from 0.25 to 2" in refused
    assert client.post(page, {"value": "0.5", "reason": "projector"}).status_code == 302
    tunables.read()
    assert tunables.value(tunables.DASHBOARD_INTERVAL) == 0.5


async def test_dashboards_are_told_at_the_interval_that_is_tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            raise asyncio.CancelledError
        asyncio.get_running_loop().call_soon(here.deltas._changed.set)

    await asyncio.to_thread(tunables.put, tunables.DASHBOARD_INTERVAL, 1.5, "test")
    here = Hub()
    here.deltas._changed.set()
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await here.deltas.send()
    # The second may follow the first at once, where that was late; then each waits for the one before.
    assert slept[1:] == pytest.approx([0, 1.5, 3], abs=0.3)


async def test_a_running_process_reads_what_was_tuned(web_server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunables, "READ_SECONDS", 0.01)
    web_server.start()
    row = {"name": tunables.DASHBOARD_INTERVAL, "value": 0.75}
    await asyncio.to_thread(lambda: Tunable.objects.create(**row))
    await asyncio.to_thread(eventually, lambda: tunables.value(tunables.DASHBOARD_INTERVAL) == 0.75)
