"""Games that an instructor declares: upload a file, see what plans and quantum theory reach, play it, delete it."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from game.accounts import own_games as verbs
from game.games import game_of
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import MOST_IN_TITLE, OwnGame
from game.names.text import cleaned
from game.own_games.definition import OwnDefinition
from game.own_games.files import examples
from game.own_games.source import MOST_BYTES, BadDeclaration
from game.web.quotas import Quota, too_many

# Per account: finding the quantum value of a large game takes seconds.
uploads = Quota("own_game", 20, 600)


@never_cache
@login_required
def own_games(request: HttpRequest) -> HttpResponseBase:
    """The games of the account; a file that is sent is stored, or answered with all its faults."""
    user = cast(User, request.user)
    given = examples().get(request.GET.get("example", ""))
    names = {stem: one.names.get(get_language() or "", one.names["en"]) for stem, one in examples().items()}
    context: dict[str, Any] = {"faults": [], "source": given.source if given else "", "examples": names}
    status = 200
    if request.method == "POST":
        if uploads.count(str(user.pk)) > uploads.limit:
            return too_many(request, uploads.what, uploads.wait_seconds())
        try:
            context["source"] = _sent(request)
            row = verbs.save(user, context["source"])
        except BadDeclaration as error:
            context["faults"] = error.faults
            status = 422
        except Refusal as refusal:
            messages.error(request, refusal.text)
            status = 409
        else:
            messages.success(request, _("“%s” is stored. Begin a game with it below.") % game_of(row.key).label)
            return redirect("own_games")
    context["games"] = [_shown(row) for row in verbs.of(user)]
    return render(request, "dashboard/own_games.html", context, status=status)


@require_POST
@login_required
def play(request: HttpRequest, key: str) -> HttpResponseBase:
    """Begin a game with an own game."""
    user = cast(User, request.user)
    row = get_object_or_404(verbs.of(user), key=key)
    try:
        title = cleaned(str(game_of(row.key).label), MOST_IN_TITLE)
        return redirect("dashboard", ownership.create_game(user, title=title, mode=row.key).code)
    except Refusal as refusal:
        messages.error(request, refusal.text)
        return redirect("own_games")


@require_POST
@login_required
def delete(request: HttpRequest, key: str) -> HttpResponseBase:
    """Delete an own game that no game plays or has played."""
    try:
        verbs.delete(cast(User, request.user), key)
        messages.success(request, _("The game of your own is deleted."))
    except Refusal as refusal:
        messages.error(request, refusal.text)
    return redirect("own_games")


def _sent(request: HttpRequest) -> str:
    """Return the text of the file, else what was typed."""
    file = request.FILES.get("file")
    if file is None:
        return str(request.POST.get("source", ""))
    if (file.size or 0) > MOST_BYTES:
        raise BadDeclaration([f"the file has {file.size} bytes: use at most {MOST_BYTES}"])
    try:
        return str(file.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadDeclaration([f"byte {error.start} of the file is no UTF-8: save it as UTF-8"]) from None


def _shown(row: OwnGame) -> dict[str, Any]:
    game = cast(OwnDefinition, game_of(row.key))
    assert game.bounds is not None and game.declared is not None
    theme = game.themes[game.default_theme]
    labels = {q: label for q, label in theme.questions.items() if str(label.text) != q or label.emoji}
    return {
        "key": row.key,
        "label": game.label,
        "created_at": row.created_at,
        "contexts": [(context, theme.wanted[game.wanted(context)]) for context in game.questions],
        "questions": labels,
        "answers": list(dict.fromkeys(theme.answers.values())),
        "rules": theme.rules,
        "classical": game.bounds.classical,
        "classical_percent": 100 * float(game.bounds.classical),
        "plan": " / ".join(game.bounds.plan),
        "plans": game.declared.plans,
        "dimension": game.bounds.dimension,
        "quantum_percent": 100 * game.bounds.quantum,
        "given_percent": None if game.declared.quantum is None else 100 * game.declared.quantum,
        "has_box": game.bounds.has_box,
    }
