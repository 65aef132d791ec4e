"""
Rooms of teams that do not cheat, played on a simulated clock through the functions of the worker, without a database.

A team is a list of rounds with the times of question and close, made at once; a room shows what a worker would have
computed at any moments of them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import compute_teams
from dashboard.statistics.counted import TimedRound
from dashboard.statistics.find import StaleTeam
from dashboard.statistics.load import Snapshot
from dashboard.statistics.memory import Members, RoomState
from dashboard.statistics.new_rounds import evidence_until, new_rounds
from dashboard.statistics.pooling import RoomResult, pool_rooms
from game.games import game_of
from game.models import Game
from game.physics.evidence_state import PlayedRound

START = datetime(2026, 3, 1, tzinfo=UTC)
KEY = StatisticsKey(1, "simplified", "uniform")
CONTEXTS = game_of(KEY.mode).questions
ANSWER_SECONDS = 30.0
# Seconds between a close and the next question.
GAP_SECONDS = 0.5

# The tables that win three contexts: answers to A, B, X, Y.
BEST_TABLES = ("TTTT", "FFFF", "TTTF", "FFFT", "TFTT", "FTFF", "TFFT", "FTTF")

# From questions and a generator to answers and each seat's thinking time, infinite where it never answers.
Habit = Callable[[str, np.random.Generator], tuple[str, tuple[float, float]]]


def all_true(questions: str, rng: np.random.Generator) -> tuple[str, tuple[float, float]]:
    """Answer True: B and Y take 8 s, A and X take 3 s."""
    return "TT", (8.0 if questions[0] == "B" else 3.0, 8.0 if questions[1] == "Y" else 3.0)


def shared_coins(questions: str, rng: np.random.Generator) -> tuple[str, tuple[float, float]]:
    """Follow one of the best tables, drawn for each round, in a time of its own; one answer in 20 never comes."""
    says, _ = _drawn_table(questions, rng)
    return says, _thinks(rng, 4.0, 0.05)


def dawdler(questions: str, rng: np.random.Generator) -> tuple[str, tuple[float, float]]:
    """Follow a drawn table; seat 1 lets its time run out where the table may lose, seat 2 takes longer for Y."""
    says, lost = _drawn_table(questions, rng)
    first, second = _thinks(rng, 2.0, 0.0)
    return says, (np.inf if questions[0] == lost[0] else first, second + 6.0 * (questions[1] == "Y"))


def quantum(questions: str, rng: np.random.Generator) -> tuple[str, tuple[float, float]]:
    """Answer as an ideal quantum pair; B and Y take longer."""
    wins, coin = rng.random() < (2 + np.sqrt(2)) / 4, rng.integers(2)
    first, second = "TF"[coin], "TF"[coin ^ (wins == (questions == "BY"))]
    one, other = _thinks(rng, 2.0, 0.02)
    return first + second, (one + 5.0 * (questions[0] == "B"), other + 5.0 * (questions[1] == "Y"))


def _drawn_table(questions: str, rng: np.random.Generator) -> tuple[str, str]:
    """Return the answers of a table drawn for this round, and the context that it loses."""
    table = dict(zip("ABXY", BEST_TABLES[rng.integers(len(BEST_TABLES))], strict=True))
    lost = next(one for one in CONTEXTS if (table[one[0]] == table[one[1]]) == (one == "BY"))
    return table[questions[0]] + table[questions[1]], lost


def _thinks(rng: np.random.Generator, mean: float, never: float) -> tuple[float, float]:
    first, second = (np.inf if rng.random() < never else rng.exponential(mean) for _ in range(2))
    return first, second


def play(habit: Habit, rng: np.random.Generator, seconds: float) -> list[TimedRound]:
    """Return the rounds that a team is asked within these seconds, in the form of a worker's snapshot."""
    rounds, asked_at = list[TimedRound](), START.timestamp() + rng.uniform(0, 2)
    while asked_at < START.timestamp() + seconds:
        questions = CONTEXTS[rng.integers(len(CONTEXTS))]
        answers, thinks = habit(questions, rng)
        given = "".join(one if took < ANSWER_SECONDS else "-" for one, took in zip(answers, thinks, strict=True))
        closed_at = asked_at + min(max(thinks), ANSWER_SECONDS)
        rounds.append(TimedRound(PlayedRound(len(rounds) + 1, questions, given, 0.25), asked_at, closed_at))
        asked_at = closed_at + GAP_SECONDS
    return rounds


def losers_get_bots(teams: list[list[TimedRound]], seconds: float) -> list[list[TimedRound]]:
    """After some seconds every team that has lost more than a quarter gets a bot, and its rounds are won from then."""
    moment = START.timestamp() + seconds
    return [_with_bot(rounds, moment) if _is_loser(rounds, moment) else rounds for rounds in teams]


def _is_loser(rounds: list[TimedRound], moment: float) -> bool:
    won = [game_of(KEY.mode).counts(*one.round[1:3]) for one in rounds if (one.closed_at or 0.0) < moment]
    return bool(won) and sum(map(bool, won)) < 0.75 * len(won)


def _with_bot(rounds: list[TimedRound], moment: float) -> list[TimedRound]:
    return [one if one.asked_at < moment else one._replace(round=_won(one.round), is_outside=True) for one in rounds]


def _won(one: PlayedRound) -> PlayedRound:
    return one._replace(answers="TF" if one.questions == "BY" else "TT")


def counted_by_close(rounds: list[TimedRound]) -> list[TimedRound]:
    """Return the rounds as a game would count them that asks when they were closed: quick ones come first."""
    return [one._replace(asked_at=one.closed_at) for one in rounds if one.closed_at is not None]


class Moment(NamedTuple):
    """What a room shows at a moment, in seconds after the start."""

    seconds: float
    room: RoomResult


def shown(teams: list[list[TimedRound]], moments: Iterable[float], end: float | None = None) -> list[Moment]:
    """Return the room at moments of one recompute each; at the end every round asked by then has been closed."""
    state: RoomState | None = None
    found = []
    for seconds in [*moments, *([] if end is None else [end])]:
        at, is_over = START + timedelta(seconds=seconds), seconds == end
        room = _recomputed(teams, state, at, is_over)
        state = room.state
        found.append(Moment(seconds, room))
    return found


def _recomputed(teams: list[list[TimedRound]], before: RoomState | None, at: datetime, is_over: bool) -> RoomResult:
    until = (at if is_over else evidence_until(at)).timestamp()
    new = []
    for team, rounds in enumerate(teams):
        known = before.teams.get(team) if before else None
        read = known.read_number if known else 0
        seen = [_as_of(one, at.timestamp(), is_over) for one in rounds[read:] if one.asked_at <= at.timestamp()]
        closed = [one for one in seen if one.closed_at is not None]
        read_number = closed[-1].round.number if closed else read
        new.append(new_rounds(StaleTeam(team, len(rounds), 1), known, seen, until, read_number))
    had_bot = {team for team, rounds in enumerate(teams) if any(one.is_outside for one in rounds)}
    game = Game(pk=1, run=1, state=Game.State.FINISHED if is_over else Game.State.RUNNING)
    rooms = {KEY: before} if before else {}
    members = Members(frozenset(range(len(teams))) - had_bot, frozenset(had_bot))
    changes = [(Snapshot(game, at, {KEY: new}, rooms, members, {}, {}), KEY)]
    return pool_rooms(changes, compute_teams(changes))[0]


def _as_of(one: TimedRound, now: float, is_over: bool) -> TimedRound:
    """Return a round as the database has it now; the end closes what is open."""
    if one.closed_at is not None and one.closed_at <= now:
        return one
    return one._replace(round=one.round._replace(answers="--"), closed_at=now if is_over else None)
