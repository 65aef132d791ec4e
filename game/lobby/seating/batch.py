"""
Carry out moves of many players and many games in one transaction.

A move that is refused changes nothing, and the others go on.  When the transaction fails, each move runs in one of its
own, so that a bad one fails alone.
"""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from game.database.full_disk import is_full_disk, noting_a_full_disk
from game.database.server_state import with_another_connection
from game.lobby.refusal import Refusal
from game.lobby.seating.load import Wanted, load
from game.lobby.seating.room import Room
from game.lobby.seating.write import write
from game.lobby.transactions import lock_games, no_game
from game.models import Game, Player
from game.realtime import announce

log = structlog.get_logger(__name__)


class Act:
    """
    What a player wants to do.

    `team` is a team that it names, `finds` says that it looks for one in which somebody waits, `asks_rounds` that it
    wants `Room.in_round`.  `card` and `names`, read before anything is done, return the number of a card and names for
    a new team, the best first.
    """

    team: int | None = None
    finds: ClassVar[bool] = False
    asks_rounds: ClassVar[bool] = False

    def card(self, game: Game) -> int | None:
        return None

    def names(self, game: Game) -> Sequence[str]:
        return ()

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        """Change the room, or raise a Refusal before any change; `names` are those that were offered."""
        raise NotImplementedError


class Move(NamedTuple):
    game: int
    player: int
    act: Act
    language: str | None


# None for a move that was made.
Outcome = Refusal | Exception | None


def carry_out(moves: Sequence[Move]) -> list[Outcome]:
    """Carry out moves in their order and commit; return what became of each."""
    try:
        return with_another_connection(
            lambda: noting_a_full_disk(_carry_out, moves), lambda: noting_a_full_disk(_carry_out_in_doubt, moves)
        )
    except Exception as error:
        if len(moves) == 1 or is_full_disk(error):
            return [error] * len(moves)
        log.exception("moves_one_by_one", moves=len(moves))
        return [outcome for move in moves for outcome in carry_out([move])]


def carry_out_alone(game_id: int, player_id: int, act: Act) -> None:
    """Carry out one move in the active language; raises its Refusal."""
    (outcome,) = _carry_out([Move(game_id, player_id, act, translation.get_language())])
    if outcome is not None:
        raise outcome


def _carry_out(moves: Sequence[Move]) -> list[Outcome]:
    with transaction.atomic(durable=True):
        games = lock_games({move.game for move in moves})
        outcomes: list[Outcome] = [None] * len(moves)
        wanted: dict[int, Wanted] = {}
        for n, move in enumerate(moves):
            with translation.override(move.language):
                try:
                    wanted[n] = _wanted(move, games)
                except Refusal as refusal:
                    outcomes[n] = refusal
        rooms = load(games, wanted.values())
        for n in wanted:
            move = moves[n]
            with translation.override(move.language):
                outcomes[n] = _try(rooms[move.game], move, wanted[n])
        write(rooms.values())
    return outcomes


def _carry_out_in_doubt(moves: Sequence[Move]) -> list[Outcome]:
    """
    Carry out moves that a lost connection may have committed, which nobody was told.

    A move that was committed changes nothing now, or is refused because its player has a seat already.  Every page of
    its game gets a fresh snapshot, and a player who has a seat no refusal.
    """
    outcomes = _carry_out(moves)
    announce.in_doubt({move.game for move in moves})
    refused = [move.player for move, outcome in zip(moves, outcomes, strict=True) if isinstance(outcome, Refusal)]
    seated = set(Player.objects.filter(pk__in=refused, team__isnull=False).values_list("pk", flat=True))
    return [None if move.player in seated else outcome for move, outcome in zip(moves, outcomes, strict=True)]


def _wanted(move: Move, games: dict[int, Game]) -> Wanted:
    if (game := games.get(move.game)) is None:
        raise no_game()
    act = move.act
    return Wanted(move.game, move.player, act.team, act.card(game), act.names(game), act.finds, act.asks_rounds)


def _try(room: Room, move: Move, wanted: Wanted) -> Refusal | None:
    player = room.players.get(move.player)
    if player is None or player.game_id != room.game.pk:
        return Refusal("no_player", _("This page is out of date. Load it again."))
    try:
        move.act.carry_out(room, player, wanted.names)
    except Refusal as refusal:
        return refusal
    return None


def hand_over(game: Game, team: int, seat: int, player: int) -> None:
    """Give a player of a locked game, whose team has no open round, the seat of another one, for its host."""
    room = load({game.pk: game}, [Wanted(game.pk, player, team)])[game.pk]
    room.take_over(room.players[player], room.teams[team], seat)
    write([room])


def free_seats(game: Game, players: Sequence[int]) -> None:
    """Free the seats of these players of a locked game, for its host."""
    room = load({game.pk: game}, [Wanted(game.pk, player) for player in players])[game.pk]
    for player in players:
        if player in room.at:
            room.vacate(room.players[player])
    write([room])
