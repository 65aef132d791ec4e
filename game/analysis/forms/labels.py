"""Names of pairs and of answers in tables of counts: AX, x0y0 or 0,0, and TT, ++, a0b0 or 11."""

import re
from itertools import product

from game.games.definition import TWO_ANSWERS, UNANSWERED, Definition

_BITS_OF_QUESTIONS = re.compile(r"x?=?([01])y?=?([01])")
_BITS_OF_ANSWERS = re.compile(r"a?=?([01])b?=?([01])")
_COUNT_OF = re.compile(r"(?:counts?|n)(?=[-+01tfa])")
_TRUTHS = {"1": "T", "0": "F", "+": "T", "-": "F"}
_NO_ANSWER = ("unanswered", "none", "noanswer")
_LABEL_MARKS = re.compile(r"[\s_,;/|()<>{}\[\]:\"']+")


def plain(label: str) -> str:
    return _LABEL_MARKS.sub("", label.replace("−", "-").replace("–", "-")).lower()


def context_of(label: str, game: Definition) -> str | None:
    """Return the questions that a label names, or None; bits are the first and second question of each seat."""
    said = plain(label)
    by_letters = {context.lower(): context for context in game.questions}
    bits = _BITS_OF_QUESTIONS.fullmatch(said)
    if bits and all(len(seat.questions) == 2 for seat in game.seats) and len(game.seats) == 2:
        return "".join(seat.questions[int(bit)] for seat, bit in zip(game.seats, bits.groups(), strict=True))
    return by_letters.get(said.replace("-", ""))


def has_bits(label: str) -> bool:
    return _BITS_OF_QUESTIONS.fullmatch(plain(label)) is not None


def answers_of(label: str, game: Definition) -> str | None:
    """Return the answers that a label names, or None; 1 and + are True, 0 and - are False."""
    said = plain(label)
    if said in _NO_ANSWER:
        return UNANSWERED * len(game.seats)
    said = _COUNT_OF.sub("", said)
    by_letters = {answers.lower(): answers for answers in answered(game)}
    if said in by_letters:
        return by_letters[said]
    if any(seat.answers != TWO_ANSWERS for seat in game.seats):
        return None
    if bits := _BITS_OF_ANSWERS.fullmatch(said):
        said = "".join(bits.groups())
    found = "".join(_TRUTHS.get(letter, "") for letter in said)
    return found if len(found) == len(game.seats) == len(said) else None


def answered(game: Definition) -> list[str]:
    """Return every way in which all seats may answer: TT, TF, FT, FF."""
    return ["".join(letters) for letters in product(*(seat.answers for seat in game.seats))]
