"""The last statistics of teams and rooms, and points of their curves."""

from typing import Any

from django.db import models
from django.db.models.functions import Now

from game.fields import JSON, ReportField
from game.models.games import Game
from game.models.teams import Team

# Every team may have this many rounds in its room, whatever the others have.
LEAST_CAP = 20


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
    persons: Any = JSON(null=True, help_text="Both, of the rounds in the room; null: as those of all rounds.")
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
    cap = models.PositiveIntegerField(
        default=LEAST_CAP,
        db_default=LEAST_CAP,
        help_text="A team with this many rounds in the room adds no further ones; it never falls in a run.",
    )
    seconds = models.FloatField(default=0, help_text="What the last recompute of the game cost.")
    bots_only = models.BooleanField(default=False)
    alarms: Any = JSON(default=list, help_text="For the hosts' own dashboards only.")
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "room statistics"
        constraints = [models.UniqueConstraint(fields=["game", "run", "mode", "design"], name="room_statistics_unique")]

    def __str__(self) -> str:
        return f"statistics of game {self.game_id}, run {self.run}, {self.mode}"


class AnswerTimes(models.Model):
    """What is known of a team's answer times: whether its seats are slow in the same rounds."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="answer_times", db_index=False)
    run = models.PositiveIntegerField()
    through_number = models.PositiveIntegerField()
    state: Any = JSON(help_text="game.physics.answer_times.Coupling.")
    seats = models.CharField(max_length=2, help_text="The seats whose times agree most; empty: nothing compared yet.")
    log10_e = models.FloatField(help_text="The evidence of seats that answer in step.")
    log10_e_max = models.FloatField(help_text="The highest so far.")

    class Meta:
        verbose_name_plural = "answer times"
        constraints = [models.UniqueConstraint(fields=["team", "run"], name="answer_times_unique")]

    def __str__(self) -> str:
        return f"answer times of team {self.team_id}, run {self.run}"


class StatisticsSample(models.Model):
    """A point of a curve over time, of a team or, where team is null, of the room."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="samples", db_index=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="samples", db_index=False)
    run = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    design = models.CharField(max_length=10, db_default="", help_text="Empty for points of an earlier version.")
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
