"""
Which players are there: by heartbeats and page visibility only, never by answers.

Sockets report states.  Once a second one statement writes the changes, and another renews the rows of a tenth of the
present players.  The rows of a process that died grow old and are swept to "away".  Statements lock several players
in (game, identity) order, as snapshots.py does, to avoid deadlocks.
"""

import itertools
import threading

from django.conf import settings
from django.db import connection, transaction

from game.models import Player, Team
from game.realtime import announce

# Renewing 4,000 rows in one statement took the database 100 ms.
PARTS = 10


# A game, a team if the player has a seat, and the player's presence now.
Change = tuple[int, int | None, str]


class Presence:
    """States that the sockets of one process reported."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # States that are not written yet, and those of all players who are here.
        self._pending: dict[int, str] = {}
        self._here: dict[int, str] = {}
        self._parts = itertools.cycle(range(PARTS))

    def report(self, player: int, state: str) -> None:
        """Note that a player is connected, idle (the page is hidden) or away."""
        with self._lock:
            if state == "away":
                self._here.pop(player, None)
            elif self._here.get(player) == state:
                return
            else:
                self._here[player] = state
            self._pending[player] = state

    def forget(self, player: int) -> None:
        """Stop reporting a player who has moved to another process."""
        with self._lock:
            self._here.pop(player, None)
            self._pending.pop(player, None)

    def flush(self) -> list[int]:
        """Write and announce what changed; return the teams to which a player came back."""
        with self._lock:
            pending, self._pending = self._pending, {}
            part = next(self._parts)
            here = {player: state for player, state in self._here.items() if player % PARTS == part}
        try:
            changed = _write(pending) if pending else []
        except Exception:
            with self._lock:
                self._pending = pending | self._pending
            raise
        # Each statement commits: its changes are announced before the next one can fail.
        _announce(changed)
        if here:
            renewed = _renew(here)
            _announce(renewed)
            changed += renewed
        if part == 0:
            _announce(_sweep_away())
        return sorted({team for _, team, state in changed if team is not None and state == Player.Presence.CONNECTED})


def _write(pending: dict[int, str]) -> list[Change]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT p.id, v.state FROM game_player p JOIN unnest(%s::bigint[], %s::text[]) AS v(id, state)
                ON v.id = p.id ORDER BY p.game_id, p.identity FOR NO KEY UPDATE OF p)
            UPDATE game_player p SET presence = due.state, last_seen = now()
            FROM due WHERE p.id = due.id AND p.presence <> due.state RETURNING p.game_id, p.team_id, p.presence
            """,
            [list(pending), list(pending.values())],
        )
        return list(cursor.fetchall())


def _renew(here: dict[int, str]) -> list[Change]:
    """Renew the rows of present players, and correct those that another process wrote late."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT p.id, v.state, p.presence AS before
                FROM game_player p JOIN unnest(%s::bigint[], %s::text[]) AS v(id, state)
                ON v.id = p.id ORDER BY p.game_id, p.identity FOR NO KEY UPDATE OF p)
            UPDATE game_player p SET presence = due.state, last_seen = now()
            FROM due WHERE p.id = due.id RETURNING p.game_id, p.team_id, p.presence, p.presence <> due.before
            """,
            [list(here), list(here.values())],
        )
        return [(game, team, state) for game, team, state, moved in cursor.fetchall() if moved]


def _sweep_away() -> list[Change]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT id FROM game_player WHERE presence <> 'away' AND kind = 'person'
                AND last_seen < now() - make_interval(secs => %s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE game_player p SET presence = 'away' FROM due WHERE p.id = due.id
            RETURNING p.game_id, p.team_id, p.presence
            """,
            [settings.AWAY_SECONDS],
        )
        return list(cursor.fetchall())


def _announce(changed: list[Change]) -> None:
    teams_of: dict[int, set[int]] = {}
    for game, team, _ in changed:
        if team is not None:
            teams_of.setdefault(game, set()).add(team)
    for game, teams in teams_of.items():
        announce.teams_changed(game, Team.objects.filter(pk__in=teams), seats_moved=False)
