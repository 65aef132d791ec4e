"""The teams of a game, and the players in their seats."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from game.fields import LikenessField
from game.models.games import Game
from game.names.text import MOST_CODE_POINTS

# A ghost team plays this many rounds of a run, whatever the game's own limit, and then rests.
GHOST_ROUNDS = 1000


class Team(models.Model):
    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="teams", db_index=False)
    name = models.CharField(max_length=MOST_CODE_POINTS)
    likeness = LikenessField(help_text="Names of one game that look the same share it: no two teams do.")
    active = models.BooleanField(default=True)
    # Rises in the transaction that closes a round or asks after a break; statistics of a lower version are out of date.
    version = models.PositiveBigIntegerField(default=0)
    bots = models.BooleanField(default=False, help_text="A bot sits or sat here; which rounds it played, they say.")
    ghost = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A team of bots that the host added to show what a strategy reaches: never one of the class.",
    )
    left_out_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when a host leaves the team out of the class's numbers."
    )
    card = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="The number of the printed card of this run that founded the team."
    )
    taken = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="Seats that players hold; a trigger counts them."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("game", Lower("name"), name="team_name_unique_in_game"),
            models.UniqueConstraint(
                fields=["game", "likeness"], condition=~models.Q(likeness=""), name="team_likeness_unique_in_game"
            ),
            models.UniqueConstraint(fields=["game", "card"], name="team_card_unique_in_game"),
        ]
        indexes = [
            # The fullest teams first: those of a game that lack players are found without a look at the others.
            models.Index(
                fields=["game", "-taken", "id"], condition=models.Q(active=True, ghost=False), name="team_free_seats"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        if "name" in (options.get("update_fields") or ()):
            options["update_fields"] = {*options["update_fields"], "likeness"}
        super().save(**options)


class RefusedName(models.Model):
    """A name that the word filter refused in a game, and whether a host has allowed it since."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="refused_names", db_index=False)
    name = models.CharField(max_length=MOST_CODE_POINTS)
    likeness = LikenessField()
    allowed = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["game", "likeness"], name="refused_name_unique_in_game"),
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
    banned_from = models.CharField(
        max_length=MOST_CODE_POINTS, db_default="", blank=True, help_text="The team's name at the ban."
    )
    device = models.CharField(
        max_length=16,
        db_default="",
        blank=True,
        editable=False,
        help_text="A keyed hash of game, address and browser of the newest tab, to find one device in all seats.",
    )
    prediction = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The best possible win rate in per cent, as predicted before playing."
    )
    plan = models.CharField(
        max_length=8, db_default="", blank=True, help_text="The answers that a player ticked, in the seat's order."
    )
    first_name = models.CharField(
        max_length=MOST_CODE_POINTS,
        db_default="",
        blank=True,
        help_text="Optional: for the own team and the hosts of the game, and nobody else.",
    )
    explained = models.CharField(
        max_length=2, db_default="", blank=True, help_text="The answers to the two closing questions."
    )
    left_team = models.BigIntegerField(
        null=True, editable=False, help_text="The id of the last team that the player left; it may be gone."
    )
    teams_left = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="Teams of this run that played and were left."
    )
    took_over_at = models.DateTimeField(
        null=True, editable=False, help_text="When the player took the seat of a phone that was not connected."
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
