"""The bounds of own games against the literature, the enumeration of the product and the Born rule."""

import math
from fractions import Fraction
from itertools import product

import pytest

from game.games import GAMES
from game.games.axes import share_axis
from game.games.definition import Definition
from game.own_games import stored
from game.own_games.bounds import Bounds, as_strategy, bounds_of
from game.own_games.declaration import read
from game.own_games.definition import OwnDefinition, definition_of
from game.own_games.files import examples
from game.own_games.source import BadDeclaration
from game.physics.bounds import quantum_bound
from game.physics.theory import plans, quantum

# Exact values; of the sum of three a search is known to reach 0.71208, and no strategy passes 1/3 + 2 / (3 sqrt 3).
KNOWN = {
    "chsh_other_sign": (Fraction(3, 4), (2 + math.sqrt(2)) / 4),
    "chained_three": (Fraction(5, 6), math.cos(math.pi / 12) ** 2),
    "square_of_signs": (Fraction(8, 9), 1.0),
}


def file_of(game: Definition) -> str:
    """Write a declared game whose rounds all count as a file, which has capital letters only."""
    seats = "".join(f'[[seats]]\nquestions = "{s.questions}"\nanswers = "{s.answers.upper()}"\n' for s in game.seats)
    every = ["".join(letters) for letters in product(*(seat.answers for seat in game.seats))]
    contexts = "".join(
        f'[[contexts]]\nquestions = "{one.questions}"\nweight = {one.weight}\n'
        f"win = {[answers.upper() for answers in every if game.counts(one.questions, answers)]}\n"
        for one in game.contexts
    )
    return f'{seats}{contexts}[words.en]\nname = "Copy"\n'


def bounds(text: str) -> Bounds:
    return bounds_of(read(text))


def example(name: str) -> OwnDefinition:
    declared = read(examples()[name].source)
    return definition_of("own_test", declared, bounds_of(declared))


@pytest.mark.parametrize("name", KNOWN)
def test_the_examples_have_the_values_of_the_literature(name: str) -> None:
    game = example(name)
    classical, quantum_value = KNOWN[name]
    assert game.classical_value == classical
    assert game.bounds is not None and game.bounds.quantum == pytest.approx(quantum_value, abs=1e-9)


@pytest.mark.parametrize("name", examples())
def test_an_own_game_keeps_the_contract_of_declared_games(name: str) -> None:
    game = example(name)
    assert game.bounds is not None
    assert plans.largest_excess(game) == 0 and plans.classical_value(game) == game.null
    assert game.bounds.plan in plans.best_plans(game)
    # The see-saw's number is that of its strategy by the Born rule.
    assert quantum.value(game) == pytest.approx(game.bounds.quantum, abs=1e-9)
    for context in game.questions:
        assert sum(quantum.joint_law(game.quantum, context).values()) == pytest.approx(1, abs=1e-12)
    assert not [outcome for outcome in game.outcomes if outcome not in ("won", "lost")]
    theme = game.themes[game.default_theme]
    assert all(game.wanted(context) in theme.wanted for context in game.questions)
    assert all(len(theme.answers[q]) == len(seat.answers) for seat in game.seats for q in seat.questions)


@pytest.mark.parametrize("key", ["simplified", "ghz", "odd_cycle", "mermin", "magic_square"])
def test_a_declared_game_written_as_a_file_has_the_same_bounds(key: str) -> None:
    game = GAMES[key]
    found = bounds(file_of(game))
    assert found.classical == game.classical_value and found.has_box
    assert found.quantum == pytest.approx(game.quantum_value, abs=1e-7)


def test_a_lower_bound_makes_no_team_suspicious_and_a_given_limit_does() -> None:
    assert quantum_bound(example("two_lamps")) is None
    assert quantum_bound(example("chsh_other_sign")) == pytest.approx((2 + math.sqrt(2)) / 4)


def test_a_given_limit_above_what_is_reached_moves_no_line_and_is_named_as_the_files_own() -> None:
    declared = read("quantum = 0.95\n" + examples()["two_lamps"].source)
    game = definition_of("own_test", declared, bounds_of(declared))
    assert game.quantum_value == pytest.approx(quantum.value(game), abs=1e-9) and game.quantum_value < 0.87
    assert quantum_bound(game) == 0.95
    assert [line.value for line in share_axis(game).lines if line.kind == "quantum"] == [game.quantum_value]
    assert "quantum: 0.950000 is the limit that the file gives (not proved here)" in game.about()


def test_three_answers_a_seat_pass_the_best_plan_below_the_bound_of_the_literature() -> None:
    found = bounds(examples()["sum_of_three"].source)
    assert found.classical == Fraction(2, 3) and found.dimension == 3
    assert 0.71 < found.quantum < 1 / 3 + 2 / (3 * math.sqrt(3))


def test_an_answer_that_never_wins_changes_no_value() -> None:
    """CHSH with a third answer that loses always: the bound of Tsirelson stays (a lifting: Pironio 2005)."""
    text = examples()["chsh_other_sign"].source.replace('"AB"', '"AB"\nanswers = "TFN"')
    text = text.replace('"XY"', '"XY"\nanswers = "TFN"').replace('"same"', '["TT", "FF"]')
    found = bounds(text.replace('"different"', '["TF", "FT"]'))
    assert found.classical == Fraction(3, 4) and found.dimension == 3
    assert found.quantum == pytest.approx((2 + math.sqrt(2)) / 4, abs=1e-6)


def test_fewer_dimensions_find_less() -> None:
    square = examples()["square_of_signs"].source
    assert bounds(square.replace("dimension = 4", "dimension = 2")).quantum < 1 - 1e-3


def test_where_no_start_passes_the_best_plan_the_strategy_is_that_plan() -> None:
    declared = read(examples()["two_lamps"].source)
    found = bounds_of(declared)
    planned = Bounds(
        found.classical, found.plan, found.has_box, 2, float(found.classical), as_strategy(declared, found.plan)
    )
    assert quantum.value(definition_of("own_test", declared, planned)) == pytest.approx(float(found.classical))


def test_a_box_that_tells_a_seat_of_the_other_question_is_none() -> None:
    text = file_of(GAMES["simplified"]).replace("['TT', 'FF']", "['TT']", 1)
    assert not bounds(text).has_box


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('null = "2/3"', "null='2/3': the best plan wins 4/5"),
        ("quantum = 0.5", "quantum=0.5: quantum devices reach 0.867"),
    ],
)
def test_a_claim_that_is_wrong_is_refused_with_the_right_value(line: str, fault: str) -> None:
    with pytest.raises(BadDeclaration) as refused:
        bounds(f"{line}\n" + examples()["two_lamps"].source)
    assert any(fault in one for one in refused.value.faults)


def test_a_game_that_a_plan_always_wins_is_refused() -> None:
    text = examples()["two_lamps"].source.replace('["RG", "GR"]', '"same"')
    with pytest.raises(BadDeclaration, match="a plan wins all of them"):
        bounds(text)


@pytest.mark.parametrize("name", ["chsh_other_sign", "two_lamps", "sum_of_three"])
def test_a_stored_game_is_the_same_game(name: str) -> None:
    game = example(name)
    assert game.declared is not None and game.bounds is not None
    again = stored.definition("own_test", stored.to_json(game.declared, game.bounds))
    assert again.to_dict() == game.to_dict() and again.declared == game.declared
    assert quantum.value(again) == quantum.value(game)
    assert [again.counts(*cell) for cell in again.cells] == [game.counts(*cell) for cell in game.cells]
