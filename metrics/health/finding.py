"""One thing that is wrong or worth knowing, and what to do about it."""

from typing import NamedTuple


class Finding(NamedTuple):
    """`fault`: something is broken; otherwise everything works and this is only worth knowing."""

    part: str
    fault: bool
    wrong: str
    do: str

    def __str__(self) -> str:
        return f"{self.wrong} {self.do}"
