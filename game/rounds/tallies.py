"""Tallies are derived: this proves that they agree with the rounds, and makes them anew from them."""

from typing import Any, NamedTuple

from django.db import connection, transaction

from game.models import TALLY_KEY, Game, Tally

_COLUMNS = ", ".join("team_id" if name == "team" else name for name in TALLY_KEY)
_COUNTED = f"""
    SELECT {_COLUMNS}, count(*)::int AS count FROM game_round
    WHERE game_id = %(game)s AND closed_at IS NOT NULL GROUP BY {_COLUMNS}
"""


class Difference(NamedTuple):
    """A cell in which the tally and a count of the closed rounds differ; None where there is no tally or no round."""

    team: int
    run: int
    mode: str
    design: str
    question_1: str
    question_2: str
    answer_1: bool | None
    answer_2: bool | None
    tallied: int | None
    rounds: int | None


def differences(game: Game) -> list[Difference]:
    """Compare the tallies of a game with its rounds, in one snapshot of the database."""
    with connection.cursor() as cursor:
        # Grouped and not joined: an answer may be NULL, by which no join can hash, and each cell would meet each.
        cursor.execute(
            f"""
            WITH counted AS (
                SELECT {_COLUMNS}, count AS tallied, NULL::int AS rounds FROM game_tally
                WHERE count > 0 AND team_id IN (SELECT id FROM game_team WHERE game_id = %(game)s)
                UNION ALL
                SELECT {_COLUMNS}, NULL, count FROM ({_COUNTED}) AS r
            )
            SELECT {_COLUMNS}, max(tallied), max(rounds) FROM counted GROUP BY {_COLUMNS}
            HAVING max(tallied) IS DISTINCT FROM max(rounds)
            """,
            {"game": game.pk},
        )
        return [Difference(*row) for row in cursor.fetchall()]


def rebuild(game: Game) -> None:
    """Count a game's tallies anew from its rounds, while nobody answers; its statistics are then out of date."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        Game.objects.select_for_update(no_key=True).get(pk=game.pk)
        Tally.objects.filter(team__game=game).delete()
        parameters: dict[str, Any] = {"game": game.pk}
        cursor.execute(f"INSERT INTO game_tally ({_COLUMNS}, count) {_COUNTED}", parameters)
        # A team that never played has no statistics that could follow its version.
        cursor.execute(
            """
            UPDATE game_team t SET version = version + 1
            WHERE game_id = %(game)s AND EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id)
            """,
            parameters,
        )
