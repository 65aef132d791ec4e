"""What the live page says of each loophole of the lab."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from game.bots.strategies import EXPLOITS
from game.games.words import Text
from game.physics.designs import DECK, MEMORY, PASS, TELEPHONE


class Loophole(NamedTuple):
    """A loophole by its design, and the bots that use it."""

    key: str
    bots: str
    name: Text
    about: Text


_TOLD: dict[str, tuple[Text, Text]] = {
    TELEPHONE: (
        _("Telephone"),
        _("Each phone also shows the partner’s question. Bell’s limit needs that nobody hears it."),
    ),
    PASS: (
        _("Pass"),
        _(
            "Rounds that somebody does not answer are left out of the win rate. So a team passes where its plan would "
            "lose."
        ),
    ),
    DECK: (
        _("Deck"),
        _(
            "Questions are dealt from a deck, and the last cards can be foretold. Who counts them loses where hardly a "
            "card is left."
        ),
    ),
    MEMORY: (
        _("Memory"),
        _("The bots learn from every past round. Nothing happens: fair questions do not depend on the past."),
    ),
}

LOOPHOLES = [Loophole(key, EXPLOITS[key], *told) for key, told in _TOLD.items()]
