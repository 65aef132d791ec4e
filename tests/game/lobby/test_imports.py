"""A file of rounds of any declared game becomes a finished game with the same rounds."""

from typing import Any

import pytest

from game.analysis.rounds_file import columns, read
from game.games import GAMES
from game.lobby.imports import import_rounds
from game.models import Tally

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("key", GAMES)
def test_rounds_of_every_game_are_imported_with_tallies(host: Any, key: str) -> None:
    declared = GAMES[key]
    lines = [",".join(columns(declared))]
    for context, answers in declared.cells:
        given = ["" if word is None else str(word) for word in declared.spoken(answers)]
        lines.append(",".join([*context, *given]))
    game = import_rounds(host, "Imported", read(lines, declared), lambda written: None)
    assert (game.mode, game.state) == (key, "finished")
    stored = game.rounds.order_by("number").values_list("questions", "answers")
    assert [tuple(cell) for cell in stored] == [tuple(cell) for cell in declared.cells]
    assert Tally.objects.filter(team__game=game, count=1).count() == len(declared.cells)
