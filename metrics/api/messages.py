"""What the operators' API takes and returns: checked when it comes in, published as OpenAPI."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

KINDS = ("cache", "websocket", "database", "full")
Number = Annotated[int, Meta(ge=1)]
Size = Annotated[int, Meta(ge=1, le=100)]


class Nothing(Struct, forbid_unknown_fields=True):
    """Takes no parameters."""


class PageOf(Struct, forbid_unknown_fields=True):
    """A page of a list: 20 items, at most 100."""

    page: Number = 1
    page_size: Size = 20


class Domains(Struct, forbid_unknown_fields=True):
    """Domains of the cache; without any, all of them."""

    domains: list[str] = []


class Games(Struct, forbid_unknown_fields=True):
    """Games by their codes; without any, all running ones."""

    games: list[str] = []


class Emergency(Struct, forbid_unknown_fields=True):
    """Switch the emergency mode on for at most four hours, or off."""

    on: bool = True
    seconds: Annotated[float, Meta(gt=0, le=4 * 3600)] = 600
    reason: Annotated[str, Meta(max_length=200)] = ""


class Optimise(Struct, forbid_unknown_fields=True):
    """A dry run changes nothing and shows what would be changed."""

    dry_run: bool = False


class Done(Struct):
    """What was done, in a sentence."""

    done: str


class DomainView(Struct):
    """One domain of the cache; hit_rate is null before the first read."""

    domain: str
    lifetime_seconds: float
    hit_rate: float | None
    hits_local: int
    hits_shared: int
    misses: int
    sets: int
    evictions_local: int
    entries_local: int
    entries_shared: int
    queries_saved: int


class CacheStatistics(Struct):
    items: list[DomainView]
    page: int
    page_size: int
    total: int
    evicted_by_valkey: int


class EmergencyView(Struct):
    """until is null when the mode is off."""

    until: datetime | None


class TableView(Struct):
    table: str
    rows: int
    dead_rows: int
    changed_since_analyze: int
    bytes: int


class DatabaseStatistics(Struct):
    items: list[TableView]
    page: int
    page_size: int
    total: int
    database_bytes: int
    connections: int
    max_connections: int
    cached_block_share: float | None


class SlowQuery(Struct):
    query: str
    calls: int
    mean_ms: float
    total_ms: float


class SlowQueries(Struct):
    """counted says whether the database counts queries at all (pg_stat_statements)."""

    items: list[SlowQuery]
    page: int
    page_size: int
    total: int
    counted: bool


class Change(Struct):
    what: str
    before: Any
    after: Any
    why: str


class RunView(Struct):
    """One run of an optimiser, like its row in the admin."""

    id: int
    kind: str
    dry_run: bool
    outcome: str
    seconds: float | None
    observations: list[str]
    changes: list[Change]
    before: dict[str, Any]
    after: dict[str, Any]
    error: str


class ComponentView(Struct):
    """use is a share of the component's limit or target: 1 is the limit, null is unknown."""

    component: str
    use: float | None
    limits: bool
    evidence: str


class Bottlenecks(Struct):
    """limiting is null when no component is near its limit, or nothing was measured."""

    limiting: str | None
    evidence: str
    components: list[ComponentView]


class Wrong(Struct):
    """Why it was not done."""

    error: str
