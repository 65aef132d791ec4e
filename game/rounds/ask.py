"""Ask teams their next round."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from game.games import game_of
from game.games.definition import UNANSWERED
from game.games.draws import digest, draw_by_design
from game.models import GHOST_ROUNDS, Game, Team
from game.physics.designs import draws_by_weight
from game.rounds.rows import Execute, GameRules, RoundChanges, RoundRow, SeatedTeam, lock_games, raise_versions
from game.rounds.seeds import seeds_of
from game.rounds.statement import CAP, array, by_game, quoted, rounds_in_room

# A transaction of so many rounds takes a tenth of a second.
TEAMS_AT_ONCE = 500


def _ask_next(execute: Execute, games: dict[int, GameRules], seats: Iterable[SeatedTeam]) -> list[RoundRow]:
    """Ask each team of a running game its next round; a team with an open round keeps it."""
    wanted = []
    for s in seats:
        game = games[s.game]
        limit = GHOST_ROUNDS if s.ghost else game.round_limit
        if game.state == Game.State.RUNNING and (limit is None or s.number <= limit):
            wanted.append((s, game))
    if not wanted:
        return []
    past = _past(execute, [(s.team, game) for s, game in wanted if not draws_by_weight(game.design)])
    seeds = seeds_of({game.id: game.run for _, game in wanted})
    digests = [digest(seeds[game.id], game.run, s.team, s.number) for s, game in wanted]
    drawn = [
        draw_by_design(game_of(game.mode), game.design, one, past.get(s.team))
        for (s, game), one in zip(wanted, digests, strict=True)
    ]
    stored = execute(
        """
        INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, players, bots, in_room, questions,
                                answers, answered_at, propensity, deadline, asked_at)
        SELECT game, team, run, number, mode, theme, design, string_to_array(players, ' ')::bigint[], bots, in_room,
               questions, repeat('-', length(questions)), array_fill(NULL::timestamptz, ARRAY[length(questions)]),
               propensity, deadline, statement_timestamp()
        FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
                    %s::text[], %s::bool[], %s::text[], %s::float8[], %s::timestamptz[])
             AS v(game, team, run, number, mode, theme, design, players, bots, in_room, questions, propensity, deadline)
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
            # Texts, because unnest would flatten an array of arrays.
            quoted([" ".join(map(str, s.players)) for s, _ in wanted]),
            quoted([s.bots for s, _ in wanted]),
            array([s.in_room for s, _ in wanted]),
            array([draw.context for draw in drawn]),
            array([float(draw.probability) for draw in drawn]),
            quoted([game.deadline for _, game in wanted]),
        ],
    )
    ids = {team: pk for pk, team in stored.fetchall()}
    return [
        _opened(ids[s.team], s, game, draw.context)
        for (s, game), draw in zip(wanted, drawn, strict=True)
        if s.team in ids
    ]


def _opened(pk: int, s: SeatedTeam, game: GameRules, questions: str) -> RoundRow:
    return RoundRow(
        pk, game.id, s.team, game.run, s.number, game.mode, game.theme, game.design, s.players, s.bots, "",
        s.in_room, questions, UNANSWERED * len(questions), game.deadline, None,
    )  # fmt: skip


def _past(execute: Execute, teams: list[tuple[int, GameRules]]) -> dict[int, dict[str, int]]:
    """Return how often each team was asked each context, for designs that depend on the past."""
    if not teams:
        return {}
    counts = execute(
        """
        SELECT t.team_id, t.questions, sum(t.count)
        FROM game_tally t JOIN unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS v(team, run, mode, design)
             ON (t.team_id, t.run, t.mode, t.design) = (v.team, v.run, v.mode, v.design)
        GROUP BY 1, 2
        """,
        [
            [team for team, _ in teams],
            [game.run for _, game in teams],
            [game.mode for _, game in teams],
            [game.design for _, game in teams],
        ],
    )
    past: dict[int, dict[str, int]] = {}
    for team, questions, count in counts.fetchall():
        past.setdefault(team, {})[questions] = count
    return past


def ask_teams(execute: Execute, games: Iterable[int], teams: Sequence[int] | None = None) -> list[RoundRow]:
    """
    Ask full teams of running games without an open round, at most TEAMS_AT_ONCE of all teams or of the named ones.

    After a round that closed without all answers a team is asked only when all seats are connected, so that an absence
    costs at most one round.  The teams' versions rise, because the open round counts as a loss once it is old enough.
    """
    locked = lock_games(execute, games)
    seats = by_game("g.mode", lambda game: game.seat_count)
    ready = execute(
        f"""
        SELECT g.id, t.id, coalesce(last.number, 0) + 1, p.players, p.bots, t.ghost,
               t.left_out_at IS NULL AND (coalesce(last.number, 0) < g.cap OR {rounds_in_room("t.id", "g")} < g.cap)
        FROM game_team t
        JOIN (SELECT id, run, mode, question_design AS design, {CAP} AS cap FROM game_game g) g ON g.id = t.game_id
        CROSS JOIN LATERAL (
            SELECT array_agg(id ORDER BY seat) AS players,
                   coalesce(string_agg(seat::text, '' ORDER BY seat) FILTER (WHERE kind <> 'person'), '') AS bots,
                   bool_and(kind <> 'person' OR presence = 'connected') AS present
            FROM game_player WHERE team_id = t.id) p
        LEFT JOIN LATERAL (
            SELECT number, closed_at, closed_by FROM game_round r
            WHERE r.team_id = t.id AND r.run = g.run ORDER BY number DESC LIMIT 1) last ON true
        WHERE g.id = ANY(%s) AND (%s::bigint[] IS NULL OR t.id = ANY(%s::bigint[])) AND t.active
          AND cardinality(p.players) = {seats}
          AND (last.number IS NULL OR last.closed_at IS NOT NULL AND (last.closed_by = 'answers' OR p.present))
        ORDER BY t.id LIMIT %s
        """,
        [list(locked), named := None if teams is None else list(teams), named, TEAMS_AT_ONCE],
    )
    opened = _ask_next(execute, locked, [SeatedTeam(*row) for row in ready.fetchall()])
    raise_versions(execute, Counter(trial.team for trial in opened))
    return opened


def ask_in_parts(game: int, after: int) -> Iterator[RoundChanges]:
    """
    Ask the teams of a game behind this one, some hundred in a transaction, and yield what each has asked.

    Answers wait for no long transaction.  When the process dies in between, the sweep asks the rest.
    """
    teams = list(Team.objects.filter(game=game, active=True, pk__gt=after).order_by("pk").values_list("pk", flat=True))
    for part in range(0, len(teams), TEAMS_AT_ONCE):
        yield ask_waiting(teams[part : part + TEAMS_AT_ONCE])


def ask_waiting(teams: Sequence[int] | None = None) -> RoundChanges:
    """Ask the teams that lack a round, after a player came back or a process died."""
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
    """Return the age at which a round counts as evidence, closed or not, so that slow answers choose nothing."""
    return timedelta(seconds=settings.EVIDENCE_DELAY_SECONDS)
