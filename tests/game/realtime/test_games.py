"""Every declared game over real sockets, a phone a seat."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from game.games import GAMES
from game.games.definition import TWO_ANSWERS, Definition
from game.lobby import host_commands
from game.models import Game, Round
from game.physics.theory import plans, quantum
from game.physics.theory.declared import value_of
from tests.support.laws import plan_law, quantum_law, value_and_error
from tests.support.server import Tab, Web, heard_within, phones_of_team

pytestmark = pytest.mark.django_db(transaction=True)

TEAMS, ROUNDS = 8, 60


@pytest.fixture(scope="module")
def patient_web(django_db_setup: None, django_db_blocker: Any) -> Iterator[Web]:
    """A web process to which phones may answer as fast as they are asked."""
    with django_db_blocker.unblock():
        web = Web(SOCKET_MESSAGES_PER_SECOND="1000", SOCKET_MESSAGES_BURST="1000").start()
    yield web
    web.stop()


@pytest.fixture
def web(transactional_db: None, patient_web: Web) -> Web:
    return patient_web


def play(teams: dict[str, tuple[list[Tab], Callable[[str], str]]]) -> dict[str, dict[str, Any]]:
    """Answer every question of every team; return the last round of each as its phones saw it."""
    for _ in range(ROUNDS):
        for phones, answers_to in teams.values():
            asked = [tab.asked() for tab in phones]
            assert len({question["round"] for question in asked}) == 1
            answers = answers_to("".join(question["question"] for question in asked))
            for tab, question, answer in zip(phones, asked, answers, strict=True):
                tab.say("answer", round=question["round"], answer=answer)
    return {name: last_round(phones) for name, (phones, _) in teams.items()}


def last_round(phones: list[Tab]) -> dict[str, Any]:
    seen = [tab.hear("round_closed") for tab in phones]
    while seen[0]["last_round"]["number"] < ROUNDS:
        seen = [tab.hear("round_closed") for tab in phones]
    assert all(message == seen[0] for message in seen)
    return dict(seen[0]["last_round"])


def reached(game: Game, kind: str) -> float:
    """Return the value of the rounds of teams whose names begin so, as they are stored."""
    rounds = Round.objects.filter(game=game, team__name__startswith=kind, closed_by="answers")
    verdicts = Counter(game.declared.counts(*cell) for cell in rounds.values_list("questions", "answers"))
    assert verdicts.total() == TEAMS * ROUNDS
    return value_of(game.declared, verdicts[True] / verdicts.total(), verdicts[False] / verdicts.total())


@pytest.mark.parametrize("key", GAMES)
def test_every_game_reaches_its_quantum_and_its_classical_value(web: Web, make_game: Any, key: str) -> None:
    game = make_game(mode=key, round_limit=ROUNDS)
    declared, chance = game.declared, random.Random(f"phones of {key}")
    plan = plans.best_plan(declared)
    strategies: dict[str, Callable[[str], str]] = {
        "Quantum": lambda context: quantum.sample(quantum.joint_law(declared.quantum, context), chance),
        "Plan": lambda context: plans.planned_answers(declared, plan, context),
    }
    teams = {
        f"{kind} {n}": (phones_of_team(web, game, f"{kind} {n}"), answers_to)
        for kind, answers_to in strategies.items()
        for n in range(TEAMS)
    }
    host_commands.start(game.pk)
    seen = play(teams)
    for kind, law, exact in (
        ("Quantum", quantum_law(declared), declared.quantum_value),
        ("Plan", plan_law(declared, plan), float(declared.classical_value)),
    ):
        value, error = value_and_error(declared, law, TEAMS * ROUNDS)
        assert value == pytest.approx(exact)
        assert abs(reached(game, kind) - exact) <= 4 * error + 1e-9
    for name, last in seen.items():
        stored = Round.objects.get(game=game, team__name=name, number=ROUNDS)
        assert (last["questions"], last["answers"]) == (stored.questions, stored.answers)
        assert last["outcome"] == declared.outcome(stored.questions, stored.answers)
    for phones, _ in teams.values():
        for tab in phones:
            tab.close()


def a_wrong_letter(game: Definition, seat: int) -> str:
    """Return a letter that another game or nobody answers with."""
    return next(letter for letter in "Tab?" if letter not in game.seats[seat].answers)


@pytest.mark.parametrize("key", GAMES)
def test_a_letter_that_is_no_answer_of_the_seat_is_refused_and_the_round_stays_open(
    web: Web, make_game: Any, key: str
) -> None:
    game = make_game(mode=key)
    phones = phones_of_team(web, game)
    host_commands.start(game.pk)
    for seat, tab in enumerate(phones):
        question = tab.asked()["round"]
        for nonsense in (a_wrong_letter(game.declared, seat), "-"):
            tab.say("answer", round=question, answer=nonsense)
            refused = tab.hear("refused")
            assert (refused["reason"], refused["round"]) == ("no_answer", question)
        trial = Round.objects.get(pk=question)
        assert trial.closed_at is None and trial.answers[seat] == "-"
        letter = game.declared.seats[seat].answers[-1]
        tab.say("answer", round=question, answer=letter)
        assert tab.hear("answer_recorded")["answer"] == letter
    assert {tab.hear("round_closed")["last_round"]["number"] for tab in phones} == {1}


@pytest.mark.parametrize("key", GAMES)
def test_true_and_false_of_an_old_client_are_understood_where_a_seat_has_two_answers(
    web: Web, make_game: Any, key: str
) -> None:
    game = make_game(mode=key)
    phones = phones_of_team(web, game)
    host_commands.start(game.pk)
    for said, letter in ((True, "T"), (False, "F")):
        for tab, seat in zip(phones, game.declared.seats, strict=True):
            question = tab.asked()["round"]
            tab.say("answer", round=question, answer=said)
            if seat.answers == TWO_ANSWERS:
                assert tab.hear("answer_recorded", round=question)["answer"] == letter
            else:
                assert tab.hear("refused", round=question)["reason"] == "no_answer"
                tab.say("answer", round=question, answer=seat.answers[0])


def test_nothing_of_an_open_round_reaches_another_of_three_seats(web: Web, make_game: Any, host: Any) -> None:
    game = make_game(mode="ghz")
    phones = phones_of_team(web, game)
    others = [web.host(game.code, host), web.projector(game.code), web.phone(game.code)]
    host_commands.start(game.pk)
    asked = [tab.hear("question_asked") for tab in phones]
    trial = Round.objects.get(game=game)
    assert "".join(message["question"]["question"] for message in asked) == trial.questions
    # Apart from the letter all three are told the same.
    assert len({str(message["question"] | {"question": ""}) for message in asked}) == 1
    for seat in (2, 0, 1):
        while heard_within([*phones, *others]):
            pass
        phones[seat].say("answer", round=trial.pk, answer="F")
        assert phones[seat].hear("answer_recorded") == {"type": "answer_recorded", "round": trial.pk, "answer": "F"}
        if seat != 1:
            assert heard_within([*phones, *others]) == []
    closed = [tab.hear("round_closed")["last_round"] for tab in phones]
    assert closed[0] == closed[1] == closed[2]
    assert (closed[0]["questions"], closed[0]["answers"]) == (trial.questions, "FFF")


def test_a_phone_of_three_that_comes_back_finds_its_own_question_and_both_partners(web: Web, make_game: Any) -> None:
    game = make_game(mode="ghz")
    phones = phones_of_team(web, game)
    host_commands.start(game.pk)
    question = phones[2].hear("question_asked")["question"]
    phones[0].say("answer", round=question["round"], answer="T")
    phones[0].hear("answer_recorded")
    snapshot = Tab(web, f"/ws/play/{game.code}/", phones[2].headers).hear("player_snapshot")
    assert snapshot["question"] == question
    assert snapshot["me"]["seat"] == 3
    assert snapshot["me"]["partners"] == [{"seat": seat, "presence": "connected", "is_bot": False} for seat in (1, 2)]
