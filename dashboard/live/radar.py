"""
What needs the host now: players alone, seats that time out, alarms, seats that let their team wait, pupils who came
back in another browser, one device in all seats, names that were refused.

It is read from rows when a dashboard asks, and never sent to another page.
"""

from typing import Any

from django.db import connection

from dashboard.answer_times.alarms import answer_time_alarms, teams_watched
from dashboard.keys import StatisticsKey
from dashboard.live.snapshots import alarm_views
from game.lobby import refused_names
from game.models import Game, RoomStatistics, Round
from game.realtime.messages.host import Newcomer, RadarThing, WaitingName

# More than this many things are too many to act on.
MOST_THINGS = 5
# A seat is silent after this time: most answers take a few seconds.
SILENT_SECONDS = 20
# A seat that changed phones is shown for this time.
TOLD_SECONDS = 300
# One round that ran out of time may be an accident.
LEAST_TIMEOUTS = 2
ROUNDS_READ = 20

# Teams of persons without all their players, one of whom waits.
_ALONE = """
    SELECT t.id, min(p.seat) FROM game_team t JOIN game_player p ON p.team_id = t.id
    WHERE t.game_id = %(game)s AND t.active AND NOT t.ghost
    GROUP BY t.id
    HAVING count(*) = 1 AND bool_and(p.kind = 'person' AND p.presence <> 'away')
    ORDER BY t.id LIMIT %(most)s
"""
# Seats that changed phones by their card; the host may know better who holds the card.
_TAKEN_OVER = """
    SELECT team_id, seat FROM game_player
    WHERE game_id = %(game)s AND team_id IS NOT NULL AND took_over_at > now() - make_interval(secs => %(told)s)
    ORDER BY took_over_at DESC LIMIT %(most)s
"""
# Seats whose phone shows another page or none, the latest first, each with present players without a seat who came
# after it, or sat in its team before.
_CAME_BACK = """
    SELECT p.team_id, p.seat, n.id, n.first_name, n.created_at FROM (
        SELECT p.* FROM game_player p JOIN game_team t ON t.id = p.team_id
        WHERE p.game_id = %(game)s AND t.active AND NOT t.ghost AND p.kind = 'person' AND p.presence <> 'connected'
        ORDER BY p.last_seen DESC NULLS LAST, p.id LIMIT %(most)s) p
    CROSS JOIN LATERAL (
        SELECT n.id, n.first_name, n.created_at FROM game_player n
        WHERE n.game_id = %(game)s AND n.team_id IS NULL AND n.kind = 'person' AND n.presence <> 'away'
              AND NOT n.banned AND (n.created_at > p.created_at OR n.left_team = p.team_id)
        ORDER BY n.created_at DESC LIMIT %(most)s) n
    ORDER BY p.team_id, p.seat, n.created_at DESC
"""
_LATEST = """
    CROSS JOIN LATERAL (
        SELECT number, closed_by, answers, bots, answered_at, asked_at FROM game_round
        WHERE team_id = t.id AND run = %(run)s AND closed_at IS NOT NULL ORDER BY number DESC LIMIT %(read)s) r
"""
# Before the first round that was answered, counted from the latest one: rounds that the timer closed.
_TIMEOUTS = f"""
    SELECT team, seat, rounds FROM (
        SELECT team, count(*) AS rounds, (array_agg(position('-' IN answers) ORDER BY number DESC))[1] AS seat FROM (
            SELECT t.id AS team, r.number, r.answers, bool_and(r.closed_by = '{Round.ClosedBy.TIMER}') OVER (
                PARTITION BY t.id ORDER BY r.number DESC) AS in_a_row
            FROM game_team t {_LATEST} WHERE t.game_id = %(game)s AND t.active AND NOT t.ghost
        ) w WHERE in_a_row GROUP BY team
    ) counted JOIN game_player p USING (seat)
    WHERE p.team_id = team AND rounds >= %(least)s AND p.kind = 'person' ORDER BY rounds DESC, team LIMIT %(most)s
"""
_SILENT = f"""
    SELECT t.id, p.seat, extract(epoch FROM now() - coalesce(last.answered_at, o.asked_at))::int AS seconds
    FROM game_team t JOIN game_round o ON o.team_id = t.id AND o.closed_at IS NULL
    JOIN game_player p ON p.team_id = t.id AND p.kind = 'person'
    CROSS JOIN LATERAL (SELECT max(r.answered_at[p.seat]) AS answered_at FROM (SELECT 1) one {_LATEST}) last
    WHERE t.game_id = %(game)s AND NOT t.ghost AND substr(o.answers, p.seat, 1) = '-'
          AND o.asked_at < now() - make_interval(secs => %(silent)s)
    ORDER BY seconds DESC, t.id, p.seat LIMIT %(most)s
"""
# The same address and browser in all seats of a team, and nowhere else in the game: tablets of a school are alike.
_ONE_DEVICE = """
    SELECT min(t.id), 1 FROM game_player p JOIN game_team t ON t.id = p.team_id
    WHERE p.game_id = %(game)s AND p.kind = 'person' AND p.device <> '' AND t.left_out_at IS NULL
    GROUP BY p.device HAVING count(*) > 1 AND count(*) = min(t.taken) AND count(DISTINCT t.id) = 1
    ORDER BY 1 LIMIT %(most)s
"""


def radar(game_id: int) -> list[RadarThing]:
    """
    Return what is most urgent: players alone, changed phones, timeouts, alarms, silent seats, one device in all, and
    pupils who may have come back.
    """
    game = Game.objects.get(pk=game_id)
    if not game.is_open:
        return []
    things = [RadarThing("alone", team, seat) for team, seat in _read(game, _ALONE)]
    things += [RadarThing("taken_over", team, seat) for team, seat in _read(game, _TAKEN_OVER)]
    if game.state == Game.State.RUNNING:
        things += [RadarThing("timeouts", team, seat, rounds=rounds) for team, seat, rounds in _read(game, _TIMEOUTS)]
        timed_out = {(thing.team, thing.seat) for thing in things if thing.kind == "timeouts"}
        things += _alarms(game)
        things += [
            RadarThing("silent", team, seat, seconds=seconds)
            for team, seat, seconds in _read(game, _SILENT)
            if (team, seat) not in timed_out
        ]
        things += [RadarThing("one_device", team, seat) for team, seat in _read(game, _ONE_DEVICE)]
    things += _came_back(game)
    return things[:MOST_THINGS]


def _came_back(game: Game) -> list[RadarThing]:
    newcomers: dict[tuple[int, int], list[Newcomer]] = {}
    for team, seat, *newcomer in _read(game, _CAME_BACK):
        newcomers.setdefault((team, seat), []).append(Newcomer(*newcomer))
    return [RadarThing("came_back", *place, newcomers=found) for place, found in newcomers.items()]


def _alarms(game: Game) -> list[RadarThing]:
    room = RoomStatistics.objects.filter(game=game, **StatisticsKey.of(game)._asdict()).first()
    looked_at = game.teams.filter(active=True, ghost=False).count()
    of_statistics = [(alarm, looked_at) for alarm in alarm_views(room)]
    watched = teams_watched(game.pk, game.run)
    of_times = [(alarm, watched) for alarm in answer_time_alarms(game.pk, game.run)]
    return [
        RadarThing(alarm.kind, alarm.team, alarm.seat, questions=alarm.questions, teams=teams)
        for alarm, teams in (*of_statistics, *of_times)
    ]


def names_to_check(game_id: int) -> list[WaitingName]:
    """Return the newest names that the word filter refused and that a host may allow."""
    return [WaitingName(one.pk, one.name) for one in refused_names.waiting_names(game_id, MOST_THINGS)]


def _read(game: Game, sql: str) -> list[tuple[Any, ...]]:
    parameters = {
        "game": game.pk, "run": game.run, "most": MOST_THINGS, "read": ROUNDS_READ, "least": LEAST_TIMEOUTS,
        "silent": SILENT_SECONDS, "told": TOLD_SECONDS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
