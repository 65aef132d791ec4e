"""Which context is asked next: drawn from 16-bit words, without a bias for any number of contexts."""

import secrets
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from game.games.definition import Definition

WORDS = 1 << 16


class Drawn(NamedTuple):
    """A context, and how likely it was."""

    context: str
    probability: Fraction


@lru_cache
def _deck(game: Definition) -> tuple[str, ...]:
    """Every context as often as its weight."""
    return tuple(context.questions for context in game.contexts for _ in range(context.weight))


def context_of_word(game: Definition, word: int) -> str | None:
    """Return the context of a 16-bit word, or None for the few words that would prefer the first contexts."""
    deck = _deck(game)
    return deck[word % len(deck)] if word < WORDS - WORDS % len(deck) else None


def draw_from(game: Definition, digest: bytes) -> Drawn:
    """
    Return the context of the first usable 16-bit word, big-endian, of a digest.

    The same digest gives the same context to everybody who checks it.  That none of the 16 words of
    a SHA-256 is usable happens in fewer than one of 10^45 digests while a game has at most 100 contexts.
    """
    for start in range(0, len(digest) - 1, 2):
        context = context_of_word(game, int.from_bytes(digest[start : start + 2], "big"))
        if context is not None:
            return Drawn(context, game.probabilities[context])
    raise ValueError(f"digest={digest.hex()!r}: no word of it draws a context of {game.key}")


def draw(game: Definition, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Drawn:
    """Draw the next context from a source of random bytes, two at a time until a word is usable."""
    while True:
        context = context_of_word(game, int.from_bytes(random_bytes(2), "big"))
        if context is not None:
            return Drawn(context, game.probabilities[context])
