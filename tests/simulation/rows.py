"""The database of a simulation: teams of one game and their rounds, each transaction one moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg

from game.games import game_of
from game.rounds import commit
from game.rounds.rows import Answered, RoundChanges, RoundRow
from tests.simulation.virtual_loop import VirtualLoop

GAME, MODE = 1, "simplified"
ANSWER_SECONDS = 6.0
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Rows:
    """What is committed.  A transaction may fail before its commit, or after it, and then nobody knows."""

    loop: VirtualLoop
    teams: dict[int, list[int]]
    rounds: dict[int, RoundRow] = field(default_factory=dict)
    # By team: its newest round, and the one before that.
    newest: dict[int, RoundRow] = field(default_factory=dict)
    before: dict[int, RoundRow] = field(default_factory=dict)
    tabs: dict[int, int] = field(default_factory=dict)
    presence: dict[int, str] = field(default_factory=dict)
    commits: int = 0
    # While True every transaction fails, or no time is up.
    is_away: bool = False
    is_paused: bool = False
    failure_rate: float = 0.0

    def ask(self, team: int) -> RoundRow:
        """Open the next round of a team that has none open."""
        assert self.open_round(team) is None, f"team={team} has an open round"
        if (closed := self.newest.get(team)) is not None:
            self.before[team] = closed
        number = closed.number + 1 if closed is not None else 1
        contexts = game_of(MODE).questions
        questions = contexts[self.loop.chance.randrange(len(contexts))]
        deadline = START + timedelta(seconds=self.loop.time() + ANSWER_SECONDS)
        known = {
            "id": len(self.rounds) + 1, "game": GAME, "team": team, "run": 1, "number": number, "mode": MODE,
            "theme": "food", "design": "uniform", "players": self.teams[team], "bots": "", "left_seats": "",
            "questions": questions, "answers": "--", "deadline": deadline, "closed_by": None,
        }  # fmt: skip
        # What else a round has is the same for all of them.
        one = RoundRow(**dict.fromkeys(RoundRow.__struct_fields__, True) | known)
        self.rounds[one.id] = self.newest[team] = one
        return msgspec.structs.replace(one)

    def open_round(self, team: int) -> RoundRow | None:
        newest = self.newest.get(team)
        return newest if newest is not None and newest.closed_by is None else None

    def last_closed(self, team: int) -> RoundRow | None:
        return self.before.get(team) if self.open_round(team) is not None else self.newest.get(team)

    def team_of(self, player: int) -> int:
        return next(team for team, players in self.teams.items() if player in players)

    # -- transactions -------------------------------------------------------------------------------------------------
    def fail_now_and_then(self) -> bool:
        """Fail before the commit, or return whether to fail after it."""
        failure = self.loop.chance.random() < self.failure_rate
        if self.is_away or (failure and self.loop.chance.random() < 0.5):
            raise psycopg.OperationalError("the connection was lost before the commit")
        return failure

    def answer(self, batch: Sequence[tuple[int, int, int, str]]) -> list[tuple[Any, ...]]:
        """Do what the statement of answers does; return its rows."""
        fails_after = self.fail_now_and_then()
        self.commits += 1
        shown: list[tuple[Any, ...]] = []
        recorded: dict[int, RoundRow] = {}
        for _game, player, round_id, letter in batch:
            one = self.rounds[round_id]
            seat = one.players.index(player)
            if one.closed_by is None and one.answers[seat] == "-":
                one.answers = one.answers[:seat] + letter + one.answers[seat + 1 :]
                recorded[one.id] = one
        for round_id in {item[2]: None for item in batch}:
            one = self.rounds[round_id]
            ends = round_id in recorded and "-" not in one.answers
            one.closed_by = "answers" if ends else one.closed_by
            shown.append((*_columns(one), "recorded" if round_id in recorded else "named", round_id in recorded, False))
            if ends:
                shown.append((*_columns(self.ask(one.team)), "asked", False, False))
        if fails_after:
            raise psycopg.OperationalError("the connection was lost after the commit")
        return shown

    def commit_each(self, batch: Sequence[Answered]) -> list[RoundChanges]:
        """Commit as the thread of answers does: again until it is known what became of them."""
        for _try in range(40):
            try:
                rows = self.answer(commit.first_of_each_seat(batch))
            except psycopg.OperationalError:
                continue
            return [commit.read_answers(batch, rows)[0]]
        refused = [commit.NotRecorded(item.round, "busy") for item in batch]
        return [RoundChanges(refused, [], [])]

    def close_due(self) -> RoundChanges:
        """Close the rounds whose time is up and ask the next ones."""
        now = START + timedelta(seconds=self.loop.time())
        waiting = [] if self.is_paused else [one for one in self.newest.values() if one.closed_by is None]
        due = [one for one in waiting if one.deadline <= now]
        for one in due:
            one.closed_by = "timer"
        opened = [self.ask(one.team) for one in due]
        return RoundChanges([], [msgspec.structs.replace(one) for one in due], opened, frozenset([GAME]))


def _columns(one: RoundRow) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in one.__struct_fields__)
