"""A zip written piece by piece, so that memory holds one piece of one file."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_READABLE = 0o644 << 16


class File(NamedTuple):
    """A file of a zip: its name, and its text piece by piece."""

    name: str
    pieces: AsyncIterator[str]


class _Pipe:
    """What the zip has written since it was last taken; it cannot go back, so sizes follow each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: everything is there at once."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


async def zipped(files: Sequence[File], at: datetime) -> AsyncIterator[bytes]:
    """Yield the bytes of a zip; where a file fails the end of the zip never comes."""
    # A zip may be written to whatever can write, which its types do not say.
    pipe: Any = _Pipe()
    with ZipFile(pipe, "w") as archive:
        for file in files:
            with archive.open(_entry(file.name, at), "w") as entry:
                async for piece in file.pieces:
                    entry.write(piece.encode())
                    if taken := pipe.take():
                        yield taken
    yield pipe.take()


def _entry(name: str, at: datetime) -> ZipInfo:
    entry = ZipInfo(name, date_time=at.timetuple()[:6])
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, _READABLE
    return entry
