"""Records of operation in the admin.  Capacities may be entered by hand; the rest is read only."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from game.admin import ReadOnly
from metrics.models import ApiToken, Capacity, Measurement, OperatorAct, OptimizationRun, Report
from metrics.tuning import runs


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only the product writes."""


@admin.register(OptimizationRun)
class OptimizationRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "started_at", "outcome", "seconds", "dry_run", "asked_by", "undone_at"]
    list_filter = ["kind", "dry_run"]
    search_fields = ["error", "asked_by"]
    actions = ["undo"]

    @admin.action(description="Undo what these runs tuned", permissions=["undo"])
    def undo(self, request: HttpRequest, chosen: QuerySet[OptimizationRun]) -> None:
        # The newest first: each run goes back to the values before it.
        for row in chosen.order_by("-pk"):
            try:
                names = runs.undo(row, request.user.get_username())
            except ValueError as error:
                messages.warning(request, f"{error}.")
            else:
                messages.success(request, f"{row}: {', '.join(names) or 'nothing had been tuned'}.")

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("game.change_tunable")


@admin.register(Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    list_display = [
        "at",
        "process",
        "answers_per_second",
        "connections",
        "cpu_share",
        "memory_bytes",
        "errors",
        "queue",
    ]
    list_filter = ["kind"]
    search_fields = ["process"]
    show_full_result_count = False


@admin.register(Capacity)
class CapacityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["measured_at", "answers_per_second", "connections", "machine"]
    search_fields = ["machine"]
    readonly_fields = ["measured_at"]


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "since", "until", "created_at"]
    list_filter = ["kind"]
    search_fields = ["markdown"]
    exclude = ["html"]


@admin.register(OperatorAct)
class OperatorActAdmin(ReadOnlyAdmin):
    list_display = ["at", "username", "token", "act", "outcome"]
    search_fields = ["username", "token", "act"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are made by `manage.py api_token`; deleting one ends it."""

    list_display = ["id", "name", "user", "scope", "expires_at", "last_used_at"]
    search_fields = ["name", "user__username"]
    list_select_related = ["user"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)
