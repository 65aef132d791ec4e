"""A hall of many teams is started, finished and reset in transactions of bounded size."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from game.lobby import host_commands
from game.models import Game, Player, Round, Team
from game.rounds import ask, close

pytestmark = pytest.mark.django_db(transaction=True)

TEAMS = 2 * ask.TEAMS_AT_ONCE + 10


@pytest.fixture
def hall(make_game: Any) -> Game:
    game: Game = make_game(max_teams=5_000)
    teams = Team.objects.bulk_create([Team(game=game, name=f"Team {n}") for n in range(TEAMS)])
    Player.objects.bulk_create(
        Player(game=game, identity=f"{team.pk} {seat}", team=team, seat=seat, presence="connected")
        for team in teams
        for seat in (1, 2)
    )
    return game


def most_in_a_transaction() -> int:
    """Return how many rounds one transaction wrote at most, of those that are as it left them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(n) FROM (SELECT count(*) AS n FROM game_round GROUP BY xmin::text) t")
        return int(cursor.fetchone()[0])


def test_a_start_asks_every_team_once_and_never_more_than_five_hundred_at_once(hall: Game) -> None:
    host_commands.start(hall.pk)
    teams = Counter(Round.objects.filter(closed_at=None, number=1).values_list("team", flat=True))
    assert len(teams) == TEAMS and set(teams.values()) == {1}
    assert most_in_a_transaction() == ask.TEAMS_AT_ONCE


def test_teams_that_a_dead_process_did_not_ask_are_asked_by_the_sweep(hall: Game) -> None:
    # As if it had died after the commit of the state.
    Game.objects.filter(pk=hall.pk).update(state=Game.State.RUNNING)
    asked = [len(ask.ask_waiting().opened) for _ in range(4)]
    assert asked == [ask.TEAMS_AT_ONCE, ask.TEAMS_AT_ONCE, 10, 0]


def test_a_finish_gives_every_open_round_the_time_of_grace_and_the_sweep_closes_them_in_parts(hall: Game) -> None:
    host_commands.start(hall.pk)
    host_commands.finish(hall.pk)
    hall.refresh_from_db()
    assert set(Round.objects.values_list("deadline", flat=True)) == {hall.grace_ends_at}
    assert most_in_a_transaction() == close.ROUNDS_AT_ONCE
    Round.objects.update(deadline=timezone.now())
    closed = [len(close.close_due().closed) for _ in range(4)]
    assert closed == [close.ROUNDS_AT_ONCE, close.ROUNDS_AT_ONCE, 10, 0]


def test_a_reset_closes_every_round_in_parts_and_the_next_run_begins(hall: Game) -> None:
    host_commands.start(hall.pk)
    host_commands.reset(hall.pk)
    hall.refresh_from_db()
    assert (hall.state, hall.run, hall.paused_at) == ("lobby", 2, None)
    assert set(Round.objects.values_list("closed_by", flat=True)) == {"reset"}
    assert most_in_a_transaction() == close.ROUNDS_AT_ONCE
    host_commands.start(hall.pk)
    assert Round.objects.filter(run=2, closed_at=None).count() == TEAMS
