"""A server that cannot write, restarts or stands behind a pooler: connections are dropped, and answers go on."""

import psycopg
import pytest
from django.db import InternalError, connection, connections, transaction

from game.database.server_state import is_of_server_state, may_pass
from game.lobby import host_commands
from game.models import Game
from game.realtime.answers import commit_each
from game.rounds.rows import Answered, Recorded
from metrics.health.health import missing_essentials
from tests.support.people import new_team, open_round

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def become_read_only() -> None:
    """Let this connection lead to a server that refuses writes, as after a failover."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")


@pytest.mark.parametrize(
    ("sqlstate", "drops"),
    [
        ("25006", True),
        ("57P01", True),
        ("57P03", True),
        ("53300", True),
        ("53100", False),
        ("23505", False),
        ("57014", False),
    ],
)
def test_errors_of_the_servers_state_are_told_from_those_of_a_statement(sqlstate: str, drops: bool) -> None:
    error = psycopg.errors.lookup(sqlstate)()
    assert is_of_server_state(error) is drops


def test_a_connection_to_a_server_that_became_read_only_is_dropped(game: Game) -> None:
    before = backend()
    become_read_only()
    with pytest.raises(InternalError) as refused, transaction.atomic():
        Game.objects.filter(pk=game.pk).update(locked=True)
    assert may_pass(refused.value)
    assert backend() != before
    Game.objects.filter(pk=game.pk).update(locked=True)


def test_answers_are_recorded_by_a_fresh_connection_after_a_failover(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    trial = open_round(team)
    become_read_only()
    (done,) = commit_each([Answered(game.pk, trial.players[0], trial.pk, "T")])
    assert done.answers == [Recorded(trial.pk, "T")]


def test_ready_names_a_database_that_cannot_be_written_and_takes_another_connection() -> None:
    become_read_only()
    assert missing_essentials() == ["database that can be written"]
    assert missing_essentials() == []


def test_settings_are_made_after_connecting_so_that_a_pooler_takes_the_connection() -> None:
    connection.ensure_connection()
    assert connection.connection.info.options == ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('max_parallel_workers_per_gather')"
        )
        assert cursor.fetchone() == ("30s", "0")


def test_a_restart_under_an_idle_pool_costs_no_page_a_500(client, game: Game) -> None:
    pool = connection.pool
    assert pool is not None
    taken = [pool.getconn() for _ in range(3)]
    for one in taken:
        pool.putconn(one)
    connection.close()
    with psycopg.connect(**connections["default"].get_connection_params() | {"autocommit": True}) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    for _ in range(5):
        assert client.get(f"/g/{game.code}/").status_code == 200
