"""
Draw the next context from the seed of a run.

The hash of the seed is public before the first question, the seed after the last one: then anybody can draw every
question again.  Fair contexts are drawn from 16-bit words without bias for any number of contexts; designs that depend
on the past draw by their own probabilities.
"""

import hashlib
import hmac
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from game.games.definition import Definition
from game.physics.designs import DESIGNS, draws_by_weight, known_design

WORDS = 1 << 16
# About as many cards has a deck of the loophole lab: in the CHSH game a team that counts them wins 86.65 %.
DECK_CARDS = 24


class Drawn(NamedTuple):
    """A context and its probability."""

    context: str
    probability: Fraction


def commitment(seed: bytes) -> str:
    """Return the SHA-256 of a seed as 64 hexadecimal digits."""
    return hashlib.sha256(seed).hexdigest()


def digest(seed: bytes, run: int, team: int, number: int) -> bytes:
    """Return the 32 bytes from which a round's question is drawn: HMAC-SHA256 of "run|team|number"."""
    return hmac.digest(seed, f"{run}|{team}|{number}".encode(), "sha256")


@lru_cache
def deck(game: Definition) -> tuple[str, ...]:
    """Every context as often as its weight."""
    return tuple(context.questions for context in game.contexts for _ in range(context.weight))


def context_of_word(game: Definition, word: int) -> str | None:
    """Return the context of a 16-bit word, or None for the last words, which would bias towards the first contexts."""
    cards = deck(game)
    return cards[word % len(cards)] if word < WORDS - WORDS % len(cards) else None


def draw(game: Definition, digest: bytes) -> Drawn:
    """
    Draw the next context from a digest of 32 bytes: the first usable of its 16-bit words.

    Fewer than one in 10^45 digests has none while a game has at most 100 contexts; that is a ValueError.
    """
    for start in range(0, len(digest), 2):
        context = context_of_word(game, int.from_bytes(digest[start : start + 2], "big"))
        if context is not None:
            return Drawn(context, game.probabilities[context])
    raise ValueError(f"digest={digest.hex()}: no usable word")


def draw_by_design(game: Definition, design: str, digest: bytes, past: Mapping[str, int] | None = None) -> Drawn:
    """Draw the next context of a design from a digest of 32 bytes."""
    if draws_by_weight(design):
        return draw(game, digest)
    chances = propensities(game, design, past)
    point, passed = Fraction(int.from_bytes(digest[:8], "big"), 1 << 64), Fraction(0)
    for context, chance in chances.items():
        passed += chance
        if point < passed:
            return Drawn(context, chance)
    raise ValueError(f"design={design!r}: probabilities add up to {passed}")


def propensities(game: Definition, design: str, past: Mapping[str, int] | None = None) -> dict[str, Fraction]:
    """
    Return the probability of every context for the next round.

    Designs draw in one of three ways (`game.physics.designs.DESIGNS`).

    weight
        By weight, independent of the past.
    quota
        The predecessor's: equal among contexts asked fewer than `game.quota` times, then by weight.
    deck
        Every context as often as its weight, all of them several times, shuffled and dealt without replacement; then
        a new deck: see `left_in_deck`.
    adaptive
        Half by weight, half in proportion to a context's deficit against the most asked one of its block.  The blocks
        of `game.block` keep their probability; a game without blocks, whose score needs independent questions, draws
        by weight only.

    Parameters
    ----------
    past : mapping of str to int, optional
        How often each context was asked so far; a missing one was never asked.
    """
    draws, past = DESIGNS[known_design(design)].draws, past or {}
    if draws == "quota" and (left := [context for context in game.questions if past.get(context, 0) < game.quota]):
        return dict.fromkeys(left, Fraction(1, len(left)))
    if draws == "deck":
        return left_in_deck(game, past)
    if draws == "adaptive" and game.block is not None:
        return _adaptive(game, past)
    return dict(game.probabilities)


def deck_copies(game: Definition) -> int:
    """Return how often a deck of the loophole lab has every context of weight 1."""
    return max(1, round(DECK_CARDS / len(deck(game))))


def deck_size(game: Definition) -> int:
    """Return how many rounds a deck of the loophole lab has."""
    return deck_copies(game) * len(deck(game))


def left_in_deck(game: Definition, past: Mapping[str, int]) -> dict[str, Fraction]:
    """
    Return the probability of every context when a shuffled deck is dealt without replacement.

    Notes
    -----
    A team that counts gives up the context of which fewest cards are left.  With n_1 <= n_2 <= ... left of N, the next
    round is lost with probability n_1 / N, and so the number W of wins to come of the CHSH game is, by recursion,

        W(n) = (N - n_1) / N + sum over i of n_i / N * W(n without one card i),  W(0) = 0.

    W(k, k, k, k) / 4k for k copies of each context is 0.9375, 0.9116, 0.8950, 0.8830, 0.8739, 0.8665, 0.8604 and
    0.8553 for k = 1 to 8, and tends to 3/4.  k = 6, a deck of 24 cards, is the nearest to 86.5 %, just above the
    quantum limit.  Games of more contexts have fewer copies, because counting gains less in a thick deck.
    """
    weights = {context.questions: deck_copies(game) * context.weight for context in game.contexts}
    # The past has whole decks and the present one.
    decks, size = divmod(sum(past.get(context, 0) for context in weights), deck_size(game))
    left = {context: (decks + 1) * weight - past.get(context, 0) for context, weight in weights.items()}
    return {context: Fraction(cards, deck_size(game) - size) for context, cards in left.items() if cards > 0}


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
