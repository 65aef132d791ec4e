"""The cache of other processes, tunables that end with the test, and minutes of this test only."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from game import tunables
from metrics.cache.levels import Levels
from metrics.models import Measurement

OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 1}


@pytest.fixture(autouse=True)
def only_own_minutes() -> None:
    """Keep out what the web process of other tests writes every minute, until the test is rolled back."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE metrics_measurement IN SHARE ROW EXCLUSIVE MODE")
        Measurement.objects.all().delete()


@pytest.fixture
def make_levels() -> Iterator[Callable[..., Levels]]:
    """Make the levels of another process, on the Valkey of the tests or on another one."""
    made: list[Levels] = []

    def make(url: str = "") -> Levels:
        made.append(Levels(url or settings.CACHES["derived"]["LOCATION"], OPTIONS))
        return made[-1]

    yield make
    for process in made:
        process.shared.stop()


@pytest.fixture
def here(make_levels: Any) -> Levels:
    return make_levels()


@pytest.fixture
def there(make_levels: Any) -> Levels:
    return make_levels()


@pytest.fixture
def tag() -> str:
    return secrets.token_hex(6)


@pytest.fixture
def no_tuning(db: None) -> Iterator[None]:
    tunables.read()
    yield
    tunables._copy.values = {}
