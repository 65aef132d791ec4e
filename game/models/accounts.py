"""What belongs to an instructor's account: the address of a room, and presets."""

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
