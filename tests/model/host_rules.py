"""What a host does in a program: the run, a lesson's steps, options, teams, bots and ghosts."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from game.games import GAMES
from game.lesson import steps, verbs
from game.lobby import bots, ghosts, host_commands, loopholes, qubits, replays
from game.lobby.refusal import Refusal
from game.lobby.seating import dissolve
from game.models import Player
from game.physics.designs import LOOPHOLES
from tests.model import hosting, seating
from tests.model.steps import NAMES, Steps, some
from tests.model.world import Person, Team

STRATEGIES = ("best_classical", "quantum", "shared_coin", "pr_box")
RUNS = {
    "start": "begin", "pause": "halt", "resume": "go_on", "finish": "end", "take_back_finish": "take_back_end",
    "reset": "reset",
}  # fmt: skip


class HostRules(Steps):
    @rule(command=st.sampled_from([*RUNS, "start", "resume"]))
    def host_runs(self, command: str) -> None:
        self._command(RUNS[command], getattr(host_commands, command))
        self._end_step()

    @rule(step=st.integers(0, len(steps.STEPS)))
    def host_goes_to_step(self, step: int) -> None:
        self._command("go_to_step", verbs.go_to_step, step=step)
        self._end_step()

    @rule(mode=st.sampled_from([*GAMES, "own", "chess"]))
    def host_sets_mode(self, mode: str) -> None:
        self._command("set_mode", host_commands.set_mode, mode=self.own_game if mode == "own" else mode)
        self._end_step()

    @rule(
        options=st.one_of(
            st.fixed_dictionaries({"locked": st.booleans()}),
            st.fixed_dictionaries({"max_teams": st.sampled_from([1, 2, 100])}),
            st.fixed_dictionaries({"round_limit": st.sampled_from([None, 1, 3])}),
            st.fixed_dictionaries({"question_design": st.sampled_from(["uniform", "quota", "adaptive"])}),
            st.fixed_dictionaries({"show_last_round": st.booleans()}),
        )
    )
    def host_sets_options(self, options: dict[str, Any]) -> None:
        if "question_design" in options and self.world.design_before:
            # No page offers it while something is switched on.
            return
        self._command("set_options", host_commands.set_options, **options)
        self._end_step()

    @rule(
        which=some,
        seat=st.integers(1, 3),
        what=st.sampled_from(["skip", "kick", "ban", "pair_up", "rename", "leave_out", "take_in"]),
        name=some,
    )
    def host_acts_on_a_team(self, which: int, seat: int, what: str, name: int) -> None:
        team = self._team(which)
        if team is None:
            return
        if what == "skip":
            self._command("skip_round", host_commands.skip_round, team=team)
        elif what == "pair_up":
            self._command("pair_up", host_commands.pair_up, team=team)
        elif what in ("leave_out", "take_in"):
            self._command("leave_out", host_commands.leave_out, team=team, left_out=what == "leave_out")
        elif what == "rename":
            self._command("rename_team", host_commands.rename_team, team=team, name=NAMES[name % len(NAMES)])
        else:
            self._command("kick", host_commands.kick, team=team, seat=seat, ban=what == "ban")
        self._end_step()

    @rule(who=some)
    def host_allows_back(self, who: int) -> None:
        self._command("allow_back", host_commands.allow_back, player=self._person(who))
        self._end_step()

    @rule(shown_places=st.integers(0, 4))
    def host_shows_podium(self, shown_places: int) -> None:
        self._command("show_podium", host_commands.show_podium, shown=shown_places)
        self._end_step()

    @rule(on=st.booleans(), visibility=st.sampled_from([0.0, 0.5, 1.0]))
    def host_lends_qubits(self, on: bool, visibility: float) -> None:
        self._command("lend", qubits.lend, on=on, visibility=visibility)
        self._end_step()

    @rule(loophole=st.sampled_from([None, *LOOPHOLES, "pass"]))
    def host_opens_a_loophole(self, loophole: str | None) -> None:
        self._command("open_loophole", loopholes.open_loophole, loophole=loophole)
        self._end_step()

    @rule(position=st.sampled_from([0.5, 30.5]), without=some, limit=st.sampled_from([None, None, 0.75]))
    def host_replays(self, position: float, without: int, limit: float | None) -> None:
        what = {"position": position, "speed": 2, "without": self._team(without), "limit": limit}
        self._command("show_replay", replays.show_replay, **what)
        self._end_step()

    @rule()
    def host_ends_the_replay(self) -> None:
        self._command("end_replay", replays.end_replay)
        self._end_step()

    @rule()
    def host_removes_empty_teams(self) -> None:
        dissolve.remove_empty_teams(self.game.pk)
        hosting.Hosting(self.world).remove_empty_teams()
        self._end_step()

    # -- bots ---------------------------------------------------------------------------------------------------------
    @rule(strategy=st.sampled_from(STRATEGIES))
    def host_seats_bots(self, strategy: str) -> None:
        try:
            seated = bots.seat_bots(self.game.pk, 1, strategy, {})
        except Refusal as refusal:
            with_nobody = hosting.Hosting(self.world).do("seat_bots", players=[])
            assert refusal.reason == with_nobody
        else:
            new = [Person(pk, strategy) for pk in seated]
            assert hosting.Hosting(self.world).do("seat_bots", players=new) is None
        self._end_step()

    @rule(which=some)
    def host_gives_a_bot(self, which: int) -> None:
        if (team := self._team(which)) is None:
            return
        try:
            bots.give_bot(self.game.pk, team.id)
            found = None
        except Refusal as refusal:
            found = refusal.reason
        assert found == hosting.Hosting(self.world).do("may_give_bot", team=team)
        if found is None:
            (new,) = Player.objects.filter(game=self.game).exclude(pk__in=self.world.people)
            hosting.Hosting(self.world).give_bot(team, Person(new.pk, "best_classical"))
        self._end_step()

    @rule(strategy=st.sampled_from(STRATEGIES))
    def host_adds_a_ghost(self, strategy: str) -> None:
        try:
            pk, found = ghosts.add_ghost(self.game.pk, strategy), None
        except Refusal as refusal:
            found = refusal.reason
        assert found == hosting.Hosting(self.world).do("may_add_ghost")
        if found is None:
            players = Player.objects.filter(team=pk).order_by("seat")
            team = Team(seating.MADE_UP, id=pk, age=pk, ghost=True, bots=True)
            hosting.Hosting(self.world).add_ghost(team, [Person(one.pk, strategy) for one in players])
        self._end_step()

    @rule(which=some)
    def host_removes_a_ghost(self, which: int) -> None:
        if (team := self._team(which)) is not None:
            self._command("remove_ghost", ghosts.remove_ghost, team=team)
            self._end_step()
