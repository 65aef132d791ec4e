"""Texts of questions and answers for tests of declared games."""

from itertools import product


def texts(game, seats=None):
    """Return all texts of answers, with "-" for seats that are not given."""
    chosen = range(len(game.seats)) if seats is None else seats
    return ["".join(t) for t in product(*(s.answers if i in chosen else "-" for i, s in enumerate(game.seats)))]


def all_contexts(game):
    """Return every combination of questions, also those that are never asked together."""
    return ["".join(text) for text in product(*(seat.questions for seat in game.seats))]
