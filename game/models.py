"""
The tables.  PostgreSQL is the truth; everything else is derived from these rows.

A property is a fact of one row, a QuerySet method a fact of many rows.  Only game.lobby and game.rounds change rows of
games, teams, players and rounds.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Length, Lower, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from game.fields import JSON, ReportField
from game.games import GAMES
from game.games.definition import Definition
from game.lesson import steps
from game.physics.designs import DESIGNS as QUESTION_DESIGNS

# The first game in forms, and the largest number of seats of a declared game.
DEFAULT_GAME = next(iter(GAMES))
SEATS = 3

# A finish by mistake is noticed at once.
CONTINUE_SECONDS = 60

# A ghost team plays this many rounds of a run, whatever the game's own limit, and then rests.
GHOST_ROUNDS = 1000

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6

DESIGNS = [(name, name) for name in QUESTION_DESIGNS]


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


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
    title = models.CharField(max_length=80)
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
    max_teams = models.PositiveIntegerField(default=100, validators=[MinValueValidator(1), MaxValueValidator(5000)])
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


class Team(models.Model):
    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="teams", db_index=False)
    name = models.CharField(max_length=50)
    active = models.BooleanField(default=True)
    # Rises in the transaction that closes a round or asks after a break; statistics of a lower version are out of date.
    version = models.PositiveBigIntegerField(default=0)
    bots = models.BooleanField(default=False, help_text="A bot sits or sat here; which rounds it played, they say.")
    ghost = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A team of bots that the host added to show what a strategy reaches: never one of the class.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("game", Lower("name"), name="team_name_unique_in_game"),
        ]

    def __str__(self) -> str:
        return self.name


class Player(models.Model):
    class Presence(models.TextChoices):
        CONNECTED = "connected", _("Connected")
        IDLE = "idle", _("Idle")
        AWAY = "away", _("Away")

    PERSON = "person"

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="players", db_index=False)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="players", db_index=False
    )
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    # The hash of the secret in the browser's signed cookie; the server does not store the secret.
    identity = models.CharField(max_length=64, editable=False)
    presence = models.CharField(max_length=9, choices=Presence, default=Presence.AWAY)
    last_seen = models.DateTimeField(null=True)
    kind = models.CharField(max_length=20, default=PERSON, help_text="A person, or the name of a bot's strategy.")
    parameters = models.JSONField(default=dict, blank=True, help_text="Of a bot's strategy, for example visibility.")
    tab = models.PositiveBigIntegerField(default=0, help_text="Rises with each new browser tab: the newest wins.")
    banned = models.BooleanField(default=False)
    banned_at = models.DateTimeField(null=True)
    banned_from = models.CharField(max_length=50, db_default="", blank=True, help_text="The team's name at the ban.")
    prediction = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The best possible win rate in per cent, as predicted before playing."
    )
    plan = models.CharField(
        max_length=8, db_default="", blank=True, help_text="The answers that a player ticked, in the seat's order."
    )
    explained = models.CharField(
        max_length=2, db_default="", blank=True, help_text="The answers to the two closing questions."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["game", "identity"], name="player_identity_unique_in_game"),
            models.UniqueConstraint(fields=["team", "seat"], name="player_seat_unique_in_team"),
            models.CheckConstraint(
                condition=models.Q(team=None, seat=None) | models.Q(team__isnull=False, seat__range=(1, 3)),
                name="player_seat_is_1_to_3",
            ),
        ]
        indexes = [
            # last_seen is in no index, so an update of it alone happens in place.
            models.Index(fields=["id"], condition=~models.Q(presence="away"), name="player_present"),
            models.Index(fields=["kind"], condition=~models.Q(kind="person"), name="player_bots"),
        ]

    def __str__(self) -> str:
        return f"player {self.pk}"

    @property
    def is_bot(self) -> bool:
        return self.kind != self.PERSON


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


class DeviceOutcome(models.Model):
    """The outcome of the trusted device for one seat of a team of bots, drawn once a round for all seats."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    seat = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=1)
    outcome = models.CharField(max_length=1)
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

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=TALLY_KEY, name="tally_unique")]

    def __str__(self) -> str:
        return f"{self.questions} {self.answers}: {self.count}"


class TeamStatistics(models.Model):
    """
    The last statistics of a team, and the state of its running evidence.

    The live report is written at every recompute.  The full report is four times as large and follows within seconds
    when many teams play, at once when few do.  No index has a column that a recompute changes, and pages are half full,
    so PostgreSQL updates a row in place, with a seventh of the log.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="statistics", db_index=False)
    run = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    design = models.CharField(max_length=10)
    version = models.PositiveBigIntegerField(help_text="The team's version that these statistics include.")
    live_report: Any = ReportField(null=True, help_text="The part of the report that live pages show.")
    alarm_inputs: Any = JSON(null=True, help_text="What alarms read: game.physics.report_types.AlarmInputs.")
    report: Any = ReportField(null=True)
    reported_at = models.DateTimeField(null=True, help_text="When the full report was last written.")
    # The running evidence depends on the order of rounds and advances by new rounds only.
    through_number = models.PositiveIntegerField(default=0)
    running: Any = JSON(default=dict, help_text="game.physics.evidence_state.RunningEvidence.")
    provisional: Any = JSON(default=dict, help_text="The running evidence with an open round counted as a loss.")
    persons: Any = JSON(null=True, help_text="Both, of the rounds without a bot; null: as those of all rounds.")
    due_at = models.DateTimeField(null=True, help_text="When a round begins to count or the full report is due.")
    updated_at = models.DateTimeField(db_default=Now(), help_text="The moment that these statistics describe.")

    class Meta:
        verbose_name_plural = "team statistics"
        constraints = [models.UniqueConstraint(fields=["team", "run", "mode", "design"], name="team_statistics_unique")]

    def __str__(self) -> str:
        return f"statistics of team {self.team_id}, run {self.run}, {self.mode}"

    @property
    def teams_listed(self) -> int:
        """How many teams the room of this row has: among them this one is looked at."""
        key = {name: getattr(self, name) for name in ("run", "mode", "design")}
        room = RoomStatistics.objects.filter(game=self.team.game_id, **key).exclude(report=None).first()
        return max(1, room.report.room.teams) if room is not None and room.report.room is not None else 1


class RoomStatistics(models.Model):
    """The last pooled report of a game: every page reads it, only workers compute it."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="statistics", db_index=False)
    run = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    design = models.CharField(max_length=10)
    report: Any = ReportField(null=True)
    running: Any = JSON(default=dict, help_text="The pooled running evidence, with the room's highest so far.")
    rounds = models.PositiveBigIntegerField(default=0)
    rounds_per_second = models.FloatField(null=True)
    seconds = models.FloatField(default=0, help_text="What the last recompute of the game cost.")
    bots_only = models.BooleanField(default=False)
    alarms: Any = JSON(default=list, help_text="For the hosts' own dashboards only.")
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "room statistics"
        constraints = [models.UniqueConstraint(fields=["game", "run", "mode", "design"], name="room_statistics_unique")]

    def __str__(self) -> str:
        return f"statistics of game {self.game_id}, run {self.run}, {self.mode}"


class StatisticsSample(models.Model):
    """A point of a curve over time, of a team or, where team is null, of the room."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="samples", db_index=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="samples", db_index=False)
    run = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=Now())
    rounds = models.PositiveBigIntegerField(default=0)
    value = models.FloatField(null=True, help_text="Of the estimate that the game's curves show.")
    log10_evidence = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["game", "run", "at"], name="statistics_sample_game"),
            models.Index(fields=["team", "run", "at"], name="statistics_sample_team"),
            models.Index(
                fields=["game", "run", "mode", "at"], condition=models.Q(team=None), name="statistics_sample_room"
            ),
        ]

    def __str__(self) -> str:
        return f"sample at {self.at:%H:%M:%S}"


class Tunable(models.Model):
    """A value that is tuned while games run; game.tunables has its default and its bounds."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.FloatField()
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}={self.value:g}"
