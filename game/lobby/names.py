"""Names of teams: check what people type, and make up names of harmless words."""

import hashlib
import secrets
from collections.abc import Collection
from itertools import product

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from game.lobby.name_words import ENGLISH, WORDS
from game.lobby.refusal import Refusal
from game.models import Game
from game.names import text
from game.names.word_filter import blocked_word

# In a larger game a free combination of two words is hard to find by chance.
MANY_TEAMS = 2_000


def team_names(count: int) -> list[str]:
    """Make up some different names."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[team_name()] = None
    return list(found)


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
    """Return a name, with a number behind it where its likeness is among those taken."""
    found = (name, *(f"{name} {n}" for n in range(2, len(taken) + 3)))
    return next(one for one in found if text.likeness(one) not in taken)


def clean_text(typed: str, most: int = text.MOST_GRAPHEMES, reason: str = "bad_name") -> str:
    """Return what somebody typed as a name, cleaned; refused where it is none."""
    try:
        return text.cleaned(typed, most)
    except text.BadText as error:
        raise Refusal(reason, str(error)) from error


def clean_name(typed: str) -> str:
    """Return the name of a team, cleaned; refused where it is none or has a blocked word, which is not repeated."""
    name = clean_text(typed)
    if blocked_word(name):
        raise Refusal("blocked_name", _("This name is not allowed here. Choose another."))
    return name


def likenesses(game: Game) -> set[str]:
    """Return the likenesses of the names of all teams of a game."""
    return set(game.teams.values_list("likeness", flat=True))


def free_name(game: Game) -> str:
    """Return a made-up name that no team of the game has."""
    taken = likenesses(game)
    while text.likeness(name := team_name()) in taken:
        if len(taken) > MANY_TEAMS:
            return f"{name} {secrets.randbelow(10**6)}"
    return name
