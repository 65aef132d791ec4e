"""
Delete from an environment what the product never opens: tests of packages, headers, and other languages' words.

    python trim.py /opt/game

The image is built with it; the smoke test (`make compose-smoke`) plays on what is left.
"""

import shutil
import sys
from pathlib import Path

# Those of LANGUAGES in chsh_project/settings.py, and the plain rules of formats beside them.
LANGUAGES = {"en", "de", "fr"}
# `numpy.testing` and `numpy._core.tests._natype` are imported by the packages themselves.
NEEDED = {"_natype.py", "__init__.py"}


def trim(environment: Path) -> int:
    """Return the number of bytes deleted."""
    (packages,) = environment.glob("lib/python3*/site-packages")
    before = _size(packages)
    for folder in sorted(packages.glob("**/tests"), reverse=True):
        _empty(folder)
    for folder in packages.glob("**/locale"):
        _keep_languages(folder)
    shutil.rmtree(packages / "numpy/_core/include", ignore_errors=True)
    return before - _size(packages)


def _empty(folder: Path) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file() and path.name not in NEEDED]:
        path.unlink()


def _keep_languages(folder: Path) -> None:
    for language in folder.iterdir():
        if language.is_dir() and language.name not in LANGUAGES:
            shutil.rmtree(language)
    for source in folder.glob("**/*.po"):
        source.unlink()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    print(f"{trim(Path(sys.argv[1])) / 1e6:.0f} MB deleted")
