"""A game: what is played, in which state, with which options, and where its lesson is."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from game import cells
from game.fields import JSON
from game.games import GAMES
from game.games.definition import Definition
from game.lesson import steps
from game.names import text
from game.physics.designs import DESIGNS as QUESTION_DESIGNS

# The first game in forms, and the largest number of seats of a declared game.
DEFAULT_GAME = next(iter(GAMES))
SEATS = 3

# A finish by mistake is noticed at once.
CONTINUE_SECONDS = 60

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
# New codes have no B/8, G/6, S/5, Z/2 and Q/D, which people confuse; older ones stay valid.
NEW_CODE_ALPHABET = "ACEFHJKMNPRTUVWXY3479"

MOST_IN_TITLE = 80

DESIGNS = [(name, name) for name in QUESTION_DESIGNS]


def new_code() -> str:
    """Draw a code, which begins with the letters of this cell."""
    return cells.drawn_code(NEW_CODE_ALPHABET, CODE_LENGTH)


def default_theme() -> str:
    return GAMES[DEFAULT_GAME].default_theme


class GameQuerySet(models.QuerySet["Game"]):
    def hosted_by(self, user: AbstractBaseUser | AnonymousUser) -> "GameQuerySet":
        """Return the games that this user may control: own, shared, or all for a superuser."""
        if getattr(user, "is_superuser", False):
            return self
        if user.pk is None:
            return self.none()
        return self.filter(models.Q(owner=user.pk) | models.Q(co_instructors=user.pk)).distinct()


class Game(models.Model):
    class State(models.TextChoices):
        LOBBY = "lobby", _("Lobby")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")

    PLAYED = (State.RUNNING, State.PAUSED)

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    title = models.CharField(max_length=text.MOST_CODE_POINTS)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="games")
    co_instructors = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="shared_games")
    mode = models.CharField(max_length=20, default=DEFAULT_GAME, help_text="The key of a declared game.")
    theme = models.CharField(max_length=20, default=default_theme)
    state = models.CharField(max_length=8, choices=State, default=State.LOBBY)
    run = models.PositiveIntegerField(default=1)

    round_limit = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="Rounds a team; empty: no limit."
    )
    answer_seconds = models.PositiveIntegerField(
        default=settings.ANSWER_SECONDS, validators=[MinValueValidator(5), MaxValueValidator(3600)]
    )
    show_last_round = models.BooleanField(default=True)
    show_own_score = models.BooleanField(default=True)
    public_scoreboard = models.BooleanField(default=True)
    question_design = models.CharField(max_length=10, choices=DESIGNS, default="uniform")
    design_before = models.CharField(
        max_length=10,
        default="",
        db_default="",
        blank=True,
        editable=False,
        help_text="The design to which the host's switch goes back; empty: nothing is switched on.",
    )
    limit_before = models.PositiveIntegerField(
        null=True, editable=False, help_text="The round_limit to which the host's switch goes back."
    )
    visibility = models.FloatField(
        default=1.0,
        db_default=1.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        editable=False,
        help_text="Of the pairs of borrowed qubits that nobody has measured yet.",
    )
    max_teams = models.PositiveIntegerField(default=100, validators=[MinValueValidator(1), MaxValueValidator(5000)])
    active_teams = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Active teams of the class; a trigger counts them."
    )
    locked = models.BooleanField(default=False, help_text="A locked lobby takes no new players.")

    lesson = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="The lesson's steps; empty: just play."
    )
    plan_seconds = models.PositiveSmallIntegerField(
        default=steps.PLAN_SECONDS,
        db_default=steps.PLAN_SECONDS,
        validators=[MinValueValidator(10), MaxValueValidator(3600)],
        help_text="How long a lesson gives teams to agree on a plan.",
    )
    step = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="The index of the lesson's step."
    )
    step_at = models.DateTimeField(null=True, editable=False)
    revealed = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="The limit of plans was shown in this run."
    )
    guesses_shown = models.BooleanField(default=False, db_default=False, editable=False)
    podium = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="What the projector shows of the end: from 1 the third place, 2 the second, 3 the first, 4 prizes.",
    )
    replay = JSON(null=True, editable=False, help_text="What projector and dashboard replay; null: nothing.")

    # Of the link that lets an account host the game; the link itself is not stored.
    invitation = models.CharField(max_length=64, db_default="", blank=True, editable=False)
    invited_until = models.DateTimeField(null=True, editable=False)

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    grace_ends_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = GameQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(run__gte=1), name="game_run_counts_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def clean(self) -> None:
        try:
            self.title = text.cleaned(self.title, MOST_IN_TITLE)
        except text.BadText as error:
            raise ValidationError({"title": str(error)}) from error
        played = GAMES.get(self.mode)
        if played is None:
            raise ValidationError({"mode": f"mode={self.mode!r}: use one of {', '.join(GAMES)}"})
        if self.theme not in played.themes:
            themes = ", ".join(played.themes)
            raise ValidationError({"theme": f"theme={self.theme!r}: {self.mode} has {themes}"})
        try:
            steps.checked(self.lesson)
        except ValueError as error:
            raise ValidationError({"lesson": str(error)}) from error

    @property
    def declared(self) -> Definition:
        """The declared game of the next rounds."""
        return GAMES[self.mode]

    @property
    def ordinary_design(self) -> str:
        """The design of the class's own rounds, whatever a host has switched on."""
        return self.design_before or self.question_design

    @property
    def ordinary_limit(self) -> int | None:
        return self.limit_before if self.design_before and self.round_limit is None else self.round_limit

    @property
    def switched_off(self) -> dict[str, Any]:
        """The fields that change when what the host has switched on for the next rounds ends."""
        if not self.design_before:
            return {}
        return {
            "question_design": self.ordinary_design,
            "round_limit": self.ordinary_limit,
            "design_before": "",
            "limit_before": None,
        }

    def switched_on(self, design: str) -> dict[str, Any]:
        """Return the fields that change when a host switches a design on for the next rounds, which have no limit."""
        if self.question_design == design:
            return {}
        if self.design_before:
            return {"question_design": design}
        return {
            "question_design": design,
            "design_before": self.question_design,
            "limit_before": self.round_limit,
            "round_limit": None,
        }

    @property
    def step_key(self) -> str:
        """The present step of the lesson; empty where there is no lesson."""
        return self.lesson[self.step] if self.lesson else ""

    @property
    def numbers_hidden(self) -> bool:
        """Whether phones and projector do not show the limit, S and the evidence yet."""
        return self.is_open and steps.hides_numbers(self.lesson, self.step, self.revealed)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.FINISHED

    @property
    def is_played(self) -> bool:
        return self.state in self.PLAYED

    @property
    def continue_until(self) -> datetime | None:
        """Return until when a host may take the finish back; None for a game that is not finished."""
        return None if self.finished_at is None else self.finished_at + timedelta(seconds=CONTINUE_SECONDS)


class RunLabel(models.Model):
    """What the host calls a run: "without a plan"."""

    LENGTH = 60

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="run_labels", db_index=False)
    run = models.PositiveIntegerField()
    text = models.CharField(max_length=LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["game", "run"], name="run_label_unique")]

    def __str__(self) -> str:
        return f"run {self.run}: {self.text}"
