"""Connections of worker and beat to Valkey that a network swallows without an end: both go on by new ones."""

import os
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from game.lobby import host_commands
from game.models import Game, TeamStatistics
from metrics.monitoring import liveness
from tests.support.people import new_team
from tests.support.prometheus import worker
from tests.support.relay import Relay
from tests.support.rounds import play_round
from tests.support.server import eventually, running

pytestmark = pytest.mark.django_db(transaction=True)
LENGTHS = [5, pytest.param(120, marks=pytest.mark.physics)]
# Timeouts of the broker's sockets, and a second attempt.
AFTERWARDS_SECONDS = 60


def through(relay: Relay) -> str:
    login = urlsplit(os.environ["REDIS_URL"]).netloc.rpartition("@")[0]
    return f"redis://{login}@127.0.0.1:{relay.port}" if login else f"redis://127.0.0.1:{relay.port}"


def before_valkey() -> Relay:
    valkey = urlsplit(os.environ["REDIS_URL"])
    return Relay(valkey.hostname or "", valkey.port or 0)


# On a machine under load a worker was not ready within a minute.
@pytest.mark.physics
@pytest.mark.parametrize("seconds", LENGTHS)
def test_a_worker_counts_again_after_a_black_hole_before_valkey(
    transactional_db: None, game: Game, seconds: float
) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    with before_valkey() as relay, worker(REDIS_URL=through(relay)):
        relay.swallow()
        time.sleep(seconds)
        relay.relay_again()
        played = 0

        def is_counted() -> bool:
            # Each round is a hint; those of the time before may have expired.
            nonlocal played
            play_round(team)
            played += 1
            return TeamStatistics.objects.filter(team=team, through_number__gte=1).exists()

        eventually(is_counted, AFTERWARDS_SECONDS)
        assert played >= 1


@pytest.mark.parametrize("seconds", LENGTHS)
def test_beat_sends_again_after_a_black_hole_before_valkey(transactional_db: None, seconds: float) -> None:
    beat = ("celery", "--quiet", "--app", "chsh_project", "beat", "--loglevel", "WARNING")
    with before_valkey() as relay, running(*beat, REDIS_URL=through(relay)):
        eventually(lambda: liveness.is_alive("beat"), 60)
        relay.swallow()
        time.sleep(seconds)
        relay.relay_again()
        cache.delete("alive:beat")
        eventually(lambda: liveness.is_alive("beat"), AFTERWARDS_SECONDS)


def test_a_connection_whose_server_takes_no_bytes_is_given_up_by_the_system() -> None:
    with connection.cursor() as cursor:
        given = cursor.connection.info.get_parameters()
    assert int(given["tcp_user_timeout"]) == settings.LOST_CONNECTIONS["tcp_user_timeout"]
    assert {int(given[name]) for name in ("keepalives_idle", "keepalives_interval")} == {15, 5}
