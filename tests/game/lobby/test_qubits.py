"""Borrowed qubits: what a half gives, who learns of it, and whose numbers they are."""

import itertools
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from scipy.stats import chi2

from dashboard.live import snapshots
from game.bots import runner
from game.games import GAMES, game_of
from game.games.definition import UNANSWERED
from game.lesson import verbs
from game.lesson.steps import STEPS
from game.lobby import bots, host_commands, ownership, qubits
from game.lobby.refusal import Refusal
from game.models import DeviceOutcome, Game, Round, Tally
from game.physics.theory import quantum
from game.rounds import commit
from tests.support.people import new_team, open_round
from tests.support.rounds import answer, give_answers
from tests.support.server import Tab, Web, phones_of_team

pytestmark = pytest.mark.django_db(transaction=True)

# A chi-squared test of a true law fails once in so many.
FALSE_ALARM = 1e-6
EVERY_CONTEXT = [(key, context.questions) for key, game in GAMES.items() for context in game.contexts]


@pytest.fixture
def lent(make_game: Callable[..., Game]) -> Callable[..., Round]:
    """Return a function that lends qubits to a team of a game, and returns its open round with these questions."""

    def open_one(key: str = "simplified", questions: str = "", visibility: float = 1.0) -> Round:
        game = make_game(mode=key, theme=GAMES[key].default_theme)
        team = new_team(game)
        qubits.lend(game.pk, on=True, visibility=visibility)
        host_commands.start(game.pk)
        trial = open_round(team)
        if questions:
            Round.objects.filter(pk=trial.pk).update(questions=questions)
        return open_round(team)

    return open_one


def measure(trial: Round, seat: int) -> str:
    return qubits.measure(trial.game_id, trial.players[seat - 1], trial.pk)


def again(trial: Round, order: Sequence[int]) -> str:
    """Measure a fresh pair in the same round, in this order of seats; return the outcomes by seat."""
    DeviceOutcome.objects.filter(round=trial).delete()
    found = {seat: measure(trial, seat) for seat in order}
    return "".join(found[seat] for seat in sorted(found))


def surprise(counts: Counter[str], law: quantum.Law) -> float:
    """Return the p-value of a chi-squared test of counts against a law; what is impossible must not be there."""
    rounds = sum(counts.values())
    assert {outcome for outcome in counts if not law[outcome]} == set()
    possible = [(counts[outcome], rounds * chance) for outcome, chance in law.items() if chance]
    statistic = sum((seen - expected) ** 2 / expected for seen, expected in possible)
    return float(chi2.sf(statistic, len(possible) - 1)) if len(possible) > 1 else 1.0


@pytest.mark.parametrize("visibility", [1.0, 0.6])
def test_outcomes_follow_the_born_rule_over_a_hundred_thousand_pairs(visibility: float) -> None:
    chance, game, rounds = random.Random(22), game_of("simplified"), 25_000
    for questions in game.questions:
        firsts = quantum.next_law(game.quantum, 1, questions[0], "--", "--", visibility)
        laws = {
            a: quantum.next_law(game.quantum, 2, questions[1], f"{questions[0]}-", f"{a}-", visibility) for a in firsts
        }
        drawn = Counter(
            a + quantum.sample(laws[a], chance) for a in (quantum.sample(firsts, chance) for _ in range(rounds))
        )
        assert surprise(drawn, quantum.joint_law(game.quantum, questions, visibility)) > FALSE_ALARM


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_players_who_measure_see_the_declared_law_in_both_orders(lent: Callable[..., Round], order: Any) -> None:
    trial = lent("simplified", "BY", 0.8)
    seen = Counter(again(trial, order) for _ in range(150))
    assert surprise(seen, quantum.joint_law(game_of("simplified").quantum, "BY", 0.8)) > FALSE_ALARM


@pytest.mark.physics
@pytest.mark.parametrize(("key", "questions"), EVERY_CONTEXT)
def test_players_of_every_game_see_its_law_in_every_order(lent: Callable[..., Round], key: str, questions: str) -> None:
    trial = lent(key, questions, 0.9)
    orders = list(itertools.permutations(range(1, len(questions) + 1)))
    for order in orders:
        seen = Counter(again(trial, order) for _ in range(1200 // len(orders)))
        assert surprise(seen, quantum.joint_law(game_of(key).quantum, questions, 0.9)) > FALSE_ALARM


@pytest.mark.parametrize("key", GAMES)
def test_the_law_of_the_first_outcome_is_the_same_whatever_the_partner_is_asked(key: str) -> None:
    """The law of who measures first takes no other question; who measures second has the same frequencies."""
    game = game_of(key)
    blank = UNANSWERED * game.seat_count
    for seat, declared in enumerate(game.seats, start=1):
        for question in declared.questions:
            first = quantum.next_law(game.quantum, seat, question, blank, blank)
            contexts = [one for one in game.questions if one[seat - 1] == question]
            for context in contexts:
                joint = quantum.joint_law(game.quantum, context)
                for letter, chance in first.items():
                    whole = sum(each for outcomes, each in joint.items() if outcomes[seat - 1] == letter)
                    assert whole == pytest.approx(chance, abs=1e-12)


def test_the_first_to_measure_reads_no_question_of_the_partner(
    lent: Callable[..., Round], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same chance the first outcome is the same whatever the partner is asked, round by round."""
    outcomes = []
    for questions in ("AX", "AY"):
        trial, chance = lent("simplified", questions, 0.7), random.Random(5)
        monkeypatch.setattr(quantum.measure, "__defaults__", (1.0, chance))
        outcomes.append([again(trial, (1,)) for _ in range(60)])
    assert outcomes[0] == outcomes[1] and set(outcomes[0]) == {"T", "F"}


@pytest.mark.parametrize("key", GAMES)
def test_every_game_can_be_played_with_qubits_and_both_outcome_and_answer_stay(
    lent: Callable[..., Round], key: str
) -> None:
    trial = lent(key)
    for _ in range(6):
        outcomes = "".join(measure(trial, seat) for seat in range(1, len(trial.questions) + 1))
        # The first seat does not follow its half.
        letters = game_of(key).seats[0].answers
        given = next(letter for letter in letters if letter != outcomes[0]) + outcomes[1:]
        (opened,) = give_answers(trial.team, given).opened
        trial.refresh_from_db()
        stored = trial.outcomes.order_by("seat").values_list("outcome", "visibility")
        assert trial.answers == given and list(stored) == [(one, 1.0) for one in outcomes]
        assert opened.design == "qubits"
        trial = open_round(trial.team)


def test_measured_again_a_half_gives_the_same(lent: Callable[..., Round]) -> None:
    trial = lent()
    first = measure(trial, 1)
    assert {measure(trial, 1) for _ in range(20)} == {first}
    commit.commit_answers([answer(trial, 1, "T")])
    assert measure(trial, 1) == first
    assert DeviceOutcome.objects.count() == 1


def test_measuring_late_or_without_qubits_is_refused(lent: Callable[..., Round], game: Game) -> None:
    trial = lent()
    commit.commit_answers([answer(trial, 1, "T")])
    with pytest.raises(Refusal, match="answered already"):
        measure(trial, 1)
    host_commands.pause(trial.game_id)
    with pytest.raises(Refusal, match="paused"):
        measure(trial, 2)
    host_commands.resume(trial.game_id)
    commit.commit_answers([answer(trial, 2, "T")])
    with pytest.raises(Refusal, match="closed"):
        measure(trial, 2)
    team = new_team(game)
    host_commands.start(game.pk)
    with pytest.raises(Refusal, match="without qubits"):
        measure(open_round(team), 1)
    with pytest.raises(Refusal, match="closed"):
        qubits.measure(trial.game_id, open_round(team).players[0], open_round(trial.team).pk)
    assert not DeviceOutcome.objects.exists()


def test_a_pair_keeps_the_visibility_of_its_first_measurement(lent: Callable[..., Round]) -> None:
    trial = lent("mermin", "AA")
    first = measure(trial, 1)
    qubits.lend(trial.game_id, on=True, visibility=0.0)
    assert measure(trial, 2) == first
    assert set(trial.outcomes.values_list("visibility", flat=True)) == {1.0}


def test_rounds_with_qubits_have_a_room_of_their_own_and_the_design_before_comes_back(
    make_game: Callable[..., Game],
) -> None:
    game = make_game(round_limit=2, question_design="adaptive")
    team = new_team(game)
    host_commands.start(game.pk)
    give_answers(team, "TT")
    give_answers(team, "TT")
    qubits.lend(game.pk, on=True, visibility=0.9)
    qubits.lend(game.pk, on=True, visibility=0.8)
    for _ in range(3):
        give_answers(team, "TF")
    game.refresh_from_db()
    assert (game.question_design, game.round_limit, game.visibility) == ("qubits", None, 0.8)
    copy = ownership.duplicate(game.pk, game.owner)
    assert (copy.question_design, copy.round_limit) == ("adaptive", 2)
    assert snapshots.watch(game.pk).before is not None
    qubits.lend(game.pk, on=False)
    game.refresh_from_db()
    assert (game.question_design, game.round_limit, game.design_before) == ("adaptive", 2, "")
    assert snapshots.watch(game.pk).before is None
    counted = Counter[str]()
    for tally in Tally.objects.all():
        counted[tally.design] += tally.count
    assert counted == {"adaptive": 2, "qubits": 3}


@pytest.mark.parametrize("end", ["finish", "reset"])
def test_the_end_of_a_run_takes_the_qubits_back(lent: Callable[..., Round], end: str) -> None:
    trial = lent()
    getattr(host_commands, end)(trial.game_id)
    assert Game.objects.get(pk=trial.game_id).question_design == "uniform"
    with pytest.raises(Refusal) if end == "finish" else pytest.MonkeyPatch.context():
        qubits.lend(trial.game_id, on=True)


def test_a_lesson_lends_qubits_in_its_step_only(make_game: Callable[..., Game]) -> None:
    game = make_game(lesson=list(STEPS))
    with pytest.raises(Refusal, match="step Quantum"):
        qubits.lend(game.pk, on=True)
    verbs.go_to_step(game.pk, STEPS.index("quantum"))
    qubits.lend(game.pk, on=True)
    assert Game.objects.get(pk=game.pk).question_design == "qubits"
    verbs.go_to_step(game.pk, STEPS.index("explain"))
    assert Game.objects.get(pk=game.pk).question_design == "uniform"


def test_a_person_beside_a_bot_measures_alone(make_game: Callable[..., Game]) -> None:
    game = make_game()
    team = new_team(game)
    trial_seat = team.players.get(seat=2)
    host_commands.kick(game.pk, team.pk, trial_seat.seat)
    bots.give_bot(game.pk, team.pk, "random")
    qubits.lend(game.pk, on=True)
    host_commands.start(game.pk)
    trial = open_round(team)
    assert measure(trial, 1) in "TF"
    runner.answer_due()
    assert list(DeviceOutcome.objects.values_list("seat", flat=True)) == [1]


def with_qubits(web: Web, game: Game) -> list[Tab]:
    phones = phones_of_team(web, game)
    qubits.lend(game.pk, on=True)
    host_commands.start(game.pk)
    return phones


def test_the_partners_measurement_reaches_no_frame_of_the_other_seat(web_process: Web, game: Game) -> None:
    first, second = with_qubits(web_process, game)
    question = second.asked()
    assert question["outcome"] is None
    assert first.asked()["round"] == question["round"]
    while second.listen(1.5):
        pass  # what the start of the game brings late
    first.say("measure", round=question["round"])
    measured = first.hear("measured", round=question["round"])
    first.say("measure", round=question["round"])
    assert first.hear("measured")["outcome"] == measured["outcome"]
    assert not second.listen(1.5)
    # After a reload each sees the own half only.
    newer = [Tab(web_process, f"/ws/play/{game.code}/", tab.headers) for tab in (first, second)]
    shown = [tab.hear("player_snapshot")["question"]["outcome"] for tab in newer]
    assert shown == [measured["outcome"], None]


def test_web_killed_between_two_measurements_the_second_still_follows_the_joint_law(
    web_process: Web, make_game: Callable[..., Game]
) -> None:
    """At the same switch both halves give the same: by chance once in 2^8."""
    game = make_game(mode="mermin", theme=GAMES["mermin"].default_theme)
    teams = [phones_of_team(web_process, game, f"Team {number}") for number in range(8)]
    qubits.lend(game.pk, on=True)
    host_commands.start(game.pk)
    Round.objects.update(questions="BB")
    rounds = [first.asked()["round"] for first, _ in teams]
    before = []
    for trial, (first, _) in zip(rounds, teams, strict=True):
        first.say("measure", round=trial)
        before.append(first.hear("measured")["outcome"])
    web_process.stop(signal.SIGKILL)
    web_process.start()
    after = []
    for trial, (_, second) in zip(rounds, teams, strict=True):
        tab = Tab(web_process, f"/ws/play/{game.code}/", second.headers)
        tab.hear("player_snapshot")
        tab.say("measure", round=trial)
        after.append(tab.hear("measured")["outcome"])
    assert after == before
