"""Check that the database holds every acknowledged answer once, and that numbers equal a recount."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection

from game.models import Game, Player, Round


def acknowledged(games: list[int], said: Iterable[tuple[int, int]]) -> list[str]:
    """
    Compare acknowledgements with the rows.

    `said` has the seat and twice the round's id plus the answer of each acknowledgement.
    """
    stored = dict(Round.objects.filter(game__in=games).values_list("pk", "answers").iterator(20_000))
    wrong = []
    for seat, packed in said:
        pk, answer = divmod(packed, 2)
        if pk not in stored:
            wrong.append(f"round {pk}: acknowledged and not stored")
        elif stored[pk][seat - 1] != "FT"[answer]:
            wrong.append(f"round {pk}, seat {seat}: {'FT'[answer]} acknowledged, {stored[pk]} stored")
    return wrong


def seats(game: int, players: int) -> list[str]:
    """Check that this many players have a seat each, in teams of at most two, one of which waits at most."""
    taken = Counter(Player.objects.filter(game=game, team__isnull=False).values_list("team_id", flat=True))
    wrong = [f"team {team}: {n} players" for team, n in taken.items() if n > 2]
    if taken.total() != players:
        wrong.append(f"{taken.total()} players have a seat, {players} were told so")
    if (alone := sum(n == 1 for n in taken.values())) > players % 2:
        wrong.append(f"{alone} players wait alone")
    return wrong


def rows(game: int) -> list[str]:
    """Check that tallies equal rounds, numbers have no gap, and every full team has one open round."""
    wrong = [f"tally {row}: differs from its rounds" for row in _query(_TALLIES, game, game)]
    wrong += [f"team {team}: {n} rounds numbered to {last}" for team, n, last in _query(_NUMBERS, game)]
    if Game.objects.get(pk=game).state == Game.State.RUNNING:
        wrong += [f"team {team}: {n} open rounds" for team, n in _query(_OPEN, game)]
    return wrong


def recount(game: int) -> dict[int, tuple[int, int, int]]:
    """Count closed and won rounds by team, and those of them that are in the room (game `simplified`)."""
    return {row[0]: row[1:] for row in _query(_RECOUNT, game)}


def screen(counted: dict[int, tuple[int, int, int]], shown: dict[str, Any]) -> list[str]:
    """
    Compare a dashboard's numbers with a recount of the rounds.

    A row counts all rounds of its team; the room none of those that a team was asked ahead of its cap.
    """
    total = sum(in_room for _issued, _wins, in_room in counted.values())
    wrong = []
    if shown["room"] is None or shown["room"]["rounds"] != total:
        wrong.append(f"a dashboard shows {shown['room'] and shown['room']['rounds']} rounds, {total} are in the room")
    for team, (issued, wins, _in_room) in counted.items():
        seen = shown["rows"].get(str(team))
        if seen != [issued, wins]:
            wrong.append(f"team {team}: a dashboard shows [issued, won] {seen}, there are {[issued, wins]}")
    return wrong


def clear(games: list[int]) -> None:
    """End checked games, so that they do not slow the next run."""
    Round.objects.filter(game__in=games, closed_at=None).delete()
    Game.objects.filter(pk__in=games).update(state=Game.State.FINISHED)
    with connection.cursor() as cursor:
        for statement in ("VACUUM (ANALYZE)", "CHECKPOINT"):
            cursor.execute(statement)


def _query(sql: str, *parameters: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


_KEY = "team_id, run, mode, design, bots, questions, answers"
_TALLIES = f"""
    WITH counted AS (SELECT {_KEY}, count(*) AS count FROM game_round WHERE game_id = %s AND closed_at IS NOT NULL
                     GROUP BY {_KEY}),
         tallied AS (SELECT {_KEY}, count FROM game_tally
                     WHERE team_id IN (SELECT id FROM game_team WHERE game_id = %s))
    (TABLE counted EXCEPT TABLE tallied) UNION ALL (TABLE tallied EXCEPT TABLE counted)
"""
_NUMBERS = """
    SELECT team_id, count(*), max(number) FROM game_round WHERE game_id = %s
    GROUP BY team_id, run HAVING count(*) <> max(number)
"""
_OPEN = """
    SELECT t.id, (SELECT count(*) FROM game_round r WHERE r.team_id = t.id AND r.closed_at IS NULL) FROM game_team t
    WHERE t.game_id = %s AND (SELECT count(*) FROM game_player p WHERE p.team_id = t.id) = 2
      AND (SELECT count(*) FROM game_round r WHERE r.team_id = t.id AND r.closed_at IS NULL) <> 1
"""
_RECOUNT = """
    SELECT team_id, count(*)::int,
           count(*) FILTER (WHERE position('-' IN answers) = 0
               AND (left(answers, 1) <> right(answers, 1)) = (questions = 'BY'))::int,
           count(*) FILTER (WHERE in_room)::int
    FROM game_round WHERE game_id = %s AND closed_at IS NOT NULL GROUP BY team_id
"""
