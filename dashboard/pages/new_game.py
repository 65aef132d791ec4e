"""A new game: by a preset, by one of the instructor's own, or by the form."""

from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from game.accounts import own_presets
from game.games import GAMES
from game.games.words import Label, Text
from game.lesson import presets
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import DEFAULT_GAME, Game


class GameCard(NamedTuple):
    """A declared game as the form of a new game offers it."""

    key: str
    label: Text
    goal: Text
    players: int
    themes: forms.BoundField
    labels: list[Label]


def _theme_field(key: str) -> str:
    return f"theme_{key}"


class GameForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new game: only the title is required, and it is prefilled.  Each declared game has a field for its theme."""

    class Meta:
        model = Game
        fields = ["title", *own_presets.OPTIONS]
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
            GameCard(
                key,
                game.label,
                game.themes[game.default_theme].goal,
                game.seat_count,
                self[_theme_field(key)],
                # Several questions may share a picture.
                list({label.emoji: label for label in game.themes[game.default_theme].questions.values()}.values()),
            )
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
def new_game(request: HttpRequest) -> HttpResponseBase:
    user = cast(User, request.user)
    title = _("Bell game, %(day)s") % {"day": date_format(timezone.localdate(), "j F")}
    form = GameForm(request.POST or None, initial={"title": title})
    context: dict[str, Any] = {"form": form, "presets": presets.PRESETS, "preset_name": ""}
    if request.method == "POST" and form.is_valid():
        if _saves_preset(request):
            name = request.POST.get("preset_name", "")
            try:
                saved = own_presets.save(user, name, form.cleaned_data)
            except Refusal as refusal:
                context |= {"preset_name": name, "preset_error": refusal.text}
            else:
                messages.success(request, _("“%s” is saved. It stands among the lessons below.") % saved.name)
                return redirect("new_game")
        else:
            try:
                return redirect("dashboard", ownership.create_game(user, **_chosen(request, form)).code)
            except Refusal as refusal:
                form.add_error(None, refusal.text)
    return render(request, "dashboard/new_game.html", context | {"own_presets": _own_presets(user)})


def _own_presets(user: User) -> list[dict[str, Any]]:
    """Return the account's presets with the game and the rounds that tell them apart."""
    return [
        {"pk": preset.pk, "name": preset.name, "about": _about(preset.options)} for preset in user.own_presets.all()
    ]


def _about(options: dict[str, Any]) -> str:
    game = GAMES.get(options.get("mode", ""))
    rounds = options.get("round_limit")
    told = [str(game.label) if game else ""]
    told.append(ngettext("%d round", "%d rounds", rounds) % rounds if rounds else _("no limit of rounds"))
    return ", ".join(filter(None, told))


def _saves_preset(request: HttpRequest) -> bool:
    """Whether the form's choice is to be saved: by its button, or by Enter after a name."""
    return "save_preset" in request.POST or bool("enter" in request.POST and request.POST.get("preset_name", ""))


def _chosen(request: HttpRequest, form: GameForm) -> dict[str, Any]:
    """Return the options of a new game: those of a preset under the title, else what the form has."""
    title = {"title": form.cleaned_data["title"]}
    own = request.POST.get("own_preset", "")
    if own.isdecimal() and len(own) < 19:
        return title | own_presets.options(cast(User, request.user), int(own))
    preset = request.POST.get("preset", "")
    if preset not in presets.PRESETS:
        return form.cleaned_data
    return title | presets.options(preset)


@require_POST
@login_required
def change_preset(request: HttpRequest, preset_id: int) -> HttpResponseBase:
    """Rename or delete an own preset."""
    user = cast(User, request.user)
    if "delete" in request.POST:
        own_presets.delete(user, preset_id)
        messages.success(request, _("The preset is deleted."))
        return redirect("new_game")
    try:
        name = own_presets.rename(user, preset_id, request.POST.get("name", "")).name
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("The preset is called “%s” now.") % name)
    return redirect("new_game")
