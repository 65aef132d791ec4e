"""Records of operation: runs of optimisers, measurements, capacities, reports, operators' acts."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class OptimizationRun(models.Model):
    """One run of an optimiser: observations, changes with their reasons, and the numbers before and after."""

    class Kind(models.TextChoices):
        CACHE = "cache", "Cache"
        WEBSOCKET = "websocket", "Websocket"
        DATABASE = "database", "Database"
        FULL = "full", "Full"
        MAINTENANCE = "maintenance", "Maintenance"

    kind = models.CharField(max_length=11, choices=Kind)
    asked_by = models.CharField(max_length=150, help_text="The schedule, a command, or who asked.")
    dry_run = models.BooleanField(default=False)
    started_at = models.DateTimeField(db_default=Now())
    seconds = models.FloatField(null=True)
    observations: Any = models.JSONField(default=list, help_text="Sentences: what was found.")
    changes: Any = models.JSONField(default=list, help_text="What, before, after, why; in a dry run what would change.")
    before: Any = models.JSONField(default=dict)
    after: Any = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    work_seconds = models.FloatField(null=True, help_text="Without its rests.")
    statements = models.PositiveIntegerField(null=True, help_text="What it asked the database.")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "-id"], name="optimization_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} run {self.pk}"

    @property
    def outcome(self) -> str:
        if self.error:
            return "failed"
        if not self.changes:
            return "nothing to change"
        done = f"{len(self.changes)} changes" if len(self.changes) > 1 else "1 change"
        return f"{done}, not carried out" if self.dry_run else done


class Measurement(models.Model):
    """
    What one process did in one minute; after two days one hour of all processes, with its busiest figures.

    Counts add up and gauges take their highest value, so that rows can be merged; buckets are counts by upper bound.
    """

    at = models.DateTimeField(help_text="The beginning of the minute, or of the hour.")
    process = models.CharField(max_length=120, help_text="Kind, machine and process; empty for all of an hour.")
    kind = models.CharField(max_length=6, help_text="web, worker, or all.")
    seconds = models.FloatField(help_text="How long was measured.")
    processes = models.PositiveIntegerField(default=1, help_text="Web processes; of an hour in its busiest minute.")
    answers = models.PositiveBigIntegerField(default=0)
    answers_per_second = models.FloatField(default=0, help_text="The highest of the minutes.")
    answer_buckets: Any = models.JSONField(default=dict)
    http_buckets: Any = models.JSONField(default=dict)
    query_buckets: Any = models.JSONField(default=dict)
    # Pages, and answers that failed; together with the recorded answers they are all requests.
    requests = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0, help_text="Pages that failed and messages that were not done.")
    connections = models.PositiveIntegerField(default=0)
    cpu_share = models.FloatField(null=True, help_text="Processor seconds a second, of the busiest process.")
    memory_bytes = models.PositiveBigIntegerField(null=True)
    cache_hits = models.PositiveBigIntegerField(default=0)
    cache_misses = models.PositiveBigIntegerField(default=0)
    queue = models.PositiveIntegerField(null=True, help_text="Tasks that waited; known to workers.")
    worker_share = models.FloatField(
        null=True, help_text="Of an hour: processor seconds a second, of the busiest worker."
    )
    machine_share = models.FloatField(
        null=True, help_text="Used share of all processors of the machine, by all programs."
    )
    database_busy = models.FloatField(
        null=True, help_text="Sessions of the database at work at once; known to workers."
    )
    log_share = models.FloatField(null=True, help_text="Share of the time in which the database wrote its log.")

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["at", "process"], name="measurement_unique")]

    def __str__(self) -> str:
        return f"{self.process or 'all'} at {self.at:%Y-%m-%d %H:%M}"


class Capacity(models.Model):
    """The measured capacity of one web process, for example by `make bench`."""

    measured_at = models.DateTimeField(db_default=Now())
    answers_per_second = models.FloatField()
    connections = models.PositiveIntegerField(null=True, blank=True)
    machine = models.CharField(max_length=200, help_text="Where it was measured, and how.")

    class Meta:
        verbose_name_plural = "capacities"
        ordering = ["-measured_at"]

    def __str__(self) -> str:
        return f"{self.answers_per_second:g} answers/s on {self.machine}"


class Report(models.Model):
    """A performance report of a week, or a capacity review of a month."""

    class Kind(models.TextChoices):
        PERFORMANCE = "performance", "Performance report"
        CAPACITY = "capacity", "Capacity review"

    kind = models.CharField(max_length=11, choices=Kind)
    since = models.DateTimeField()
    until = models.DateTimeField()
    figures: Any = models.JSONField(default=dict)
    html = models.TextField()
    markdown = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


class OperatorAct(models.Model):
    """Who did what to the running product; never changed."""

    at = models.DateTimeField(db_default=Now())
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    username = models.CharField(max_length=150)
    act = models.CharField(max_length=200)
    parameters: Any = models.JSONField(default=dict)
    outcome = models.CharField(max_length=300)
    token = models.CharField(max_length=60, db_default="", blank=True, help_text="The name of the token that asked.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.username}: {self.act}"


class ApiToken(models.Model):
    """A token by which a program asks the operators' API for a member of staff; only its hash is stored."""

    NAME_LENGTH = 60

    class Scope(models.TextChoices):
        READ = "read", "Look"
        ACT = "act", "Look and act"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=NAME_LENGTH, help_text="What uses it.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(max_length=4, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.name} of {self.user.get_username()} may {self.scope} until {self.expires_at:%Y-%m-%d}"
