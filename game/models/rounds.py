"""The seed of a run, the rounds of a team, outcomes of its device, and counts of closed rounds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from game.models.games import SEATS, Game
from game.models.teams import Team


class RunSeed(models.Model):
    """
    The secret from which the questions of a run are drawn, and the two keys that HMAC-SHA256 makes of it.

    Rounds asked before created_at, in a game of an earlier version, were not drawn from it.
    """

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="seeds", db_index=False)
    run = models.PositiveIntegerField()
    seed = models.BinaryField(max_length=32)
    inner_key = models.BinaryField(max_length=64)
    outer_key = models.BinaryField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["game", "run"], name="runseed_unique")]

    def __str__(self) -> str:
        return f"the seed of run {self.run}"


class Round(models.Model):
    """
    One round: a Bell trial.

    players, questions, answers and answered_at have an entry for each seat.  players are ids and
    outlive the rows of the players.  An answer is a letter, and "-" until it is given.
    """

    class ClosedBy(models.TextChoices):
        ANSWERS = "answers", _("All answered")
        TIMER = "timer", _("Time was up")
        SKIP = "skip", _("Skipped by the instructor")
        FINISH = "finish", _("The game finished")
        RESET = "reset", _("The game was reset")
        KICK = "kick", _("A player was removed")
        LEAVE = "leave", _("A player left")

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="rounds", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="rounds", db_index=False)
    run = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    theme = models.CharField(max_length=20)
    design = models.CharField(max_length=10)
    propensity = models.FloatField(help_text="Probability of these questions, given the past.")
    players = ArrayField(models.BigIntegerField())
    bots = models.CharField(max_length=SEATS, default="", blank=True, help_text="The seats that bots held, as digits.")
    left_seats = models.CharField(
        max_length=SEATS,
        db_default="",
        blank=True,
        help_text="The seats that players left while it was open, as digits.",
    )
    in_room = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Fixed when it was asked: the team was not left out and had fewer rounds in the room than its cap.",
    )
    questions = models.CharField(max_length=SEATS)
    answers = models.CharField(max_length=SEATS)
    asked_at = models.DateTimeField()
    deadline = models.DateTimeField()
    answered_at = ArrayField(models.DateTimeField(null=True))
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=7, choices=ClosedBy, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "run", "number"], name="round_number_unique"),
            models.UniqueConstraint(fields=["team"], condition=models.Q(closed_at=None), name="round_one_open_a_team"),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(questions__regex="^[A-Z]{2,3}$"), Exact(Length("answers"), Length("questions"))
                ),
                name="round_an_answer_a_question",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="round_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(closed_by="answers") | ~models.Q(answers__contains="-"),
                name="round_closed_by_answers_has_all",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=models.Q(closed_at=None), name="round_open_deadline"),
            models.Index(fields=["game", "run", "id"], name="round_export"),
        ]

    def __str__(self) -> str:
        return f"round {self.number}"


class Pulse(models.Model):
    """When somebody last looked for rounds whose time is up: the one row of its table."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"looked at {self.at}"


class DeviceOutcome(models.Model):
    """
    The outcome of the trusted device for one seat.

    For a team of bots all seats are drawn at once; borrowed qubits are drawn seat by seat, when each player measures.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    seat = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=1)
    outcome = models.CharField(max_length=1)
    visibility = models.FloatField(null=True, help_text="Of borrowed qubits, fixed when the first seat measures.")
    measured_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "seat"], name="device_outcome_unique")]

    def __str__(self) -> str:
        return f"outcome of seat {self.seat}"


# Rounds that are equal in these columns count in the same tally.
TALLY_KEY = ["team", "run", "mode", "design", "bots", "questions", "answers"]


class Tally(models.Model):
    """The number of closed rounds with these questions and answers; its cost does not grow with the history."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    run = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    design = models.CharField(max_length=10)
    bots = models.CharField(max_length=SEATS, default="", blank=True)
    questions = models.CharField(max_length=SEATS)
    answers = models.CharField(max_length=SEATS)
    count = models.PositiveIntegerField()
    outside = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How many of these rounds were asked outside the room."
    )

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=TALLY_KEY, name="tally_unique")]

    def __str__(self) -> str:
        return f"{self.questions} {self.answers}: {self.count}"
