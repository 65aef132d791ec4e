"""Counts of rounds: one integer for every cell of a declared game, in the order of its `cells`."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from game.physics.theory.declared import UNANSWERED, CountedGame

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

# The table of the CHSH and Hardy estimators: two questions A B X Y, two answers True, False, unanswered.
PAIR_SHAPE = (4, 4, 3, 3)
_PAIR_QUESTIONS, _PAIR_ANSWERS = "ABXY", "TF" + UNANSWERED
_PAIR_CELLS = 144


def codes(game: CountedGame, rounds: Iterable[tuple[str, str]]) -> Ints:
    """Return the codes of rounds (questions, answers); refuse a round that the game does not have."""
    try:
        return np.fromiter(map(game.codes.__getitem__, rounds), dtype=np.int64)
    except KeyError as error:
        questions, answers = error.args[0]
        raise ValueError(f"round={f'{questions} {answers}'!r}: {game.key} does not have it") from None


def count(game: CountedGame, code: ArrayLike) -> Ints:
    """Return the number of codes in each cell, shape (cells,)."""
    return np.bincount(np.asarray(code, dtype=np.int64), minlength=len(game.cells))


def counts_of(game: CountedGame, rounds: Iterable[tuple[str, str]]) -> Ints:
    return count(game, codes(game, rounds))


def spread(game: CountedGame, open_rounds: ArrayLike) -> Ints:
    """
    Return open rounds as unanswered ones, in all contexts as often as the contexts are asked.

    Where a round really stands would tell a player the other seats' questions while the round is open.  What does not
    divide evenly goes to the likeliest contexts, first to those that count when nobody answers.

    Parameters
    ----------
    game : CountedGame
    open_rounds : array_like of int, shape (teams,)

    Returns
    -------
    array of int, shape (teams, cells)
        Only cells without any answer are filled; each row has the team's number of open rounds.
    """
    opened, cells = np.asarray(open_rounds, dtype=np.int64), _unanswered_cells(game)
    result = np.zeros((opened.size, len(game.cells)), dtype=np.int64)
    exact = np.outer(opened, [float(chance) for chance in game.probabilities.values()])
    whole = np.floor(exact + 1e-9).astype(np.int64)
    counts_unanswered = (good_cells(game) | bad_cells(game))[cells]
    order = np.lexsort((np.broadcast_to(~counts_unanswered, exact.shape), np.round(whole - exact, 9)), axis=-1)
    left = opened - whole.sum(axis=1)
    more = np.arange(cells.size) < left[:, None]
    np.put_along_axis(whole, order, np.take_along_axis(whole, order, axis=1) + more, axis=1)
    result[:, cells] = whole
    return result


@lru_cache
def _unanswered_cells(game: CountedGame) -> Ints:
    """Return the codes of the rounds that nobody answered, by context."""
    nobody = UNANSWERED * len(game.seats)
    return np.array([game.codes[questions, nobody] for questions in game.questions], dtype=np.int64)


def checked(game: CountedGame, counts: ArrayLike) -> Ints:
    """Return counts as int64 of shape (teams, cells), or name what is wrong with them."""
    given = np.asarray(counts)
    result = given.astype(np.int64, copy=False)
    if result.ndim != 2 or result.shape[1] != len(game.cells):
        raise ValueError(f"counts.shape={result.shape}: use (teams, {len(game.cells)}) for {game.key}")
    if given.dtype.kind == "f" and (result != given).any():
        raise ValueError(f"counts has {given[result != given][0]}: counts are whole numbers")
    if (result < 0).any():
        team, cell = np.argwhere(result < 0)[0]
        raise ValueError(
            f"counts has {result[team, cell]} of {' '.join(game.cells[cell])!r}: counts cannot be negative"
        )
    return result


@lru_cache
def good_cells(game: CountedGame) -> Marks:
    return _marks(game, game.good_codes)


@lru_cache
def bad_cells(game: CountedGame) -> Marks:
    return _marks(game, game.bad_codes)


@lru_cache
def answered_cells(game: CountedGame) -> Marks:
    """Mark the cells in which every seat has answered."""
    return np.array([UNANSWERED not in answers for _, answers in game.cells])


@lru_cache
def silent_cells(game: CountedGame) -> Marks:
    """Mark the cells in which no seat has answered."""
    return np.array([not answers.strip(UNANSWERED) for _, answers in game.cells])


@lru_cache
def even_cells(game: CountedGame) -> Marks:
    """Mark the answered cells of a two-answer game in which the product of the answers is +1."""
    second = [seat.answers[1] for seat in game.seats]
    minus = [sum(a == b for a, b in zip(answers, second, strict=True)) for _, answers in game.cells]
    return (np.array(minus) % 2 == 0) & answered_cells(game)


@lru_cache(maxsize=1024)
def own_cells(game: CountedGame, seat: int, question: str, answer: str) -> Marks:
    """Mark the cells in which a seat (from 0) gave this answer to this question, for any answers of the others."""
    return np.array([asked[seat] == question and said[seat] == answer for asked, said in game.cells])


def _marks(game: CountedGame, chosen: tuple[int, ...]) -> Marks:
    result = np.zeros(len(game.cells), dtype=bool)
    result[list(chosen)] = True
    return result


def total(counts: Ints, cells: Marks) -> Ints:
    """Return the number of rounds in the marked cells of every team."""
    return np.asarray(counts[:, cells].sum(axis=1))


def by_context(game: CountedGame, counts: Ints, cells: Marks) -> Ints:
    """Return the number of rounds in the marked cells by context, shape (teams, contexts)."""
    contexts = len(game.questions)
    shape = len(counts), contexts, len(game.cells) // contexts
    return np.asarray((counts * cells).reshape(shape).sum(axis=-1))


@lru_cache
def _pair_cells(game: CountedGame) -> Ints:
    """Return the position of each cell in a flat table of PAIR_SHAPE."""
    place = [
        np.ravel_multi_index([*map(_PAIR_QUESTIONS.index, questions), *map(_PAIR_ANSWERS.index, answers)], PAIR_SHAPE)
        for questions, answers in game.cells
    ]
    return np.array(place, dtype=np.int64)


def pair_tables(game: CountedGame, counts: Ints) -> Ints:
    """Return counts of two seats and two answers in the shape (teams, 4, 4, 3, 3) of the CHSH estimators."""
    if len(game.cells) == _PAIR_CELLS:
        return counts.reshape(-1, *PAIR_SHAPE)
    flat = np.zeros((len(counts), _PAIR_CELLS), dtype=np.int64)
    flat[:, _pair_cells(game)] = counts
    return flat.reshape(-1, *PAIR_SHAPE)


def from_pair_tables(game: CountedGame, tables: ArrayLike) -> Ints:
    """Return the counts of tables of shape (teams, 4, 4, 3, 3), and refuse questions that the game does not ask."""
    flat = np.asarray(tables, dtype=np.int64).reshape(-1, _PAIR_CELLS)
    counts = flat[:, _pair_cells(game)]
    if flat.sum() != counts.sum():
        pairs = flat.sum(axis=0).reshape(PAIR_SHAPE).sum(axis=(2, 3))
        asked = {_PAIR_QUESTIONS[i] + _PAIR_QUESTIONS[j] for i, j in zip(*np.nonzero(pairs), strict=True)}
        raise ValueError(f"pair={min(asked - {*game.questions})!r}: {game.key} cannot ask it")
    return counts
