"""Answers and finished rounds, made as players make them."""

from datetime import timedelta

from django.utils import timezone

from game.models import Round, Team
from game.rounds import commit, rows
from game.rounds.rows import Answered
from tests.support.people import open_round


def letter(value: bool | str | None) -> str:
    """Return the letter of an answer, given as True or False in two-answer games."""
    return value if isinstance(value, str) else {True: "T", False: "F", None: "-"}[value]


def answer(trial: Round, seat: int, value: bool | str) -> Answered:
    return Answered(trial.game_id, trial.players[seat - 1], trial.pk, letter(value))


def play_round(team: Team, a: bool = True, b: bool = True) -> rows.RoundChanges:
    return give_answers(team, letter(a) + letter(b))


def give_answers(team: Team, answers: str) -> rows.RoundChanges:
    """Answer a team's open round in all seats, one letter each."""
    trial = open_round(team)
    return commit.commit_answers([answer(trial, seat, given) for seat, given in enumerate(answers, start=1)])


def expire(trial: Round) -> None:
    Round.objects.filter(pk=trial.pk).update(deadline=timezone.now() - timedelta(seconds=1))
