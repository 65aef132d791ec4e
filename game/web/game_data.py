"""What pages need to know of the declared games, in the language of the request: no rule of a game is in a script."""

import json
from dataclasses import asdict
from typing import Any

import msgspec
from django.utils.translation import get_language

from game.cache import cached
from game.games import GAMES
from game.games.axes import axes
from game.games.definition import Definition


def as_data() -> dict[str, Any]:
    """Return every game by its key, as dictionaries for JSON."""
    return cached(f"rules:{get_language()}", _in_this_language)


def _in_this_language() -> dict[str, Any]:
    # Texts are lazy until they are written.
    data: dict[str, Any] = json.loads(json.dumps({key: _game(game) for key, game in GAMES.items()}, default=str))
    return data


def _game(game: Definition) -> dict[str, Any]:
    return {
        "label": game.label,
        "seats": [asdict(seat) for seat in game.seats],
        "contexts": [
            {"questions": questions, "alike": game.alike(questions), "wanted": game.wanted(questions)}
            for questions in game.questions
        ],
        "figure": game.figure,
        "curve": game.curve,
        "axes": msgspec.to_builtins(axes(game)),
        "has_score": game.score_scale is not None,
        "default_theme": game.default_theme,
        "themes": {key: asdict(theme) for key, theme in game.themes.items()},
    }
