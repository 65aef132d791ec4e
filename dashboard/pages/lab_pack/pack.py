"""The files of a lab pack, those of the class as streams and the rest as text."""

from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

from dashboard.pages.exports.cells import csv_text
from dashboard.pages.exports.dialects import Dialect
from dashboard.pages.lab_pack import numbers, pages, questions, tables
from dashboard.pages.lab_pack.notebook import notebook, script
from dashboard.pages.lab_pack.pseudonyms import Pseudonyms
from dashboard.pages.lab_pack.zipped import File
from game.database.replica import reading
from game.models import Game

NAME = "lab-pack.zip"
# A long text is compressed in parts, between which other work of the process has its turn.
_PART = 65_536


class Wanted(NamedTuple):
    """What a pack is about: a run or all, one team or all, with the teams' names or without."""

    game: Game
    run: str
    team: int | None
    with_names: bool


def files_of(pack: Wanted) -> list[File]:
    """Return the files of a pack in the language of the request; the rounds are read while they are written."""
    game, run, team, with_names = pack
    called = Pseudonyms(game, with_names)
    with reading():
        made = numbers.parts(game, run, team, called)
        gain = numbers.learned(game, run, team)
        report = numbers.report_json(game, team, called, made, gain)
    seeds = questions.published(game, run)
    texts = {
        "README.txt": [pages.readme(game, has_seed=bool(seeds), with_names=with_names)],
        "notebook.ipynb": [notebook()],
        "report.html": [pages.report(game, made, gain)],
        "report.json": report,
        "games.json": [numbers.games_json(made)],
    }
    first = [File(name, _parted(text)) for name, text in texts.items()]
    # The rounds come before the players: players are lettered as rounds name them.
    first.append(File("rounds.csv", csv_text(tables.rounds(game, run, team, called), Dialect())))
    first.append(File("players.csv", csv_text(tables.players(game, run, team, called), Dialect())))
    if seeds:
        first.append(File("questions.json", questions.questions_json(game, run, team, seeds)))
        first.append(File("check_questions.py", _parted([script("check_questions.py")])))
    return first


async def _parted(texts: Iterable[str]) -> AsyncIterator[str]:
    for text in texts:
        for start in range(0, len(text), _PART):
            yield text[start : start + _PART]
