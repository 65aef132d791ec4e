"""Import rounds from a file as a finished game of their own, with tallies."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from game.analysis.rounds_file import Records
from game.games.definition import UNANSWERED
from game.lobby.names import numbered
from game.lobby.ownership import create_game
from game.lobby.refusal import Refusal
from game.models import Game, Round, Team
from game.rounds import tallies

BATCH = 5_000
ALL_SEATS = "123"


def import_rounds(owner: User, title: str, records: Records, progress: Callable[[int], None]) -> Game:
    """
    Write all rounds in file order, numbered by team and run, or none.

    Every round gets the time of the import, because files rarely have times.  `progress` is called with the number of
    rounds written so far.  Adaptive rounds without a propensity are refused, because their evidence depends on it.
    """
    if np.isnan(records.chances).any():
        raise Refusal(
            "no_propensity", "Adaptive rounds have no propensity. Use --design quota: evidence is then left out."
        )
    with transaction.atomic():
        game = create_game(owner, title=title, mode=records.game.key)
        # Its questions were drawn elsewhere.
        game.seeds.all().delete()
        bots = {group.team for group in records.groups if group.bots}
        teams: dict[str, Team] = {}
        for name in records.teams:
            # Names that a file tells apart may look the same.
            shown = numbered(name or "Imported team", {team.likeness for team in teams.values()})
            teams[name] = game.teams.create(name=shown, bots=name in bots)
        written = 0
        batch: list[Round] = []
        for trial in _rounds(game, teams, records):
            batch.append(trial)
            if len(batch) == BATCH:
                written += len(Round.objects.bulk_create(batch))
                batch.clear()
                progress(written)
        progress(written + len(Round.objects.bulk_create(batch)))
        game.run = max((_run(group.run) for group in records.groups), default=1)
        game.state, game.started_at, game.finished_at = Game.State.FINISHED, timezone.now(), timezone.now()
        game.save(update_fields=["run", "state", "started_at", "finished_at"])
    tallies.rebuild(game)
    return game


def _run(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) > 0 else 1


def _rounds(game: Game, teams: dict[str, Team], records: Records) -> Iterator[Round]:
    numbers: Counter[tuple[int, int]] = Counter()
    now = timezone.now()
    for code, group, propensity in zip(records.codes, records.group, records.chances, strict=True):
        played_by = records.groups[group]
        team, run = teams[played_by.team], _run(played_by.run)
        numbers[team.pk, run] += 1
        questions, answers = records.game.cells[code]
        yield Round(
            game=game,
            team=team,
            run=run,
            number=numbers[team.pk, run],
            mode=records.game.key,
            theme=game.theme,
            design=played_by.design,
            propensity=float(propensity),
            players=[],
            # The file names the team, not the seat.
            bots=ALL_SEATS[: len(answers)] if played_by.bots else "",
            in_room=played_by.in_room,
            questions=questions,
            answers=answers,
            asked_at=now,
            deadline=now,
            answered_at=[None if letter == UNANSWERED else now for letter in answers],
            closed_at=now,
            closed_by=Round.ClosedBy.ANSWERS if UNANSWERED not in answers else Round.ClosedBy.TIMER,
        )
