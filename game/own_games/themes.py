"""The themes of an own game in the reader's language; a language without words takes the first one of the file."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from game.games.words import (
    AGREE_ON_A_PLAN,
    CLOSED_EARLY,
    CLOSED_EARLY_THREE,
    COUNTS_AS_LOST,
    LETTERS,
    SAME_OR_DIFFERENT,
    TRUE_FALSE,
    YOUR_ANSWER,
    Label,
    Text,
    Theme,
)
from game.own_games.declaration import Declaration
from game.own_games.fields import DIFFERENT, SAME, OwnContext, OwnSeat, OwnSymbols, OwnWords

# The key of the theme that a file brings.
OWN_THEME = "own"

_later: Any = lazy(lambda make: make(), str)
_TWO = "TF"
_RULES = {
    SAME: _("{questions}: give the same answer."),
    DIFFERENT: _("{questions}: give different answers."),
    "": _("{questions}: {answers} wins."),
}
_HINT = _("You get {own}. The others get {others}.")
_GOAL = _("A plan wins {percent} % at most on average.")


def words_of(declared: Declaration, classical: Fraction) -> tuple[Text, dict[str, Theme]]:
    """Return the game's name, and its themes: the file's own one, and letters where that one has other labels."""
    name = _said(declared, lambda words: words.name)
    found = {OWN_THEME: _theme(declared, name, classical)}
    plain = replace(declared, words=_plain(declared.words), symbols=OwnSymbols())
    if plain != declared:
        found["letters"] = _theme(plain, LETTERS, classical)
    return name, found


def _plain(words: Mapping[str, OwnWords]) -> dict[str, OwnWords]:
    """Return words without labels; rules that may name labels go with them, in every language."""
    has_labels = any(one.questions or one.answers for one in words.values())
    return {language: OwnWords(name=one.name, rules=() if has_labels else one.rules) for language, one in words.items()}


def _theme(declared: Declaration, name: Text, classical: Fraction) -> Theme:
    percent = f"{100 * float(classical):.1f}"
    lists = {one.questions: _listed(declared, one) for one in declared.contexts if not one.wanted}
    early = CLOSED_EARLY if len(declared.seats) == len(_TWO) else CLOSED_EARLY_THREE
    return Theme(
        name=name,
        ask=_said(declared, lambda words: words.ask or str(YOUR_ANSWER)),
        questions={
            q: Label(_said(declared, partial(_question, q)), declared.symbols.questions.get(q, ""))
            for q in _every_question(declared)
        },
        answers=_answers(declared),
        rules=(AGREE_ON_A_PLAN, *_rules(declared)),
        goal=_said(declared, lambda words: str(_GOAL).format(percent=percent)),
        hints=tuple(_said(declared, partial(_hint, declared, n)) for n in range(len(declared.seats))),
        wanted={**SAME_OR_DIFFERENT, **lists},
        outcomes={**early, "won": _("Won."), "lost": _("Not this time."), "lost_unanswered": COUNTS_AS_LOST},
    )


def _listed(declared: Declaration, context: OwnContext) -> Text:
    """Return the answers that win in a context, in the words of the seats."""
    return _said(declared, lambda words: ", ".join(_spoken(declared, won, words) for won in context.wins))


def _spoken(declared: Declaration, answers: str, words: OwnWords) -> str:
    """Return a text of answers as it stands in the file, else in words where a seat's answers have some."""
    seats = zip(declared.seats, answers, strict=True)
    return " / ".join(_answer(a, seat, words) for seat, a in seats) if words.answers else answers


def _said(declared: Declaration, pick: Callable[[OwnWords], str]) -> Text:
    """Return a text that is picked from the words in the language of whoever reads it."""
    text: Text = _later(lambda: pick(_in_this_language(declared)))
    return text


def _question(question: str, words: OwnWords) -> str:
    return words.questions.get(question, question)


def _in_this_language(declared: Declaration) -> OwnWords:
    language = (get_language() or "en").partition("-")[0]
    return declared.words.get(language) or next(iter(declared.words.values()))


def _every_question(declared: Declaration) -> str:
    return "".join(dict.fromkeys("".join(seat.questions for seat in declared.seats)))


def _answers(declared: Declaration) -> dict[str, tuple[Label, ...]]:
    """Return the answers by question; seats with the same question have the same answers to it."""
    return {
        question: tuple(
            Label(_said(declared, partial(_answer, letter, seat)), declared.symbols.answers.get(letter, ""))
            for letter in seat.answers
        )
        for seat in declared.seats
        for question in seat.questions
    }


def _answer(letter: str, seat: OwnSeat, words: OwnWords) -> str:
    plain = dict(zip(_TWO, TRUE_FALSE, strict=True))[letter].text if seat.answers == _TWO else letter
    return words.answers.get(letter) or str(plain)


def _rules(declared: Declaration) -> tuple[Text, ...]:
    """Return the file's own rules, each a sentence; without them a sentence for each way to win."""
    most = max(len(words.rules) for words in declared.words.values())
    if most:
        return tuple(_said(declared, partial(_nth_rule, n)) for n in range(most))
    groups: dict[tuple[str, ...], list[OwnContext]] = {}
    for one in declared.contexts:
        groups.setdefault((one.wanted,) if one.wanted else one.wins, []).append(one)
    return tuple(_said(declared, partial(_rule, declared, contexts)) for contexts in groups.values())


def _nth_rule(index: int, words: OwnWords) -> str:
    return words.rules[index] if index < len(words.rules) else ""


def _rule(declared: Declaration, contexts: list[OwnContext], words: OwnWords) -> str:
    asked = ", ".join(" + ".join(_question(q, words) for q in one.questions) for one in contexts)
    wins = ", ".join(_spoken(declared, won, words) for won in contexts[0].wins)
    return str(_RULES[contexts[0].wanted]).format(questions=asked, answers=wins)


def _hint(declared: Declaration, own: int, words: OwnWords) -> str:
    asked = [" / ".join(_question(q, words) for q in seat.questions) for seat in declared.seats]
    others = "; ".join(text for n, text in enumerate(asked) if n != own)
    return str(_HINT).format(own=asked[own], others=others)
