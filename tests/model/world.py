"""
A game as dictionaries and lists: what players, hosts and bots may do and what becomes of it, without a database.

The model is written from the rules, verb by verb, and shares no code with game.lobby and game.rounds.  Ids of rows and
what is drawn by chance (questions, made-up names, answers of bots) are learned from the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from game.games import GAMES
from game.games.definition import Definition
from game.lesson.steps import LAST, PLAYING, REVEALING

GHOST_ROUNDS = 1000
ALL_PAIRS = 1.0
UNKNOWN = ""


class Refused(Exception):
    """A move or command that the rules refuse, with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False)
class Trial:
    """A round; its id and questions are unknown until its row has been read."""

    team: "Team"
    number: int
    run: int
    mode: str
    theme: str
    design: str
    players: list[int]
    bots: str
    answers: list[str]
    id: int = 0
    questions: str = UNKNOWN
    # The seats that were left, in their order.
    left: list[int] = field(default_factory=list)
    closed_by: str | None = None
    is_due: bool = False
    in_room: bool = True
    # What halves of borrowed pairs gave, by seat; chance decides.
    outcomes: dict[int, str] = field(default_factory=dict)

    def waits_for(self) -> list[int]:
        """Return the seats without an answer whose players have not left."""
        return [n for n in range(1, len(self.players) + 1) if self.answers[n - 1] == "-" and n not in self.left]


@dataclass(eq=False)
class Person:
    """A player: a person, or a bot with the name of its strategy."""

    id: int
    kind: str = "person"
    presence: str = "connected"
    team: "Team | None" = None
    seat: int | None = None
    banned: bool = False
    left_team: int | None = None
    teams_left: int = 0
    prediction: int | None = None
    plan: str = ""
    first_name: str = ""

    @property
    def is_bot(self) -> bool:
        return self.kind != "person"


@dataclass(eq=False)
class Team:
    """A team; `id` is 0 and `age` above all ids until its row has been read."""

    name: str
    id: int = 0
    age: float = 0.0
    players: dict[int, Person] = field(default_factory=dict)
    trial: Trial | None = None
    last: Trial | None = None
    active: bool = True
    ghost: bool = False
    bots: bool = False
    has_played: bool = False
    left_out: bool = False
    card: int | None = None
    # Whether its next round waits for its players, as a set of moves found it.
    was_waited_for: bool = False
    sat: set[int] = field(default_factory=set)
    changes: int = 0

    @property
    def taken(self) -> int:
        return len(self.players) + (len(self.trial.left) if self.trial else 0)


class World:
    """One game with its people, teams and rounds, and the verbs of the run."""

    def __init__(self, mode: str, lesson: list[str]) -> None:
        self.mode, self.theme, self.design = mode, GAMES[mode].default_theme, "uniform"
        self.lesson, self.step, self.revealed = lesson, 0, False
        self.state, self.run, self.podium = "lobby", 1, 0
        self.locked, self.max_teams, self.round_limit = False, 100, None
        self.show_last_round = True
        # What a host's switch goes back to; an empty design: nothing is switched on.
        self.design_before, self.limit_before, self.visibility = "", None, ALL_PAIRS
        self.replay: dict[str, Any] | None = None
        self.has_statistics = False
        self.people: dict[int, Person] = {}
        self.teams: list[Team] = []
        self.rounds: list[Trial] = []
        self.founded = 0

    # -- what is there ------------------------------------------------------------------------------------------------
    @property
    def declared(self) -> Definition:
        return GAMES[self.mode]

    @property
    def seats(self) -> int:
        return self.declared.seat_count

    @property
    def is_open(self) -> bool:
        return self.state != "finished"

    @property
    def numbers_hidden(self) -> bool:
        is_before = REVEALING in self.lesson and self.step < self.lesson.index(REVEALING)
        return self.is_open and is_before and not self.revealed

    @property
    def active_teams(self) -> int:
        return sum(team.active and not team.ghost for team in self.teams)

    @property
    def persons(self) -> list[Person]:
        return [one for one in self.people.values() if not one.is_bot]

    def open_trials(self) -> Iterator[Trial]:
        return (team.trial for team in self.teams if team.trial is not None)

    def limit_of(self, team: Team) -> float:
        if team.ghost:
            return GHOST_ROUNDS
        return float("inf") if self.round_limit is None else self.round_limit

    def last_number(self, team: Team) -> int:
        return team.last.number if team.last is not None and team.last.run == self.run else 0

    # -- rounds -------------------------------------------------------------------------------------------------------
    def ask(self, teams: list[Team] | None = None) -> None:
        """Ask full teams without an open round; after a round without all answers all players must be there."""
        if self.state != "running":
            return
        for team in self.teams if teams is None else teams:
            if team.active and len(team.players) == self.seats and team.trial is None and self._may_go_on(team):
                self.open_round(team)

    def _may_go_on(self, team: Team) -> bool:
        if self.last_number(team) >= self.limit_of(team):
            return False
        if self.last_number(team) == 0 or (team.last and team.last.closed_by == "answers"):
            return True
        return all(one.is_bot or one.presence == "connected" for one in team.players.values())

    def open_round(self, team: Team) -> None:
        seated = [team.players[seat] for seat in range(1, self.seats + 1)]
        bots = "".join(str(seat) for seat, one in enumerate(seated, start=1) if one.is_bot)
        ids = [one.id for one in seated]
        trial = Trial(
            team, self.last_number(team) + 1, self.run, self.mode, self.theme, self.design, ids, bots, ["-"] * len(ids)
        )
        trial.in_room = not team.left_out
        team.trial, team.has_played = trial, True
        team.sat |= {*ids}
        self.rounds.append(trial)

    def close(self, trial: Trial, closed_by: str) -> None:
        trial.closed_by, trial.team.trial, trial.team.last = closed_by, None, trial
        trial.team.changes += 1

    def close_all(self, closed_by: str) -> None:
        for trial in list(self.open_trials()):
            self.close(trial, closed_by)

    # -- the run ------------------------------------------------------------------------------------------------------
    def begin(self) -> None:
        if self.state == "running":
            return
        self.must_be("lobby", "not_in_lobby")
        self.state = "running"
        self._to_playing_step()
        self.ask()

    def halt(self) -> None:
        if self.state == "paused":
            return
        self.must_be("running", "not_running")
        self.state = "paused"

    def go_on(self) -> None:
        if self.state == "running":
            return
        self.must_be("paused", "not_paused")
        self.state = "running"
        self._to_playing_step()
        self.ask()

    def end(self) -> None:
        if self.state == "finished":
            return
        if self.state == "lobby":
            raise Refused("not_started")
        self.state = "finished"
        self.switch_off()
        self._put_off_deadlines()
        if LAST in self.lesson:
            self._to_step(self.lesson.index(LAST))

    def take_back_end(self) -> None:
        if self.state == "running":
            return
        self.must_be("finished", "not_finished")
        self.state, self.podium, self.replay = "running", 0, None
        self._put_off_deadlines()
        self._to_playing_step()
        self.ask()

    def reset(self) -> None:
        self.close_all("reset")
        self.state, self.step, self.revealed, self.podium = "lobby", 0, False, 0
        self.run += 1
        self.replay = None
        self.switch_off()
        for team in self.teams:
            team.card = None
        for one in self.people.values():
            one.plan, one.teams_left = "", 0

    def go_to_step(self, step: int) -> None:
        if step >= len(self.lesson):
            raise Refused("no_step")
        if not self.is_open:
            raise Refused("finished")
        if step == self.step:
            return
        self._to_step(step)
        key = self.lesson[step]
        if key in PLAYING:
            self.begin() if self.state == "lobby" else self.go_on()
        elif key == LAST and self.state in ("running", "paused"):
            self.end()
        elif self.state == "running":
            self.halt()

    # -- what a host switches on for the next rounds ------------------------------------------------------------------
    def switch_on(self, design: str) -> None:
        if self.design == design:
            return
        if not self.design_before:
            self.design_before, self.limit_before, self.round_limit = self.design, self.round_limit, None
        self.design = design
        self.ask()

    def switch_off(self) -> None:
        """Go back to the class's own rounds, with the limit that a host has set meanwhile or had before."""
        if self.design_before:
            limit = self.limit_before if self.round_limit is None else self.round_limit
            self.design, self.round_limit = self.design_before, limit
            self.design_before, self.limit_before = "", None

    def must_be(self, state: str, reason: str) -> None:
        if self.state != state:
            raise Refused(reason)

    def _put_off_deadlines(self) -> None:
        for trial in self.open_trials():
            trial.is_due = False

    def _to_playing_step(self) -> None:
        if self.lesson and self.lesson[self.step] not in PLAYING:
            self._to_step(self.lesson.index(PLAYING[0]))

    def _to_step(self, step: int) -> None:
        if step == self.step:
            return
        self.step = step
        self.switch_off()
        if REVEALING in self.lesson and step >= self.lesson.index(REVEALING):
            self.revealed = True
