"""Games and themes that a test adds, as docs/games.md says: one folder of game/games and one line."""

import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import game.games
from game.games import GAMES
from game.games.definition import Definition

GUIDE = (Path(__file__).parents[2] / "docs/games.md").read_text()
# The files of the example in the guide, by their path.
EXAMPLE = dict(re.findall(r"`(game/games/\S+\.py)`:\n\n```python\n(.*?)```", GUIDE, re.DOTALL))


@contextmanager
def example(folder: Path) -> Iterator[Definition]:
    """Write the guide's example into a folder beside the declared games, and register it by its line."""
    for name, source in EXAMPLE.items():
        path = folder / Path(name).relative_to("game/games")
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    game.games.__path__.append(str(folder))
    try:
        registered = edited(game.games, '    "mermin",\n', '    "mermin",\n    "triangle",\n')["GAMES"]
        GAMES["triangle"] = registered["triangle"]
        yield registered["triangle"]
    finally:
        GAMES.pop("triangle", None)
        game.games.__path__.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("game.games.triangle")]:
            del sys.modules[name]


def edited(module: ModuleType, line: str, instead: str) -> dict[str, Any]:
    """Return what a module would contain with one line replaced."""
    source = inspect.getsource(module)
    assert source.count(line) == 1, f"line={line!r}: {module.__name__} does not have it once"
    contents: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(source.replace(line, instead), str(module.__file__), "exec"), contents)
    return contents
