"""How numbers are written in reports and on tiles, in the language of the reader; a dash is unknown."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

UNKNOWN = "–"


def milliseconds(seconds: float) -> str:
    return f"{number_format(seconds * 1000, 1)} ms"


def percent(share: float) -> str:
    return f"{number_format(share * 100, 1 if share >= 0.01 else 2)} %"


def megabytes(size: float) -> str:
    return f"{number_format(size / 2**20, 0)} MB"


def count(number: float) -> str:
    return number_format(number, 0, force_grouping=True)


def rate(number: float) -> str:
    return _("%(number)s a second") % {"number": number_format(number, 1)}
