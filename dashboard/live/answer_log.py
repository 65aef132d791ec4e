"""
The answer log of a host's dashboard: closed rounds, newest first, and never an open one.

The page asks only while somebody has the log open.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dashboard.pages.access import for_hosts
from game.games import game_of
from game.models import Game
from game.realtime import emergency

ROUNDS = 200
# Rounds do not close in the order in which they were asked: the newest are sought among this many asked last.
LOOKED_AT = 5000
# A round may become visible later than one that closed after it: its transaction took longer.
OVERLAP = timedelta(seconds=5)

COLUMNS = (
    "id", "closed_at", "team", "bots", "number", "mode", "theme",
    "questions", "answers", "closed_by",
)  # fmt: skip


@require_safe
@for_hosts
def answer_log(request: HttpRequest, game: Game) -> HttpResponse:
    """The last closed rounds of the present run; with `since` (milliseconds) those closed about then or later."""
    since = request.GET.get("since", "0")
    if not (since.isdecimal() and len(since) < 15):
        return HttpResponse(f"since={since[:40]!r}: use milliseconds.\n", status=400, content_type="text/plain")
    if emergency.until():
        # The page keeps its rounds and asks again.
        return HttpResponse("The answer log rests in an emergency.\n", status=503, content_type="text/plain")
    after = datetime.fromtimestamp(int(since) / 1000, UTC) - OVERLAP
    return JsonResponse({"run": game.run, "rounds": [_entry(row) for row in _closed(game, after)]})


def _closed(game: Game, after: datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.id, r.closed_at, t.name, r.bots <> '', r.number, r.mode, r.theme,
                   r.questions, r.answers, r.closed_by
            FROM (
                SELECT * FROM game_round WHERE game_id = %s AND run = %s ORDER BY id DESC LIMIT %s
            ) r JOIN game_team t ON t.id = r.team_id
            WHERE r.closed_at > %s ORDER BY r.closed_at DESC, r.id DESC LIMIT %s
            """,
            [game.pk, game.run, LOOKED_AT, after, ROUNDS],
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    game, questions, answers = game_of(row["mode"]), row["questions"], row["answers"]
    closed_at = round(row["closed_at"].timestamp() * 1000)
    outcome = {"outcome": game.outcome(questions, answers), "how": game.how(questions, answers)}
    return row | outcome | {"closed_at": closed_at}
