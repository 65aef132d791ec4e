"""What the scripts of a game's page read as JSON: words, the lesson and the games, the same for everybody."""

from functools import cache
from typing import Any

from django.utils.html import format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from game.games import GAMES
from game.lesson.words import for_screens
from game.models import DEFAULT_GAME
from game.physics.bounds import EVIDENCE_STEPS
from game.web import game_data, words

WORDS: dict[str, dict[str, Any]] = {"play": words.PLAY, "watch": words.WATCH}


def elements(page: str, mode: str) -> SafeString:
    """Return the elements of this page in the language of the request; mode: the key of the game that is played."""
    if mode in GAMES:
        return _of_declared_games(page, get_language())
    return _written(page, mode)


@cache
def _of_declared_games(page: str, language: str) -> SafeString:
    # To write them takes a third of a page's time.
    return _written(page, DEFAULT_GAME)


def _written(page: str, mode: str) -> SafeString:
    data = {
        "words": WORDS[page],
        "lesson-words": for_screens(),
        "games": game_data.as_data(mode),
        "evidence-steps": EVIDENCE_STEPS,
    }
    return format_html_join("\n", "{}", ((json_script(value, name),) for name, value in data.items()))
