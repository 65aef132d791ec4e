"""The downloads, for hosts."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from dashboard.pages.exports.rounds import ALL_RUNS, predecessor_csv, rounds_csv, rounds_json
from dashboard.pages.exports.teams import teams_csv
from game.models import Game
from game.web.quotas import Quota, too_many

# Per account: each reads a whole game.
downloads = Quota("export", 60, 300)

Export = Callable[[Game, str], AsyncIterator[str]]
# By the name of the file.
EXPORTS: dict[str, Export] = {
    "rounds.csv": rounds_csv,
    "rounds.json": rounds_json,
    "teams.csv": teams_csv,
    "predecessor.csv": predecessor_csv,
}


def _download(export: Export, name: str) -> Callable[..., Any]:
    """Return the view of an export, for hosts alone."""

    @require_safe
    @login_required
    async def view(request: HttpRequest, code: str) -> Any:
        user = await request.auser()
        if await sync_to_async(downloads.count)(str(user.pk)) > downloads.limit:
            return await sync_to_async(too_many)(request, downloads.what, downloads.wait_seconds())
        game = await Game.objects.hosted_by(user).filter(code=code.upper()).afirst()
        if game is None:
            raise Http404(f"code={code!r}: not a game of yours")
        run = request.GET.get("run", str(game.run))
        if run != ALL_RUNS and not (run.isdecimal() and len(run) < 7):
            return HttpResponse(
                f"run={run[:40]!r}: use a number or {ALL_RUNS}.\n", status=400, content_type="text/plain"
            )
        kind = "application/json" if name.endswith("json") else "text/csv; charset=utf-8"
        headers = {"Content-Disposition": f'attachment; filename="{game.code}-{name}"'}
        return StreamingHttpResponse(export(game, run), content_type=kind, headers=headers)

    return view


VIEWS = {name: _download(export, name) for name, export in EXPORTS.items()}
