"""
Read the new rounds of all games in play and advance each team's evidence that its seats answer in step.

A pass reads at most `ROUNDS_AT_ONCE` rounds, so that a hall of 5,000 teams costs a bounded time; the rest comes with
the next one.  What is unread is a fact of rows: a pass that is lost or runs twice does no harm.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from dashboard.answer_times.alarms import alarms_of_games
from dashboard.keys import StatisticsKey
from dashboard.live.snapshots import alarm_views
from game import cache
from game.bots.strategies import WHISPER
from game.models import Game, RoomStatistics
from game.physics.answer_times import AnswerTimes, Coupling, advanced, closest_seats, log10_e
from game.realtime.announce import delta
from game.realtime.hub.broadcast import Broadcast
from game.realtime.messages.watch import Alarm
from game.realtime.server import current_server

ROUNDS_AT_ONCE = 20_000
# Of a team that comes back from a long silence.
ROUNDS_OF_A_TEAM = 200
# Games that ended this long ago have been read.
SECONDS_AFTER_END = 120
# One pass at a time: the key of an advisory lock.
_LOCK = 7_281_104

# Rounds of persons alone, and of the team that is added to show the alarm; others are passed over.
_UNREAD = f"""
    SELECT t.id, t.game_id, g.run, s.state, s.log10_e_max, r.number, r.questions, r.seconds,
           r.bots = '' OR EXISTS (SELECT FROM game_player p WHERE p.team_id = t.id AND p.kind = '{WHISPER}')
    FROM game_game g JOIN game_team t ON t.game_id = g.id
    LEFT JOIN game_answertimes s ON s.team_id = t.id AND s.run = g.run
    CROSS JOIN LATERAL (
        SELECT number, questions, bots,
               (SELECT json_agg(date_part('epoch', a - asked_at) ORDER BY seat)
                FROM unnest(answered_at) WITH ORDINALITY u(a, seat)) AS seconds
        FROM game_round WHERE team_id = t.id AND run = g.run AND number > coalesce(s.through_number, 0)
             AND closed_at IS NOT NULL
        ORDER BY number LIMIT {ROUNDS_OF_A_TEAM}) r
    WHERE (g.state IN ('running', 'paused') OR g.finished_at > now() - make_interval(secs => {SECONDS_AFTER_END}))
          AND (NOT t.bots OR NOT t.ghost OR EXISTS (
              SELECT FROM game_player p WHERE p.team_id = t.id AND p.kind = '{WHISPER}'))
    LIMIT {ROUNDS_AT_ONCE}
"""
_WRITE = """
    INSERT INTO game_answertimes AS s (team_id, run, through_number, state, seats, log10_e, log10_e_max)
    SELECT team_id, run, through_number, state, seats, log10_e, log10_e_max
    FROM jsonb_to_recordset(%s::jsonb) AS v(team_id bigint, run int, through_number int, state jsonb, seats text,
         log10_e float8, log10_e_max float8)
    ON CONFLICT (team_id, run) DO UPDATE SET through_number = excluded.through_number, state = excluded.state,
        seats = excluded.seats, log10_e = excluded.log10_e, log10_e_max = excluded.log10_e_max
    WHERE s.through_number < excluded.through_number
"""


class _Team(NamedTuple):
    game: int
    run: int
    row: dict[str, Any]


def watch_answer_times() -> int:
    """Advance the teams with unread rounds; return how many rounds were read."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(_UNREAD)
            read = sorted(cursor.fetchall(), key=itemgetter(0, 5))
        teams = [_advanced(list(rounds)) for _, rounds in groupby(read, key=itemgetter(0))]
        runs = {team.game: team.run for team in teams}
        before = alarms_of_games(runs)
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [msgspec.json.encode([team.row for team in teams]).decode()])
    after = alarms_of_games(runs)
    _tell(runs, {game: alarms for game, alarms in after.items() if alarms != before[game]})
    return len(read)


def _advanced(rounds: list[tuple[Any, ...]]) -> _Team:
    team, game, run, stored, highest, *_ = rounds[0]
    state = Coupling.from_json(_loaded(stored))
    counted = [AnswerTimes(row[6], tuple(_loaded(row[7]))) for row in rounds if row[8]]
    state = advanced(state, counted)
    log10 = log10_e(state)
    row = {
        "team_id": team, "run": run, "through_number": rounds[-1][5], "state": state._asdict(),
        "seats": closest_seats(state) or "", "log10_e": log10, "log10_e_max": max(highest or 0.0, log10),
    }  # fmt: skip
    return _Team(game, run, row)


def _loaded(value: Any) -> Any:
    """A raw cursor returns JSON as text."""
    return msgspec.json.decode(value) if isinstance(value, str) else value or {}


def _tell(runs: dict[int, int], changed: dict[int, list[Alarm]]) -> None:
    """Tell dashboards the alarms of games in which those of answer times changed."""
    cache.invalidate_statistics(changed)
    rows = {row.game_id: row for row in _rooms(changed)}
    news = {game: [*alarm_views(rows.get(game)), *alarms] for game, alarms in changed.items()}
    current_server().hub.announce(
        [Broadcast("delta", game, 0, delta(run=runs[game], alarms=alarms)) for game, alarms in news.items()]
    )


def _rooms(games: Iterable[int]) -> list[RoomStatistics]:
    keys = {game.pk: StatisticsKey.of(game) for game in Game.objects.filter(pk__in=list(games))}
    rows = RoomStatistics.objects.filter(game__in=keys)
    return [row for row in rows if (row.run, row.mode, row.design) == keys[row.game_id]]
