"""
The answer log of a host's dashboard: rounds that have closed, the newest first, and never an open one.

The page asks when somebody opens the log, and again while it stays open: what nobody reads costs nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from game.games import game_of
from game.models import Game
from game.realtime import emergency

ROUNDS = 200
# Rounds close in another order than they were asked in: the newest are looked for among so many last asked.
LOOKED_AT = 5000
# A round that closed earlier may become visible later: its transaction took longer.
OVERLAP = timedelta(seconds=5)

COLUMNS = (
    "id", "closed_at", "team", "bots", "number", "mode", "theme", "questions", "answers", "closed_by",
)  # fmt: skip


@never_cache
@require_safe
@login_required
def answer_log(request: HttpRequest, code: str) -> HttpResponse:
    """The last closed rounds of the present run; with `since` (milliseconds) those that closed about then or later."""
    game = get_object_or_404(Game.objects.hosted_by(request.user), code=code)
    since = request.GET.get("since", "0")
    if not (since.isdecimal() and len(since) < 15):
        return HttpResponse(f"since={since[:40]!r}: use milliseconds.\n", status=400, content_type="text/plain")
    if emergency.until():
        # The page keeps what it has and asks again.
        return HttpResponse("The answer log rests in an emergency.\n", status=503, content_type="text/plain")
    after = datetime.fromtimestamp(int(since) / 1000, UTC) - OVERLAP
    return JsonResponse({"run": game.run, "rounds": [_entry(row) for row in _closed(game, after)]})


def _closed(game: Game, after: datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.id, r.closed_at, t.name, t.bots, r.number, r.mode, r.theme, r.questions, r.answers, r.closed_by
            FROM (
                SELECT * FROM game_round WHERE game_id = %s AND run = %s ORDER BY id DESC LIMIT %s
            ) r JOIN game_team t ON t.id = r.team_id
            WHERE r.closed_at > %s ORDER BY r.closed_at DESC, r.id DESC LIMIT %s
            """,
            [game.pk, game.run, LOOKED_AT, after, ROUNDS],
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    game, questions, answers = game_of(row["mode"]), row.pop("questions"), row.pop("answers")
    seats: dict[str, Any] = {}
    for seat, (question, answer) in enumerate(zip(questions, game.spoken(answers), strict=True), start=1):
        seats |= {f"question_{seat}": question, f"answer_{seat}": answer}
    closed_at = round(row["closed_at"].timestamp() * 1000)
    return row | seats | {"closed_at": closed_at, "outcome": game.outcome(questions, answers)}
