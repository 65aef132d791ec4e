"""What happens by itself in a program: deadlines, sweeps, bots and statistics."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from dashboard.statistics import memory
from game.bots import runner
from game.models import Pulse, Round
from game.realtime import periodic_tasks
from tests.model import playing, recount
from tests.model.rows import Rows
from tests.model.steps import Steps, some


class TimeRules(Steps):
    @rule(which=st.lists(some, min_size=1, max_size=3))
    def time_is_up(self, which: list[int]) -> None:
        opened = list(self.world.open_trials())
        for trial in {opened[n % len(opened)].id: opened[n % len(opened)] for n in which if opened}.values():
            trial.is_due = True
            Round.objects.filter(pk=trial.id).update(deadline=timezone.now() - timedelta(seconds=1))
        self._sweep(1)
        playing.time_is_up(self.world)
        self._end_step()

    def _sweep(self, turn: int) -> None:
        # Programs on a busy machine may have no sweep for seconds: it would move deadlines (game.rounds.standstill).
        Pulse.objects.update(at=timezone.now())
        periodic_tasks.sweep(turn)

    @rule()
    def sweep_asks(self) -> None:
        self._sweep(0)
        playing.time_is_up(self.world)
        self.world.ask()
        self._end_step()

    @rule()
    def bots_answer(self) -> None:
        Round.objects.filter(game=self.game).update(asked_at=F("asked_at") - timedelta(seconds=60))
        memory.forget()
        answered = playing.bots_answer(self.world)
        assert runner.answer_due() == len(answered)
        Rows(self.game.pk).learn_bots(answered)
        for trial in {trial: None for trial, _ in answered}:
            if not trial.waits_for():
                playing.finish_round(self.world, trial)
        self._end_step()

    @rule()
    def statistics_are_computed(self) -> None:
        recount.check(self.game)
        for trial in self.world.open_trials():
            trial.is_due = False
        self._end_step()
