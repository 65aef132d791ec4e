"""Finding: an older checkout ran on the data of a newer one and failed inside."""

import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.migrations.recorder import MigrationRecorder

from tests.support.server import Web

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = "game.9999_of_a_newer_release"


@pytest.fixture
def newer(transactional_db: None) -> Iterator[None]:
    applied = MigrationRecorder.Migration.objects.create(app="game", name="9999_of_a_newer_release")
    yield
    applied.delete()


def ready(web: Web) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{web.port}/ready", timeout=20) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_migrate_stops_and_names_what_it_does_not_know(newer: None) -> None:
    with pytest.raises(SystemCheckError, match=UNKNOWN):
        call_command("migrate", stdout=io.StringIO(), skip_checks=False)


def test_a_process_that_begins_on_newer_data_is_not_ready(newer: None) -> None:
    web, forced = Web().start(), Web(NEWER_DATA="1").start()
    try:
        assert ready(web) == (503, {"status": "not ready", "missing": [f"release with {UNKNOWN}"]})
        assert ready(forced)[0] == 200
    finally:
        web.stop()
        forced.stop()


def test_a_process_that_runs_during_an_update_serves_on(transactional_db: None) -> None:
    web = Web().start()
    try:
        assert ready(web)[0] == 200
        applied = MigrationRecorder.Migration.objects.create(app="game", name="9999_of_a_newer_release")
        try:
            assert ready(web)[0] == 200
        finally:
            applied.delete()
    finally:
        web.stop()
