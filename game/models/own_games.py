"""Games that instructors declared in files."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Now

from game.fields import JSON
from game.games.definition import Definition
from game.games.registry import OWN
from game.own_games import stored

# Without vowels no key is a word.
_KEY_LETTERS, _KEY_LENGTH = "bcdfghjkmnpqrtvwxz", 8


def new_key() -> str:
    return OWN + "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_LENGTH))


class OwnGame(models.Model):
    """
    A game that an instructor declared; a row never changes, and stays as long as a game plays or has played it.

    letters has the answer letters of each seat, and deck each context as often as its weight: the statement that
    records answers and draws questions reads them.
    """

    key = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="own_games")
    source = models.TextField(help_text="The file, as it was uploaded.")
    definition: Any = JSON(help_text="What game.own_games.stored reads: the declaration and its bounds.")
    letters = ArrayField(models.CharField(max_length=4))
    deck = ArrayField(models.CharField(max_length=3))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.key


def hold(key: str) -> bool:
    """Keep the own game of this key from being deleted until the transaction ends; False for one that is gone."""
    rows = OwnGame.objects.select_for_update(no_key=True).filter(key=key)
    return not key.startswith(OWN) or rows.first() is not None


def find(key: str) -> Definition | None:
    """Return the stored game of this key; in an event loop, which may not read rows, a thread reads it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _read(key)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_read_alone, key).result()


def _read(key: str) -> Definition | None:
    row = OwnGame.objects.filter(key=key).values_list("definition", flat=True).first()
    return None if row is None else stored.definition(key, row)


def _read_alone(key: str) -> Definition | None:
    try:
        return _read(key)
    finally:
        connection.close()
