"""The checked parts of a declaration: seats, contexts with their winning answers, words by language, and pictures."""

from collections.abc import Mapping, Sequence
from itertools import product
from string import ascii_uppercase
from typing import Any

from msgspec import Struct

from game.games.pictures import VARIATION, theme_pictures
from game.names import text
from game.own_games.source import Faults, Path

MOST_QUESTIONS, MOST_ANSWERS, MOST_CONTEXTS, MOST_WEIGHT = 10, 4, 100, 1000
MOST_IN_WORD, MOST_IN_SENTENCE, MOST_RULES = 40, 300, 6
LANGUAGES = ("en", "de", "fr")
SAME, DIFFERENT = "same", "different"


class OwnSeat(Struct, frozen=True):
    """The question and the answer letters of a seat."""

    questions: str
    answers: str


class OwnContext(Struct, frozen=True):
    """Questions asked together, how often, the answers that win, and how they were written: same, different, or ""."""

    questions: str
    weight: int
    wins: tuple[str, ...]
    wanted: str = ""


class OwnWords(Struct, frozen=True):
    """The words of one language; labels stand by letter."""

    name: str
    ask: str = ""
    rules: tuple[str, ...] = ()
    questions: dict[str, str] = {}
    answers: dict[str, str] = {}


class OwnSymbols(Struct, frozen=True):
    """Pictures by letter, each an emoji that a theme of the product names; they are the same in every language."""

    questions: dict[str, str] = {}
    answers: dict[str, str] = {}


def seats(given: Any, faults: Faults) -> tuple[OwnSeat, ...]:
    if not isinstance(given, list) or len(given) not in (2, 3):
        faults.add(("seats",), given, "use two or three tables [[seats]]")
        return ()
    found = tuple(_seat(one, ("seats", n), faults) for n, one in enumerate(given))
    for n, seat in enumerate(found):
        for other in found[:n]:
            # Labels of answers stand by the question.
            if set(seat.questions) & set(other.questions) and seat.answers != other.answers:
                wanted = "seats that share a question letter have the same answers: use other letters"
                faults.add(("seats", n, "questions"), seat.questions, wanted)
    return found


def _seat(given: Any, path: Path, faults: Faults) -> OwnSeat:
    table = known(given, path, ("questions", "answers"), faults)
    questions = _letters(table.get("questions"), (*path, "questions"), 1, MOST_QUESTIONS, faults)
    answers = _letters(table.get("answers", "TF"), (*path, "answers"), 2, MOST_ANSWERS, faults)
    return OwnSeat(questions, answers)


def _letters(given: Any, path: Path, least: int, most: int, faults: Faults) -> str:
    fits = isinstance(given, str) and set(given) <= set(ascii_uppercase) and len(set(given)) == len(given)
    if not fits or not least <= len(given) <= most:
        faults.add(path, given, f"use {least} to {most} different letters from A to Z, such as 'AB'")
        return ""
    return str(given)


def known(given: Any, path: Path, names: Sequence[str], faults: Faults) -> Mapping[str, Any]:
    """Return a table, and name what it has that nobody reads."""
    if not isinstance(given, dict):
        faults.add(path, given, "use a table")
        return {}
    for name in given:
        if name not in names:
            faults.add((*path, name), given[name], f"unknown; use {', '.join(names)}")
    return given


def contexts(given: Any, of_seats: Sequence[OwnSeat], faults: Faults) -> tuple[OwnContext, ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CONTEXTS:
        faults.add(("contexts",), given, f"use 1 to {MOST_CONTEXTS} tables [[contexts]]")
        return ()
    found = [_context(one, ("contexts", n), of_seats, faults) for n, one in enumerate(given)]
    names = [one.questions for one in found]
    for n, name in enumerate(names):
        if name and names.index(name) < n:
            faults.add(("contexts", n, "questions"), name, f"stands already as context {1 + names.index(name)}")
    _check_whole(found, of_seats, faults)
    return tuple(found)


def _context(given: Any, path: Path, of_seats: Sequence[OwnSeat], faults: Faults) -> OwnContext:
    table = known(given, path, ("questions", "weight", "win"), faults)
    questions = _asked(table.get("questions"), (*path, "questions"), of_seats, faults)
    weight = table.get("weight", 1)
    if not isinstance(weight, int) or isinstance(weight, bool) or not 1 <= weight <= MOST_WEIGHT:
        faults.add((*path, "weight"), weight, f"use a whole number from 1 to {MOST_WEIGHT}")
        weight = 1
    wins = _wins(table.get("win"), (*path, "win"), of_seats, faults)
    written = table.get("win")
    return OwnContext(questions, weight, wins, written if isinstance(written, str) else "")


def _asked(given: Any, path: Path, of_seats: Sequence[OwnSeat], faults: Faults) -> str:
    fits = isinstance(given, str) and len(given) == len(of_seats)
    if fits and all(letter in seat.questions for letter, seat in zip(given, of_seats, strict=True)):
        return str(given)
    wanted = " and ".join(f"one of {seat.questions} for seat {n}" for n, seat in enumerate(of_seats, start=1))
    faults.add(path, given, f"use {wanted}")
    return ""


def _wins(given: Any, path: Path, of_seats: Sequence[OwnSeat], faults: Faults) -> tuple[str, ...]:
    every = ["".join(letters) for letters in product(*(seat.answers for seat in of_seats))]
    if given in (SAME, DIFFERENT):
        if len({seat.answers for seat in of_seats}) != 1:
            faults.add(path, given, "the seats have different answers: list those that win, such as ['TF', 'FT']")
        return tuple(answers for answers in every if (len(set(answers)) == 1) == (given == SAME))
    if not isinstance(given, list) or not given:
        faults.add(path, given, f"use '{SAME}', '{DIFFERENT}', or a list of answers such as ['TF', 'FT']")
        return ()
    wrong = [answers for answers in given if answers not in every]
    if wrong or len(given) == len(every) or len({*map(str, given)}) < len(given):
        faults.add(path, (wrong or given)[0], f"use some of {', '.join(every[:16])}, each once and not all of them")
        return ()
    return tuple(answers for answers in every if answers in given)


def _check_whole(found: Sequence[OwnContext], of_seats: Sequence[OwnSeat], faults: Faults) -> None:
    if (total := sum(one.weight for one in found)) > MOST_WEIGHT:
        faults.add(("contexts",), total, f"the weights may add up to {MOST_WEIGHT}")
    for n, seat in enumerate(of_seats):
        asked = {one.questions[n] for one in found if one.questions}
        if missing := [letter for letter in seat.questions if letter not in asked]:
            faults.add(("seats", n, "questions"), seat.questions, f"no context asks {', '.join(missing)} of this seat")


def words(given: Any, of_seats: Sequence[OwnSeat], faults: Faults) -> dict[str, OwnWords]:
    """Return the words by language, the first one for languages without words of their own."""
    if not isinstance(given, dict) or not given or not set(given) <= {*LANGUAGES}:
        faults.add(
            ("words",), sorted(given) if isinstance(given, dict) else given, "use [words.en], [words.de], [words.fr]"
        )
        return {}
    found = {language: _words(one, ("words", language), of_seats, faults) for language, one in given.items()}
    _check_as_many_rules(found, faults)
    return found


def _check_as_many_rules(found: Mapping[str, OwnWords], faults: Faults) -> None:
    """Refuse languages with other numbers of rules than the first: each rule stands in every language."""
    first, most = next((language, len(one.rules)) for language, one in found.items())
    for language, one in found.items():
        if len(one.rules) != most:
            wanted = f"{len(one.rules)} here and {most} in {first}: use as many rules in every language"
            faults.add(("words", language, "rules"), list(one.rules), wanted)


def _words(given: Any, path: Path, of_seats: Sequence[OwnSeat], faults: Faults) -> OwnWords:
    table = known(given, path, ("name", "ask", "rules", "questions", "answers"), faults)
    rules = table.get("rules", [])
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        faults.add((*path, "rules"), rules, f"use a list of at most {MOST_RULES} sentences")
        rules = []
    questions, answers = (_all_letters(of_seats, name) for name in ("questions", "answers"))
    return OwnWords(
        name=_said(table.get("name"), (*path, "name"), MOST_IN_WORD, faults),
        ask=_said(table["ask"], (*path, "ask"), MOST_IN_SENTENCE, faults) if "ask" in table else "",
        rules=tuple(_said(one, (*path, "rules"), MOST_IN_SENTENCE, faults) for one in rules),
        questions=_labels(table.get("questions", {}), (*path, "questions"), questions, faults),
        answers=_labels(table.get("answers", {}), (*path, "answers"), answers, faults),
    )


def symbols(given: Any, of_seats: Sequence[OwnSeat], faults: Faults) -> OwnSymbols:
    """Return the pictures of questions and answers, none where the file has none."""
    table = known(given, ("symbols",), ("questions", "answers"), faults)
    of_questions, of_answers = (
        _pictures(table.get(name, {}), ("symbols", name), _all_letters(of_seats, name), faults)
        for name in ("questions", "answers")
    )
    return OwnSymbols(of_questions, of_answers)


def _all_letters(of_seats: Sequence[OwnSeat], name: str) -> str:
    return "".join(getattr(seat, name) for seat in of_seats)


def _pictures(given: Any, path: Path, letters: str, faults: Faults) -> dict[str, str]:
    found: dict[str, str] = {}
    for letter, picture in known(given, path, sorted(set(letters)), faults).items():
        plain = picture.replace(VARIATION, "") if isinstance(picture, str) else ""
        if plain not in theme_pictures():
            faults.add((*path, letter), picture, f"use one of {' '.join(theme_pictures().values())}")
        elif letter in letters:
            found[letter] = theme_pictures()[plain]
    return found


def _labels(given: Any, path: Path, letters: str, faults: Faults) -> dict[str, str]:
    table = known(given, path, sorted(set(letters)), faults)
    return {
        letter: _said(word, (*path, letter), MOST_IN_WORD, faults)
        for letter, word in table.items()
        if letter in letters
    }


def _said(given: Any, path: Path, most: int, faults: Faults) -> str:
    if not isinstance(given, str):
        faults.add(path, given, "use a text in quotes")
        return ""
    try:
        return text.cleaned(given, most)
    except text.BadText as error:
        faults.add(path, given, str(error))
        return ""
