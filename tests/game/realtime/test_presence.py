"""Who is there: written by several processes at once, and told whatever becomes of the next statement."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from game.models import Game, Player
from game.realtime import presence, snapshots
from tests.support.server import Web, eventually, two_phones

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
"""


def is_anybody_waiting() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL shows what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("write", [presence._write, presence._renew])
def test_who_is_noted_and_who_arrives_in_another_process_never_wait_for_each_other(
    game: Game, write: Callable[[dict[int, str]], Any]
) -> None:
    # The order of the rows is not that of the identities.
    last, first = (Player.objects.create(game=game, identity=identity, presence="away") for identity in "ba")

    def note() -> None:
        try:
            write({last.pk: "connected", first.pk: "connected"})
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other_process:
        with transaction.atomic():
            snapshots._meet({(game.pk, "a"): ""})
            noted = other_process.submit(note)
            eventually(is_anybody_waiting)
            snapshots._meet({(game.pk, "a"): "", (game.pk, "b"): ""})
        noted.result()
    assert set(Player.objects.filter(game=game).values_list("presence", "tab")) == {("connected", 1), ("connected", 2)}


def test_what_was_written_is_told_though_the_next_statement_fails(
    transactional_db: None, web_process: Web, game: Game, settings: Any
) -> None:
    first, _ = two_phones(web_process, game)
    first.hear_partner("connected")
    player = Player.objects.get(game=game, seat=2).pk
    settings.AWAY_SECONDS = "no number"
    here = presence.Presence()
    here._parts = iter([0])
    here.report(player, "idle")
    with pytest.raises(DataError):
        here.flush()
    first.hear_partner("idle")


def test_who_is_still_there_is_written_in_place_and_no_index_with_it(game: Game) -> None:
    players = [Player.objects.create(game=game, identity=identity, presence="connected").pk for identity in "ab"]
    with connection.cursor() as cursor:
        # What this connection did before would be counted too.
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with transaction.atomic(), connection.cursor() as cursor:
        presence._renew(dict.fromkeys(players, "connected"))
        cursor.execute(
            "SELECT pg_stat_get_xact_tuples_updated(t), pg_stat_get_xact_tuples_hot_updated(t)"
            " FROM (SELECT 'game_player'::regclass::oid) AS player(t)"
        )
        assert cursor.fetchone() == (len(players), len(players))
