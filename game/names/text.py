"""
What a name is.

A name has 1 to 50 graphemes, at least one of them visible, each with at most 4 marks.  Properties of characters come
from the `regex` package, so that the interpreter's older tables refuse no emoji.
"""

import hashlib
import unicodedata

import regex
from django.utils.translation import gettext as _

from game.names.confusables import latin

MOST_GRAPHEMES = 50
MOST_MARKS = 4
# The longest emoji that people send have 10 code points.
MOST_IN_ONE = 12
# Of the longest text here, for columns: an index entry of that many four-byte characters is below PostgreSQL's limit.
MOST_CODE_POINTS = 600
# Longer texts are not looked at: nobody types them, and some take time that grows with their square.
MOST_TYPED = 5_000
LIKENESS_LENGTH = 32

# White space, and characters that show nothing in its place.
_GAPS = regex.compile(r"[\t-\r\x85\p{Z}\u115F\u1160\u2800\u3164\uFFA0\U00013441\U00013442\U0001D159]+")
# Invisible characters that shape what stands beside them: joiners, direction marks, variation selectors, tags of flags.
_SHAPING = r"\u061C\u200C-\u200F\uFE00-\uFE0F\U000E0020-\U000E007F\U000E0100-\U000E01EF"
_OVERRIDES = r"\u202D\u202E"
_IDLE = regex.compile(
    rf"(?![{_SHAPING}{_OVERRIDES}])\p{{Default_Ignorable_Code_Point}}"
    # Flags of regions end in tags.
    r"|(?<!\p{Extended_Pictographic}[\U000E0020-\U000E007F]*)[\U000E0020-\U000E007F]"
    r"|(?<=[\u200C\u200D])[\u200C\u200D]+|(?<=[\u061C\u200E\u200F])[\u061C\u200E\u200F]+"
)
_UNSHOWN = regex.compile(rf"(?![{_SHAPING}])[^\p{{L}}\p{{M}}\p{{N}}\p{{P}}\p{{S}}\x20]|[\uFFFC\uFFFD]")
_GRAPHEME = regex.compile(r"\X")
_VISIBLE = regex.compile(r"(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{P}\p{S}]")
_MARK = regex.compile(r"(?!\p{Default_Ignorable_Code_Point})\p{M}")
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_FROM_RIGHT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}\u061C\u200E\u200F]")


class BadText(ValueError):
    """Text that is no name; its message is a sentence for people."""


def cleaned(typed: str, most: int = MOST_GRAPHEMES) -> str:
    """
    Return a name in NFC, without characters that show and shape nothing, gaps as single spaces.

    Raises BadText when it is empty, longer than `most` graphemes, shows nothing or cannot be shown.
    """
    if len(typed) > MOST_TYPED:
        raise _of_other_length(most, len(typed))
    if regex.search(r"\p{Cs}", typed):
        raise BadText(_("There are characters here that cannot be shown. Use letters, digits and signs."))
    name = unicodedata.normalize("NFC", _IDLE.sub("", _GAPS.sub(" ", typed))).strip()
    graphemes = _GRAPHEME.findall(name)
    if not 1 <= len(graphemes) <= most or len(name) > MOST_CODE_POINTS:
        raise _of_other_length(most, len(graphemes))
    if _UNSHOWN.search(name):
        raise BadText(_("There are characters here that cannot be shown. Use letters, digits and signs."))
    if not _VISIBLE.search(name):
        raise BadText(_("Nothing of this can be seen. Use letters, digits and signs."))
    if any(len(one) > MOST_IN_ONE or len(_MARK.findall(one)) > MOST_MARKS for one in graphemes):
        raise BadText(_("A letter here has too many marks: %d are allowed.") % MOST_MARKS)
    return name


def _of_other_length(most: int, count: int) -> BadText:
    return BadText(_("Use 1 to %(most)d characters; there are %(count)d.") % {"most": most, "count": count})


def likeness(name: str) -> str:
    """Return a key that names share when they look the same: by NFKC, without case and invisible characters."""
    folded = without_ignorable(unicodedata.normalize("NFKC", name))
    folded = unicodedata.normalize("NFKC", latin(folded).casefold())
    return hashlib.sha256(" ".join(folded.split()).encode()).hexdigest()[:LIKENESS_LENGTH]


def without_ignorable(text: str) -> str:
    """Return the text without the characters that Unicode lets programs ignore: they show nothing."""
    return _IGNORABLE.sub("", text)


def isolated(name: str) -> str:
    """Return a name for the middle of a sentence: where it is read from the right, it does not turn its neighbours."""
    return f"\u2068{name}\u2069" if _FROM_RIGHT.search(name) else name
