"""
Connections that a network swallows without an end: every process goes on by new ones.

Of web and Valkey: tests/game/realtime/test_black_holes.py.
"""

import contextlib
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
from websockets.exceptions import ConnectionClosed

from game.lobby import host_commands
from game.models import Game, Round, TeamStatistics
from game.realtime.answers import publish_changes
from metrics.monitoring import liveness
from tests.load.hosts.namespaces import missing, namespaces
from tests.support.people import new_team
from tests.support.prometheus import worker
from tests.support.relay import Relay
from tests.support.rounds import play_round
from tests.support.server import Tab, Web, environment_of_tests, eventually, running, two_phones

pytestmark = pytest.mark.django_db(transaction=True)
LENGTHS = [5, *(pytest.param(seconds, marks=pytest.mark.physics) for seconds in (30, 120))]
# The timeout of a statement or of the broker's sockets, and a second attempt; more on a busy machine.
AFTERWARDS_SECONDS = 120
BEAT = ("celery", "--quiet", "--app", "chsh_project", "beat", "--loglevel", "WARNING")


@contextlib.contextmanager
def relayed(name: str) -> Iterator[tuple[Relay, dict[str, str]]]:
    """Relay to the server that the environment names; yield the relay and the environment that leads through it."""
    server = urlsplit(environment_of_tests()[name])
    login = server.netloc.rpartition("@")[0]
    with Relay(server.hostname or "", server.port or 0) as relay:
        address = f"{login}@127.0.0.1:{relay.port}" if login else f"127.0.0.1:{relay.port}"
        yield relay, {name: server._replace(netloc=address).geturl()}


def black_hole(relay: Relay, seconds: float) -> None:
    relay.swallow()
    time.sleep(seconds)
    relay.relay_again()


@pytest.mark.long
@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("server", ["REDIS_URL", "DATABASE_URL"])
def test_a_worker_counts_again_after_a_black_hole(
    transactional_db: None, game: Game, server: str, seconds: float
) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    with relayed(server) as (relay, environment), worker(**environment):
        # As a web process does: each round is a hint, and those of the time before may have expired.
        publish_changes(play_round(team))
        eventually(lambda: counted(team.pk) >= 1, AFTERWARDS_SECONDS)
        publish_changes(play_round(team))
        black_hole(relay, seconds)
        before = counted(team.pk)

        def is_counted() -> bool:
            publish_changes(play_round(team))
            return counted(team.pk) > before

        eventually(is_counted, AFTERWARDS_SECONDS)


def counted(team: int) -> int:
    """Return the version of the team that the last statistics include, 0 without any."""
    found = TeamStatistics.objects.filter(team=team).first()
    return 0 if found is None else found.version


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("server", ["REDIS_URL", "DATABASE_URL"])
def test_beat_sends_again_after_a_black_hole(transactional_db: None, server: str, seconds: float) -> None:
    cache.delete("alive:beat")
    with relayed(server) as (relay, environment), running(*BEAT, **environment):
        eventually(lambda: liveness.is_alive("beat"), AFTERWARDS_SECONDS)
        black_hole(relay, seconds)
        cache.delete("alive:beat")
        eventually(lambda: liveness.is_alive("beat"), AFTERWARDS_SECONDS)


@pytest.mark.parametrize("seconds", LENGTHS)
def test_phones_and_pages_go_on_after_a_black_hole_between_web_and_postgresql(
    transactional_db: None, game: Game, seconds: float
) -> None:
    with relayed("DATABASE_URL") as (relay, environment):
        web = Web(**environment).start()
        try:
            phones = two_phones(web, game)
            host_commands.start(game.pk)
            first = phones[0].asked()["round"]
            for tab in phones:
                tab.say("answer", round=first, answer="T")
                tab.hear("answer_recorded", round=first)
            second = phones[0].asked()["round"]
            relay.swallow()
            phones[0].say("answer", round=second, answer="T")
            time.sleep(seconds)
            relay.relay_again()
            for tab in phones:
                eventually(lambda tab=tab: answers_as_a_page_does(web, tab), AFTERWARDS_SECONDS)
            eventually(lambda: Round.objects.filter(game=game, closed_by=Round.ClosedBy.ANSWERS).count() >= 2)
            eventually(lambda: is_served(f"http://127.0.0.1:{web.port}/g/{game.code}/"), AFTERWARDS_SECONDS)
        finally:
            web.stop()


def answers_as_a_page_does(web: Web, before: Tab) -> bool:
    """Connect again, answer what the snapshot asks, and return whether that was recorded, or had been before."""
    try:
        tab = Tab(web, urlsplit(before.url).path, before.headers)
    except (OSError, TimeoutError):
        return False
    try:
        question = tab.hear("player_snapshot")["question"]
        if question["answer"] is None:
            tab.say("answer", round=question["round"], answer="T")
            tab.hear("answer_recorded", round=question["round"])
    except (AssertionError, ConnectionClosed, OSError):
        return False
    finally:
        tab.close()
    return True


def is_served(url: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(urllib.request.urlopen(url, timeout=15).status == 200)
    return False


# -- Connections by themselves ----------------------------------------------------------------------------------------
def test_a_connection_whose_server_never_answers_is_closed_and_the_next_one_works() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()[0]
        connection.connection.patience_seconds = 0.2
        with pytest.raises(OperationalError, match=r"no answer from the database for 0\.2 s"):
            cursor.execute("SELECT pg_sleep(20)")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.4)")
        assert cursor.fetchone()[0] != before


def test_connections_wait_for_the_end_of_the_longest_statement_and_not_for_ever() -> None:
    connection.ensure_connection()
    timeout = settings.DATABASES["default"]["OPTIONS"]["set"]["statement_timeout"] / 1000
    assert timeout < connection.connection.patience_seconds <= timeout + 5


def test_a_process_that_is_cut_off_within_a_transaction_frees_its_locks_after_seconds() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM current_setting('idle_in_transaction_session_timeout')::interval)")
        assert 5 < cursor.fetchone()[0] <= 30


def test_the_product_sets_what_the_system_needs_to_give_a_connection_up() -> None:
    with connection.cursor() as cursor:
        given = cursor.connection.info.get_parameters()
    assert {name: int(given[name]) for name in settings.LOST_CONNECTIONS} == settings.LOST_CONNECTIONS


@pytest.mark.parametrize(
    ("statement", "cut_after_seconds"),
    [("SELECT 1", 0.0), ("SELECT pg_sleep(60)", 1.0)],
    ids=["before it is sent", "while it runs"],
)
def test_the_system_gives_up_a_connection_whose_cable_is_pulled(
    transactional_db: None, statement: str, cut_after_seconds: float
) -> None:
    if reason := missing():
        pytest.skip(reason)
    server = connection.settings_dict
    # The product's limits, shortened.
    limits = settings.LOST_CONNECTIONS | {"tcp_user_timeout": 2000, "keepalives_idle": 1, "keepalives_interval": 1}
    with namespaces() as net:
        address = net.add("database")
        net.add("web")
        with net.within("database"):
            listening = socket.create_server((address, 0))
        with Relay(server["HOST"], int(server["PORT"]), listening=listening) as relay:
            with net.within("web"):
                lost = psycopg.connect(
                    host=address, port=relay.port, user=server["USER"], password=server["PASSWORD"],
                    dbname=server["NAME"], autocommit=True, **limits,
                )  # fmt: skip
            assert lost.execute("SELECT 1").fetchone() == (1,)
            cutting = threading.Timer(cut_after_seconds, net.cut, ["database"])
            cutting.start()
            if not cut_after_seconds:
                cutting.join()
            with lost, pytest.raises(psycopg.OperationalError, match="timed out"):
                lost.execute(statement)
            cutting.join()
