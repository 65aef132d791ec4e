"""Words for questions, answers and yes or no, as people and spreadsheets write them in English, German and French."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings
from django.utils import translation

from game.analysis.bad_lines import CannotAsk
from game.games.definition import TWO_ANSWERS, UNANSWERED, Definition
from game.games.words import Label

_TRUE = ("true", "t", "yes", "wahr", "w", "ja", "vrai", "v", "oui")
_FALSE = ("false", "f", "no", "falsch", "nein", "faux", "non")
_NOTHING = ("", UNANSWERED, "none", "null", "na", "n/a", "#n/a", "#nv", "nan", "–", "—")
_TRUTHS = dict.fromkeys(_TRUE, "T") | dict.fromkeys(_FALSE, "F")
# Words that docs/physics.md promises; a note is said of every other one.
_PROMISED = {"true", "false", "t", "f", "1", "0", "", UNANSWERED}
_NUMBER = re.compile(r"([+-]?)([01])(?:[.,]0*)?")
_BOTS_OF_SEATS = re.compile(r"1?2?3?")
_NAMED_AT_MOST = 8


class Words:
    """The words of one file.  It says which of them had to be guessed, and refuses 0 beside -1."""

    def __init__(self, game: Definition) -> None:
        self.game = game
        self._guessed: dict[str, dict[str, None]] = defaultdict(dict)
        self._false_numbers: dict[str, str] = {}

    def context(self, texts: Iterable[str]) -> str:
        """Return the question letters of a round."""
        letters = [self.question(seat, text) for seat, text in enumerate(texts, start=1)]
        context = "".join(letters)
        if context not in self.game.questions:
            raise CannotAsk(context)
        return context

    def question(self, seat: int, text: str) -> str:
        """Return the letter of a question; a letter that no seat has is left for `context` to refuse."""
        said = text.strip()
        if len(said) == 1 and said.isalpha():
            return said.upper()
        asked = self.game.seats[seat - 1].questions
        letters = _question_words(self.game, seat).get(_plain(said), set())
        number = _NUMBER.fullmatch(said)
        if number and len(asked) == 2 and number[1] != "-":
            letters = {asked[int(number[2])]}
        if len(letters) != 1:
            stands_for = f"it may be {' or '.join(sorted(letters))}, " if letters else ""
            raise ValueError(f"question_{seat}={text!r}: {stands_for}use one of {', '.join(asked)}")
        letter = next(iter(letters))
        self._guessed[f"question {letter}"][said] = None
        return letter

    def answer(self, seat: int, question: str, text: str) -> str:
        """Return the letter of an answer, "-" for none."""
        said, letters = text.strip(), self.game.seats[seat - 1].answers
        plain = _plain(said)
        found = UNANSWERED if plain in _NOTHING else self._answer(seat, question, plain, letters)
        if not found:
            words = "true, false" if letters == TWO_ANSWERS else f"one of {', '.join(letters)}"
            raise ValueError(f"answer={text!r}: use {words}, or nothing for unanswered")
        if plain not in _PROMISED and said not in letters:
            self._guessed[{"T": "True", "F": "False", UNANSWERED: "no answer"}.get(found, found)][said] = None
        return found

    def _answer(self, seat: int, question: str, plain: str, letters: str) -> str:
        if letters != TWO_ANSWERS:
            found = {letter.lower(): letter for letter in letters}.get(plain, "")
        elif number := _NUMBER.fullmatch(plain):
            found = self._of_number(plain, number[1] == "-", number[2] == "1")
        else:
            found = _TRUTHS.get(plain, "")
        return found or _answer_words(self.game, seat, question).get(plain, "")

    def _of_number(self, text: str, is_negative: bool, is_one: bool) -> str:
        """Read 1 as True, and 0 or -1 as False, but not both of these in one file: then 0 may mean no answer."""
        if is_one and not is_negative:
            return "T"
        kind = "-1" if is_one else "0"
        self._false_numbers.setdefault(kind, text)
        if len(self._false_numbers) > 1:
            raise ValueError(f"answer={text!r}: the file has 0 and -1, use one of them for False and nothing for none")
        return "F"

    @property
    def notes(self) -> list[str]:
        read = [f"{_listed(words)} as {meaning}" for meaning, words in self._guessed.items()]
        return [f"words were read as follows: {'; '.join(read)}"] if read else []


def is_yes(name: str, text: str) -> bool:
    """Return whether a column such as `bots` says yes; seats such as 2 or 12 are a yes, nothing is a no."""
    plain = _plain(text)
    number = _NUMBER.fullmatch(plain)
    found = {"T": True, "F": False}.get(_TRUTHS.get(plain, ""))
    if number and not number[1]:
        found = number[2] == "1"
    elif plain in _NOTHING or _BOTS_OF_SEATS.fullmatch(plain):
        found = plain not in _NOTHING
    if found is None:
        raise ValueError(f"{name}={text!r}: use true or false")
    return found


def decimal(text: str) -> float:
    """Return the number that a spreadsheet wrote with a decimal point or comma, nan where it is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return float("nan")


def _listed(words: Iterable[str]) -> str:
    named = list(words)
    return ", ".join(named[:_NAMED_AT_MOST]) + (", ..." if len(named) > _NAMED_AT_MOST else "")


def _plain(text: str) -> str:
    return "".join(text.split()).casefold().replace("−", "-")


def _spoken(label: Label) -> set[str]:
    """Return what a label says in every language of the pages."""
    found = {label.emoji}
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(label.text), str(label.short), f"{label.emoji} {label.text}"}
    return {_plain(word) for word in found} - {""}


@cache
def _question_words(game: Definition, seat: int) -> Mapping[str, set[str]]:
    """Return the question letters that each word of a theme stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    for theme in game.themes.values():
        for letter in game.seats[seat - 1].questions:
            for word in _spoken(theme.questions[letter]):
                found[word].add(letter)
    return found


@cache
def _answer_words(game: Definition, seat: int, question: str) -> Mapping[str, str]:
    """Return the answer letter of each word of a theme for this question."""
    letters, found = game.seats[seat - 1].answers, dict[str, str]()
    for theme in game.themes.values():
        for letter, label in zip(letters, theme.answers[question], strict=True):
            found |= dict.fromkeys(_spoken(label), letter)
    return found
