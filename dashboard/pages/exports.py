"""
What a host takes home: closed rounds as CSV, JSON and in the predecessor's form, and teams with every number.

Rows are streamed page by page in the order of their ids, which is the order of numbers within a team.  Open rounds are
never exported.  Names that a spreadsheet would run as a formula are written as text.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from dashboard.live.details import is_over, shown
from dashboard.pages.access import host_of_this_game
from game.database.replica import reading
from game.models import Game, Round, TeamStatistics
from game.physics import rules
from game.web.quotas import Quota, too_many

PAGE = 2000
ALL_RUNS = "all"
# Of one account: each reads a whole game.
downloads = Quota("export", 60, 300)

ROUND_COLUMNS = (
    "team", "team_id", "bots", "run", "round", "mode", "theme", "design", "propensity",
    "question_1", "question_2", "answer_1", "answer_2", "outcome", "closed_by",
    "asked_at", "answered_1_at", "answered_2_at", "closed_at", "response_1_seconds", "response_2_seconds",
)  # fmt: skip
PREDECESSOR_COLUMNS = (
    "Timestamp", "Team Name", "Team ID", "Player ID", "Round ID", "Question Item (A/B/X/Y)", "Answer (True/False)",
)  # fmt: skip
TEAM_COLUMNS = ("team", "team_id", "bots", "run", "mode", "design")


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" else text


def _word(answer: bool | None) -> str:
    return "" if answer is None else str(answer).lower()


async def _rounds(game: Game, run: str) -> AsyncIterator[Round]:
    wanted = Q(game=game, closed_at__isnull=False)
    if run != ALL_RUNS:
        wanted &= Q(run=int(run))
    last = 0
    while True:
        page = Round.objects.filter(wanted, pk__gt=last).order_by("pk").select_related("team")[:PAGE]
        with reading():
            rounds = [trial async for trial in page]
        for trial in rounds:
            yield trial
        if len(rounds) < PAGE:
            return
        last = rounds[-1].pk


def _row(trial: Round) -> dict[str, Any]:
    played = trial.question_1, trial.question_2, trial.answer_1, trial.answer_2

    def seconds(answered_at: Any) -> float | None:
        return None if answered_at is None else round((answered_at - trial.asked_at).total_seconds(), 3)

    times = {name: getattr(trial, name) for name in ("asked_at", "answered_1_at", "answered_2_at", "closed_at")}
    return {
        "team": trial.team.name,
        "team_id": trial.team_id,
        "bots": trial.team.bots,
        "run": trial.run,
        "round": trial.number,
        "mode": trial.mode,
        "theme": trial.theme,
        "design": trial.design,
        "propensity": trial.propensity,
        "question_1": trial.question_1,
        "question_2": trial.question_2,
        "answer_1": trial.answer_1,
        "answer_2": trial.answer_2,
        "outcome": rules.outcome(trial.mode, *played),
        "closed_by": trial.closed_by,
        **{name: None if at is None else at.isoformat() for name, at in times.items()},
        "response_1_seconds": seconds(trial.answered_1_at),
        "response_2_seconds": seconds(trial.answered_2_at),
    }


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _word(value)
    return safe(value) if isinstance(value, str) else "" if value is None else value


async def rounds_csv(game: Game, run: str) -> AsyncIterator[str]:
    yield _line(ROUND_COLUMNS)
    async for trial in _rounds(game, run):
        yield _line(_cell(value) for value in _row(trial).values())


async def rounds_json(game: Game, run: str) -> AsyncIterator[str]:
    about = {"code": game.code, "title": game.title, "run": run, "mode": game.mode, "state": game.state}
    yield f'{{"game": {json.dumps(about)}, "rounds": ['
    separator = "\n"
    async for trial in _rounds(game, run):
        yield separator + json.dumps(_row(trial))
        separator = ",\n"
    yield "\n]}\n"


async def predecessor_csv(game: Game, run: str) -> AsyncIterator[str]:
    """One row an answer, seat 1 first; the predecessor had no unanswered rounds."""
    yield _line(PREDECESSOR_COLUMNS)
    async for trial in _rounds(game, run):
        answers = (
            (trial.answered_1_at, trial.player_1_id, trial.question_1, trial.answer_1),
            (trial.answered_2_at, trial.player_2_id, trial.question_2, trial.answer_2),
        )
        for at, player, question, answer in answers:
            if answer is not None and at is not None:
                stamp = f"{at:%m/%d/%Y, %I:%M:%S %p}"
                yield _line([stamp, safe(trial.team.name), trial.team_id, player, trial.pk, question, _word(answer)])


async def teams_csv(game: Game, run: str) -> AsyncIterator[str]:
    """Every number of every team; the columns are the union of what the reports have."""
    rows = await sync_to_async(_reports)(game, run)
    names = list(dict.fromkeys(name for _, numbers in rows for name in numbers if name not in TEAM_COLUMNS))
    yield _line([*TEAM_COLUMNS, *names])
    for row, numbers in rows:
        about = [safe(row.team.name), row.team_id, _word(row.team.bots), row.run, row.mode, row.design]
        yield _line([*about, *(_cell(numbers.get(name)) for name in names)])


def _reports(game: Game, run: str) -> list[tuple[TeamStatistics, dict[str, Any]]]:
    """The numbers of every team; of what is not over yet those that may be watched."""
    wanted = Q(team__game=game) if run == ALL_RUNS else Q(team__game=game, run=int(run))
    statistics = TeamStatistics.objects.filter(wanted).select_related("team").order_by("team_id", "run", "mode")
    with reading():
        # First what is over: rows that are read afterwards count every round of it.
        keys = statistics.order_by().values("run", "mode", "design").distinct()
        over = {tuple(key.values()) for key in keys if is_over(game, dict(key))}
        return [(row, dict(_flat(shown(row, (row.run, row.mode, row.design) in over) or {}))) for row in statistics]


def _flat(report: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Name the numbers of a report by their way into it: chsh.interval.0."""
    for name, value in report.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield from _flat({str(i): item for i, item in enumerate(value)}, f"{prefix}{name}.")
        else:
            yield prefix + name, value


Export = Callable[[Game, str], AsyncIterator[str]]


def _download(export: Export, name: str) -> Callable[..., Any]:
    """Make a view of an export, for hosts alone."""

    @require_safe
    @login_required
    @host_of_this_game
    async def view(request: HttpRequest, game: Game) -> Any:
        user = await request.auser()
        if await sync_to_async(downloads.count)(str(user.pk)) > downloads.limit:
            return await sync_to_async(too_many)(request, downloads.what, downloads.wait_seconds())
        run = request.GET.get("run", str(game.run))
        if run != ALL_RUNS and not (run.isdecimal() and len(run) < 7):
            return HttpResponse(
                f"run={run[:40]!r}: use a number or {ALL_RUNS}.\n", status=400, content_type="text/plain"
            )
        kind = "application/json" if name.endswith("json") else "text/csv; charset=utf-8"
        headers = {"Content-Disposition": f'attachment; filename="{game.code}-{name}"'}
        return StreamingHttpResponse(export(game, run), content_type=kind, headers=headers)

    return view


VIEWS = {
    "rounds.csv": _download(rounds_csv, "rounds.csv"),
    "rounds.json": _download(rounds_json, "rounds.json"),
    "teams.csv": _download(teams_csv, "teams.csv"),
    "predecessor.csv": _download(predecessor_csv, "predecessor.csv"),
}
