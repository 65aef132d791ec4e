"""Closed rounds as tables and as JSON, read page by page in the order of their ids."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import Count, Q, QuerySet, aprefetch_related_objects
from django.db.models.functions import Length

from dashboard.pages.exports.cells import Row, Typed, answer_word
from game.database.replica import reading
from game.games import GAMES, game_of
from game.games.definition import UNANSWERED, Definition
from game.games.draws import commitment, deck
from game.models import Game, RoomStatistics, Round, RunSeed
from game.physics.designs import QUBITS
from game.rounds.seeds import is_published

PAGE = 2000
# Written at once: few enough that other work of the process waits for milliseconds at most.
BATCH = 100
ALL_RUNS = "all"

ROUND_COLUMNS = (
    "team", "team_id", "bots", "run", "round", "mode", "theme", "design", "propensity",
    "question_1", "question_2", "answer_1", "answer_2", "outcome", "closed_by",
    "asked_at", "answered_1_at", "answered_2_at", "closed_at", "response_1_seconds", "response_2_seconds",
)  # fmt: skip
# Where a round of the file is outside the room.
ROOM_COLUMNS = ("in_room",)
# Where a round of the file was played with borrowed qubits: what each half gave, and the visibility of the pair.
QUBIT_COLUMNS = ("outcome_1", "outcome_2", "visibility")
THIRD_QUBIT_COLUMNS = ("outcome_3",)
THIRD_SEAT_COLUMNS = ("question_3", "answer_3", "answered_3_at", "response_3_seconds")
PREDECESSOR_COLUMNS = (
    "Timestamp", "Team Name", "Team ID", "Player ID", "Round ID", "Question Item (A/B/X/Y)", "Answer (True/False)",
)  # fmt: skip


def wanted(game: Game, run: str, team: int | None = None) -> QuerySet[Round]:
    """Return the closed rounds of a run or of all, of one team where it is given."""
    closed = Round.objects.filter(game=game, closed_at__isnull=False)
    if team is not None:
        closed = closed.filter(team=team)
    return closed if run == ALL_RUNS else closed.filter(run=int(run))


async def batches(rounds: QuerySet[Round]) -> AsyncIterator[list[Round]]:
    """Yield rounds in the order of their ids, a few at once."""
    last = 0
    while True:
        page = rounds.filter(pk__gt=last).order_by("pk").select_related("team")[:PAGE]
        with reading():
            rows = [row async for row in page]
            await _attach_outcomes(rows)
        for start in range(0, len(rows), BATCH):
            yield rows[start : start + BATCH]
        if len(rows) < PAGE:
            return
        last = rows[-1].pk


async def _attach_outcomes(rounds: list[Round]) -> None:
    """Read what halves of borrowed qubits gave, in one query for all rounds that had some."""
    lent = [row for row in rounds if row.design == QUBITS]
    if lent:
        await aprefetch_related_objects(lent, "outcomes")


def _of_qubits(row: Round) -> dict[str, Any]:
    """Return the outcomes in the words of answers; empty cells for halves that nobody measured."""
    if row.design != QUBITS:
        return {}
    found = {one.seat: one for one in row.outcomes.all()}
    letters = "".join(found[seat].outcome if seat in found else UNANSWERED for seat in range(1, len(row.questions) + 1))
    outcomes = enumerate(game_of(row.mode).spoken(letters), start=1)
    values: dict[str, Any] = {f"outcome_{seat}": outcome for seat, outcome in outcomes}
    return values | {"visibility": next((one.visibility for one in found.values()), None)}


async def has_third_seat(rounds: QuerySet[Round]) -> bool:
    return await rounds.annotate(seats=Length("questions")).filter(seats=3).aexists()


def values_of(row: Round) -> dict[str, Any]:
    game = game_of(row.mode)
    return {
        "team": Typed(row.team.name),
        "team_id": row.team_id,
        "bots": row.bots != "",
        "run": row.run,
        "round": row.number,
        "mode": row.mode,
        "theme": row.theme,
        "design": row.design,
        "propensity": row.propensity,
        "outcome": game.outcome(row.questions, row.answers),
        "closed_by": row.closed_by,
        "asked_at": _moment(row.asked_at),
        "closed_at": _moment(row.closed_at),
        "in_room": row.in_room,
        **_seats(row, game),
        **_of_qubits(row),
    }


def _seats(row: Round, game: Definition) -> dict[str, Any]:
    values: dict[str, Any] = {}
    of_seats = zip(row.questions, game.spoken(row.answers), row.answered_at, strict=True)
    for seat, (question, answer, at) in enumerate(of_seats, start=1):
        values |= {
            f"question_{seat}": question,
            f"answer_{seat}": answer,
            f"answered_{seat}_at": _moment(at),
            f"response_{seat}_seconds": None if at is None else round((at - row.asked_at).total_seconds(), 3),
        }
    return values


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


async def _columns(game: Game, run: str) -> tuple[str, ...]:
    """Return the columns of a file; those that only some files need stand at the end."""
    third, lent = Q(seats=3), Q(design=QUBITS)
    further = {
        THIRD_SEAT_COLUMNS: third,
        ROOM_COLUMNS: Q(in_room=False),
        QUBIT_COLUMNS: lent,
        THIRD_QUBIT_COLUMNS: third & lent,
    }
    # One look at the rounds, which are many.
    counts = {f"n{n}": Count("pk", filter=needed) for n, needed in enumerate(further.values())}
    found = await wanted(game, run).annotate(seats=Length("questions")).aaggregate(**counts)
    return sum((columns for columns, rounds in zip(further, found.values(), strict=True) if rounds), ROUND_COLUMNS)


async def round_rows(game: Game, run: str) -> AsyncIterator[list[Row]]:
    columns = await _columns(game, run)
    yield [columns]
    async for rounds in batches(wanted(game, run)):
        yield [map(values_of(row).get, columns) for row in rounds]


async def rounds_json(game: Game, run: str) -> AsyncIterator[str]:
    about = {"code": game.code, "title": game.title, "run": run, "mode": game.mode, "state": game.state}
    about["version"] = settings.VERSION
    drawn = {"seeds": await sync_to_async(seeds_of)(game, run), "decks": await sync_to_async(decks)(game)}
    yield f'{{"game": {json.dumps(about)}, {json.dumps(drawn)[1:-1]}, "rounds": ['
    separator, columns = "\n", await _columns(game, run)
    async for rounds in batches(wanted(game, run)):
        documents = ({column: values.get(column) for column in columns} for values in map(values_of, rounds))
        yield separator + ",\n".join(map(json.dumps, documents))
        separator = ",\n"
    yield "\n]}\n"


def decks(game: Game) -> dict[str, tuple[str, ...]]:
    """Return the cards from which the questions of each game are drawn; of own games those that were played here."""
    played = RoomStatistics.objects.filter(game=game).order_by().values_list("mode", flat=True).distinct()
    return {key: deck(game_of(key)) for key in dict.fromkeys((*GAMES, game.mode, *played))}


def seeds_of(game: Game, run: str) -> list[dict[str, Any]]:
    """Return the commitments of these runs; the seed of a run that may go on stays secret."""
    rows = RunSeed.objects.filter(game=game).order_by("run")
    return [
        {
            "run": row.run,
            "commitment": commitment(bytes(row.seed)),
            "seed": bytes(row.seed).hex() if is_published(game, row.run) else None,
            "committed_at": row.created_at.isoformat(),
        }
        for row in (rows if run == ALL_RUNS else rows.filter(run=int(run)))
    ]


async def predecessor_rows(game: Game, run: str) -> AsyncIterator[list[Row]]:
    """Yield one row per answer, seat 1 first; the predecessor had no unanswered rounds."""
    yield [PREDECESSOR_COLUMNS]
    async for rounds in batches(wanted(game, run)):
        yield [answer for row in rounds for answer in _answers(row)]


def _answers(row: Round) -> Iterator[Row]:
    answers = game_of(row.mode).spoken(row.answers)
    players: list[int | None] = [*row.players] or [None] * len(answers)
    for at, player, question, answer in zip(row.answered_at, players, row.questions, answers, strict=True):
        if answer is not None and at is not None:
            stamp = f"{at:%m/%d/%Y, %I:%M:%S %p}"
            yield stamp, Typed(row.team.name), row.team_id, player, row.pk, question, answer_word(answer)
