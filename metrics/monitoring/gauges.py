"""Numbers read from rows and from the broker at each scrape; every web process shows the same."""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import inf

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from game.database.replica import READ
from metrics.history import measure
from metrics.models import Measurement

log = structlog.get_logger(__name__)


def database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database_away", error=repr(error))
        return False
    return True


def replica() -> Iterable[Metric]:
    """Return how old the replica's newest row is beside the primary's; without end where it does not answer."""
    if READ not in settings.DATABASES:
        return
    newest = Measurement.objects.aggregate(at=Max("at"))["at"]
    try:
        there = Measurement.objects.using(READ).aggregate(at=Max("at"))["at"]
        behind = _seconds_between(there, newest)
    except DatabaseError as error:
        log.warning("replica_away", error=repr(error))
        behind = inf
    yield GaugeMetricFamily(
        "database_replica_behind_seconds", "How much older the newest row of the replica is", value=behind
    )


def _seconds_between(there: datetime | None, newest: datetime | None) -> float:
    if newest is None:
        return 0.0
    return inf if there is None else max(0.0, (newest - there).total_seconds())


def games_and_teams() -> Iterable[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT g.state, count(DISTINCT g.id), count(t.id) FROM game_game g
            LEFT JOIN game_team t ON t.game_id = g.id AND t.active
            WHERE g.archived_at IS NULL AND g.state <> 'finished' GROUP BY g.state
            """
        )
        found = {state: (games, teams) for state, games, teams in cursor.fetchall()}
    games = GaugeMetricFamily("games_active", "Games that are not finished", labels=["state"])
    teams = GaugeMetricFamily("teams_active", "Teams with a player in games that are not finished", labels=["state"])
    for state in ("lobby", "running", "paused"):
        games.add_metric([state], found.get(state, (0, 0))[0])
        teams.add_metric([state], found.get(state, (0, 0))[1])
    return games, teams


def waiting_statistics() -> Iterable[Metric]:
    """Return the age of the oldest uncounted round: the histogram of staleness is silent while no worker computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(extract(epoch FROM now() - min(first.closed_at)), 0) FROM game_team t
            JOIN game_game g ON g.id = t.game_id AND g.archived_at IS NULL
            LEFT JOIN (SELECT team_id, max(version) AS version, max(updated_at) AS updated_at
                       FROM game_teamstatistics GROUP BY team_id) s ON s.team_id = t.id
            CROSS JOIN LATERAL (
                SELECT r.closed_at FROM game_round r
                WHERE r.team_id = t.id AND r.run = g.run AND r.closed_at > coalesce(s.updated_at, '-infinity')
                ORDER BY r.number LIMIT 1) first
            WHERE t.version > coalesce(s.version, 0)
            """
        )
        seconds = float(cursor.fetchone()[0])
    yield GaugeMetricFamily(
        "statistics_waiting_seconds", "Age of the oldest closed round that no statistics count yet", value=seconds
    )


def queue_length() -> Iterable[Metric]:
    """Return the number of tasks in the broker, in the common queue and in that of each worker."""
    family = GaugeMetricFamily("celery_queue_length", "Tasks that wait for a worker", labels=["queue"])
    for queue, length in measure.queue_lengths().items():
        family.add_metric([queue], length)
    yield family


class Rows(Collector):
    """Read each part on its own: an absent part costs its own numbers only."""

    of_database: tuple[Callable[[], Iterable[Metric]], ...] = (games_and_teams, waiting_statistics, replica)
    of_broker: tuple[Callable[[], Iterable[Metric]], ...] = (queue_length,)

    def collect(self) -> Iterable[Metric]:
        # Each question to a database that is away takes seconds, and a scrape has few.
        up = database_up()
        yield GaugeMetricFamily("database_up", "1 when the database answers this scrape", value=up)
        failed = GaugeMetricFamily("metrics_readings_failed", "Readings of this scrape that failed", labels=["reading"])
        for reading in () if up else self.of_database:
            failed.add_metric([reading.__name__], 1)
        for reading in (*(self.of_database if up else ()), *self.of_broker):
            try:
                yield from list(reading())
            except (DatabaseError, RedisError) as error:
                log.warning("reading_failed", reading=reading.__name__, error=repr(error))
                failed.add_metric([reading.__name__], 1)
            else:
                failed.add_metric([reading.__name__], 0)
        yield failed


rows = CollectorRegistry()
# Not described at registration: nothing may ask the database while the apps are loading.
rows.register(Rows())
