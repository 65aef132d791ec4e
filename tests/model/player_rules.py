"""What players do in a program: arrive, move, answer, pass, measure, hide their pages, tick plans, say their names."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from game.games import GAMES
from game.lesson import verbs
from game.lobby import cards, first_names, loopholes, moves, qubits
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
        # The number of the card, its seat, and how long ago it was printed, in runs; None: it is forged.
        st.tuples(
            st.just("card"), st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from([0, 0, 0, 0, 1, None]))
        ),
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
        if kind == "card":
            card, seat, age = value
            return seating.Link(card, seat, None if age is None else self.world.run - age)
        return self._team(value) if kind == "join" else value

    def _make(self, made: list[tuple[Person, str, Any]]) -> None:
        acts = {
            "create": lambda value: moves.Create(value),
            "join": lambda value: moves.Join(value.id if value else 2**62),
            "leave": lambda value: moves.Leave(),
            "find": lambda value: moves.Find(),
            "predict": lambda value: moves.Predict(value),
            "card": lambda value: cards.TakeCardSeat(self._signed(value)),
        }
        found = batch.carry_out(
            [batch.Move(self.game.pk, one.id, acts[kind](value), "en") for one, kind, value in made]
        )
        wanted = seating.play_set(self.world, made)
        assert [_reason(outcome) for outcome in found] == wanted, made
        self._learn()

    def _signed(self, link: seating.Link) -> str:
        signed = cards.Link(link.run or self.world.run, link.card, link.seat, "en").signed(self.game)
        return signed if link.run is not None else f"{signed}A"

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
        found = _refusal_of(lambda: verbs.tick_plan(self.game.pk, one.id, answers))
        assert found == _plan_reason(self.world, one, answers)
        if found is None:
            one.plan = answers
        self._end_step()

    @rule(who=some, which=st.sampled_from([0, 0, 0, 1, 2]))
    def round_is_passed(self, who: int, which: int) -> None:
        message = self._said(who, which, 0)
        if message is not None:
            found = _refusal_of(lambda: loopholes.pass_round(self.game.pk, message.player.id, message.trial.id))
            assert found == playing.pass_round(self.world, message.player, message.trial)
            self._end_step(only_players_acted=True)

    @rule(who=some, which=st.sampled_from([0, 0, 0, 1, 2]))
    def pair_is_measured(self, who: int, which: int) -> None:
        message = self._said(who, which, 0)
        if message is None:
            return
        one, trial = message.player, message.trial
        measured: list[str] = []
        found = _refusal_of(lambda: measured.append(qubits.measure(self.game.pk, one.id, trial.id)))
        assert found == playing.measure_reason(self.world, one, trial)
        if measured:
            seat = trial.players.index(one.id) + 1
            assert measured[0] in GAMES[trial.mode].seats[seat - 1].answers
            assert trial.outcomes.setdefault(seat, measured[0]) == measured[0]
        # The own page shows the own outcome.
        self.waiting.pop((trial.id, one.id), None)
        self._end_step(only_players_acted=True)

    @rule(who=some, name=st.sampled_from(["Ada", "Bo", ""]))
    def player_says_a_name(self, who: int, name: str) -> None:
        one = self._person(who)
        found = _refusal_of(lambda: first_names.introduce(self.game.pk, one.id, name))
        assert found == playing.introduce(self.world, one, name)
        self._end_step(only_players_acted=True)

    # Drawn as often as there are names for it.
    players_move_2 = players_move_3 = players_move
    players_answer_2 = players_answer
    everybody_answers_2 = everybody_answers_3 = everybody_answers


def _refusal_of(act: Callable[[], Any]) -> str | None:
    try:
        act()
    except Refusal as refusal:
        return refusal.reason
    return None


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
