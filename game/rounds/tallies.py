"""Compare tallies with rounds, rebuild them from rounds, and find the teams of bots."""

from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from game.models import Game, Tally, Team
from game.rounds.statement import TALLY

_COUNTED = f"""
    SELECT {TALLY}, count(*)::int AS count, (count(*) FILTER (WHERE NOT in_room))::int AS outside FROM game_round
    WHERE game_id = %(game)s AND closed_at IS NOT NULL GROUP BY {TALLY}
"""


class Difference(NamedTuple):
    """
    A cell whose tally differs from the count of closed rounds; None where there is no tally or no round.

    outside and rounds_outside are how many of them were asked outside the room.
    """

    team: int
    run: int
    mode: str
    design: str
    bots: str
    questions: str
    answers: str
    tallied: int | None
    rounds: int | None
    outside: int | None = None
    rounds_outside: int | None = None


def differences(game: Game) -> list[Difference]:
    """Compare the tallies of a game with its rounds, in one snapshot of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH counted AS (
                SELECT {TALLY}, count AS tallied, NULL::int AS rounds, outside, NULL::int AS rounds_outside
                FROM game_tally
                WHERE count > 0 AND team_id IN (SELECT id FROM game_team WHERE game_id = %(game)s)
                UNION ALL
                SELECT {TALLY}, NULL, count, NULL, outside FROM ({_COUNTED}) AS r
            )
            SELECT {TALLY}, max(tallied), max(rounds), max(outside), max(rounds_outside)
            FROM counted GROUP BY {TALLY}
            HAVING (max(tallied), max(outside)) IS DISTINCT FROM (max(rounds), max(rounds_outside))
            """,
            {"game": game.pk},
        )
        return [Difference(*row) for row in cursor.fetchall()]


def rebuild(game: Game) -> None:
    """Rebuild a game's tallies from its rounds while answers wait; its statistics are out of date then."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        Game.objects.select_for_update(no_key=True).get(pk=game.pk)
        Tally.objects.filter(team__game=game).delete()
        parameters: dict[str, Any] = {"game": game.pk}
        cursor.execute(f"INSERT INTO game_tally ({TALLY}, count, outside) {_COUNTED}", parameters)
        # A team that never played has no statistics, so its version stays.
        cursor.execute(
            """
            UPDATE game_team t SET version = version + 1
            WHERE game_id = %(game)s AND EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id)
            """,
            parameters,
        )


def of_bots(teams: QuerySet[Team], *key: Any) -> QuerySet[Team]:
    """
    Return the teams that lists keep apart: a bot sits or sat there, and no round of persons alone is in the room.

    The key is run, mode and design of the rounds, by default those that the game asks now.
    """
    run, mode, design = key or map(OuterRef, ("game__run", "game__mode", "game__question_design"))
    persons = Tally.objects.filter(team=OuterRef("pk"), run=run, mode=mode, design=design, bots="")
    return teams.filter(~Exists(persons.filter(count__gt=F("outside"))), bots=True)
