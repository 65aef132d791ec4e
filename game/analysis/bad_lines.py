"""Errors in a file of rounds."""

from collections.abc import Sequence

_NAMED_AT_MOST = 20


class BadLines(ValueError):
    """A file with bad lines: what is wrong by line.  No round of the file is used."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        named = [f"line {number}: {fault}" for number, fault in faults[:_NAMED_AT_MOST]]
        if len(faults) > _NAMED_AT_MOST:
            named.append(f"and {len(faults) - _NAMED_AT_MOST} more")
        super().__init__("\n".join(named))
        self.numbers = [number for number, _ in faults]
