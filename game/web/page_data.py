"""What the scripts of a game's page read as JSON: words, the lesson and the games, the same for everybody."""

from typing import Any

from django.utils.html import format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from game.cache import cached
from game.games import GAMES
from game.lesson.words import for_screens
from game.physics.bounds import EVIDENCE_STEPS
from game.web import game_data, words

WORDS: dict[str, dict[str, Any]] = {"play": words.PLAY, "watch": words.WATCH}


def elements(page: str, mode: str) -> SafeString:
    """Return the elements of this page in the language of the request; mode: the key of the game that is played."""
    # Of own games only the page that plays one may know it; to write the others takes a third of a page's time.
    if mode in list(GAMES):
        return mark_safe(cached(f"rules:{get_language()}:{page}", lambda: str(_written(page, mode))))
    return _written(page, mode)


def _written(page: str, mode: str) -> SafeString:
    data = {
        "words": WORDS[page],
        "lesson-words": for_screens(),
        "games": game_data.as_data(mode),
        "evidence-steps": EVIDENCE_STEPS,
    }
    return format_html_join("\n", "{}", ((json_script(value, name),) for name, value in data.items()))
