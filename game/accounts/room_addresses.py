"""The permanent address of an instructor's room: /r/<word>/ leads to the games that its owner has open."""

import re
import secrets

import structlog
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from game.lobby.name_words import ENGLISH
from game.lobby.refusal import Refusal
from game.models import WORD_LENGTH, Game, Player, RoomAddress
from game.names.word_filter import blocked_word

log = structlog.get_logger(__name__)

LEAST_LETTERS = 3
# A room with more open games shows the newest.
GAMES_LISTED = 20
RESERVED = (
    "account", "admin", "api", "code", "dashboard", "demo", "game", "games", "health", "help", "host", "index", "join",
    "login", "logout", "metrics", "new", "null", "play", "ready", "room", "static", "support", "system", "test",
    "watch", "www",
)  # fmt: skip

_WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LOOKALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "2": "z", "5": "s", "8": "b", "-": None})
# A free pair of two words is found by chance until most are taken.
_PLAIN_TRIES = 5

_SEATED = Player.objects.filter(game=OuterRef("pk"), team__isnull=False)
_OF_BOTS = Q(state__in=Game.PLAYED) & Exists(_SEATED) & ~Exists(_SEATED.filter(kind=Player.PERSON))


def likeness(word: str) -> str:
    """Return the form in which words are compared: without case and hyphens, characters that look alike as one."""
    return word.lower().replace("rn", "m").replace("vv", "w").translate(_LOOKALIKES)


_RESERVED = frozenset(map(likeness, RESERVED))


def address_of(owner: User) -> RoomAddress:
    """Return the address of this account's room; the first call makes one up from harmless words, never from a name."""
    tries = 0
    while True:
        word = _made_up(with_number=tries >= _PLAIN_TRIES)
        try:
            with transaction.atomic():
                return RoomAddress.objects.get_or_create(
                    owner=owner, defaults={"word": word, "likeness": likeness(word)}
                )[0]
        except IntegrityError:
            tries += 1


def _made_up(with_number: bool) -> str:
    words = [secrets.choice(ENGLISH.adjectives), secrets.choice(ENGLISH.nouns)]
    if with_number:
        words.append(str(secrets.randbelow(10**6)))
    return "-".join(words).lower()


def change_word(owner: User, typed: str) -> RoomAddress:
    """Give this account's room another word: the old one is free at once.  Refused when bad, reserved or taken."""
    word = clean_word(typed)
    address = address_of(owner)
    address.word, address.likeness = word, likeness(word)
    try:
        with transaction.atomic():
            address.save(update_fields=["word", "likeness"])
    except IntegrityError as error:
        raise Refusal("word_taken", _("“%s” is taken, or looks like a word that is. Choose another.") % word) from error
    log.info("room_word_changed", by=owner.pk)
    return address


def clean_word(typed: str) -> str:
    """Return a word for an address in lower case, gaps as hyphens; refused when it is bad, reserved or blocked."""
    word = "-".join(typed.lower().split())
    if not LEAST_LETTERS <= len(word) <= WORD_LENGTH:
        raise Refusal(
            "bad_word",
            _("The word has %(least)d to %(most)d characters; this one has %(length)d.")
            % {"least": LEAST_LETTERS, "most": WORD_LENGTH, "length": len(word)},
        )
    if not _WORD.fullmatch(word):
        raise Refusal("bad_word", _("Use letters from a to z, digits and single hyphens, and begin with a letter."))
    if likeness(word) in _RESERVED or blocked_word(word):
        raise Refusal("reserved_word", _("This word cannot be used here. Choose another."))
    return word


def find(word: str) -> RoomAddress | None:
    """Return the room of this word, also of one that is typed with lookalikes or without hyphens."""
    if len(word) > WORD_LENGTH:
        return None
    return RoomAddress.objects.filter(likeness=likeness(word)).first()


def open_games(address: RoomAddress, identity: str | None = None) -> list[Game]:
    """
    Return the owner's games that can be joined, the newest first.

    With the hash of a player's identity: only the newest game in which this player has a seat, where there is one.
    A locked game is open to its own players alone.  A game that bots play among themselves, as the demo, is left out
    where another one is open.
    """
    games = Game.objects.filter(owner=address.owner_id, archived_at=None).exclude(state=Game.State.FINISHED)
    if identity:
        mine = games.filter(players__identity=identity, players__team__isnull=False).first()
        if mine is not None:
            return [mine]
    joinable = games.filter(locked=False)
    return list(joinable.exclude(_OF_BOTS)[:GAMES_LISTED]) or list(joinable[:GAMES_LISTED])
