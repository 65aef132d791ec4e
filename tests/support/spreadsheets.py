"""What spreadsheets make of an export that somebody opens, looks at and saves again."""

import csv
import io
import re

_NUMBER = re.compile(r"-?\d+\.\d+(e-?\d+)?")


def _saved(text: str, delimiter: str, truths: tuple[str, str], decimal: str = ".") -> str:
    """Return a comma file as a spreadsheet writes it: its own words for true and false, and empty cells at the end."""
    words = dict(zip(("true", "false"), truths, strict=True))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(text)):
        cells = [cell.replace(".", decimal) if _NUMBER.fullmatch(cell) else words.get(cell, cell) for cell in row]
        writer.writerow([*cells, "", ""])
    return out.getvalue()


def excel_in_english(text: str) -> bytes:
    """Comma-separated, of the old encoding, which has no emoji."""
    return _saved(text, ",", ("TRUE", "FALSE")).encode("cp1252", "replace")


def excel_in_german(text: str) -> bytes:
    return _saved(text, ";", ("WAHR", "FALSCH"), ",").encode("cp1252", "replace")


def excel_in_french(text: str) -> bytes:
    return _saved(text, ";", ("VRAI", "FAUX"), ",").encode("utf-8-sig")


def excel_as_unicode_text(text: str) -> bytes:
    return _saved(text, "\t", ("WAHR", "FALSCH"), ",").encode("utf-16")


def libreoffice(text: str) -> bytes:
    return _saved(text, ",", ("TRUE", "FALSE")).encode()


SAVED = (excel_in_english, excel_in_german, excel_in_french, excel_as_unicode_text, libreoffice)
