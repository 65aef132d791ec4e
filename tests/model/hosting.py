"""What a host's commands do in the model."""

from collections.abc import Callable
from typing import Any

from game.games import GAMES
from game.names.text import likeness
from tests.model.seating import MADE_UP, Seating
from tests.model.world import Person, Refused, Team, World

MOST_GHOSTS = 6


class Hosting:
    """The commands by name; each raises Refused before it changes anything."""

    def __init__(self, world: World) -> None:
        self.world = world

    def do(self, command: str, /, **values: Any) -> str | None:
        """Carry a command out; return the reason why it is refused."""
        act: Callable[..., None] = getattr(self, command, None) or getattr(self.world, command)
        try:
            act(**values)
        except Refused as refused:
            return refused.reason
        return None

    def show_podium(self, shown: int) -> None:
        self.world.must_be("finished", "not_finished")
        self.world.podium = shown

    def set_mode(self, mode: str) -> None:
        if mode not in GAMES:
            raise Refused("no_such_game")
        seats = GAMES[mode].seat_count
        if seats != self.world.seats:
            self._fit_teams(seats)
        self.world.mode = mode
        if self.world.theme not in GAMES[mode].themes:
            self.world.theme = GAMES[mode].default_theme

    def _fit_teams(self, seats: int) -> None:
        if self.world.state != "lobby":
            raise Refused("other_seats")
        if any(len(team.players) > seats for team in self.world.teams if not team.ghost):
            raise Refused("too_many_players")
        for team in [team for team in self.world.teams if team.ghost and team.active]:
            self._dismiss(team)
        for team in self.world.teams:
            for seat, one in [(seat, one) for seat, one in team.players.items() if seat > seats]:
                del team.players[seat]
                one.seat = next(n for n in range(1, seats + 1) if n not in team.players)
                team.players[one.seat] = one

    def set_options(self, **options: Any) -> None:
        names = {"question_design": "design"}
        for name, value in options.items():
            setattr(self.world, names.get(name, name), value)
        self.world.ask()

    def lend(self, on: bool, visibility: float) -> None:
        if not self.world.is_open:
            raise Refused("finished")
        if not on:
            self._switch_off()
            return
        if self.world.lesson and self.world.lesson[self.world.step] != "quantum":
            raise Refused("wrong_step")
        self.world.visibility = visibility
        self.world.switch_on("qubits")

    def open_loophole(self, loophole: str | None) -> None:
        if not self.world.is_open:
            raise Refused("finished")
        if loophole is None:
            self._switch_off()
            return
        if self.world.numbers_hidden:
            raise Refused("wrong_step")
        self.world.switch_on(loophole)

    def _switch_off(self) -> None:
        if self.world.design_before:
            self.world.switch_off()
            self.world.ask()

    def leave_out(self, team: Team, left_out: bool) -> None:
        if team.ghost:
            raise Refused("no_team")
        team.left_out = left_out

    def show_replay(self, position: float, speed: int, without: Team | None, limit: float | None) -> None:
        self.world.must_be("finished", "not_finished")
        if not self.world.has_statistics:
            raise Refused("nothing_played")
        if limit is not None and self.world.declared.score_scale is not None:
            raise Refused("no_limit")
        named = None if without is None else without.id
        self.world.replay = {"position": position, "speed": speed, "without": named, "limit": limit}

    def end_replay(self) -> None:
        self.world.replay = None

    def skip_round(self, team: Team) -> None:
        if team.trial is not None:
            self.world.close(team.trial, "skip")
        self.world.ask([team])

    def kick(self, team: Team, seat: int, ban: bool) -> None:
        player = team.players.get(seat)
        if player is None:
            raise Refused("empty_seat")
        if team.ghost:
            raise Refused("ghost")
        if team.trial is not None:
            self.world.close(team.trial, "kick")
        Seating(self.world).vacate(player)
        player.banned |= ban and not player.is_bot

    def allow_back(self, player: Person) -> None:
        if not player.banned:
            raise Refused("not_banned")
        player.banned = False

    def pair_up(self, team: Team) -> None:
        alone = [one for one in team.players.values() if not one.is_bot]
        if len(alone) != 1:
            raise Refused("not_alone")
        seating = Seating(self.world)
        if (reason := seating.make(alone[0], "find", None)) is not None:
            raise Refused(reason)
        seating.ask()
        if alone[0].team is team:
            raise Refused("nobody_waits")

    def rename_team(self, team: Team, name: str) -> None:
        if not name:
            raise Refused("bad_name")
        if any(likeness(one.name) == likeness(name) for one in self.world.teams if one is not team):
            raise Refused("name_taken")
        team.name = name

    def remove_empty_teams(self) -> None:
        """Remove teams that never played and whose players are away, and teams at rest that never answered."""
        if self.world.is_open:
            for team in [team for team in self.world.teams if self._is_gone(team)]:
                for player in list(team.players.values()):
                    Seating(self.world).vacate(player)
        for team in [team for team in self.world.teams if not (team.active or team.ghost or team.players)]:
            rounds = [trial for trial in self.world.rounds if trial.team is team]
            if all(set(trial.answers) == {"-"} for trial in rounds):
                self.world.teams.remove(team)
                self.world.rounds = [trial for trial in self.world.rounds if trial.team is not team]

    @staticmethod
    def _is_gone(team: Team) -> bool:
        people = list(team.players.values())
        is_new = team.active and not team.ghost and not team.has_played and bool(people)
        return is_new and all(not one.is_bot and one.presence == "away" for one in people)

    # -- bots ---------------------------------------------------------------------------------------------------------
    def seat_bots(self, players: list[Person]) -> None:
        """Seat these new bots in a new team, one after the other."""
        seating = Seating(self.world)
        if not self.world.is_open:
            raise Refused("finished")
        if self.world.active_teams >= self.world.max_teams:
            raise Refused("game_full")
        team = seating.found(MADE_UP)
        self._seat(team, players, seating)

    def may_give_bot(self, team: Team) -> None:
        """Refuse a bot where the rules do."""
        if not team.players:
            raise Refused("nobody_waits")
        if team.trial is not None and team.trial.left:
            raise Refused("round_open")
        if not self.world.is_open:
            raise Refused("finished")
        if team.ghost:
            raise Refused("no_team")
        if team.taken >= self.world.seats:
            raise Refused("team_full")

    def give_bot(self, team: Team, player: Person) -> None:
        self._seat(team, [player], Seating(self.world))

    def _seat(self, team: Team, players: list[Person], seating: Seating) -> None:
        for one in players:
            self.world.people[one.id] = one
            seating.take(one, team)
        seating.ask()

    def may_add_ghost(self) -> None:
        if not self.world.is_open:
            raise Refused("finished")
        if sum(team.ghost and team.active for team in self.world.teams) >= MOST_GHOSTS:
            raise Refused("ghosts_full")

    def add_ghost(self, team: Team, players: list[Person]) -> None:
        self.world.teams.append(team)
        for seat, one in enumerate(players, start=1):
            self.world.people[one.id] = one
            team.players[seat], one.team, one.seat = one, team, seat
        self.world.ask([team])

    def remove_ghost(self, team: Team) -> None:
        if not team.ghost:
            raise Refused("no_team")
        self._dismiss(team)

    def _dismiss(self, team: Team) -> None:
        if team.trial is not None:
            self.world.close(team.trial, "kick")
        for one in team.players.values():
            del self.world.people[one.id]
        team.players = {}
        team.active = False
        if not team.has_played:
            self.world.teams.remove(team)
