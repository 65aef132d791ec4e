"""
What a player does in the lobby.

Each act refuses with a sentence for the player before it changes anything.  Sockets hand acts to the batch; the
functions at the end carry out one at once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from game.lobby.names import team_names
from game.lobby.refusal import Refusal
from game.lobby.refused_names import admitted
from game.lobby.seating.batch import Act, carry_out_alone
from game.lobby.seating.room import Room, SeatedTeam
from game.models import Game, Player
from game.names.text import isolated

# So many names are made up for a team; the last one has a number, which is hardly ever taken.
MADE_UP_NAMES = 4
# A player who has left so many teams that played founds no more of them: empty teams would fill the room's list.
MOST_TEAMS_LEFT = 5


@dataclass(frozen=True)
class Create(Act):
    """Create a team and take its first seat; refused for a bad or taken name, a full, locked or finished game."""

    name: str

    def names(self, game: Game) -> Sequence[str]:
        return [admitted(game.pk, self.name)]

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        own = room.at.get(player.pk)
        if own is not None and own.team.name == names[0]:
            # Tapped twice.
            return
        refuse_seat(room, player)
        refuse_founding(room, player)
        name = room.free_name(names)
        if name is None:
            raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % isolated(names[0]))
        room.take(player, room.found(name))


@dataclass(frozen=True)
class Join(Act):
    """
    Take the lowest free seat of a team; refused when all seats are taken.

    An inactive team is taken up again by a player who sat there only.
    """

    team: int

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        refuse_seat(room, player)
        seated = room.teams.get(self.team)
        if seated is None or seated.team.ghost:
            raise Refusal("no_team", _("This team is not there any more. Choose another one."))
        if room.at.get(player.pk) is seated:
            return
        if seated.taken >= room.seat_count:
            raise Refusal("team_full", _full_text(room.seat_count) % isolated(seated.team.name))
        if not seated.team.active:
            if (self.team, player.pk) not in room.sat:
                raise Refusal("not_your_team", _("“%s” waits for those who played in it.") % isolated(seated.team.name))
            room.refuse_full()
        room.take(player, seated)


def _full_text(seats: int) -> str:
    if seats == 2:
        return _("“%s” already has two players. Choose another team.")
    return _("“%s” already has three players. Choose another team.")


@dataclass(frozen=True)
class Leave(Act):
    """Free the player's seat; an open round goes on for the others.  A player without a seat changes nothing."""

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        if player.pk in room.at:
            room.vacate(player, by_choice=True)


@dataclass(frozen=True)
class Find(Act):
    """
    Join the fullest, then oldest team in which only persons wait, or create a team with a made-up name and wait there.

    A player with a seat first frees the seats of partners who are away or keep the team from its next round.  While
    other partners are there the player stays and waits with them, else moves to persons who wait elsewhere.  Refused
    when no seat is free, a partner is a bot or the own round is open.
    """

    finds: ClassVar[bool] = True

    def names(self, game: Game) -> Sequence[str]:
        *names, last = team_names(MADE_UP_NAMES)
        return [*names, f"{last} {secrets.randbelow(10**6)}"]

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        refuse_seat(room, player)
        own = room.at.get(player.pk)
        if own is not None and _stays_with_partners(room, own, player):
            return
        waiting = room.waiting(player)
        if waiting is None and own is not None:
            return
        if waiting is None:
            refuse_founding(room, player)
            name = room.free_name(names)
            if name is None:
                raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % isolated(names[0]))
            waiting = room.found(name)
        room.take(player, waiting)


def _stays_with_partners(room: Room, own: SeatedTeam, player: Player) -> bool:
    """Free the seats of partners who are gone; return whether others are there, refused when no seat is free then."""
    partners = [partner for partner in own.players.values() if partner is not player]
    gone = [partner for partner in partners if not partner.is_bot and _is_gone(own, partner)]
    there = [partner for partner in partners if partner not in gone]
    no_seat = len(there) + 1 == room.seat_count
    if no_seat or any(partner.is_bot for partner in there):
        raise Refusal("partner_here", _here_text(len(there)))
    for partner in gone:
        room.vacate(partner)
    return bool(there)


def _here_text(partners: int) -> str:
    if partners == 1:
        return _("Your partner is still here. Leave the team to play with somebody else.")
    return _("Your partners are still here. Leave the team to play with others.")


def _is_gone(own: SeatedTeam, partner: Player) -> bool:
    """Whether a partner is away, or let the last round pass and still hides the page while the next one waits."""
    return partner.presence == Player.Presence.AWAY or (partner.presence == Player.Presence.IDLE and own.is_waited_for)


@dataclass(frozen=True)
class Predict(Act):
    """Store the best possible win rate as a player predicts it; refused to players of a game that has begun."""

    percent: int

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        if not room.game.is_open or (room.game.state != Game.State.LOBBY and player.pk in room.at):
            raise Refusal("too_late", _("The game has begun: no more guesses."))
        player.prediction = self.percent
        room.say(player)


def refuse_seat(room: Room, player: Player) -> None:
    """Refuse a player who may not have a seat, or another one."""
    if player.banned:
        raise Refusal("banned", _("The host has removed you from this game."))
    if not room.game.is_open:
        raise Refusal("finished", _("This game is over."))
    # A move would tell of the partners, by its success or refusal, before the own answer.
    own = room.at.get(player.pk)
    if own is not None and own.open is not None:
        raise Refusal("round_open", _("Your round is still open. Try again when it has closed."))
    # Only hosts seat bots, and they may do so while the lobby is locked.
    if room.game.locked and own is None and not player.is_bot:
        raise Refusal("locked", _("This game is locked. Ask the host for a seat."))


def refuse_founding(room: Room, player: Player) -> None:
    """Refuse a new team in a full game, and to a player who has left many that played."""
    room.refuse_full()
    if player.teams_left >= MOST_TEAMS_LEFT:
        text = _("You have left %d teams. Join one that waits, or ask the host.")
        raise Refusal("too_many_left", text % player.teams_left)


# -- One at once ------------------------------------------------------------------------------------------------------
def create_team(game_id: int, player_id: int, name: str) -> None:
    carry_out_alone(game_id, player_id, Create(name))


def join_team(game_id: int, player_id: int, team_id: int) -> None:
    carry_out_alone(game_id, player_id, Join(team_id))


def leave_team(game_id: int, player_id: int) -> None:
    carry_out_alone(game_id, player_id, Leave())


def find_partner(game_id: int, player_id: int) -> None:
    carry_out_alone(game_id, player_id, Find())
