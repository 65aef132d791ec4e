"""
Who is there: from heartbeats and page visibility only, never from answers.

A socket tells its state here; once a second one statement writes what changed, and one more says of a tenth of the
present players that they are still there.  A process that died leaves rows that grow old and are swept to "away".  Who
waits for several players locks them by game and identity, as snapshots.py writes those who arrive: no two wait for each
other.
"""

import itertools
import threading

from django.conf import settings
from django.db import connection, transaction

from game.models import Player, Team
from game.realtime import announce

# All of 4,000 at once took the database 100 ms.
SEEN_IN_PARTS = 10


class _Register:
    """States that this process's sockets reported and that are not written yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pending: dict[int, str] = {}
        self.here: dict[int, str] = {}
        self.parts = itertools.cycle(range(SEEN_IN_PARTS))


_register = _Register()


def report(player: int, state: str) -> None:
    """Note that a player is connected, idle (the page is hidden) or away."""
    with _register.lock:
        if state == "away":
            _register.here.pop(player, None)
        elif _register.here.get(player) == state:
            return
        else:
            _register.here[player] = state
        _register.pending[player] = state


def forget(player: int) -> None:
    """The player went on in another process, which reports from now on."""
    with _register.lock:
        _register.here.pop(player, None)
        _register.pending.pop(player, None)


def flush() -> list[int]:
    """Write and announce what changed; return the teams to which somebody came back."""
    with _register.lock:
        pending, _register.pending = _register.pending, {}
        part = next(_register.parts)
        here = {player: state for player, state in _register.here.items() if player % SEEN_IN_PARTS == part}
    try:
        changed = _write(pending) if pending else []
    except Exception:
        with _register.lock:
            _register.pending = pending | _register.pending
        raise
    # Each statement commits: what it changed is told before the next one can fail.
    _announce(changed)
    if here:
        renewed = _say_still_here(here)
        _announce(renewed)
        changed += renewed
    if part == 0:
        _announce(_sweep_away())
    return sorted({team for _, team, state in changed if team is not None and state == Player.Presence.CONNECTED})


# A game, a team if the player has a seat, and the player's presence now.
Change = tuple[int, int | None, str]


def sweep() -> int:
    """Mark as away, everywhere, who was not heard of for too long; return how many."""
    changed = _sweep_away()
    _announce(changed)
    return len(changed)


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


def _say_still_here(here: dict[int, str]) -> list[Change]:
    """Renew the rows of present players, and put right those that another process wrote too late."""
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
