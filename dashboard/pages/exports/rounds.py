"""Closed rounds as CSV, JSON and in the predecessor's form, read page by page in the order of their ids."""

import json
from collections.abc import AsyncIterator
from typing import Any

from django.db.models import Q

from dashboard.pages.exports.cells import answer_word, cell, line, safe
from game.database.replica import reading
from game.models import Game, Round
from game.physics import rules

PAGE = 2000
ALL_RUNS = "all"

ROUND_COLUMNS = (
    "team", "team_id", "bots", "run", "round", "mode", "theme", "design", "propensity",
    "question_1", "question_2", "answer_1", "answer_2", "outcome", "closed_by",
    "asked_at", "answered_1_at", "answered_2_at", "closed_at", "response_1_seconds", "response_2_seconds",
)  # fmt: skip
PREDECESSOR_COLUMNS = (
    "Timestamp", "Team Name", "Team ID", "Player ID", "Round ID", "Question Item (A/B/X/Y)", "Answer (True/False)",
)  # fmt: skip


async def _rounds(game: Game, run: str) -> AsyncIterator[Round]:
    wanted = Q(game=game, closed_at__isnull=False)
    if run != ALL_RUNS:
        wanted &= Q(run=int(run))
    last = 0
    while True:
        page = Round.objects.filter(wanted, pk__gt=last).order_by("pk").select_related("team")[:PAGE]
        with reading():
            rounds = [row async for row in page]
        for row in rounds:
            yield row
        if len(rounds) < PAGE:
            return
        last = rounds[-1].pk


def _values(row: Round) -> dict[str, Any]:
    def seconds(answered_at: Any) -> float | None:
        return None if answered_at is None else round((answered_at - row.asked_at).total_seconds(), 3)

    times = {name: getattr(row, name) for name in ("asked_at", "answered_1_at", "answered_2_at", "closed_at")}
    return {
        "team": row.team.name,
        "team_id": row.team_id,
        "bots": row.team.bots,
        "run": row.run,
        "round": row.number,
        "mode": row.mode,
        "theme": row.theme,
        "design": row.design,
        "propensity": row.propensity,
        "question_1": row.question_1,
        "question_2": row.question_2,
        "answer_1": row.answer_1,
        "answer_2": row.answer_2,
        "outcome": rules.outcome(row.mode, row.question_1, row.question_2, row.answer_1, row.answer_2),
        "closed_by": row.closed_by,
        **{name: None if at is None else at.isoformat() for name, at in times.items()},
        "response_1_seconds": seconds(row.answered_1_at),
        "response_2_seconds": seconds(row.answered_2_at),
    }


async def rounds_csv(game: Game, run: str) -> AsyncIterator[str]:
    yield line(ROUND_COLUMNS)
    async for row in _rounds(game, run):
        yield line(cell(value) for value in _values(row).values())


async def rounds_json(game: Game, run: str) -> AsyncIterator[str]:
    about = {"code": game.code, "title": game.title, "run": run, "mode": game.mode, "state": game.state}
    yield f'{{"game": {json.dumps(about)}, "rounds": ['
    separator = "\n"
    async for row in _rounds(game, run):
        yield separator + json.dumps(_values(row))
        separator = ",\n"
    yield "\n]}\n"


async def predecessor_csv(game: Game, run: str) -> AsyncIterator[str]:
    """Yield one row per answer, seat 1 first; the predecessor had no unanswered rounds."""
    yield line(PREDECESSOR_COLUMNS)
    async for row in _rounds(game, run):
        answers = (
            (row.answered_1_at, row.player_1_id, row.question_1, row.answer_1),
            (row.answered_2_at, row.player_2_id, row.question_2, row.answer_2),
        )
        for at, player, question, answer in answers:
            if answer is not None and at is not None:
                stamp = f"{at:%m/%d/%Y, %I:%M:%S %p}"
                yield line([stamp, safe(row.team.name), row.team_id, player, row.pk, question, answer_word(answer)])
