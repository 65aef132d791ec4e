"""The downloads, for hosts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.views.decorators.http import require_safe

from dashboard.pages.exports.cells import Row, csv_text
from dashboard.pages.exports.dialects import DEFAULT, dialect_of
from dashboard.pages.exports.rounds import ALL_RUNS, predecessor_rows, round_rows, rounds_json
from dashboard.pages.exports.teams import team_rows
from game.models import Game
from game.web.quotas import Quota, too_many

# Per account: each reads a whole game.
downloads = Quota("export", 60, 300)

# By the name of the file.
TABLES: dict[str, Callable[[Game, str], AsyncIterator[list[Row]]]] = {
    "rounds.csv": round_rows,
    "teams.csv": team_rows,
    "predecessor.csv": predecessor_rows,
}
NAMES = (*TABLES, "rounds.json")


def export(name: str, game: Game, run: str, dialect: str = DEFAULT) -> AsyncIterator[str]:
    """Return the text of a file piece by piece; the dialect is one of CSV and leaves JSON as it is."""
    written = dialect_of(dialect)
    return csv_text(TABLES[name](game, run), written) if name in TABLES else rounds_json(game, run)


def known_run(run: str) -> str:
    """Return the run, or refuse what is none."""
    if run != ALL_RUNS and not (run.isdecimal() and len(run) < 7):
        raise ValueError(f"run={run[:40]!r}: use a number or {ALL_RUNS}")
    return run


class Download(NamedTuple):
    """A file of a game, piece by piece, and its name without the code of the game."""

    content: AsyncIterator[Any]
    kind: str
    name: str


def download(made: Callable[[Game, QueryDict], Awaitable[Download]]) -> Callable[..., Any]:
    """Return the view of a download, for hosts alone; a ValueError of what is asked becomes 400."""

    @require_safe
    @login_required
    async def view(request: HttpRequest, code: str) -> Any:
        user = await request.auser()
        if await sync_to_async(downloads.count)(str(user.pk)) > downloads.limit:
            return await sync_to_async(too_many)(request, downloads.what, downloads.wait_seconds())
        game = await Game.objects.hosted_by(user).filter(code=code.upper()).afirst()
        if game is None:
            raise Http404(f"code={code!r}: not a game of yours")
        try:
            content, kind, name = await made(game, request.GET)
        except ValueError as error:
            return HttpResponse(f"{error}.\n", status=400, content_type="text/plain; charset=utf-8")
        headers = {"Content-Disposition": f'attachment; filename="{game.code}-{name}"'}
        return StreamingHttpResponse(content, content_type=kind, headers=headers)

    return view


def _export_view(name: str) -> Callable[..., Any]:
    async def made(game: Game, asked: QueryDict) -> Download:
        text = export(name, game, known_run(asked.get("run", str(game.run))), asked.get("dialect", DEFAULT))
        return Download(text, "application/json" if name.endswith("json") else "text/csv; charset=utf-8", name)

    return download(made)


VIEWS = {name: _export_view(name) for name in NAMES}
