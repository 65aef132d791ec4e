"""rounds.csv, a closed round a line, and players.csv: what each player guessed, planned and answered at the end."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import Min

from dashboard.pages.exports.cells import Row, Typed
from dashboard.pages.exports.rounds import batches, has_third_seat, values_of, wanted
from dashboard.pages.lab_pack.pseudonyms import BOT, Pseudonyms
from game.database.replica import reading
from game.lesson.words import QUESTIONS
from game.models import Game, Player, Round

_COLUMNS = (
    "team", "run", "round", "mode", "theme", "design", "propensity", "bots", "in_room",
    "question_1", "question_2", "answer_1", "answer_2", "outcome", "closed_by",
    "asked_seconds", "response_1_seconds", "response_2_seconds", "player_1", "player_2",
)  # fmt: skip
_THIRD_SEAT = ("question_3", "answer_3", "response_3_seconds", "player_3")
_PLAYERS = ("team", "player", "seat", "guess", "plan", *QUESTIONS)


async def rounds(game: Game, run: str, team: int | None, called: Pseudonyms) -> AsyncIterator[list[Row]]:
    """Yield the closed rounds; times are seconds since the first question of the run, which tell no date."""
    chosen = wanted(game, run, team)
    columns = _COLUMNS + (_THIRD_SEAT if await has_third_seat(chosen) else ())
    starts = await sync_to_async(_starts)(game, run)
    yield [columns]
    async for rows in batches(chosen):
        yield [map(_values(row, starts[row.run], called).get, columns) for row in rows]


def _starts(game: Game, run: str) -> dict[int, datetime]:
    with reading():
        return dict(wanted(game, run).order_by().values_list("run").annotate(Min("asked_at")))


def _values(row: Round, start: datetime, called: Pseudonyms) -> dict[str, Any]:
    return {
        **values_of(row),
        "team": Typed(called.team(row.team_id)),
        "asked_seconds": round((row.asked_at - start).total_seconds(), 3),
        **{f"player_{seat}": _player(row, seat, player, called) for seat, player in enumerate(row.players, start=1)},
    }


def _player(row: Round, seat: int, player: int, called: Pseudonyms) -> str:
    return BOT if str(seat) in row.bots else called.player(row.team_id, player)


async def players(game: Game, run: str, team: int | None, called: Pseudonyms) -> AsyncIterator[list[Row]]:
    """
    Yield every person with a seat.

    A reset clears plans and closing answers, so these are of the present run: packs of older runs have nobody.
    """
    yield [_PLAYERS]
    if run.isdecimal() and int(run) != game.run:
        return
    yield await sync_to_async(_players)(game, team, called)


def _players(game: Game, team: int | None, called: Pseudonyms) -> list[Row]:
    seated = Player.objects.filter(game=game, kind=Player.PERSON, team__isnull=False)
    if team is not None:
        seated = seated.filter(team=team)
    with reading():
        rows = list(seated.order_by("team", "seat"))
    return [
        [
            Typed(called.team(row.team_id or 0)), called.player(row.team_id or 0, row.pk), row.seat,
            row.prediction, row.plan or None, *(row.explained or [None] * len(QUESTIONS)),
        ]
        for row in rows
    ]  # fmt: skip
