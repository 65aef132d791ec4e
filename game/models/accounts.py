"""What belongs to an instructor's account: the address of a room, presets, and who signs it in."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from game.names.text import MOST_CODE_POINTS

WORD_LENGTH = 24


class RoomAddress(models.Model):
    """The word of /r/<word>/, which leads to the games that its owner has open."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="room_address")
    word = models.CharField(max_length=WORD_LENGTH)
    likeness = models.CharField(
        max_length=WORD_LENGTH,
        unique=True,
        editable=False,
        help_text="The word with characters that look alike as one: no two rooms share it.",
    )

    def __str__(self) -> str:
        return self.word


class OwnPreset(models.Model):
    """Options of a new game, as their owner saved them."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_presets", db_index=False
    )
    name = models.CharField(max_length=MOST_CODE_POINTS)
    options = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="own_preset_name_unique_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class SignOn(models.Model):
    """
    Who an account is at the institution that signs it in.

    Issuer and subject never change, as names and mail addresses do; no two accounts are the same person there.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_on")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="sign_on_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} at {self.issuer}"
