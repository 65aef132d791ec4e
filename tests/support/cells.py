"""Texts of questions and answers that tests of declared games go through."""

from itertools import product


def texts(game, seats=None):
    """All texts of answers, with "-" for seats that are not among the given ones."""
    chosen = range(len(game.seats)) if seats is None else seats
    return ["".join(t) for t in product(*(s.answers if i in chosen else "-" for i, s in enumerate(game.seats)))]


def all_contexts(game):
    """Every combination of questions, also those that are never asked together."""
    return ["".join(text) for text in product(*(seat.questions for seat in game.seats))]
