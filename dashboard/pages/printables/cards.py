"""Cards for teams: two on a sheet, and what is on their backs on the next, in the same place."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from dashboard.pages.access import for_hosts
from dashboard.pages.printables import paper
from dashboard.pages.printables.plan_square import plan_square
from game.lesson.words import QUESTIONS, WORDS
from game.lobby.cards import MOST_CARDS, Link, team_names
from game.lobby.name_words import WORDS as NAME_WORDS
from game.models import Game
from game.web.join_address import join_url, qr_element

CARDS = 12
CARDS_A_SHEET = 2


class SeatCode(NamedTuple):
    seat: int
    picture: SafeString


class PairCard(NamedTuple):
    number: int
    team: str
    codes: list[SeatCode]


@require_safe
@for_hosts
def pair_cards(request: HttpRequest, game: Game) -> HttpResponseBase:
    """A card for each team of a game that may still be joined."""
    declared = game.declared
    theme = declared.themes[declared.theme_or_default(game.theme)]
    wanted = _wanted(request)
    language = _language()
    cards = _cards(request, game, wanted, language) if game.is_open else []
    context: dict[str, Any] = {
        "game": game,
        "wanted": wanted,
        "most": MOST_CARDS,
        "sheets": [cards[start : start + CARDS_A_SHEET] for start in range(0, len(cards), CARDS_A_SHEET)],
        "names_language": language,
        "theme": theme,
        "plan": plan_square(declared, theme),
        "guess": "" if declared.score_scale is not None else WORDS["guess"].headline,
        "questions": [(title, list(choices.values())) for title, choices in QUESTIONS.values()],
        **paper.chosen(request, "a4", "letter"),
    }
    return render(request, "dashboard/print/cards.html", context)


def _wanted(request: HttpRequest) -> int:
    """Return the number of cards in the address, as many as there may be at most; the usual number without one."""
    asked = request.GET.get("teams", "")
    return min(max(int(asked), 1), MOST_CARDS) if asked.isdecimal() and len(asked) < 7 else CARDS


def _language() -> str:
    """Return the language of the teams' names: that of the page, else English."""
    active = (get_language() or "")[:2]
    return active if active in NAME_WORDS else "en"


def _cards(request: HttpRequest, game: Game, wanted: int, language: str) -> list[PairCard]:
    names = team_names(game, language, wanted)
    seats = range(1, game.declared.seat_count + 1)
    return [
        PairCard(number, name, [_code(request, game, Link(game.run, number, seat, language)) for seat in seats])
        for number, name in enumerate(names, 1)
    ]


def _code(request: HttpRequest, game: Game, link: Link) -> SeatCode:
    address = join_url(request, game.code, seat=link.signed(game))
    return SeatCode(link.seat, qr_element(address))
