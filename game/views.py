"""The pages of players and of the projector: words and addresses only, because events come by the sockets."""

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from game import cells
from game.accounts import personal_data, room_addresses
from game.cache import find_game
from game.games import GAMES
from game.lobby import names
from game.lobby.refusal import Refusal
from game.models import CODE_LENGTH, DEFAULT_GAME, Game, RoomAddress
from game.web import addresses, class_page, codes, identity, join_throttle, page_data, statements, words
from game.web.embedding import embeddable
from game.web.join_address import join_url, players_url, qr_picture

SUGGESTIONS = 12
# An address that somebody pastes in place of its code is longer than a code.
MOST_TYPED = 300


@never_cache
def enter_code(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return identity.ensure(request, _code_page(request))
    typed = request.POST.get("code", "").strip()[:MOST_TYPED]
    if refused := join_throttle.refused(request):
        return identity.ensure(request, refused)
    code = codes.read(typed)
    if find_game(code) is not None:
        return identity.ensure(request, redirect("play", code))
    if (address := cells.address_elsewhere(code)) and len(code) == CODE_LENGTH:
        return redirect(f"{address}{reverse('play', args=[code])}")
    if (word := codes.room_word(typed)) and room_addresses.find(word) is not None:
        return identity.ensure(request, redirect("room", word))
    if not code:
        return _code_refused(request, typed, _("Type the code that the big screen shows."), 200)
    join_throttle.count(request)
    return _code_refused(request, typed, _("No game has this code. Check the big screen."), 404)


def _code_refused(request: HttpRequest, typed: str, error: str, status: int) -> HttpResponseBase:
    return identity.ensure(request, _code_page(request, typed, error, status))


def _code_page(request: HttpRequest, typed: str = "", error: str = "", status: int = 200) -> HttpResponse:
    game = GAMES[DEFAULT_GAME]
    labels = list(game.themes[game.default_theme].questions.values())
    context = {"typed": typed, "error": error, "labels": labels}
    return render(request, "game/enter_code.html", context, status=status)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "game/about/accessibility.html", statements.accessibility())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """The page on privacy; a POST deletes what is stored of the browser's player."""
    context = statements.privacy()
    mine = _identity(request)
    if request.method == "POST":
        try:
            context["deleted"] = personal_data.delete_player(mine)
        except Refusal as refusal:
            context["refused"] = refusal.text
    return render(request, "game/about/privacy.html", context | {"mine": personal_data.games_of_player(mine)})


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What is stored of the browser's player, as a file."""
    answer = JsonResponse({"games": personal_data.of_player(_identity(request))}, json_dumps_params={"indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


def _identity(request: HttpRequest) -> str:
    """Return the hash by which the browser's player is known; "" is nobody's."""
    secret = identity.read(request.COOKIES)
    return identity.hashed(secret) if secret else ""


@never_cache
@require_safe
def play(request: HttpRequest, code: str) -> HttpResponseBase:
    context = {"suggestions": names.team_names(SUGGESTIONS), "socket": f"/ws/play/{code}/"}
    return _game_page(request, code, "play", context)


@embeddable
@never_cache
@require_safe
def watch(request: HttpRequest, code: str) -> HttpResponseBase:
    url = join_url(request, code)
    context = {"socket": f"/ws/watch/{code}/", "join_url": url, "join_host": urlsplit(url).netloc}
    return _game_page(request, code, "watch", context)


@never_cache
@require_safe
def whole_class(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the class on a pupil's phone."""
    game = _named_game(request, code, "class")
    if not isinstance(game, Game):
        return game
    numbers, _next_seconds = _class_numbers(request, game)
    context = {"game": game, "numbers": numbers, "tag": class_page.tag(numbers), "words": words.CLASS}
    return identity.ensure(request, render(request, "game/class.html", context))


@never_cache
@require_safe
def class_numbers(request: HttpRequest, code: str) -> HttpResponseBase:
    """Return the part of the class page that changes, nothing where the page has it, and when to ask again."""
    game = _named_game(request, code, "class_numbers")
    if not isinstance(game, Game):
        return game
    numbers, next_seconds = _class_numbers(request, game)
    tag = class_page.tag(numbers)
    newer = HttpResponse(numbers, headers={"ETag": tag})
    response = get_conditional_response(request, etag=tag, response=newer) or newer
    response.headers[class_page.NEXT_SECONDS] = str(next_seconds)
    return response


def _class_numbers(request: HttpRequest, game: Game) -> tuple[str, int]:
    secret = identity.read(request.COOKIES)
    own = class_page.own_team(game, identity.hashed(secret) if secret else None)
    context = class_page.of_game(game, own) | {
        "game": game,
        "own": own,
        "is_score": game.declared.score_scale is not None,
    }
    return render_to_string("game/class_numbers.html", context, request), class_page.next_seconds(game)


def _game_page(request: HttpRequest, code: str, view: str, context: dict[str, Any]) -> HttpResponseBase:
    game = _named_game(request, code, view)
    if not isinstance(game, Game):
        return game
    addresses.note(request)
    context |= {"game": game, "words": page_data.WORDS[view], "data": page_data.elements(view, game.mode)}
    return identity.ensure(request, render(request, f"game/{view}.html", context))


def _named_game(request: HttpRequest, code: str, view: str) -> Game | HttpResponseBase:
    """Return the game of this code, else what the browser gets instead: a wrong code counts."""
    # A code that is typed into the address line may be written in any way.
    if (meant := codes.read(code)) not in ("", code):
        query = request.META.get("QUERY_STRING", "")
        return redirect(reverse(view, args=[meant]) + (f"?{query}" if query else ""))
    if refused := join_throttle.refused(request):
        return identity.ensure(request, refused)
    game = find_game(code)
    if game is None and len(code) == CODE_LENGTH and (address := cells.address_elsewhere(code)):
        return redirect(f"{address}{request.get_full_path()}")
    if game is None:
        join_throttle.count(request)
        shown = {"code": codes.read(code)[:CODE_LENGTH]}
        return identity.ensure(request, render(request, "game/no_game.html", shown, status=404))
    return game


@never_cache
@require_GET
def qr_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """Return the address for players, or for the partners in ?team=, as a QR code with four modules of quiet zone."""
    # A host's page shows it too, and a host may lack a player's cookie.
    if not request.user.is_authenticated and (refused := join_throttle.refused(request)):
        return identity.ensure(request, refused)
    game = find_game(code)
    if game is None:
        join_throttle.count(request)
        raise Http404(f"code={code!r}: no game")
    picture = qr_picture(join_url(request, code, **_offered(request, game)))
    return HttpResponse(picture, content_type="image/svg+xml")


def _offered(request: HttpRequest, game: Game) -> dict[str, int]:
    """Return the team that the query names; empty where it names none."""
    named = request.GET.get("team", "")
    if not named:
        return {}
    # Only teams that exist: pictures are cached, and the cache must not fill with any number.
    if not (named.isdecimal() and len(named) < 19 and game.teams.filter(pk=int(named)).exists()):
        raise Http404(f"team={named!r}: no team of this game")
    return {"team": int(named)}


@never_cache
@require_safe
def room(request: HttpRequest, word: str) -> HttpResponseBase:
    """Lead to the game that the room's owner has open; a player with a seat in one is led back to it."""
    if refused := join_throttle.refused(request):
        return identity.ensure(request, refused)
    address = _room_address(request, word)
    if address is None:
        return identity.ensure(request, render(request, "game/no_room.html", {"word": word}, status=404))
    if word != address.word:
        return redirect("room", address.word)
    games = _open_games(request, address)
    if len(games) == 1:
        return identity.ensure(request, redirect("play", games[0].code))
    return identity.ensure(request, render(request, "game/open_games.html", {"address": address, "games": games}))


@never_cache
@require_GET
def room_state(request: HttpRequest, word: str) -> HttpResponseBase:
    """Tell the waiting page of a room whether a game is open now."""
    if refused := join_throttle.refused(request):
        return refused
    address = _room_address(request, word)
    if address is None:
        raise Http404(f"word={word!r}: no room")
    return JsonResponse({"open": bool(_open_games(request, address))})


@never_cache
@require_GET
def room_qr_code(request: HttpRequest, word: str) -> HttpResponseBase:
    """Return the room's address as a QR code with four modules of quiet zone."""
    if refused := join_throttle.refused(request):
        return identity.ensure(request, refused)
    address = _room_address(request, word)
    if address is None:
        raise Http404(f"word={word!r}: no room")
    url = players_url(request, reverse("room", args=[address.word]))
    return HttpResponse(qr_picture(url), content_type="image/svg+xml")


def _room_address(request: HttpRequest, word: str) -> RoomAddress | None:
    """Return the room of this word; a wrong word counts as a wrong code."""
    address = room_addresses.find(word)
    if address is None:
        join_throttle.count(request)
    return address


def _open_games(request: HttpRequest, address: RoomAddress) -> list[Game]:
    secret = identity.read(request.COOKIES)
    return room_addresses.open_games(address, identity.hashed(secret) if secret else None)


@never_cache
@require_GET
def reach(request: HttpRequest) -> HttpResponseBase:
    """Tell a phone that it reaches the game, and the instructor that it did."""
    addresses.note(request)
    return render(request, "game/reach.html")
