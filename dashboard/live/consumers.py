"""The sockets of dashboards and of the projector."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dashboard.live import commands, order, radar, snapshots
from game.cache import cached
from game.lesson.class_view import class_view
from game.lobby.refusal import Refusal
from game.models import Game
from game.realtime import emergency, visibility
from game.realtime.hub.deltas import ROW_PARTS
from game.realtime.messages.host import DashboardSnapshot, Done, Radar, ShowRadar, ShowRows, decode_host
from game.realtime.messages.parts import Heartbeat, encode_text
from game.realtime.messages.watch import (
    ClassView,
    Delta,
    OrderedBy,
    ShowClass,
    WatchSnapshot,
    decode_watcher,
    slowed,
)
from game.realtime.sockets import close_codes
from game.realtime.sockets.consumer import GameConsumer

# A session that ended, or an account that may no longer host, is noticed so soon.
RIGHTS_SECONDS = 5.0


class WatchConsumer(GameConsumer):
    """
    The projector: a room's numbers and, unless hidden, its scoreboard.

    Receives: ShowClass, Heartbeat.
    Sends: WatchSnapshot on connect and whenever something may have been missed, then Delta, Slowed, GameChanged, and
    ClassView when asked.
    """

    page = "watch"
    decode = staticmethod(decode_watcher)
    # Read with each snapshot.
    options: visibility.Options = visibility.FixedOptions(public_scoreboard=True)

    def refresh(self) -> None:
        self.await_snapshot()
        self.server.workers.spawn(self._refresh())

    async def _refresh(self) -> None:
        try:
            snapshot = await self.server.workers.run_in_thread(self._told_and_read)
        except Game.DoesNotExist:
            self.close_with(close_codes.NO_GAME)
            return
        except Refusal:
            self.close_with(close_codes.NOT_ALLOWED)
            return
        except Exception:
            # A page shows nothing without its snapshot; a closed page connects again by itself.
            self.close_with(close_codes.TRY_AGAIN)
            raise
        self.options = snapshot.game
        self._choose_rows()
        self.post_snapshot(encode_text(snapshot))
        if until := emergency.until():
            self.post(encode_text(slowed(until)))

    def _told_and_read(self) -> WatchSnapshot | DashboardSnapshot:
        # First: what a worker publishes from now on is told to this page.
        self.server.hub.pages.tell([self.game])
        return self._read()

    def _read(self) -> WatchSnapshot | DashboardSnapshot:
        return snapshots.watch(self.game)

    def _choose_rows(self) -> None:
        """Show rows where the game shows its scoreboard."""
        self.rows = None if self._may_see("scoreboard") else frozenset()

    async def on_message(self, message: Any) -> None:
        if isinstance(message, ShowClass):
            self.post(encode_text(await self.server.workers.run_in_thread(self._class_view)))

    def _class_view(self) -> ClassView:
        """Return what the class did in its lesson, counted once a second at most for all pages of its kind."""
        is_host = self.page == "dashboard"
        key = f"class:{self.game}:{self.page}"
        return cached(key, lambda: class_view(Game.objects.get(pk=self.game), is_host))

    def post_delta(self, delta: dict[str, Any], encoded: dict[Any, str]) -> None:
        shown = (self.page, self._may_see("scoreboard"), self._may_see("numbers"), self.rows, self.order)
        if shown not in encoded:
            visible = self._visible(delta)
            # An empty message would tell when something changed that this page may not show.
            encoded[shown] = "" if visible == Delta() else encode_text(visible)
        if encoded[shown]:
            self.post(encoded[shown])

    def _may_see(self, fact: visibility.Fact) -> bool:
        return visibility.may_see(fact, self.page, self.options)

    def _visible(self, delta: dict[str, Any]) -> Delta:
        """Return the parts of a delta that this page may show."""
        if not self._may_see("numbers"):
            delta = snapshots.delta_of_counts(delta)
        shows_seats = "state" in delta and visibility.may_see("seats", self.page, _state_of(delta))
        names = ("run", "room", "before", *(("counts",) if shows_seats else ()))
        parts: dict[str, Any] = {name: msgspec.Raw(delta[name].encode()) for name in names if name in delta}
        if self._may_see("scoreboard"):
            hidden = {"seats": not shows_seats, "people": not self._may_see("first_names")}
            shown = [name for name in ROW_PARTS if not hidden.get(name)]
            if rows := [text for name in shown for text in self._rows_of(delta, name)]:
                parts["teams"] = msgspec.Raw(f"[{','.join(rows)}]".encode())
            parts["gone"] = delta["gone"]
        if "alarms" in delta and self._may_see("alarms"):
            parts["alarms"] = msgspec.Raw(delta["alarms"].encode())
        if self.order in delta.get("orders", {}):
            parts["order"] = msgspec.Raw(delta["orders"][self.order].encode())
            parts["awards"] = msgspec.Raw(delta["awards"].encode())
        return Delta(**parts)

    def _rows_of(self, delta: dict[str, Any], name: str) -> Iterable[str]:
        """Return a part's rows that this page shows; it knows the names and marks of all teams."""
        if self.rows is None or name == "teams":
            return delta[name].values()
        return [text for team, text in delta[name].items() if team in self.rows]


def _state_of(delta: dict[str, Any]) -> visibility.Options:
    """Return the game's state when the delta was announced; the options of a socket may be of before the start."""
    return visibility.FixedOptions(state=msgspec.json.decode(delta["state"]))


class DashboardConsumer(WatchConsumer):
    """
    The dashboard of a host.

    Receives: Start, Pause, Resume, Finish, Reset, SetMode, SetTheme, SetOptions, GoToStep, ShowGuesses, SkipRound,
    Kick, Ban, AllowBack, RenameTeam, GiveBot, AddTeam, RemoveTeam, RemoveEmptyTeams, PairUp, SamePupil, AllowName,
    Continue, ShowPodium, ShowReplay, EndReplay, ShowRadar, ShowRows, ShowClass, Heartbeat.
    Sends: DashboardSnapshot on connect and whenever something may have been missed, then Delta, Slowed,
    GameChanged, BannedChanged, Radar for each ShowRadar, Delta for each ShowRows, ClassView for each ShowClass, Done
    for each other command, Refused.
    Closes 4403 for everybody but the owner, co-instructors and superusers; the right is checked at every command,
    before every snapshot, when the hosts change, and every few seconds.
    """

    page = "dashboard"
    decode = staticmethod(decode_host)
    _checking: asyncio.TimerHandle | None = None

    def _read(self) -> DashboardSnapshot:
        snapshot = snapshots.dashboard(self.game)
        self._refuse_others()
        return snapshot

    async def allowed(self, game: Game) -> bool:
        may = bool(await self.server.hosts.run_in_thread(self._hosts, game.pk))
        if may:
            self._check_later()
        return may

    def _check_later(self) -> None:
        self._checking = asyncio.get_running_loop().call_later(RIGHTS_SECONDS, self._check_on_time)

    def _check_on_time(self) -> None:
        self.check_rights()
        self._check_later()

    def check_rights(self) -> None:
        if self._open:
            self.server.workers.spawn(self._check_rights())

    async def _check_rights(self) -> None:
        if not await self.server.hosts.run_in_thread(self._hosts, self.game):
            self.close_with(close_codes.NOT_ALLOWED)

    def on_disconnect(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
        super().on_disconnect()

    def _hosts(self, game_id: int) -> bool:
        """Whether the session still belongs to a host; a logout ends it in every tab."""
        request = HttpRequest()
        request.session = SessionStore(self.scope["session"].session_key)
        user = get_user(request)
        # All sessions of an account share its limit of sockets.
        self.owner_key = f"account {user.pk}"
        return Game.objects.hosted_by(user).filter(pk=game_id).exists()

    async def on_message(self, message: Any) -> None:
        if isinstance(message, Heartbeat):
            return
        if isinstance(message, ShowClass):
            await self.server.hosts.run_in_thread(self._refuse_others)
            await super().on_message(message)
            return
        if isinstance(message, ShowRadar):
            self.post(encode_text(await self.server.workers.run_in_thread(self._radar)))
            return
        if isinstance(message, ShowRows):
            await self._show_rows(message)
            return
        kind = message.__struct_config__.tag
        await self.server.hosts.run_in_thread(self._command, message)
        self.post(encode_text(Done(kind)))

    def _choose_rows(self) -> None:
        """Show what the page names after its snapshot, and all rows until then."""

    async def _show_rows(self, message: ShowRows) -> None:
        """Show these rows from now on, and send at once those that were not shown before."""
        await self.server.workers.run_in_thread(self._refuse_others)
        rows = None if message.rows is None else frozenset(message.rows)
        if (rows, message.order) == (self.rows, self.order):
            return
        wanted = message.order if message.order != self.order else None
        if self.rows is None:
            # The page has all of them.
            new: frozenset[int] | None = frozenset()
        else:
            new = None if rows is None else rows - self.rows
        self.rows, self.order = rows, message.order
        # Held back meanwhile: what is read now must not overwrite newer numbers.
        self.await_snapshot()
        try:
            delta = await self.server.workers.run_in_thread(self._read_rows, new, wanted)
        except Exception:
            # The page reads everything again.
            self.refresh()
            self.give_up_snapshot()
            raise
        self.post_snapshot(encode_text(delta))

    def _read_rows(self, rows: frozenset[int] | None, wanted: OrderedBy | None) -> Delta:
        self.server.hub.pages.tell([self.game])
        game = Game.objects.get(pk=self.game)
        return Delta(
            run=game.run,
            teams=snapshots.rows(game, rows) if rows is None or rows else [],
            order=None if wanted is None else order.read_order(game, wanted),
        )

    def _refuse_others(self) -> None:
        if not self._hosts(self.game):
            raise Refusal("not_host", _("Only the hosts of this game can do this."))

    def _radar(self) -> Radar:
        self._refuse_others()
        if not self._may_see("radar"):
            return Radar([])
        return Radar(radar.radar(self.game), radar.names_to_check(self.game))

    def _command(self, message: Any) -> None:
        self._refuse_others()
        commands.carry_out(self.game, message)
