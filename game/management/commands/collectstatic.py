"""Collect the static files, unless those that were collected last are still the same."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic

# What turns the sources into bundles with hashed names, compressed.
PACKAGES = ("django", "servestatic", "brotli", "rjsmin", "rcssmin")
OWN = Path(settings.BASE_DIR) / "chsh_project" / "assets"


class Command(collectstatic.Command):
    def handle(self, **options: Any) -> str | None:
        mark = Path(settings.STATIC_ROOT) / ".collected"
        current = fingerprint()
        unchanged = mark.is_file() and mark.read_text() == current
        if unchanged and not (options["clear"] or options["dry_run"]):
            return "Static files are unchanged." if options["verbosity"] else None
        # An interrupted run leaves no mark, so the next one collects again.
        mark.unlink(missing_ok=True)
        done: str | None = super().handle(**options)
        if not options["dry_run"]:
            mark.write_text(current)
        return done

    def delete_file(self, path: str, prefixed_path: str, source_storage: Any) -> bool:
        """Copy every file again: Django compares times, and misses a change within a second."""
        if self.storage.exists(prefixed_path) and not self.dry_run:
            self.storage.delete(prefixed_path)
        return True


def fingerprint() -> str:
    """Return a hash of every file that the finders know, of its name, and of the programs that process it."""
    found = hashlib.sha256(repr([(name, version(name)) for name in PACKAGES]).encode())
    for program in sorted(OWN.glob("*.py")):
        found.update(program.read_bytes())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.update(path.encode() + b"\0" + hashlib.sha256(Path(storage.path(path)).read_bytes()).digest())
    return found.hexdigest()
