"""The own account: what is stored of it, as a download, and its end."""

import json
from collections.abc import AsyncIterator
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.pages.exports.rounds import ALL_RUNS
from dashboard.pages.exports.views import downloads, export
from dashboard.pages.lab_pack.zipped import File, zipped
from game.accounts import personal_data
from game.games.words import Text
from game.lobby.refusal import Refusal
from game.models import Game, SignOn
from game.web.quotas import too_many


def institution() -> Text:
    """Return what the institution that logs instructors in is called; nothing where there is none."""
    return settings.OIDC_NAME or gettext_lazy("your institution") if settings.OIDC_ISSUER else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponseBase:
    """The account's page; a POST with its name deletes it."""
    user = cast(User, request.user)
    context: dict[str, Any] = {
        "games": Game.objects.filter(owner=user).count(),
        "institution": institution(),
        "sign_on": SignOn.objects.filter(owner=user).first(),
    }
    if request.method == "POST":
        typed = request.POST.get("name", "")
        try:
            personal_data.delete_account(user, typed)
        except Refusal as refusal:
            return render(request, "dashboard/own_account.html", context | {"typed": typed, "error": refusal.text})
        logout(request)
        messages.success(request, _("Your account is deleted, with its games."))
        return redirect("login")
    return render(request, "dashboard/own_account.html", context)


@require_safe
@login_required
async def data(request: HttpRequest) -> HttpResponseBase:
    """All that is stored of the account, and the rounds of its games, as a zip."""
    user = cast(User, await request.auser())
    if await sync_to_async(downloads.count)(str(user.pk)) > downloads.limit:
        return await sync_to_async(too_many)(request, downloads.what, downloads.wait_seconds())
    files = await sync_to_async(files_of)(user)
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(zipped(files, timezone.now()), content_type="application/zip", headers=headers)


def files_of(user: User) -> list[File]:
    """Return the files of an account's data: its rows, and the closed rounds of each game."""
    rows = json.dumps(personal_data.of_account(user), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    games = Game.objects.filter(owner=user).order_by("pk")
    return [
        File("account.json", _at_once(rows)),
        *(File(f"{game.code}-rounds.json", export("rounds.json", game, ALL_RUNS)) for game in games),
    ]


async def _at_once(text: str) -> AsyncIterator[str]:
    yield text
