import numpy as np
import pytest

from game.games import GAMES
from game.physics import counts


@pytest.fixture(params=GAMES.values(), ids=list(GAMES))
def game(request):
    return request.param


def test_every_round_is_counted_in_its_cell(game):
    table = counts.counts_of(game, [*game.cells, game.cells[3]])
    assert table.dtype == np.int64 and table.shape == (len(game.cells),)
    assert table[3] == 2 and (np.delete(table, 3) == 1).all()


def test_cells_are_marked_as_the_definition_judges_them(game):
    for i, (context, answers) in enumerate(game.cells):
        assert counts.good_cells(game)[i] == (game.counts(context, answers) is True)
        assert counts.bad_cells(game)[i] == (game.counts(context, answers) is False)
        assert counts.answered_cells(game)[i] == ("-" not in answers)


def test_rounds_are_summed_by_context(game):
    table = np.arange(2 * len(game.cells)).reshape(2, -1)
    found = counts.by_context(game, table, counts.answered_cells(game))
    for i, context in enumerate(game.questions):
        cells = [j for j, (asked, said) in enumerate(game.cells) if asked == context and "-" not in said]
        assert found[:, i].tolist() == table[:, cells].sum(axis=1).tolist()


@pytest.mark.parametrize("key", ["ghz", "simplified", "mermin"])
def test_even_cells_have_a_product_of_plus_one(key):
    game = GAMES[key]
    for marked, (_, answers) in zip(counts.even_cells(game), game.cells, strict=True):
        assert marked == ("-" not in answers and np.prod([1 if a == "T" else -1 for a in answers]) == 1)


def test_a_round_of_another_game_is_refused_by_its_name():
    with pytest.raises(ValueError, match="round='XXY TTT': ghz does not have it"):
        counts.codes(GAMES["ghz"], [("XXX", "TTT"), ("XXY", "TTT")])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[0] * 35], r"counts.shape=\(1, 35\): use \(teams, 36\) for simplified"),
        ([0] * 36, r"counts.shape=\(36,\)"),
        ([[0] * 35 + [-2]], "counts has -2 of 'BY --': counts cannot be negative"),
        ([[0.0] * 35 + [0.5]], "counts has 0.5: counts are whole numbers"),
    ],
)
def test_wrong_counts_are_refused_with_what_is_wrong(table, said):
    with pytest.raises(ValueError, match=said):
        counts.checked(GAMES["simplified"], table)


@pytest.mark.parametrize("key", ["simplified", "classic", "aqmjoe"])
def test_pair_tables_hold_the_same_rounds_and_lead_back(key):
    game = GAMES[key]
    table = np.arange(3 * len(game.cells)).reshape(3, -1)
    pairs = counts.pair_tables(game, table)
    for (context, answers), n in zip(game.cells, table[1], strict=True):
        assert pairs[1, *map("ABXY".index, context), *map("TF-".index, answers)] == n
    assert np.array_equal(counts.from_pair_tables(game, pairs), table)


def test_a_pair_table_of_another_game_is_refused():
    tables = np.zeros((1, 4, 4, 3, 3), dtype=int)
    tables[0, 0, 0, 0, 0] = 3
    with pytest.raises(ValueError, match="pair='AA': simplified cannot ask it"):
        counts.from_pair_tables(GAMES["simplified"], tables)
