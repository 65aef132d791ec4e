"""
Draw the next context.

Fair contexts are drawn from 16-bit words without bias for any number of contexts; designs that depend on the past draw
by their own probabilities.
"""

import secrets
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from game.games.definition import Definition
from game.physics.designs import known_design

WORDS = 1 << 16


class Drawn(NamedTuple):
    """A context and its probability."""

    context: str
    probability: Fraction


@lru_cache
def deck(game: Definition) -> tuple[str, ...]:
    """Every context as often as its weight."""
    return tuple(context.questions for context in game.contexts for _ in range(context.weight))


def context_of_word(game: Definition, word: int) -> str | None:
    """Return the context of a 16-bit word, or None for the last words, which would bias towards the first contexts."""
    cards = deck(game)
    return cards[word % len(cards)] if word < WORDS - WORDS % len(cards) else None


def draw(game: Definition, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Drawn:
    """Draw the next context from a source of random bytes, two at a time until a word is usable."""
    while True:
        context = context_of_word(game, int.from_bytes(random_bytes(2), "big"))
        if context is not None:
            return Drawn(context, game.probabilities[context])


def draw_by_design(game: Definition, design: str, past: Mapping[str, int] | None = None) -> Drawn:
    """Draw the next context of a design with the operating system's generator."""
    if design == "uniform":
        return draw(game)
    chances = propensities(game, design, past)
    context = secrets.SystemRandom().choices(list(chances), weights=list(map(float, chances.values())))[0]
    return Drawn(context, chances[context])


def propensities(game: Definition, design: str, past: Mapping[str, int] | None = None) -> dict[str, Fraction]:
    """
    Return the probability of every context for the next round.

    uniform
        By weight, independent of the past.
    quota
        The predecessor's: equal among contexts asked fewer than `game.quota` times, then by weight.
    adaptive
        Half by weight, half in proportion to a context's deficit against the most asked one of its block.  The blocks
        of `game.block` keep their probability; a game without blocks, whose score needs independent questions, draws
        by weight only.

    Parameters
    ----------
    past : mapping of str to int, optional
        How often each context was asked so far; a missing one was never asked.
    """
    design, past = known_design(design), past or {}
    if design == "quota" and (left := [context for context in game.questions if past.get(context, 0) < game.quota]):
        return dict.fromkeys(left, Fraction(1, len(left)))
    if design == "adaptive" and game.block is not None:
        return _adaptive(game, past)
    return dict(game.probabilities)


def _adaptive(game: Definition, past: Mapping[str, int]) -> dict[str, Fraction]:
    assert game.block is not None
    blocks: dict[str, list[str]] = {}
    for context in game.questions:
        blocks.setdefault(game.block(context), []).append(context)
    result = {}
    for block in blocks.values():
        whole = sum(game.probabilities[context] for context in block)
        most = max(past.get(context, 0) for context in block)
        deficits = {context: most - past.get(context, 0) for context in block}
        total = sum(deficits.values())
        for context, deficit in deficits.items():
            fair = game.probabilities[context]
            result[context] = fair / 2 + whole * Fraction(deficit, total) / 2 if total else fair
    return result
