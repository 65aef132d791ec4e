"""Ask teams their next round."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from game.models import Game
from game.physics import rules
from game.rounds.rows import Execute, GameRules, RoundChanges, RoundRow, SeatedTeam, lock_games, raise_versions
from game.rounds.statement import array


def _ask_next(execute: Execute, games: dict[int, GameRules], seats: Iterable[SeatedTeam]) -> list[RoundRow]:
    """Ask each team its next round where the game asks at all; a team that has an open round keeps it."""
    wanted = []
    for s in seats:
        game = games[s.game]
        if game.state == Game.State.RUNNING and (game.round_limit is None or s.number <= game.round_limit):
            wanted.append((s, game))
    if not wanted:
        return []
    past = _past(execute, [(s.team, game) for s, game in wanted if game.design != "uniform"])
    drawn = [rules.draw(game.mode, game.design, past.get(s.team)) for s, game in wanted]
    stored = execute(
        """
        INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, player_1_id, player_2_id,
                                question_1, question_2, propensity, deadline, asked_at)
        SELECT *, statement_timestamp()
        FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[],
                    %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::float8[], %s::timestamptz[])
        ON CONFLICT DO NOTHING RETURNING id, team_id
        """,
        [
            array([game.id for _, game in wanted]),
            array([s.team for s, _ in wanted]),
            array([game.run for _, game in wanted]),
            array([s.number for s, _ in wanted]),
            array([game.mode for _, game in wanted]),
            array([game.theme for _, game in wanted]),
            array([game.design for _, game in wanted]),
            array([s.player_1 for s, _ in wanted]),
            array([s.player_2 for s, _ in wanted]),
            array([q1 for q1, _, _ in drawn]),
            array([q2 for _, q2, _ in drawn]),
            array([propensity for _, _, propensity in drawn]),
            array([f'"{game.deadline}"' for _, game in wanted]),
        ],
    )
    ids = {team: pk for pk, team in stored.fetchall()}
    return [
        _opened(ids[s.team], s, game, q1, q2)
        for (s, game), (q1, q2, _) in zip(wanted, drawn, strict=True)
        if s.team in ids
    ]


def _opened(pk: int, s: SeatedTeam, game: GameRules, q1: str, q2: str) -> RoundRow:
    return RoundRow(
        pk, game.id, s.team, game.run, s.number, game.mode, game.theme, game.design, s.player_1, s.player_2,
        q1, q2, None, None, game.deadline, None,
    )  # fmt: skip


def _past(execute: Execute, teams: list[tuple[int, GameRules]]) -> dict[int, dict[rules.Pair, int]]:
    """How often each pair was asked, for the question designs that look at the past."""
    if not teams:
        return {}
    counts = execute(
        """
        SELECT t.team_id, t.question_1, t.question_2, sum(t.count)
        FROM game_tally t JOIN unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS v(team, run, mode, design)
             ON (t.team_id, t.run, t.mode, t.design) = (v.team, v.run, v.mode, v.design)
        GROUP BY 1, 2, 3
        """,
        [
            [team for team, _ in teams],
            [game.run for _, game in teams],
            [game.mode for _, game in teams],
            [game.design for _, game in teams],
        ],
    )
    past: dict[int, dict[rules.Pair, int]] = {}
    for team, q1, q2, count in counts.fetchall():
        past.setdefault(team, {})[q1, q2] = count
    return past


_PRESENT = "({0}.kind <> 'person' OR {0}.presence = 'connected')"


def ask_teams(execute: Execute, games: Iterable[int], teams: Sequence[int] | None = None) -> list[RoundRow]:
    """
    Ask every full team of running games that has no open round, or only the named teams.

    After a round that closed without both answers a team is asked only when both seats are connected, so that an
    absence costs at most one round.  The versions of the teams rise: their statistics must learn of the open round,
    which will count as a loss when it is old enough.
    """
    locked = lock_games(execute, games)
    ready = execute(
        f"""
        SELECT g.id, t.id, coalesce(last.number, 0) + 1, p1.id, p2.id
        FROM game_team t
        JOIN game_game g ON g.id = t.game_id
        JOIN game_player p1 ON p1.team_id = t.id AND p1.seat = 1
        JOIN game_player p2 ON p2.team_id = t.id AND p2.seat = 2
        LEFT JOIN LATERAL (
            SELECT number, closed_at, closed_by FROM game_round r
            WHERE r.team_id = t.id AND r.run = g.run ORDER BY number DESC LIMIT 1) last ON true
        WHERE g.id = ANY(%s) AND (%s::bigint[] IS NULL OR t.id = ANY(%s::bigint[])) AND t.active
          AND (last.number IS NULL OR last.closed_at IS NOT NULL AND (
               last.closed_by = 'answers' OR {_PRESENT.format("p1")} AND {_PRESENT.format("p2")}))
        ORDER BY t.id
        """,
        [list(locked), named := None if teams is None else list(teams), named],
    )
    opened = _ask_next(execute, locked, [SeatedTeam(*row) for row in ready.fetchall()])
    raise_versions(execute, Counter(trial.team for trial in opened))
    return opened


def ask_waiting(teams: Sequence[int] | None = None) -> RoundChanges:
    """Ask the teams that wait for a round though they could have one: somebody came back, or a process died."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT g.id FROM game_game g JOIN game_team t ON t.game_id = g.id
            WHERE g.state = 'running' AND (%(teams)s::bigint[] IS NULL OR t.id = ANY(%(teams)s::bigint[]))
            """,
            {"teams": None if teams is None else list(teams)},
        )
        games = [row[0] for row in cursor.fetchall()]
        return RoundChanges([], [], ask_teams(cursor.execute, games, teams) if games else [])


def evidence_delay() -> timedelta:
    """A round asked longer ago than this soon counts as evidence, closed or not: nobody can choose by dawdling."""
    return timedelta(seconds=settings.EVIDENCE_DELAY_SECONDS)
