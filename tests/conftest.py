import fcntl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, connections
from django.db.models.signals import post_migrate
from django.utils import translation
from psycopg.errors import DeadlockDetected
from servestatic.middleware import ServeStaticMiddleware

from game.database.full_disk import FULL_DISK
from game.lobby import ownership
from game.models import Game
from game.realtime.server import Server, use
from game.realtime.web_server import WebServer
from tests.support.server import Web
from tests.support.servers import STATIC

# Above this TRUNCATE is quicker than DELETE.
LARGE_BYTES = 4_000_000
# These rows stay, so that nothing has to look for them after every test.
MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a long test begin first, then those with many tests: begun last, a file would run alone."""
    tests = Counter(item.path for item in items)
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: (item.path not in long, -tests[item.path]))


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Collect the hashed static files, which every page names; the first process does it for all."""
    STATIC.parent.mkdir(parents=True, exist_ok=True)
    with STATIC.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("collectstatic", interactive=False, verbosity=0)
    # Read before, it was that of an earlier release, or none.
    staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = staticfiles_storage.load_manifest()


@pytest.fixture(scope="session", autouse=True)
def static_files_are_read_once(static_files: None) -> None:
    """Every client of a test makes its own middleware, which would read all static files again."""
    read = ServeStaticMiddleware.add_files_from_manifest
    found: dict[str, Any] = {}

    def read_once(middleware: ServeStaticMiddleware) -> None:
        if not found:
            read(middleware)
            found.update(middleware.files)
        middleware.files.update(found)
        middleware.insert_directory(staticfiles_storage.location, middleware.static_prefix)

    ServeStaticMiddleware.add_files_from_manifest = read_once


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Reset the language, which a page leaves active in its thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The instructor's password as it is stored; hashing it takes as long as a short test."""
    return make_password("correct horse battery")


@pytest.fixture
def host(db: None, password_hash: str) -> Any:
    return get_user_model().objects.create(username="host", password=password_hash)


@pytest.fixture
def make_game(host: Any) -> Callable[..., Game]:
    def make(**fields: Any) -> Game:
        return ownership.create_game(host, **{"title": "Physics 10b", **fields})

    return make


@pytest.fixture
def game(make_game: Callable[..., Game]) -> Game:
    return make_game()


@pytest.fixture(scope="session", autouse=True)
def no_connection_stays(django_db_setup: None) -> Iterator[None]:
    """Close the pool and flush announcements, because open connections block the drop of the test database."""
    server = Server()
    use(server)
    yield
    server.close()
    caches["derived"].levels.shared.stop()
    connections.close_all()
    connection.close_pool()


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly(django_db_setup: None) -> None:
    """
    Delete the few rows of a test: TRUNCATE, ten times as slow, makes new files for all tables and indexes.

    A web process that sweeps meanwhile may cause a deadlock, or add a row to one that is deleted: then once more.
    """
    truncate, flush = connection.ops.sql_flush, connection.ops.execute_sql_flush

    def sql(style: Any, tables: list[str], **options: bool) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relname = ANY(%s)", [tables])
            [[size]] = cursor.fetchall()
        emptied = sorted({*tables} - MADE_BY_MIGRATE)
        if size > LARGE_BYTES:
            return truncate(style, emptied, **options)
        return ["; ".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in emptied)]

    def patiently(sql_list: list[str]) -> None:
        for _ in range(9):
            try:
                return flush(sql_list)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
            except IntegrityError:
                pass
        flush(sql_list)

    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    connection.ops.sql_flush = sql
    connection.ops.execute_sql_flush = patiently


@pytest.fixture(scope="module")
def web_process(django_db_setup: None, django_db_blocker: Any) -> Iterator[Web]:
    """A web server for the tests of one file: its sweep would close the rounds of tests that know of no server."""
    with django_db_blocker.unblock():
        web = Web().start()
    yield web
    web.stop()


@pytest.fixture
async def web_server(transactional_db: None) -> AsyncIterator[WebServer]:
    """A WebServer in the event loop of the test, with only its hub started."""
    server = WebServer()
    before = use(server)
    server.hub.start()
    yield server
    use(before)
    await server.stop()


@pytest.fixture
def full_disk(transactional_db: None) -> Iterator[Callable[..., Callable[[], None]]]:
    """Fill the disk: PostgreSQL refuses each COMMIT that wrote such a row; calling the result makes room."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END$$"
        )

    def make_room() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS no_room CASCADE")

    def fill(table: str = "game_round") -> Callable[[], None]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE CONSTRAINT TRIGGER no_room AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION no_room()"
            )
        return make_room

    yield fill
    make_room()
    cache.delete(FULL_DISK)
