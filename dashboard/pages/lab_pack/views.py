"""The download of a lab pack, for hosts, with the rights and the limits of the other exports."""

from asgiref.sync import sync_to_async
from django.http import QueryDict
from django.utils import timezone

from dashboard.pages.exports.views import Download, download, known_run
from dashboard.pages.lab_pack.pack import NAME, Wanted, files_of
from dashboard.pages.lab_pack.zipped import zipped
from game.models import Game, Team

_YES_OR_NO = {"": False, "0": False, "1": True}


@download
async def lab_pack(game: Game, asked: QueryDict) -> Download:
    """The pack of the present run, or of ?run=, of one ?team=; with the teams' names only where ?names=1 asks so."""
    wanted = await _wanted(game, asked)
    files = await sync_to_async(files_of)(wanted)
    name = NAME if wanted.team is None else f"team-{NAME}"
    return Download(zipped(files, timezone.now()), "application/zip", name)


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
