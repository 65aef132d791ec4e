"""The blocked word that a name contains, however it is spelt."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from django.utils.translation import get_language

from game.names.blocked_words import ALLOWED, BLOCKED, BLOCKED_ON_PAGES, PICTURES
from game.names.confusables import latin
from game.names.text import without_ignorable

# Signs are letters at either side of one, digits between two: T17 and Pair 717 say what they say.
_SIGNS = str.maketrans({"$": "s", "@": "a", "€": "e", "!": "i", "|": "i", "£": "l", "+": "t"})
_SIGN = re.compile(r"(?<=[a-z])[$@€!|£+]+(?=[a-z])|[$@€](?=[a-z])|(?<=[a-z])[$]+")
_DIGITS = str.maketrans("01345789", "oieastbg")
_DIGIT = re.compile(r"(?<=[a-z])\d+(?=[a-z])")
# Letters with strokes, and those that look Latin only to those who want it: Unicode's table has neither.
_ALSO: dict[int, str] = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ı": "i"}
)
_ALSO |= dict(
    zip(map(ord, "пткмнвигβεητκμνχωᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"), "ntkmhburbentkuvxwabcdefghijklmnoprstuvwyz", strict=True)
)
_WORD = re.compile(r"[^\W_]+")
# Single letters with gaps between them.
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]+){2,}[^\W_](?![^\W_])")
# Letters hidden behind signs.
_STARRED = re.compile(r"[a-z]+[*#%×•·.\-_]+[a-z*]*[a-z]|[a-z]+[*#%]+")
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_RUN = re.compile(r"(.)\1*")
# A whole word is said to be stretched by three equal letters, because two make other words (annal).
_STRETCHED = 3
# Of a word whose other letters are hidden, or that is split in two.
_LEAST_LETTERS = 4


def blocked_word(name: str) -> str | None:
    """Return the blocked word that a name contains, also spelt with look-alikes, signs or gaps, or None."""
    if pictures := re.search(PICTURES, name):
        return pictures[0]
    accented = _without_allowed(" ".join(_CAMEL.sub(" ", _letters(name)).casefold().split()))
    solid = _without_allowed(_letters(name).casefold())
    words = set(itertools.chain.from_iterable(map(_spellings, (accented, solid))))
    words |= {plain for word in words if (plain := _plain(word)) != word}
    whole = _whole(get_language() or "")
    for word in sorted(words):
        if found := _found(word, whole):
            return found
    return _split_or_starred(_plain(solid), whole)


def _letters(name: str) -> str:
    """The name with look-alikes as Latin letters and without what shows nothing; accents and case stay."""
    return latin(without_ignorable(unicodedata.normalize("NFKC", name))).translate(_ALSO)


def _plain(text: str) -> str:
    """The text without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _without_allowed(text: str) -> str:
    return _allowed().sub(" ", text)


def _spellings(text: str) -> Iterator[str]:
    """Yield the words of a text as they stand, with digits and signs as letters, and from single letters."""
    signed = _SIGN.sub(lambda sign: sign[0].translate(_SIGNS), text)
    for written in {text, signed}:
        for word in _WORD.findall(_SPACED.sub(_join, written)):
            yield word
            yield word.strip("0123456789")
            yield word.strip("x")
            yield word.replace("l", "i")
            yield _DIGIT.sub(lambda digits: digits[0].translate(_DIGITS), word)


def _join(match: re.Match[str]) -> str:
    return re.sub(r"[\W_]+", "", match[0])


def _found(word: str, whole: Iterable[str]) -> str | None:
    """Return the blocked word that one word is or contains."""
    if word in whole:
        return word
    runs = _runs(word)
    _, begins, parts = _compared()
    squeezed = _squeezed(word)
    for blocked in parts:
        # A quick look first: nearly all words of the list are elsewhere.
        if _squeezed(blocked) in squeezed and _contains(runs, blocked):
            return blocked
    for blocked in begins:
        if word.startswith(blocked):
            return blocked
    if max((length for _, length in runs), default=0) >= _STRETCHED:
        return next((blocked for blocked in whole if _is_stretched(runs, blocked)), None)
    return None


def _contains(runs: list[tuple[str, int]], blocked: str) -> bool:
    """Whether the letters of a blocked word stand in a word, each at least as often in a row."""
    wanted = _runs(blocked)
    return any(
        all(has[0] == is_[0] and has[1] >= is_[1] for has, is_ in zip(runs[at:], wanted, strict=False))
        for at in range(len(runs) - len(wanted) + 1)
    )


def _is_stretched(runs: list[tuple[str, int]], blocked: str) -> bool:
    wanted = _runs(blocked)
    return len(runs) == len(wanted) and all(
        has[0] == is_[0] and (has[1] == is_[1] or has[1] >= max(_STRETCHED, is_[1]))
        for has, is_ in zip(runs, wanted, strict=True)
    )


@lru_cache(1000)
def _runs(word: str) -> list[tuple[str, int]]:
    """The letters of a word, each with how often it stands in a row."""
    return [(run[1], len(run[0])) for run in _RUN.finditer(word)]


@lru_cache(1000)
def _squeezed(word: str) -> str:
    return "".join(letter for letter, _ in _runs(word))


def _split_or_starred(text: str, whole: frozenset[str]) -> str | None:
    """Return the blocked word that is split in two, or some of whose letters are hidden behind signs."""
    long = {word for word in whole | set(_compared()[2]) if len(word) >= _LEAST_LETTERS}
    words = _WORD.findall(text)
    if len(words) > 1 and (together := "".join(words)) in long:
        return together
    for first, second in itertools.pairwise(words):
        if min(len(first), len(second)) <= 2 and first + second in _compared()[2]:
            return first + second
    for starred in _STARRED.findall(text):
        if hidden := _hidden(starred, long):
            return hidden
    return None


def _hidden(starred: str, long: Iterable[str]) -> str | None:
    """Return the word whose first letter and at least half of whose letters show, or all of whose letters do."""
    letters = re.sub(r"[^a-z]", "", starred)
    if letters in long:
        return letters
    if not re.search(r"[*#%]", starred):
        return None
    pattern = re.compile(re.sub(r"[^a-z]", "[a-z]", starred))
    return next(
        (word for word in sorted(long) if len(letters) * 2 >= len(word) and pattern.fullmatch(word)),
        None,
    )


@cache
def _allowed() -> re.Pattern[str]:
    phrases = "|".join(phrase.replace(" ", r"[\s-]+") for phrase in sorted(ALLOWED, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)")


@cache
def _compared() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """The words of all languages, in the form in which names are compared."""
    of_all = BLOCKED.values()
    whole = frozenset(unicodedata.normalize("NFC", word) for words in of_all for word in words.whole)
    begins = tuple(word for words in of_all for word in words.begins)
    return whole, begins, tuple(word for words in of_all for word in words.parts)


@cache
def _whole(language: str) -> frozenset[str]:
    return _compared()[0] | BLOCKED_ON_PAGES.get(language[:2], frozenset())
