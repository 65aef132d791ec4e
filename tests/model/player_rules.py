"""What players do in a program: arrive, move, answer, hide their pages and tick plans."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from game.games import GAMES
from game.lesson import verbs
from game.lobby import moves
from game.lobby.refusal import Refusal
from game.lobby.seating import batch
from game.realtime import periodic_tasks
from game.realtime.answers import commit_each, publish_changes
from game.rounds.rows import Answered, Recorded
from tests.model import playing, seating
from tests.model.steps import NAMES, Steps, some
from tests.model.world import Person, World

move = st.tuples(
    some,
    st.one_of(
        st.tuples(st.just("create"), st.sampled_from(NAMES)),
        st.tuples(st.sampled_from(["find", "join", "leave"]), some),
        st.tuples(st.just("predict"), st.integers(0, 100)),
    ),
)
# Whose answer, to which round (0: the own open one, 1: the own last one, 2: another team's), which letter.
said = st.tuples(some, st.sampled_from([0, 0, 0, 0, 0, 1, 2]), st.sampled_from([0, 1, 0, 1, 2]))


class PlayerRules(Steps):
    @rule(persons=st.integers(1, 3))
    def arrive(self, persons: int) -> None:
        self._arrive(persons)
        self._end_step()

    @rule(wishes=st.lists(move, min_size=1, max_size=5), together=st.booleans())
    def players_move(self, wishes: list[Any], together: bool) -> None:
        made = [(self._person(who), kind, self._value(kind, value)) for who, (kind, value) in wishes]
        for part in [made] if together else [[one] for one in made]:
            self._make(part)
        self._end_step(only_players_acted=True)

    def _value(self, kind: str, value: Any) -> Any:
        return self._team(value) if kind == "join" else value

    def _make(self, made: list[tuple[Person, str, Any]]) -> None:
        acts = {
            "create": lambda value: moves.Create(value),
            "join": lambda value: moves.Join(value.id if value else 2**62),
            "leave": lambda value: moves.Leave(),
            "find": lambda value: moves.Find(),
            "predict": lambda value: moves.Predict(value),
        }
        found = batch.carry_out(
            [batch.Move(self.game.pk, one.id, acts[kind](value), "en") for one, kind, value in made]
        )
        wanted = seating.play_set(self.world, made)
        assert [_reason(outcome) for outcome in found] == wanted, made
        self._learn()

    @rule(messages=st.lists(said, min_size=1, max_size=5), together=st.booleans())
    def players_answer(self, messages: list[tuple[int, int, int]], together: bool) -> None:
        answers = [one for message in messages if (one := self._said(*message)) is not None]
        for part in [answers] if together else [[one] for one in answers]:
            self._answer(part)
        self._end_step(only_players_acted=True)

    @rule(letters=st.lists(st.integers(0, 1), min_size=3, max_size=3))
    def everybody_answers(self, letters: list[int]) -> None:
        answers = []
        for trial in self.world.open_trials():
            for seat in trial.waits_for():
                one = self.world.people.get(trial.players[seat - 1])
                if one is not None and not one.is_bot:
                    letter = GAMES[trial.mode].seats[seat - 1].answers[letters[seat - 1]]
                    answers.append(playing.Said(one, trial, letter))
        self._answer(answers)
        self._end_step(only_players_acted=True)

    def _said(self, who: int, which: int, letter: int) -> playing.Said | None:
        one = self._person(who)
        opened = [trial for trial in self.world.open_trials() if one.id in trial.players]
        closed = [trial for trial in self.world.rounds if one.id in trial.players and trial.closed_by]
        others = [trial for trial in self.world.open_trials() if one.id not in trial.players]
        trials = (opened, closed, others)[which]
        if not trials:
            return None
        trial = trials[-1]
        letters = GAMES[trial.mode].seats[max(0, _seat(trial.players, one.id))].answers
        return playing.Said(one, trial, (letters[0], letters[1], "Q")[letter])

    def _answer(self, answers: list[playing.Said]) -> None:
        if not answers:
            return
        done = commit_each([Answered(self.game.pk, one.player.id, one.trial.id, one.letter) for one in answers])
        for changes in done:
            publish_changes(changes)
        found = [
            playing.Verdict(answer=one.answer) if isinstance(one, Recorded) else playing.Verdict(reason=one.reason)
            for changes in done
            for one in changes.answers
        ]
        assert found == playing.answer_set(self.world, answers), answers
        self._learn()

    @rule(states=st.lists(st.tuples(some, st.sampled_from(["connected", "idle", "away"])), min_size=1, max_size=3))
    def presence_changes(self, states: list[tuple[int, str]]) -> None:
        for who, state in states:
            one = self._person(who)
            self.presence.report(one.id, state)
            self.presence.forget(0)
            one.presence = state
        back = {one.team for who, _ in states if (one := self._person(who)).presence == "connected"}
        periodic_tasks.flush_presence(self.presence)
        for who, _ in states:
            # The next report of this state is a change again, also when a move has written "connected".
            self.presence.forget(self._person(who).id)
        self.world.ask([team for team in self.world.teams if team in back])
        self._learn()
        self._end_step(only_players_acted=True)

    @rule(who=some, letters=st.lists(st.integers(0, 1), max_size=4))
    def plan_is_ticked(self, who: int, letters: list[int]) -> None:
        one = self._person(who)
        declared = None if one.seat is None else self.world.declared.seats[one.seat - 1]
        answers = "".join((declared.answers if declared else "TF")[n] for n in letters)
        try:
            verbs.tick_plan(self.game.pk, one.id, answers)
            found = None
        except Refusal as refusal:
            found = refusal.reason
        assert found == _plan_reason(self.world, one, answers)
        if found is None:
            one.plan = answers
        self._end_step()

    # Drawn as often as there are names for it.
    players_move_2 = players_move_3 = players_move
    players_answer_2 = players_answer
    everybody_answers_2 = everybody_answers_3 = everybody_answers


def _seat(players: list[int], player: int) -> int:
    return players.index(player) if player in players else 0


def _reason(outcome: Any) -> str | None:
    assert outcome is None or isinstance(outcome, Refusal), outcome
    return outcome.reason if outcome is not None else None


def _plan_reason(world: World, one: Person, answers: str) -> str | None:
    if one.team is None or one.seat is None:
        return "no_seat"
    if not world.is_open:
        return "finished"
    if one.team.trial is not None:
        return "round_open"
    declared = world.declared.seats[one.seat - 1]
    return "bad_plan" if answers and len(answers) != len(declared.questions) else None
