"""Which teams of a game answer in step, from the rows that workers write."""

import math
from collections.abc import Iterable

from game.models import AnswerTimes
from game.realtime.messages.watch import Alarm

# A class without any coupling ever sees an alarm with probability below 1 / THRESHOLD, however many teams it has.
THRESHOLD = 20.0


def teams_watched(game_id: int, run: int) -> int:
    """Return the number of teams of a run whose answer times are compared."""
    return AnswerTimes.objects.filter(team__game=game_id, run=run).count()


def answer_time_alarms(game_id: int, run: int) -> list[Alarm]:
    """Return the teams whose evidence of coupled times was ever `THRESHOLD` times the number of teams watched."""
    return alarms_of_games({game_id: run})[game_id]


def alarms_of_games(runs: dict[int, int]) -> dict[int, list[Alarm]]:
    """Return the alarms of games in these runs; one statement."""
    rows = AnswerTimes.objects.filter(team__game__in=runs).order_by("-log10_e_max", "team")
    by_game: dict[int, list[tuple[int, float, str]]] = {game: [] for game in runs}
    for game, run, team, log10_e, seats in rows.values_list("team__game", "run", "team", "log10_e_max", "seats"):
        if run == runs[game]:
            by_game[game].append((team, log10_e, seats))
    return {game: list(_raised(of_game)) for game, of_game in by_game.items()}


def _raised(teams: list[tuple[int, float, str]]) -> Iterable[Alarm]:
    needed = math.log10(THRESHOLD * max(1, len(teams)))
    return (
        Alarm(team, "answer_times", int(seats[-1])) for team, log10_e, seats in teams if seats and log10_e >= needed
    )
