"""
Words that are blocked in names of teams, in the languages of the product.

The list is short on purpose: a host sees every name and can rename and kick, so it blocks what a class tries first.
`whole` words are blocked as whole words only.  `parts` are blocked anywhere in a word: no ordinary word contains
them (Scunthorpe, Dickens, snigger and Fuchsschwanz stay allowed).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Words(NamedTuple):
    whole: frozenset[str]
    parts: tuple[str, ...]


def _words(whole: str, parts: str) -> Words:
    return Words(frozenset(whole.split()), tuple(parts.split()))


BLOCKED: Mapping[str, Words] = {
    "en": _words(
        "anal anus arse arsehole boner boobs clit cock cocks cunt cunts dick dicks fag fags jizz kike kkk "
        "milf nazi nazis nigga niggas nigger niggers nude nudes paki penis porn porno pussy rape raped rapist "
        "sex sexy shit shits slut sluts spic tit tits tranny twat vagina wank wanker wankers wetback whore whores",
        "asshole bastard bitch blowjob bullshit cocksuck dickhead dildo faggot fuck hitler jackass motherf shithead "
        "shitty",
    ),
    "de": _words(
        "arsch bumsen fick ficke ficken ficker fotze fotzen hure huren kanake kanaken möse neger nutte nutten "
        "pimmel schlampe spast spasti titten trottel vögeln wichse",
        "arschloch gefickt hurensohn missgeburt scheiss schwuchtel siegheil untermensch vollidiot wichser",
    ),
    "fr": _words(
        "bicot bougnoule branleur chier connard connards connasse couille couilles enculé enculer fdp "
        "gouine merde ntm nique niquer négro pédé pute putes salaud salope salopes tapette youpin",
        "branleu connard encule fils2pute niquetamere putain salope",
    ),
}

# Characters that people write in place of letters.
_LOOKALIKES = str.maketrans("013457@$!€", "oieastasie")
_JOINED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]+){2,}[^\W_](?![^\W_])")


def blocked_word(name: str) -> str | None:
    """Return the blocked word that a name contains, also spelt with digits, dots, gaps or repeated letters, or None."""
    written = _plain(name.translate(_LOOKALIKES))
    words = set(re.findall(r"[^\W_]+", _JOINED.sub(_join, written))) | set(re.findall(r"[^\W_]+", _plain(name)))
    together = "".join(re.findall(r"[^\W_]+", written))
    whole, parts = _compared()
    for said in sorted(words):
        if found := whole & {said, _squeezed(said)}:
            return next(iter(found))
    for part, squeezed in parts.items():
        if part == together or any(squeezed in _squeezed(said) for said in words):
            return part
    return None


@cache
def _compared() -> tuple[frozenset[str], dict[str, str]]:
    """The whole words, and the parts with their squeezed forms, in the form in which names are compared."""
    whole = frozenset(_plain(word) for words in BLOCKED.values() for word in words.whole)
    parts = [_plain(part) for words in BLOCKED.values() for part in words.parts]
    return whole, {part: _squeezed(part) for part in parts}


def _plain(text: str) -> str:
    """The text without accents and case."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _join(match: re.Match[str]) -> str:
    return re.sub(r"[\W_]+", "", match[0])


def _squeezed(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)
