"""questions.json: the questions as asked, and the seed from which they were drawn, once it is published."""

import json
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async

from dashboard.pages.exports.rounds import batches, decks, seeds_of, wanted
from game.models import Game, Round

_COLUMNS = ("run", "team_id", "round", "mode", "design", "asked_at", "question_1", "question_2", "question_3")


def published(game: Game, run: str) -> list[dict[str, Any]]:
    """Return the seeds of these runs that are published."""
    return [seed for seed in seeds_of(game, run) if seed["seed"] is not None]


async def questions_json(game: Game, run: str, team: int | None, seeds: list[dict[str, Any]]) -> AsyncIterator[str]:
    """
    Yield what check_questions.py reads: no name and no answer.

    A question is drawn from the number of the team on this server, which its hosts can look up.
    """
    drawn = json.dumps({"seeds": seeds, "decks": await sync_to_async(decks)()})
    yield f'{drawn[:-1]}, "rounds": ['
    separator = "\n"
    async for rows in batches(wanted(game, run, team)):
        yield separator + ",\n".join(json.dumps(_asked(row)) for row in rows)
        separator = ",\n"
    yield "\n]}\n"


def _asked(row: Round) -> dict[str, Any]:
    questions = dict(zip(_COLUMNS[-3:], row.questions, strict=False))
    about = (row.run, row.team_id, row.number, row.mode, row.design, row.asked_at.isoformat())
    return dict(zip(_COLUMNS, about, strict=False)) | questions
