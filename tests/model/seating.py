"""The rules of the lobby in the model: create, join, take a card's seat, leave, find and predict, alone or in a set."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from game.names.text import likeness
from tests.model.world import Person, Refused, Team, Trial, World

MOST_TEAMS_LEFT = 5
# Above all ids: the age of teams whose rows have not been read.
NEW = 1e18
# The name of a team that the product made up.
MADE_UP = "?"


class Link(NamedTuple):
    """What the link of a printed card says; a forged one has no run."""

    card: int
    seat: int
    run: int | None


class Seating:
    """One set of moves, in their order; full teams are asked after the last one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.full: list[Team] = []
        for team in world.teams:
            number = world.last_number(team)
            due = number > 0 and (world.round_limit is None or number < world.round_limit)
            team.was_waited_for = due and team.trial is None and world.state == "running"

    def ask(self) -> None:
        self.world.ask([team for team in self.world.teams if team in self.full])

    def make(self, player: Person, kind: str, value: Any) -> str | None:
        """Make a move; return the reason why it is refused, None for a move that was made."""
        acts: dict[str, Callable[[Person, Any], None]] = {
            "create": self._create, "join": self._join, "leave": self._leave, "find": self._find,
            "predict": self._predict, "card": self._take_card_seat,
        }  # fmt: skip
        try:
            acts[kind](player, value)
        except Refused as refused:
            return refused.reason
        return None

    # -- moves --------------------------------------------------------------------------------------------------------
    def _create(self, player: Person, name: str) -> None:
        if not name:
            raise Refused("bad_name")
        if player.team is not None and name == player.team.name:
            return
        self._refuse_seat(player)
        self._refuse_founding(player)
        if any(likeness(name) == likeness(team.name) for team in self.world.teams):
            raise Refused("name_taken")
        self.take(player, self.found(name))

    def _join(self, player: Person, team: Team | None) -> None:
        self._refuse_seat(player)
        if team is None or team.ghost or team not in self.world.teams:
            raise Refused("no_team")
        if player.team is team:
            return
        if team.taken >= self.world.seats:
            raise Refused("team_full")
        if not team.active:
            if player.id not in team.sat:
                raise Refused("not_your_team")
            self._refuse_full()
        self.take(player, team)

    def _take_card_seat(self, player: Person, link: Link) -> None:
        if link.run is None:
            raise Refused("bad_card")
        self._refuse_seat(player)
        if link.run != self.world.run:
            raise Refused("old_card")
        if link.seat > self.world.seats:
            raise Refused("no_such_seat")
        team = next((team for team in self.world.teams if team.card == link.card), None)
        if team is None:
            self._refuse_founding(player)
            team = self.found(MADE_UP)
            team.card = link.card
        elif player.team is team:
            return
        elif link.seat in team.players:
            self._take_over(player, team, link.seat)
            return
        elif team.has_played:
            raise Refused("team_played")
        self.take(player, team, link.seat)

    def _take_over(self, player: Person, team: Team, seat: int) -> None:
        """Give a seat whose phone is away to another identity of its player, between two rounds."""
        holder = team.players[seat]
        if holder.is_bot or holder.presence != "away":
            raise Refused("seat_taken")
        if team.trial is not None:
            raise Refused("round_open")
        del team.players[seat]
        holder.team = holder.seat = None
        if team.has_played:
            holder.left_team = team.id
        self.take(player, team, seat)
        player.plan, holder.plan = holder.plan, ""

    def _leave(self, player: Person, _value: Any) -> None:
        if player.team is not None:
            self.vacate(player, by_choice=True)

    def _find(self, player: Person, _value: Any) -> None:
        self._refuse_seat(player)
        if player.team is not None and self._stays(player.team, player):
            return
        found = self._waiting(player)
        if found is None and player.team is not None:
            return
        if found is None:
            self._refuse_founding(player)
            found = self.found(MADE_UP)
        self.take(player, found)

    def _predict(self, player: Person, percent: int) -> None:
        if not self.world.is_open or (self.world.state != "lobby" and player.team is not None):
            raise Refused("too_late")
        player.prediction = percent

    # -- rules --------------------------------------------------------------------------------------------------------
    def _refuse_seat(self, player: Person) -> None:
        if player.banned:
            raise Refused("banned")
        if not self.world.is_open:
            raise Refused("finished")
        if player.team is not None and player.team.trial is not None:
            raise Refused("round_open")
        if self.world.locked and player.team is None and not player.is_bot:
            raise Refused("locked")

    def _refuse_full(self) -> None:
        if self.world.active_teams >= self.world.max_teams:
            raise Refused("game_full")

    def _refuse_founding(self, player: Person) -> None:
        self._refuse_full()
        if player.teams_left >= MOST_TEAMS_LEFT:
            raise Refused("too_many_left")

    def _stays(self, team: Team, player: Person) -> bool:
        partners = [one for one in team.players.values() if one is not player]
        gone = [one for one in partners if not one.is_bot and self._is_gone(team, one)]
        there = [one for one in partners if one not in gone]
        if len(there) + 1 == self.world.seats or any(one.is_bot for one in there):
            raise Refused("partner_here")
        for one in gone:
            self.vacate(one)
        return bool(there)

    @staticmethod
    def _is_gone(team: Team, partner: Person) -> bool:
        return partner.presence == "away" or (partner.presence == "idle" and team.was_waited_for)

    def _waiting(self, player: Person) -> Team | None:
        others = [team for team in self.world.teams if team is not player.team and self._waits(team)]
        # A card keeps the seats of a team that has not played for those who hold it.
        waiting = [team for team in others if player.team is not None or team.card is None or team.has_played]
        return min(waiting, key=lambda team: (-team.taken, team.age), default=None)

    def _waits(self, team: Team) -> bool:
        people = list(team.players.values())
        is_short = team.active and not team.ghost and 1 <= len(people) < self.world.seats and team.trial is None
        return is_short and all(not one.is_bot and one.presence != "away" for one in people)

    # -- seats --------------------------------------------------------------------------------------------------------
    def found(self, name: str) -> Team:
        self.world.founded += 1
        team = Team(name, age=NEW * (1 + self.world.founded / 1e6))
        self.world.teams.append(team)
        return team

    def take(self, player: Person, team: Team, seat: int | None = None) -> None:
        if player.team is not None:
            self.vacate(player, by_choice=True)
        seat = seat or next(n for n in range(1, self.world.seats + 1) if n not in team.players)
        team.players[seat], player.team, player.seat = player, team, seat
        # It was ticked for another seat.
        player.plan = ""
        player.presence, team.active = "connected", True
        team.bots |= player.is_bot
        if len(team.players) == self.world.seats:
            self.full.append(team)

    def vacate(self, player: Person, by_choice: bool = False) -> None:
        """Free a seat; an open round goes on for the others, and an empty team rests, or is gone if it never played."""
        team, seat = player.team, player.seat
        assert team is not None and seat is not None
        del team.players[seat]
        player.team = player.seat = None
        self.full = [one for one in self.full if one is not team]
        if team.has_played:
            player.left_team, player.teams_left = team.id, player.teams_left + by_choice
        if team.trial is not None and player.id in team.trial.players:
            self._leave_round(team.trial, team.trial.players.index(player.id) + 1)
        if not team.players and team.trial is None:
            team.active = False
            if not team.has_played:
                self.world.teams.remove(team)

    def _leave_round(self, trial: Trial, seat: int) -> None:
        trial.left.append(seat)
        if not trial.waits_for():
            self.world.close(trial, "leave")


def play_set(world: World, moves: Sequence[tuple[Person, str, Any]]) -> list[str | None]:
    """Make moves as one set; return the reasons of those that are refused."""
    seating = Seating(world)
    reasons = [seating.make(*move) for move in moves]
    seating.ask()
    return reasons
