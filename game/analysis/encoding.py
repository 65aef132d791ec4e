"""The bytes of a file as blocks of whole lines in UTF-8, whatever encoding a spreadsheet chose."""

import codecs
import tempfile
from collections.abc import Iterable, Iterator
from io import BufferedIOBase, BytesIO, RawIOBase
from shutil import copyfileobj
from typing import BinaryIO, cast

SIZE = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def as_stream(source: BinaryIO | Iterable[str]) -> BinaryIO:
    """Return lines of text, or a stream such as a pipe, as a stream that can be read twice."""
    if isinstance(source, BufferedIOBase | RawIOBase):
        stream = cast(BinaryIO, source)
        return stream if stream.seekable() else _copied(stream)
    lines = cast(Iterable[str], source)
    return BytesIO("\n".join(line.removesuffix("\n") for line in lines).encode(errors="replace"))


def _copied(source: BinaryIO) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    copyfileobj(source, copy, SIZE)
    copy.seek(0)
    return copy


def line_blocks(stream: BinaryIO) -> tuple[Iterator[bytes], list[str]]:
    """Return blocks of whole lines, each line with its line feed, and a note on an encoding that was guessed."""
    encoding, note = _encoding(stream)
    return _whole_lines(_utf8(stream, encoding)), [note] if note else []


def _encoding(stream: BinaryIO) -> tuple[str, str]:
    start = stream.read(400)
    stream.seek(0)
    if start.startswith(_UTF_16):
        return "utf-16", "the file is UTF-16, as its first bytes say"
    zeros = start[::2].count(0), start[1::2].count(0)
    if max(zeros) > len(start) / 4 and not min(zeros):
        return ("utf-16-be" if zeros[0] else "utf-16-le"), "read as UTF-16, because every second byte is zero"
    if _is_utf8(stream):
        return "utf-8", ""
    return "cp1252", "the file is not UTF-8: its letters are read as Windows-1252 (Latin-1)"


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while raw := stream.read(SIZE):
            if not raw.isascii() or decoder.getstate()[0]:
                decoder.decode(raw)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _utf8(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        yield from iter(lambda: stream.read(SIZE), b"")
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while raw := stream.read(SIZE):
        yield decoder.decode(raw).encode(errors="replace")
    yield decoder.decode(b"", final=True).encode(errors="replace")


def _whole_lines(raws: Iterator[bytes]) -> Iterator[bytes]:
    rest, is_old_mac = list[bytes](), None
    for raw in raws:
        if is_old_mac is None:
            is_old_mac = b"\r" in raw[:-1] and b"\n" not in raw
        block = raw.replace(b"\r", b"\n") if is_old_mac else raw
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join([*rest, block[:end]])
            rest.clear()
        rest.append(block[end:])
    if last := b"".join(rest):
        yield last + b"\n"
