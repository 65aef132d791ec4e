"""Lessons to choose from when a game is created: each fills the form of a new game."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from game.games import GAMES
from game.games.words import Preset
from game.lesson.steps import STEPS

# For the first game; those of another game stand in its themes.py.
_FIRST: Mapping[str, Preset] = {
    "first_lesson": Preset(
        _("First lesson"),
        _("30 rounds, 45 minutes, nine steps: guess, plan, play, then quantum."),
        {"round_limit": 30},
    ),
    "open_day": Preset(
        _("Open day"),
        _("No steps and no end: people come and go, and the picture grows."),
        {"max_teams": 1000},
        lesson=False,
    ),
}
_JUST_PLAY: Mapping[str, Preset] = {
    "just_play": Preset(_("Just play"), _("No steps: every number is shown from the start."), lesson=False)
}
PRESETS: Mapping[str, Preset] = {
    **_FIRST,
    **{key: preset for game in GAMES.values() for key, preset in game.presets.items()},
    **_JUST_PLAY,
}


def options(key: str) -> dict[str, Any]:
    """Return the options of a new game by this preset; a KeyError names one that does not exist."""
    preset = PRESETS[key]
    mode = next((mode for mode, game in GAMES.items() if key in game.presets), next(iter(GAMES)))
    return {"mode": mode, **preset.options, "lesson": steps_for(mode) if preset.lesson else []}


def steps_for(mode: str) -> list[str]:
    """Return the steps of a lesson with this game; a score is no win rate that anybody could guess."""
    has_score = mode in GAMES and GAMES[mode].score_scale is not None
    return [step for step in STEPS if not (has_score and step == "guess")]
