"""
The tables.  PostgreSQL is the truth; everything else is derived from these rows.

A property is a fact of one row, a QuerySet method a fact of many rows.  Only game.lobby and game.rounds change rows of
games, teams, players and rounds.

games       Game, its code and its options, and the names of its runs
teams       Team, Player and RefusedName
rounds      RunSeed, Round, Pulse, DeviceOutcome and Tally
statistics  TeamStatistics, RoomStatistics, AnswerTimes and StatisticsSample
tunable     Tunable
own_games   OwnGame
accounts    RoomAddress, OwnPreset and SignOn
"""

from game.fields import JSON, ReportField
from game.models.accounts import WORD_LENGTH, OwnPreset, RoomAddress, SignOn
from game.models.games import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CONTINUE_SECONDS,
    DEFAULT_GAME,
    DESIGNS,
    MOST_IN_TITLE,
    SEATS,
    Game,
    GameQuerySet,
    RunLabel,
    default_theme,
    new_code,
)
from game.models.own_games import OwnGame
from game.models.rounds import TALLY_KEY, DeviceOutcome, Pulse, Round, RunSeed, Tally
from game.models.statistics import LEAST_CAP, AnswerTimes, RoomStatistics, StatisticsSample, TeamStatistics
from game.models.teams import GHOST_ROUNDS, Player, RefusedName, Team
from game.models.tunable import Tunable

# Old migrations find JSON and ReportField here.
__all__ = [
    "CODE_ALPHABET", "CODE_LENGTH", "CONTINUE_SECONDS", "DEFAULT_GAME", "DESIGNS", "GHOST_ROUNDS", "JSON",
    "LEAST_CAP", "MOST_IN_TITLE", "SEATS", "TALLY_KEY", "WORD_LENGTH", "AnswerTimes", "DeviceOutcome", "Game",
    "GameQuerySet", "OwnGame", "OwnPreset", "Player", "Pulse", "RefusedName", "ReportField", "RoomAddress",
    "RoomStatistics", "Round", "RunLabel", "RunSeed", "SignOn", "StatisticsSample", "Tally", "Team", "TeamStatistics",
    "Tunable", "default_theme", "new_code",
]  # fmt: skip
