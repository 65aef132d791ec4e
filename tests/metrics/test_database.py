"""The product's queries stay small on a table of a million rounds, and pages do not ask once a row."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any
from unittest import mock

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from dashboard.keys import StatisticsKey
from dashboard.live import details, fixed_length, predictability, snapshots
from dashboard.pages.exports import rounds as exported_rounds
from dashboard.statistics import find
from game.bots import runner
from game.database.planner import force_index_scans as plans_by_index
from game.games import game_of
from game.lobby import host_commands
from game.models import Game, Player, Round, StatisticsSample, Team, TeamStatistics
from game.physics.reports import reports
from game.realtime import answers
from game.realtime import snapshots as player_snapshots
from game.rounds import ask, close, statement, tallies
from metrics.health import database_facts
from tests.support.people import new_team, open_round
from tests.support.rounds import answer

GAMES, TEAMS, ROUNDS = 50, 20, 1000
REPORT = reports(game_of("simplified"), "uniform", np.zeros((1, 36), dtype=int))[0]
# Tables that grow with play: nobody reads them whole.
LARGE = {"game_round", "game_statisticssample"}


# -- The answers' statement, before there are a million rounds --------------------------------------------------------
def rounds_are_read_by(game: Game) -> set[tuple[str, str | None]]:
    """Explain the statement of a batch of answers as the answers' thread runs it: how it looks for rounds."""
    trials = Round.objects.filter(game=game, closed_at=None)[:2]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        cursor.execute(statement.prepare().replace("%", "%%"), [])
        plans_by_index(cursor)
        players = [trial.players[0] for trial in trials]
        values = [
            [game.pk],
            [game.pk] * len(trials),
            players,
            [t.pk for t in trials],
            ["T"] * len(trials),
        ]
        arrays = ", ".join(f"'{statement.array(value)}'" for value in values)
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE game_answers({arrays})")
        found = cursor.fetchone()[0]
        cursor.execute("DEALLOCATE ALL")
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return {
        (node["Node Type"], node.get("Index Name"))
        for node, _ in looks(plan)
        if node.get("Relation Name") == "game_round" and node["Node Type"] != "ModifyTable"
    }


@pytest.mark.django_db
def test_a_batch_of_answers_finds_its_rounds_by_their_ids_in_a_young_table(game: Game) -> None:
    new_team(game)
    host_commands.start(game.pk)
    assert Round.objects.count() == 1, "the table is not young any more"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE game_round")
    assert rounds_are_read_by(game) == {("Index Scan", "game_round_pkey")}


# -- A million rounds -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def million(django_db_setup: None, django_db_blocker: Any) -> Iterator[Game]:
    """Games that have been played for long, each a fiftieth of all rounds; one of them runs."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            # Dead rows of other tests would lead the planner astray.
            cursor.execute("TRUNCATE game_game, auth_user CASCADE")
        owner = get_user_model().objects.create_user("owner")
        games = Game.objects.bulk_create(
            Game(owner=owner, title=f"Game {n}", state="running" if n == 0 else "finished") for n in range(GAMES)
        )
        teams = Team.objects.bulk_create(
            Team(game=game, name=f"Team {n}", version=ROUNDS) for game in games for n in range(TEAMS)
        )
        Player.objects.bulk_create(
            Player(game_id=team.game_id, team=team, seat=seat, identity=f"{team.pk} {seat}", presence="connected")
            for team in teams
            for seat in (1, 2)
        )
        with transaction.atomic(), connection.cursor() as cursor:
            # The rows are right by construction: checking a million foreign keys would take most of the time.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL statement_timeout = 0")
            _fill_rounds(cursor)
            _fill(cursor)
        TeamStatistics.objects.bulk_create(
            TeamStatistics(
                team=team, run=1, mode="simplified", design="uniform", version=1, report=REPORT, live_report=REPORT
            )
            for team in teams
        )
        with connection.cursor() as cursor:
            for table in ("round", "tally", "statisticssample", "team", "player", "game", "teamstatistics"):
                cursor.execute(f"ANALYZE game_{table}")
        yield games[0]
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE game_game, auth_user CASCADE")


def _fill_rounds(cursor: Any) -> None:
    cursor.execute(
        """
        INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, propensity, players, bots,
            questions, answers, asked_at, deadline, answered_at, closed_at, closed_by)
        SELECT t.game_id, t.id, 1, n, 'simplified', 'food', 'uniform', 0.25, ARRAY[p1.id, p2.id], '',
               CASE n %% 2 WHEN 0 THEN 'A' ELSE 'B' END || CASE n / 2 %% 2 WHEN 0 THEN 'X' ELSE 'Y' END,
               CASE WHEN NOT o.closed THEN '--' ELSE
                   CASE WHEN n %% 3 > 0 THEN 'T' ELSE 'F' END || CASE WHEN n %% 5 > 0 THEN 'T' ELSE 'F' END END,
               o.at, o.at + interval '1 minute', ARRAY[o.at, o.at],
               CASE WHEN o.closed THEN o.at END, CASE WHEN o.closed THEN 'answers' END
        FROM generate_series(1, %s) n CROSS JOIN game_team t JOIN game_game g ON g.id = t.game_id
        JOIN game_player p1 ON p1.team_id = t.id AND p1.seat = 1
        JOIN game_player p2 ON p2.team_id = t.id AND p2.seat = 2,
        LATERAL (SELECT now() - (%s - n) * interval '1 s' AS at, n < %s OR g.state <> 'running' AS closed) o
        """,
        [ROUNDS, ROUNDS, ROUNDS],
    )


def _fill(cursor: Any) -> None:
    cursor.execute(
        """
        INSERT INTO game_tally (team_id, run, mode, design, bots, questions, answers, count)
        SELECT t.id, 1, 'simplified', 'uniform', '', a || x, CASE n WHEN 1 THEN 'TT' ELSE 'TF' END, 30
        FROM game_team t, unnest(ARRAY['A', 'B']) a, unnest(ARRAY['X', 'Y']) x, generate_series(1, 2) n
        """
    )
    cursor.execute(
        """
        INSERT INTO game_statisticssample (game_id, team_id, run, mode, at, rounds, value, log10_evidence)
        SELECT t.game_id, t.id, 1, 'simplified', now() - n * interval '1 min', n * 10, 2.1, 0.5
        FROM game_team t, generate_series(1, 100) n
        """
    )


def plans(work: Callable[[], Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Do the work, which the end of the test takes back, and explain each of its statements."""
    with CaptureQueriesContext(connection) as captured:
        work()
    for query in captured.captured_queries:
        sql = query["sql"]
        if sql.lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            with connection.cursor() as cursor:
                # Captured statements have their values inside: no placeholder is left to be filled.
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%"), [])
                found = cursor.fetchone()[0]
            yield sql, (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def looks(plan: dict[str, Any], limit: float = float("inf")) -> Iterator[tuple[dict[str, Any], float]]:
    """Every node with the rows that it is expected to give: no more than the limit right above it takes."""
    rows = min(plan["Plan Rows"], limit)
    yield plan, rows
    for inner in plan.get("Plans", ()):
        yield from looks(inner, rows if plan["Node Type"] == "Limit" else float("inf"))


def arrive(game: Game) -> Any:
    players = Player.objects.filter(game=game)
    # The test's own transaction has begun already.
    with mock.patch.object(player_snapshots, "one_snapshot", nullcontext):
        return player_snapshots.arrivals([player_snapshots.Request(game.pk, p.identity, True) for p in players])


def export(game: Game) -> Any:
    async def first_page() -> None:
        async for _ in exported_rounds.batches(exported_rounds.wanted(game, "1")):
            return

    async_to_sync(first_page)()


# What it is, and how many rows of a large table one look may be expected to touch.
WORK: dict[str, tuple[Callable[[Game], Any], int]] = {
    "deadlines": (lambda game: close.close_due(), TEAMS * GAMES),
    "waiting teams": (lambda game: ask.ask_waiting(), TEAMS * 4),
    "arrivals": (arrive, TEAMS * 4),
    "projector": (lambda game: snapshots._watch(game.pk), TEAMS * 4),
    "dashboard": (lambda game: snapshots._dashboard(game.pk), TEAMS * 4),
    "ended": (lambda game: fixed_length.is_over(Game.objects.filter(state="finished")[0]), TEAMS * 4),
    "open rounds of bots": (lambda game: runner.turns(), 2 * TEAMS * GAMES),
    "stale games": (lambda game: find.stale_games(), TEAMS * GAMES),
    "times of a team": (
        lambda game: details._response_seconds(game, "team_id = %s", game.teams.first().pk),  # type: ignore[union-attr]
        2 * ROUNDS,
    ),
    "times of a room": (
        lambda game: details._response_seconds(game, "(%s OR bots = '')", False),
        2 * TEAMS * ROUNDS,
    ),
    "questions of a room": (
        lambda game: predictability._measured(game, StatisticsKey.of(game)),
        2 * TEAMS * ROUNDS,
    ),
    "curve of a team": (
        lambda game: list(
            StatisticsSample.objects.filter(team=game.teams.first(), run=1, mode="simplified").order_by("at")
        ),
        400,
    ),
    "curve of a room": (
        lambda game: list(
            StatisticsSample.objects.filter(game=game, team=None, run=1, mode="simplified").order_by("at")
        ),
        TEAMS * 400,
    ),
    "page of an export": (export, 2 * TEAMS * ROUNDS),
    "comparison of tallies": (tallies.differences, 2 * TEAMS * ROUNDS),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", WORK)
def test_query_finds_its_rows_by_an_index_among_a_million(million: Game, name: str) -> None:
    work, rows = WORK[name]
    seen = 0
    for sql, plan in plans(lambda: work(million)):
        for node, expected in looks(plan):
            if node.get("Relation Name") in LARGE:
                seen += 1
                assert node["Node Type"] != "Seq Scan", sql
                assert expected <= rows, sql
    assert seen or name in ("projector", "dashboard", "stale games"), "nothing was asked of a large table"


@pytest.mark.django_db
def test_a_batch_of_answers_finds_its_rounds_by_their_ids_among_a_million(million: Game) -> None:
    assert rounds_are_read_by(million) == {("Index Scan", "game_round_pkey")}


# -- As many queries for many teams as for few ------------------------------------------------------------------------
@pytest.fixture
def grow(make_game: Any) -> Callable[[int], Game]:
    """A running game with so many teams, which have played."""

    def make(teams: int) -> Game:
        game = make_game(max_teams=500)
        for _ in range(teams):
            new_team(game)
        rows = [
            TeamStatistics(
                team=team,
                run=1,
                mode=game.mode,
                design=game.question_design,
                version=1,
                report=REPORT,
                live_report=REPORT,
            )
            for team in game.teams.all()
        ]
        TeamStatistics.objects.bulk_create(rows)
        return game

    return make


PAGES = [
    "/g/{code}/", "/g/{code}/watch/", "/dashboard/", "/dashboard/{code}/", "/dashboard/{code}/room.json",
    "/dashboard/{code}/samples.json", "/dashboard/{code}/export/teams.csv", "/admin/game/game/",
]  # fmt: skip


def queries(work: Callable[[], Any]) -> int:
    caches["derived"].clear()
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", PAGES)
def test_page_asks_no_more_for_many_teams(grow: Callable[[int], Game], client: Client, page: str) -> None:
    few, many = grow(2), grow(12)
    client.force_login(few.owner, backend="django.contrib.auth.backends.ModelBackend")
    asked = [queries(partial(client.get, page.format(code=game.code), follow=True)) for game in (few, many)]
    assert asked[1] <= asked[0] <= 14


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("read", [snapshots.watch, snapshots.dashboard])
def test_snapshot_asks_no_more_for_many_teams(grow: Callable[[int], Game], read: Callable[[int], Any]) -> None:
    few, many = grow(2), grow(12)
    assert queries(lambda: read(few.pk)) == queries(lambda: read(many.pk)) <= 9


@pytest.mark.django_db(transaction=True)
def test_crowd_of_players_arrives_with_as_many_queries_as_one(grow: Callable[[int], Game]) -> None:
    game = grow(12)
    requests = [
        player_snapshots.Request(game.pk, identity, True)
        for identity in Player.objects.filter(game=game).values_list("identity", flat=True)
    ]
    one, all_of_them = (queries(lambda r=r: player_snapshots.arrivals(r)) for r in (requests[:1], requests))
    assert all_of_them <= one


# -- Slow queries, care -----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_slow_query_is_logged_without_its_values(settings: Any) -> None:
    settings.SLOW_QUERY_SECONDS = 0.05
    with capture_logs() as logs, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.06), %s", ["Ada of 10b"])
        cursor.execute("SELECT 1")
    (line,) = [log for log in logs if log["event"] == "slow_query"]
    assert line["statement"] == "SELECT pg_sleep(0.06), %s"
    assert line["milliseconds"] >= 50
    assert "Ada" not in str(logs)


@pytest.mark.django_db
def test_waiting_for_another_workers_lock_is_no_slow_query(settings: Any) -> None:
    settings.SLOW_QUERY_SECONDS = 0.05
    with capture_logs() as logs, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.06), pg_advisory_lock(%s, %s)", [1, 2])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [1, 2])
    assert not logs


@pytest.mark.django_db(transaction=True)
def test_a_slow_commit_of_answers_is_logged_with_its_size_and_time(settings: Any, game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    trial = open_round(team)
    with capture_logs() as logs:
        settings.SLOW_QUERY_SECONDS = 60
        answers.commit_batch([answer(trial, 1, True)])
        settings.SLOW_QUERY_SECONDS = 0
        answers.commit_batch([answer(trial, 1, True), answer(trial, 2, False)])
    (line,) = [log for log in logs if log["event"] == "slow_commit"]
    assert line["answers"] == 2 and line["milliseconds"] > 0
    assert line.keys() == {"event", "log_level", "answers", "milliseconds"}


@pytest.mark.django_db
def test_statements_are_counted_without_their_values() -> None:
    with connection.cursor() as cursor:
        # Only the slowest are listed, and this process has run other tests before.
        cursor.execute("SELECT pg_stat_statements_reset()")
        cursor.execute("SELECT count(*) FROM game_team WHERE name = 'Ada of 10b'")
    found = database_facts.slow_queries()
    assert found is not None
    assert any("FROM game_team WHERE name = $1" in query["query"] for query in found)
    assert "Ada of 10b" not in str(found)
