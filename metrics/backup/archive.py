"""
The file of a backup: a ZIP with the dump, the manifest and SHA256SUMS.

By hand: `unzip FILE`, `sha256sum --check SHA256SUMS`, and pg_restore reads database.dump.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from metrics.backup.manifest import FORMAT, Manifest
from metrics.backup.programs import BackupError

DUMP, MANIFEST, SUMS, SECRET_KEY = "database.dump", "manifest.json", "SHA256SUMS", "secret_key"
PIECE_BYTES = 2**20
# What reading raises when a byte of a ZIP was changed: NotImplementedError for its method, RuntimeError for its flags.
DAMAGE = (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError, RuntimeError)


class Writer:
    """Writes members and remembers their checksums; the file gets its name when it is whole."""

    def __init__(self, whole: zipfile.ZipFile) -> None:
        self._whole = whole
        self._sums: dict[str, str] = {}

    def copy(self, name: str, source: IO[bytes]) -> None:
        digest = hashlib.sha256()
        # The dump is compressed already; its size is not known before it is written.
        with self._whole.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
            while piece := source.read(PIECE_BYTES):
                digest.update(piece)
                member.write(piece)
        self._sums[name] = digest.hexdigest()

    def text(self, name: str, text: str) -> None:
        self._whole.writestr(name, text)
        self._sums[name] = hashlib.sha256(text.encode()).hexdigest()

    def finish(self) -> None:
        self._whole.writestr(SUMS, "".join(f"{digest}  {name}\n" for name, digest in self._sums.items()))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a file that only its owner can read; nothing is left of one that failed."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.touch(mode=0o600)
        with unfinished.open("r+b") as file:
            with zipfile.ZipFile(file, "w") as whole:
                writer = Writer(whole)
                yield writer
                writer.finish()
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


class Archive:
    """A file whose checksums were compared."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BackupError(f"{path}: there is no such file.")
        try:
            self._whole = zipfile.ZipFile(path)
            self._compare()
            self.manifest = self._read_manifest(path)
        # A flipped byte may hit any part of the ZIP: zipfile and zlib raise what they meet.
        except (
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise BackupError(f"{path} is damaged or no backup ({error}): use another one.") from error

    def _compare(self) -> None:
        sums = dict(line.split("  ")[::-1] for line in self._whole.read(SUMS).decode().splitlines())
        for name in {DUMP, MANIFEST, *sums}:
            digest = hashlib.sha256()
            with self._whole.open(name) as member:
                while piece := member.read(PIECE_BYTES):
                    digest.update(piece)
            if digest.hexdigest() != sums[name]:
                raise ValueError(f"the checksum of {name} differs")

    def _read_manifest(self, path: Path) -> Manifest:
        text = self._whole.read(MANIFEST)
        found = msgspec.json.decode(text, type=dict)
        if found.get("format") != FORMAT:
            raise BackupError(
                f"{path} has the format {found.get('format')!r} and this version reads {FORMAT}: restore it with the"
                f" version that wrote it, {found.get('version')!r}."
            )
        return msgspec.json.decode(text, type=Manifest)

    def open(self, name: str) -> IO[bytes]:
        return self._whole.open(name)

    def has(self, name: str) -> bool:
        return name in self._whole.namelist()

    def close(self) -> None:
        self._whole.close()
