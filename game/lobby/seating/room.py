"""The teams of one locked game in memory: found them, take and free their seats, find who waits."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from game.games.definition import UNANSWERED
from game.lobby.refusal import Refusal
from game.models import Game, Player, Team

# Above all ids: the age of teams that have none yet.
NEW = 2**63


@dataclass
class OpenTrial:
    """The open round of a team; left_seats are taken until it closes, so that nobody notices."""

    id: int
    players: list[int]
    answers: str
    left_seats: str

    @property
    def is_over(self) -> bool:
        """Whether it waits for no seat any more."""
        seats = range(1, len(self.players) + 1)
        return all(self.answers[seat - 1] != UNANSWERED or str(seat) in self.left_seats for seat in seats)


@dataclass(eq=False)
class SeatedTeam:
    """
    A team and who sits in it, by seat.

    is_waited_for says whether its next round waits for its players: the last one has closed, and one more is to come.
    """

    team: Team
    players: dict[int, Player] = field(default_factory=dict)
    open: OpenTrial | None = None
    has_played: bool = False
    # Older teams have lower numbers.
    age: int = 0
    is_waited_for: bool = False

    @property
    def taken(self) -> int:
        return len(self.players) + (len(self.open.left_seats) if self.open else 0)

    def is_kept(self) -> bool:
        """Whether a card keeps its seats for those who hold the card."""
        return self.team.card is not None and not self.has_played


class Room:
    """
    What moves need to know of one game, and what they have changed.

    `players` has the movers and everybody who sits in one of the `teams`; `by_card` has teams by the number of their
    card, `sat` the pairs of an inactive team and a player who sat there, `keys` the names in question with
    their likeness, and `names` the likenesses that teams have, with their ids.  `in_round` has the players in question
    who have an open round, also of a team that they have left.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.seat_count = game.declared.seat_count
        self.players: dict[int, Player] = {}
        self.teams: dict[int, SeatedTeam] = {}
        self.at: dict[int, SeatedTeam] = {}
        self.by_card: dict[int, SeatedTeam] = {}
        self.sat: set[tuple[int, int]] = set()
        self.keys: dict[str, str] = {}
        self.names: dict[str, int | None] = {}
        self.in_round: set[int] = set()
        # Teams in which somebody waits, the fullest and then the oldest first; what is out of date is skipped.
        self._waiting: list[tuple[int, int, int, SeatedTeam]] = []
        self._order = 0
        # Changes: players by id, teams in the order of the changes, seats left in open rounds and rounds ended by that.
        self.moved: dict[int, Player] = {}
        # Players who have guessed, planned or told a first name, and their teams where partners see that.
        self.said: dict[int, Player] = {}
        self.spoken_in: dict[SeatedTeam, None] = {}
        self.founded: list[SeatedTeam] = []
        self.touched: dict[SeatedTeam, None] = {}
        self.switched: dict[SeatedTeam, None] = {}
        self.gone: list[int] = []
        # Who took a seat by its card: hosts are told.
        self.took_over: list[int] = []
        self.full_teams: dict[SeatedTeam, None] = {}
        self.left: dict[int, str] = {}
        self.ended: list[int] = []

    # -- what is there ------------------------------------------------------------------------------------------------
    def add(self, seated: SeatedTeam) -> None:
        """Take in a team as it was read."""
        self.teams[seated.team.pk] = seated
        if seated.team.card is not None:
            self.by_card[seated.team.card] = seated
        for player in seated.players.values():
            self.players[player.pk] = player
            self.at[player.pk] = seated
        self._note(seated)

    def is_full(self) -> bool:
        return self.game.active_teams >= self.game.max_teams

    def refuse_full(self) -> None:
        if self.is_full():
            raise Refusal("game_full", _("This game is full. Ask the host for a seat."))

    def free_name(self, names: Iterable[str]) -> str | None:
        """Return the first of these names that no team has; None where all are taken."""
        return next((name for name in names if self.keys[name] not in self.names), None)

    def waiting(self, player: Player) -> SeatedTeam | None:
        """Return the team of persons, none of them away, that lacks the fewest players; None where nobody waits."""
        own, passed, found = self.at.get(player.pk), [], None
        while self._waiting and found is None:
            entry = heapq.heappop(self._waiting)
            taken, _age, _order, seated = entry
            if -taken != seated.taken or not self._waits(seated):
                continue
            passed.append(entry)
            # A card keeps the seats of a team that has not played yet for those who hold it: newcomers find others.
            if seated is not own and (own is not None or not seated.is_kept()):
                found = seated
        for entry in passed:
            heapq.heappush(self._waiting, entry)
        return found

    def _waits(self, seated: SeatedTeam) -> bool:
        return (
            seated.team.active
            and not seated.team.ghost
            and 1 <= len(seated.players) < self.seat_count
            # A seat that was left is free when the round has closed.
            and seated.open is None
            and all(not one.is_bot and one.presence != Player.Presence.AWAY for one in seated.players.values())
        )

    def _note(self, seated: SeatedTeam) -> None:
        if self._waits(seated):
            self._order += 1
            heapq.heappush(self._waiting, (-seated.taken, seated.age, self._order, seated))

    # -- what changes -------------------------------------------------------------------------------------------------
    def found(self, name: str, card: int | None = None) -> SeatedTeam:
        """Found a team with this free name; its first player must take a seat."""
        seated = SeatedTeam(Team(game=self.game, name=name, card=card), age=NEW + len(self.founded))
        self.names[self.keys[name]] = None
        self.founded.append(seated)
        if card is not None:
            self.by_card[card] = seated
        self.game.active_teams += 1
        return seated

    def take(self, player: Player, seated: SeatedTeam, seat: int | None = None) -> None:
        """Give a player this seat, or the lowest free one, of a team that has it free; it is asked when it is full."""
        if player.pk in self.at:
            self.vacate(player, by_choice=True)
        number = seat or min(n for n in range(1, self.seat_count + 1) if n not in seated.players)
        seated.players[number] = player
        self.at[player.pk] = seated
        # A plan that was ticked before is for another pair, or for other questions.
        player.seat, player.plan = number, ""
        # The next flush of presences may not have written yet that the player is there.
        player.presence = Player.Presence.CONNECTED
        self.moved[player.pk] = player
        if not seated.team.active:
            self._switch(seated, True)
        if player.is_bot and not seated.team.bots:
            seated.team.bots = True
            self.switched[seated] = None
        if len(seated.players) == self.seat_count:
            self.full_teams[seated] = None
        self._touch(seated)

    def vacate(self, player: Player, by_choice: bool = False) -> None:
        """
        Free a seat; an empty team becomes inactive, or is gone if it never played.

        Partners in an open round must not notice: they and the lobby hear of it when the round closes.
        """
        seated = self.at.pop(player.pk)
        assert player.seat is not None
        del seated.players[player.seat]
        self.full_teams.pop(seated, None)
        self._leave_round(seated, player)
        player.seat = None
        self.moved[player.pk] = player
        if seated.has_played:
            player.left_team = seated.team.pk
            player.teams_left += by_choice
        if seated.open is None:
            self._vacated(seated)

    def say(self, player: Player, to_partners: bool = False) -> None:
        """Keep what a player has guessed, planned or told as a first name; partners of the same team see some of it."""
        self.said[player.pk] = player
        if to_partners and player.pk in self.at:
            self.spoken_in[self.at[player.pk]] = None

    def take_over(self, player: Player, seated: SeatedTeam, seat: int) -> None:
        """Give a player the seat of another identity, between two rounds."""
        # The team is not empty in between, so that it stays.
        before = seated.players.pop(seat)
        del self.at[before.pk]
        before.seat = None
        self.moved[before.pk] = before
        if seated.has_played:
            before.left_team = seated.team.pk
        self.take(player, seated, seat)
        player.plan, before.plan = before.plan, ""

    def _leave_round(self, seated: SeatedTeam, player: Player) -> None:
        """Note that a player left the open round of a team, and end it if it waits for nobody else."""
        trial = seated.open
        if trial is None or player.pk not in trial.players:
            return
        seat = str(trial.players.index(player.pk) + 1)
        trial.left_seats += seat
        self.left[trial.id] = self.left.get(trial.id, "") + seat
        if trial.is_over:
            self.ended.append(trial.id)
            seated.open = None

    def _vacated(self, seated: SeatedTeam) -> None:
        if not seated.players:
            self._switch(seated, False)
            # A team that never played has no history, and empty teams must not fill the lobby.
            if not seated.has_played:
                self._forget(seated)
                return
        self._touch(seated)

    def _switch(self, seated: SeatedTeam, active: bool) -> None:
        if seated.team.active != active:
            seated.team.active = active
            self.game.active_teams += 1 if active else -1
            self.switched[seated] = None

    def _forget(self, seated: SeatedTeam) -> None:
        self.touched.pop(seated, None)
        self.switched.pop(seated, None)
        if seated in self.founded:
            del self.names[self.keys[seated.team.name]]
        else:
            self.names = {key: team for key, team in self.names.items() if team != seated.team.pk}
        if seated.team.card is not None:
            self.by_card.pop(seated.team.card, None)
        if seated in self.founded:
            self.founded.remove(seated)
        else:
            del self.teams[seated.team.pk]
            self.gone.append(seated.team.pk)

    def _touch(self, seated: SeatedTeam) -> None:
        self.touched[seated] = None
        self._note(seated)
