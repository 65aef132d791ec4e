"""Names of teams: check what people type, and make up names of harmless words."""

import hashlib
import secrets
import unicodedata
from collections.abc import Collection
from itertools import product

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from game.lobby.name_words import ENGLISH, WORDS
from game.lobby.refusal import Refusal
from game.lobby.word_filter import blocked_word
from game.models import Game

# In a larger game a free combination of two words is hard to find by chance.
MANY_TEAMS = 2_000


def team_names(count: int) -> list[str]:
    return [team_name() for _ in range(count)]


def team_name() -> str:
    """Make up a name in the active language, else in English."""
    adjectives, nouns, pattern = WORDS.get((get_language() or "")[:2], ENGLISH)
    return pattern.format(adjective=secrets.choice(adjectives), noun=secrets.choice(nouns))


def names_by_seed(seed: str, language: str) -> list[str]:
    """Return all made-up names of a language, else of English, in an order that the seed decides."""
    adjectives, nouns, pattern = WORDS.get(language, ENGLISH)
    names = (pattern.format(adjective=adjective, noun=noun) for adjective, noun in product(adjectives, nouns))
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


def numbered(name: str, taken: Collection[str]) -> str:
    """Return a name, with a number behind it where the name is among those taken, which are casefolded."""
    return next(
        found for found in (name, *(f"{name} {n}" for n in range(2, len(taken) + 3))) if found.casefold() not in taken
    )


def clean_name(name: str) -> str:
    """Return a team's name trimmed and in NFC; refused when empty, too long, unprintable or blocked."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= 50:
        raise Refusal("bad_name", _("A name has 1 to 50 characters; this one has %d.") % len(name))
    if not name.isprintable():
        raise Refusal("bad_name", _("This name has characters that cannot be shown. Use letters, digits and signs."))
    if word := blocked_word(name):
        raise Refusal(
            "blocked_name", _("This name is not allowed here: “%s” is a blocked word. Choose another.") % word
        )
    return name


def free_name(game: Game) -> str:
    """Return a made-up name that no team of the game has."""
    taken = {name.casefold() for name in game.teams.values_list("name", flat=True)}
    while (name := team_name()).casefold() in taken:
        if len(taken) > MANY_TEAMS:
            return f"{name} {secrets.randbelow(10**6)}"
    return name
