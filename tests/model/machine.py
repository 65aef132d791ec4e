"""Programs of moves: drawn by Hypothesis, made in the product and in the model, and compared after each step."""

import os

from django.core.management.color import no_style
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from dashboard.statistics import memory
from game.lesson import steps
from game.lobby import host_commands, ownership
from game.models import Game, OwnGame
from game.realtime.server import use
from game.rounds import tallies
from tests.model import shown
from tests.model.host_rules import HostRules
from tests.model.player_rules import PlayerRules
from tests.model.rows import Rows
from tests.model.time_rules import TimeRules
from tests.model.world import World

# Screens are read after every so many steps: they take as long as everything else together.
SCREENS_EVERY = int(os.environ.get("MODEL_SCREENS_EVERY", "4"))


class Programs(PlayerRules, HostRules, TimeRules):
    """The beginning of a program, and what holds after each of its steps."""

    def teardown(self) -> None:
        use(self.before)
        memory.forget()
        # The game that the owner has declared is there for all programs.
        stays = OwnGame._meta.db_table
        tables = [name for name in connection.introspection.table_names() if name.startswith("game_") and name != stays]
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))

    @initialize(lesson=st.booleans(), persons=st.integers(1, 7), starts=st.booleans())
    def begin(self, lesson: bool, persons: int, starts: bool) -> None:
        fields = {"lesson": list(steps.STEPS)} if lesson else {}
        self.game: Game = ownership.create_game(self.owner, title="Physics 10b", mode=self.mode, **fields)
        self.world = World(self.mode, fields.get("lesson", []))
        self._arrive(persons)
        for one in self.world.persons:
            self._make([(one, "find", None)])
        if starts:
            self._command("begin", host_commands.start)
        self._end_step()

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        if not hasattr(self, "world"):
            return
        rows = self.rows
        rows.compare(self.world)
        opened = [row["team_id"] for row in rows.rounds.values() if row["closed_by"] is None]
        assert len(opened) == len(set(opened))
        seats = [(row["team_id"], row["seat"]) for row in rows.players.values() if row["team_id"]]
        assert len(seats) == len(set(seats))
        assert tallies.differences(self.game) == []
        self._versions_rise(rows)

    def _versions_rise(self, rows: Rows) -> None:
        now = {team.id: (rows.teams[team.id]["version"], team.changes) for team in self.world.teams}
        for pk, (version, changes) in now.items():
            before, known = self.versions.get(pk, (0, 0))
            assert version - before >= changes - known >= 0, (pk, before, version)
        self.versions = now

    @invariant()
    def pages_show_what_they_may(self) -> None:
        if not hasattr(self, "world"):
            return
        shown.told(self.world, self.heard.broadcasts)
        self.heard.broadcasts.clear()
        texts = shown.phones(self.game, self.world, self.identities)
        waiting = shown.waiting_phones(self.world, texts)
        if self.only_players_acted:
            for key in waiting.keys() & self.waiting.keys():
                assert waiting[key] == self.waiting[key], f"(round, player)={key} saw what others did"
        self.waiting = waiting
        self.steps_made += 1
        if self.steps_made % SCREENS_EVERY == 0:
            shown.screens(self.game, self.world)
