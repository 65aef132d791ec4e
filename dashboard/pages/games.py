"""The list of an instructor's games, a new game, and the live page of a game."""

from typing import Any, NamedTuple, cast

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from dashboard.pages.access import hosted_game
from dashboard.pages.words.live import DASHBOARD
from game.games import GAMES
from game.games.words import Text
from game.lesson import presets
from game.lesson.words import for_hosts
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import DEFAULT_GAME, GHOST_ROUNDS, Game
from game.physics.bounds import EVIDENCE_STEPS
from game.web import game_data, identity
from game.web.join_address import join_url
from game.web.quotas import too_many

# The groups of My games: those that need the host first.
GROUPS = [
    (gettext_lazy("Being played"), Game.PLAYED),
    (gettext_lazy("In the lobby"), (Game.State.LOBBY,)),
    (gettext_lazy("Finished"), (Game.State.FINISHED,)),
]


class GameCard(NamedTuple):
    """A declared game as the form of a new game offers it."""

    key: str
    label: Text
    goal: Text
    players: int
    themes: forms.BoundField


def _theme_field(key: str) -> str:
    return f"theme_{key}"


class GameForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new game: only the title is required, and it is prefilled.  Each declared game has a field for its theme."""

    class Meta:
        model = Game
        fields = [
            "title",
            "mode",
            "theme",
            "round_limit",
            "answer_seconds",
            "max_teams",
            "show_last_round",
            "show_own_score",
            "public_scoreboard",
            "lesson",
        ]
        labels = {
            "title": gettext_lazy("Title"),
            "round_limit": gettext_lazy("Rounds per team"),
            "answer_seconds": gettext_lazy("Seconds to answer"),
            "max_teams": gettext_lazy("Teams at most"),
            "show_last_round": gettext_lazy("Phones show the last round"),
            "show_own_score": gettext_lazy("Phones show the team’s own score"),
            "public_scoreboard": gettext_lazy("The projector lists the teams"),
        }
        help_texts = {"round_limit": gettext_lazy("Empty: no limit.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        games = [(key, game.label) for key, game in GAMES.items()]
        self.fields["mode"] = forms.ChoiceField(
            label=gettext_lazy("Game"), choices=games, widget=forms.RadioSelect, initial=DEFAULT_GAME
        )
        # The theme of the chosen game, which `clean` sets.
        self.fields["theme"].required = False
        for key, game in GAMES.items():
            self.fields[_theme_field(key)] = forms.ChoiceField(
                label=gettext_lazy("Theme"),
                choices=[(name, theme.name) for name, theme in game.themes.items()],
                initial=game.default_theme,
                required=False,
            )

        # With the steps of a lesson, or just played.
        self.fields["lesson"] = forms.BooleanField(label=gettext_lazy("With the steps of a lesson"), required=False)

    def cards(self) -> list[GameCard]:
        return [
            GameCard(key, game.label, game.themes[game.default_theme].goal, game.seat_count, self[_theme_field(key)])
            for key, game in GAMES.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = {key: cleaned.pop(_theme_field(key), "") or game.default_theme for key, game in GAMES.items()}
        cleaned["lesson"] = presets.steps_for(cleaned.get("mode", "")) if cleaned.get("lesson") else []
        cleaned["theme"] = chosen.get(cleaned.get("mode", ""))
        return cleaned


@never_cache
@login_required
def my_games(request: HttpRequest) -> HttpResponseBase:
    # Distinct: the second join multiplies the teams.
    teams = Count("teams", filter=Q(teams__active=True), distinct=True)
    games = Game.objects.hosted_by(request.user).select_related("owner").annotate(active_teams=teams)
    here = [game for game in games if game.archived_at is None]
    groups = [(name, [game for game in here if game.state in states]) for name, states in GROUPS]
    context = {
        "groups": [group for group in groups if group[1]],
        "archived": [game for game in games if game.archived_at is not None],
    }
    return render(request, "dashboard/my_games.html", context)


@never_cache
@login_required
def new_game(request: HttpRequest) -> HttpResponseBase:
    title = _("Bell game, %(day)s") % {"day": date_format(timezone.localdate(), "j F")}
    form = GameForm(request.POST or None, initial={"title": title})
    if request.method == "POST" and form.is_valid():
        try:
            game = ownership.create_game(cast(User, request.user), **_chosen(request, form))
        except Refusal as refusal:
            form.add_error(None, refusal.text)
        else:
            return redirect("dashboard", game.code)
    return render(request, "dashboard/new_game.html", {"form": form, "presets": presets.PRESETS})


def _chosen(request: HttpRequest, form: GameForm) -> dict[str, Any]:
    """Return the options of a new game: those of a preset under the title, else what the form has."""
    preset = request.POST.get("preset", "")
    if preset not in presets.PRESETS:
        return form.cleaned_data
    return {"title": form.cleaned_data["title"], **presets.options(preset)}


@never_cache
@login_required
def live(request: HttpRequest, code: str) -> HttpResponseBase:
    if code != code.upper():
        return redirect("dashboard", code.upper())
    game = hosted_game(request, code)
    context = {
        "game": game,
        "is_owner": ownership.is_owner(game, request.user),
        "words": DASHBOARD,
        "lesson": for_hosts(),
        "games": game_data.as_data(),
        "evidence_steps": EVIDENCE_STEPS,
        "ghost_rounds": GHOST_ROUNDS,
        "socket": f"/ws/dashboard/{code}/",
        "join_url": join_url(request, code),
    }
    # The socket is limited by the player's cookie: without one it would share the limit of others at its address.
    return identity.ensure(request, render(request, "dashboard/live.html", context))


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponseBase:
    """What django-axes answers to a name that failed too often from one address."""
    return too_many(request, "login", round(settings.AXES_COOLOFF_TIME * 3600))
