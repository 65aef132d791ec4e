"""The download of a lab pack, for hosts, with the rights and the limits of the other exports."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.pages.exports.views import downloads, known_run
from dashboard.pages.lab_pack.pack import NAME, Wanted, files_of
from dashboard.pages.lab_pack.zipped import zipped
from game.models import Game, Team
from game.web.quotas import too_many

_YES_OR_NO = {"": False, "0": False, "1": True}


@require_safe
@login_required
async def lab_pack(request: HttpRequest, code: str) -> Any:
    """The pack of the present run, or of ?run=, of one ?team=; with the teams' names only where ?names=1 asks so."""
    user = await request.auser()
    if await sync_to_async(downloads.count)(str(user.pk)) > downloads.limit:
        return await sync_to_async(too_many)(request, downloads.what, downloads.wait_seconds())
    game = await Game.objects.hosted_by(user).filter(code=code.upper()).afirst()
    if game is None:
        raise Http404(f"code={code!r}: not a game of yours")
    try:
        wanted = await _wanted(game, request.GET)
    except ValueError as error:
        return HttpResponse(f"{error}.\n", status=400, content_type="text/plain; charset=utf-8")
    files = await sync_to_async(files_of)(wanted)
    name = NAME if wanted.team is None else f"team-{NAME}"
    headers = {"Content-Disposition": f'attachment; filename="{game.code}-{name}"'}
    return StreamingHttpResponse(zipped(files, timezone.now()), content_type="application/zip", headers=headers)


async def _wanted(game: Game, asked: QueryDict) -> Wanted:
    names, team = asked.get("names", ""), asked.get("team", "")
    if names not in _YES_OR_NO:
        raise ValueError(f"names={names[:40]!r}: use 1 for a pack with the names of the teams, or leave it out")
    run = known_run(asked.get("run", str(game.run)))
    if not team:
        return Wanted(game, run, None, _YES_OR_NO[names])
    is_number = team.isdecimal() and team.isascii() and len(team) < 19
    if not is_number or not await Team.objects.filter(game=game, pk=int(team)).aexists():
        raise ValueError(f"team={team[:40]!r}: use the number of a team of this game, or leave it out")
    return Wanted(game, run, int(team), _YES_OR_NO[names])
