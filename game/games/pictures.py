"""The pictures that themes name, each an emoji that static/img/pictures.svg draws."""

from functools import cache

from game.games import GAMES

# The variation selector asks for the coloured form of a sign; with and without it a sign is the same picture.
VARIATION = "\ufe0f"


@cache
def theme_pictures() -> dict[str, str]:
    """Return every picture as themes write it, by its signs without variation selectors, sorted."""
    themes = [theme for game in GAMES.values() for theme in game.themes.values()]
    labels = [
        label
        for theme in themes
        for label in (*theme.questions.values(), *(label for several in theme.answers.values() for label in several))
    ]
    found = sorted({picture for label in labels for picture in label.emoji.split()})
    return {picture.replace(VARIATION, ""): picture for picture in found}
