"""Declarations on disk: the examples, and the game of a file for commands that know no database."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from game.games import GAMES
from game.own_games.bounds import bounds_of
from game.own_games.declaration import read
from game.own_games.definition import OwnDefinition, definition_of
from game.own_games.source import BadDeclaration

EXAMPLES = Path(__file__).parent / "examples"


class Example(NamedTuple):
    """A declaration to begin with: its text, and its name by language."""

    source: str
    names: dict[str, str]


@cache
def examples() -> dict[str, Example]:
    """Return the examples by the names of their files."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.glob("*.toml"))}
    return {
        stem: Example(text, {language: words.name for language, words in read(text).words.items()})
        for stem, text in texts.items()
    }


class FileError(ValueError):
    """A file that cannot be read or declares no game; each fault stands in a line of its own."""


def game_in(file: str) -> OwnDefinition:
    """Return the game of a file, under the name of the file as its key, by which this process then knows it."""
    try:
        text = Path(file).read_text(encoding="utf-8")
        declared = read(text)
        found = definition_of(Path(file).stem, declared, bounds_of(declared))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"file={file!r}: {error}") from error
    except BadDeclaration as error:
        raise FileError("\n".join(f"{file}: {fault}" for fault in error.faults)) from error
    if found.key not in GAMES:
        GAMES.keep(found)
    return found
