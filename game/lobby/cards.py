"""
Printed cards of teams: each link on a card leads to one seat of one team.

A link is signed and holds for one run of one game.  Nothing is stored when cards are printed: the first who scans one
founds its team, and the name follows from run, number and language, so that cards may be printed again.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from game.lobby.moves import refuse_founding, refuse_seat
from game.lobby.names import likenesses, names_by_seed, numbered
from game.lobby.refusal import Refusal
from game.lobby.seating.batch import Act, carry_out_alone
from game.lobby.seating.room import Room, SeatedTeam
from game.models import Game, Player
from game.names.text import isolated

# A guess is right once in 2 ** 72; a longer signature makes the code harder to scan.
SIGNATURE_BYTES = 9
MOST_CARDS = 50
# Tried, with numbers, where a team has typed the name of a card.
SPARE_NAMES = 9


class Link(NamedTuple):
    """What the link of a seat says; the language is that of the team's name."""

    run: int
    card: int
    seat: int
    language: str

    def signed(self, game: Game) -> str:
        text = ".".join(map(str, self))
        return f"{text}.{_signature(game, text)}"


def read(game: Game, signed: str) -> Link:
    """Return what a link says; refused where this game did not sign it."""
    text, _dot, signature = signed.rpartition(".")
    if not constant_time_compare(signature, _signature(game, text)):
        raise Refusal(
            "bad_card", _("This code is not from a card of this game. Choose a seat below, or ask the host for a card.")
        )
    run, card, seat, language = text.split(".")
    return Link(int(run), int(card), int(seat), language)


def _signature(game: Game, text: str) -> str:
    digest = salted_hmac("game.lobby.cards", f"{game.pk} {text}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()


def team_names(game: Game, language: str, cards: int) -> list[str]:
    """Return the names of the teams of the first cards of this run; those that were founded keep theirs."""
    founded = dict(game.teams.exclude(card=None).values_list("card", "name"))
    taken = likenesses(game)
    names = _names(_seed(game), language)[:cards]
    return [founded.get(card) or numbered(name, taken) for card, name in enumerate(names, 1)]


@lru_cache(maxsize=64)
def _names(seed: str, language: str) -> list[str]:
    """Return the names of the cards of a run; a class scans its cards in the same minute."""
    return names_by_seed(seed, language)[:MOST_CARDS]


def _seed(game: Game) -> str:
    return f"{game.code} {game.run}"


@dataclass(frozen=True)
class TakeCardSeat(Act):
    """
    Take the seat that the link of a card names; the first player of a card founds its team.

    A player of this team stays where they sit.  A seat whose phone is not connected is given to whoever scans its link,
    because a browser inside another app is a second identity of the same pupil; hosts are told.  Refused for a link
    that is changed or of an earlier run, for a seat whose phone is there or whose round is open, and for an empty seat
    of a team that has played: whoever finds its card later takes none in it.
    """

    signed: str

    def card(self, game: Game) -> int:
        return read(game, self.signed).card

    def names(self, game: Game) -> Sequence[str]:
        link = read(game, self.signed)
        name = _names(_seed(game), link.language)[link.card - 1]
        return [name, *(f"{name} {n}" for n in range(2, 2 + SPARE_NAMES))]

    def carry_out(self, room: Room, player: Player, names: Sequence[str]) -> None:
        refuse_seat(room, player)
        link = read(room.game, self.signed)
        if link.run != room.game.run:
            raise Refusal(
                "old_card", _("This card is from an earlier run. Choose a seat below, or ask the host for a new card.")
            )
        if link.seat > room.seat_count:
            raise Refusal("no_such_seat", _("Teams of this game have no seat %d. Choose a seat below.") % link.seat)
        seated = room.by_card.get(link.card)
        if seated is None:
            refuse_founding(room, player)
            name = room.free_name(names)
            if name is None:
                raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % isolated(names[0]))
            seated = room.found(name, link.card)
        elif room.at.get(player.pk) is seated:
            return
        elif link.seat in seated.players:
            _refuse_taken(seated, link.seat)
            room.take_over(player, seated, link.seat)
            room.took_over.append(player.pk)
            return
        elif seated.has_played:
            name = isolated(seated.team.name)
            raise Refusal("team_played", _("“%s” has played: its card is used up. Choose a seat below.") % name)
        room.take(player, seated, link.seat)


def _refuse_taken(seated: SeatedTeam, seat: int) -> None:
    """Refuse a seat whose phone is there, or whose team is in a round; a card is the key to a seat that was left."""
    holder, name = seated.players[seat], isolated(seated.team.name)
    if holder.is_bot or holder.presence != Player.Presence.AWAY:
        text = _("This seat of “%s” is taken. Is it yours, in another app? Close that one, wait a minute, scan again.")
        raise Refusal("seat_taken", text % name)
    if seated.open is not None:
        raise Refusal("round_open", _("A round of “%s” is still open. Scan again when it is over.") % name)


def take_card_seat(game_id: int, player_id: int, signed: str) -> None:
    """Take a seat at once."""
    carry_out_alone(game_id, player_id, TakeCardSeat(signed))
