"""Stored rows for instructors and operators; open rounds show neither questions nor answers."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from game import tunables
from game.games import GAMES
from game.games.draws import commitment
from game.lobby import host_commands, ownership
from game.lobby.refusal import Refusal
from game.lobby.transactions import after_commit
from game.models import (
    AnswerTimes,
    DeviceOutcome,
    Game,
    OwnGame,
    OwnPreset,
    Player,
    Pulse,
    RefusedName,
    RoomAddress,
    RoomStatistics,
    Round,
    RunLabel,
    RunSeed,
    SignOn,
    StatisticsSample,
    Tally,
    Team,
    TeamStatistics,
    Tunable,
)
from game.physics.designs import DESIGNS, OFFERED
from game.realtime import announce

Verb = Callable[[int], None]


def _apply(request: HttpRequest, games: Iterable[Game], verb: Verb) -> None:
    """Run a verb on each game, and show the refusals."""
    for game in games:
        try:
            verb(game.pk)
        except Refusal as refusal:
            messages.error(request, f"{game}: {refusal.text}")
        else:
            messages.success(request, f"{game}: done.")


class HostedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Instructors see and change rows of the games that they host; superusers see all."""

    # The lookup from a row to its game.
    game_field = "game"

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        # A filter in the address could reveal hidden columns, so only the offered ones work.
        return lookup.split("__")[0] in self.list_filter

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        games = Game.objects.hosted_by(request.user)
        if request.user.is_superuser:
            return super().get_queryset(request)
        return super().get_queryset(request).filter(**{f"{self.game_field}__in": games})


class ReadOnly:
    """Part of a ModelAdmin for rows that only the product writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, HostedAdmin):
    """Rows of hosted games that only the product writes."""


class GameForm(forms.ModelForm):  # type: ignore[type-arg]
    """A game whose mode and theme are chosen among the declared ones; Game.clean says which go together."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "mode" in self.fields:
            self.fields["mode"].widget = forms.Select(choices=[(key, game.label) for key, game in GAMES.items()])

        if "question_design" in self.fields:
            # The others are switched on and off while the game is played.
            names = [name for name in DESIGNS if name in {*OFFERED, self.instance.question_design}]
            self.fields["question_design"].widget = forms.Select(choices=[(name, name) for name in names])

    def clean_question_design(self) -> str:
        design = str(self.cleaned_data["question_design"])
        if design != self.initial.get("question_design") and design not in OFFERED:
            raise forms.ValidationError(f"question_design={design!r}: the host switches it on the dashboard")
        return design

    def clean_mode(self) -> str:
        mode = str(self.cleaned_data["mode"])
        before = GAMES.get(self.initial.get("mode", ""))
        resized = before is not None and mode in GAMES and before.seat_count != GAMES[mode].seat_count
        if resized and (self.instance.state != Game.State.LOBBY or self.instance.players.exclude(seat=None).exists()):
            raise forms.ValidationError(f"mode={mode!r}: teams have another size; choose it on the dashboard")
        return mode


@admin.register(Game)
class GameAdmin(HostedAdmin):
    form = GameForm
    game_field = "pk"
    list_display = ["title", "code", "state", "mode", "theme", "run", "team_count", "owner", "created_at"]
    list_filter = ["state", "mode", "theme", "archived_at"]
    search_fields = ["title", "code"]
    filter_horizontal = ["co_instructors"]
    # Only actions change the state: each is a verb with its own rules.
    readonly_fields = [
        "code", "state", "run", "created_at", "started_at", "paused_at", "finished_at", "grace_ends_at", "archived_at",
        "lesson", "plan_seconds",
    ]  # fmt: skip
    actions = ["start", "pause", "resume", "finish", "reset", "export", "archive", "bring_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Game]:
        return super().get_queryset(request).select_related("owner").annotate(_teams=Count("teams"))

    @admin.display(description="teams", ordering="_teams")
    def team_count(self, game: Any) -> int:
        return int(game._teams)

    def get_readonly_fields(self, request: HttpRequest, obj: Game | None = None) -> list[str]:
        # Only its owner shares a game, on a page of the dashboard.
        return [*self.readonly_fields, *([] if request.user.is_superuser else ["owner", "co_instructors"])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Games are created on the dashboard, by their owners.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: Game, form: Any, change: bool) -> None:
        # Save edited fields only: the state may have changed since the form was opened.
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[name for name in form.changed_data if name in columns])
        after_commit(announce.game_changed, obj)
        after_commit(announce.refresh, obj)

    @admin.action(description="Start")
    def start(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, host_commands.start)

    @admin.action(description="Pause")
    def pause(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, host_commands.pause)

    @admin.action(description="Resume")
    def resume(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, host_commands.resume)

    @admin.action(description="Finish")
    def finish(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, host_commands.finish)

    @admin.action(description="Reset: close open rounds and start a new run")
    def reset(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, host_commands.reset)

    @admin.action(description="Export the closed rounds of one game as CSV")
    def export(self, request: HttpRequest, games: QuerySet[Game]) -> HttpResponse | None:
        chosen = list(games[:2])
        if len(chosen) == 1:
            return redirect("rounds.csv", chosen[0].code)
        messages.error(request, f"{games.count()} games are chosen: export one at a time, a game is a file.")
        return None

    @admin.action(description="Archive: put out of sight, keep everything")
    def archive(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, ownership.archive)

    @admin.action(description="Bring back from the archive")
    def bring_back(self, request: HttpRequest, games: QuerySet[Game]) -> None:
        _apply(request, games, lambda game: ownership.archive(game, archived=False))


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ["name", "game", "active", "bots", "version", "created_at"]
    list_filter = ["active", "bots"]
    search_fields = ["name", "game__code"]
    list_select_related = ["game"]


@admin.register(RefusedName)
class RefusedNameAdmin(ReadOnlyAdmin):
    list_display = ["name", "game", "allowed", "created_at"]
    list_filter = ["allowed"]
    search_fields = ["name", "game__code"]
    list_select_related = ["game"]


@admin.register(Player)
class PlayerAdmin(ReadOnlyAdmin):
    list_display = ["id", "game", "team", "seat", "kind", "presence", "banned"]
    list_filter = ["presence", "banned", "kind"]
    search_fields = ["game__code", "team__name"]
    list_select_related = ["game", "team"]
    exclude = ["identity", "first_name"]


@admin.register(RunSeed)
class RunSeedAdmin(ReadOnlyAdmin):
    list_display = ["game", "run", "commitment", "created_at"]
    search_fields = ["game__code"]
    list_select_related = ["game"]
    # The secrets: whoever knows them knows the next questions.
    exclude = ["seed", "inner_key", "outer_key"]

    @admin.display(description="SHA-256 of the seed")
    def commitment(self, row: RunSeed) -> str:
        return commitment(bytes(row.seed))


@admin.register(OwnGame)
class OwnGameAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["key", "owner", "created_at"]
    search_fields = ["key"]
    list_select_related = ["owner"]
    exclude = ["definition"]


@admin.register(Pulse)
class PulseAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["at"]


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    list_display = ["id", "team", "run", "number", "mode", "asked", "given", "closed_by", "asked_at", "closed_at"]
    list_filter = ["mode", "design", "closed_by"]
    search_fields = ["team__name", "game__code"]
    list_select_related = ["team", "game"]
    show_full_result_count = False
    # The fields themselves would be shown while a round is open.
    exclude = ["questions", "answers", "answered_at", "propensity"]
    readonly_fields = ["asked", "given", "drawn_with"]

    @admin.display(description="questions")
    def asked(self, trial: Round) -> str:
        return " ".join(trial.questions) if trial.closed_at else "open"

    @admin.display(description="answers")
    def given(self, trial: Round) -> str:
        return " ".join(trial.answers) if trial.closed_at else "open"

    @admin.display(description="propensity")
    def drawn_with(self, trial: Round) -> str:
        # Designs that depend on the past draw pairs with unequal probabilities: these would tell the questions.
        return f"{trial.propensity:g}" if trial.closed_at else "open"


@admin.register(DeviceOutcome)
class DeviceOutcomeAdmin(ReadOnlyAdmin):
    """Outcomes of closed rounds only, because those of open rounds are answers to come."""

    game_field = "round__game"
    list_display = ["round", "seat", "question", "outcome", "measured_at"]
    list_select_related = ["round"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeviceOutcome]:
        return super().get_queryset(request).filter(round__closed_at__isnull=False)


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    game_field = "team__game"
    list_display = ["team", "run", "mode", "design", "bots", "questions", "answers", "count"]
    list_filter = ["mode", "design"]
    search_fields = ["team__name", "team__game__code"]
    list_select_related = ["team"]


@admin.register(TeamStatistics)
class TeamStatisticsAdmin(ReadOnlyAdmin):
    game_field = "team__game"
    list_display = ["team", "run", "mode", "design", "version", "through_number", "updated_at"]
    list_filter = ["mode", "design"]
    search_fields = ["team__name", "team__game__code"]
    list_select_related = ["team"]


@admin.register(RoomStatistics)
class RoomStatisticsAdmin(ReadOnlyAdmin):
    list_display = ["game", "run", "mode", "design", "rounds", "rounds_per_second", "updated_at"]
    list_filter = ["mode", "design"]
    search_fields = ["game__code"]
    list_select_related = ["game"]


@admin.register(RoomAddress)
class RoomAddressAdmin(ReadOnlyAdmin):
    list_display = ["word", "owner"]
    search_fields = ["word", "owner__username"]
    list_select_related = ["owner"]


@admin.register(OwnPreset)
class OwnPresetAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "created_at"]
    search_fields = ["name", "owner__username"]
    list_select_related = ["owner"]


@admin.register(SignOn)
class SignOnAdmin(ReadOnlyAdmin):
    """Who signs on at an institution as which account; deleting a row ends it, and the person may connect again."""

    list_display = ["owner", "issuer", "subject", "created_at"]
    search_fields = ["owner__username", "subject"]
    list_select_related = ["owner"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(RunLabel)
class RunLabelAdmin(ReadOnlyAdmin):
    list_display = ["game", "run", "text"]
    list_filter = ["game"]


@admin.register(AnswerTimes)
class AnswerTimesAdmin(ReadOnlyAdmin):
    list_display = ["team", "run", "seats", "log10_e", "log10_e_max"]
    search_fields = ["team__game__code", "team__name"]
    list_select_related = ["team"]


@admin.register(StatisticsSample)
class StatisticsSampleAdmin(ReadOnlyAdmin):
    list_display = ["game", "team", "run", "mode", "at", "rounds", "value", "log10_evidence"]
    list_filter = ["mode"]
    search_fields = ["game__code", "team__name"]
    list_select_related = ["game", "team"]


class TunableForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_value(self) -> float:
        value = float(self.cleaned_data["value"])
        known = tunables.KNOWN.get(self.instance.name)
        if known is not None and not known.lowest <= value <= known.highest:
            raise forms.ValidationError(f"{value:g}: use a number from {known.lowest:g} to {known.highest:g}")
        return value


@admin.register(Tunable)
class TunableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tuned values: a change counts within seconds, and a deleted row restores the default."""

    form = TunableForm
    list_display = ["name", "value", "bounds", "meaning", "reason", "changed_at"]
    readonly_fields = ["name", "changed_at"]
    search_fields = ["name"]

    @admin.display(description="bounds")
    def bounds(self, row: Tunable) -> str:
        known = tunables.KNOWN.get(row.name)
        return f"{known.lowest:g} to {known.highest:g}, default {known.default:g}" if known else "–"

    @admin.display(description="meaning")
    def meaning(self, row: Tunable) -> str:
        known = tunables.KNOWN.get(row.name)
        return known.meaning if known else "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        # The product declares the names: nothing would read a new one.
        return False
