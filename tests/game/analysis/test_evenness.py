"""Files whose questions were not drawn evenly claim nothing and accuse nobody."""

import json
from itertools import product

import numpy as np
import pytest
from scipy import stats

from game.analysis import rounds_file
from game.analysis.count_tests import log_dirichlet, multinomial_p
from game.analysis.evenness import UNEVEN_P, evenness, log_e_values, with_propensities
from game.games import GAMES, game_of

HEADER = "question_1,question_2,answer_1,answer_2"
WITHHELD = ("evidence", "log10_evidence", "p_local", "p_anytime", "no_signalling")
EVEN = {"A,X": 50, "A,Y": 50, "B,X": 50, "B,Y": 50}


def lines_of(asked, answers="true,true", before=""):
    return [f"{before}{pair},{answers}" for pair, rounds in asked.items() for _ in range(rounds)]


def assert_claims_nothing(analyse, *lines, **options):
    report = json.loads(analyse(*lines, json=True, **options)[0])
    assert [report[key] for key in WITHHELD] == [None] * 5
    assert report["win_rate"] is not None
    printed = analyse(*lines, **options)[0]
    assert "depend on" not in printed and "better than quantum theory" not in printed and " : 1" not in printed
    [note] = [note for note in report["notes"] if "evidence" in note and "left out" in note]
    assert note in printed
    return report, note


def compositions(rounds, contexts):
    return [n for n in product(range(rounds + 1), repeat=contexts) if sum(n) == rounds]


def test_only_ax(analyse):
    report, note = assert_claims_nothing(analyse, HEADER, *lines_of({"A,X": 100}))
    assert report["questions_even"]["p"] < 1e-50 and report["questions_even"]["e"] > 1e50
    assert "AX was asked in 100 of 100 rounds, expected 25" in note


def test_few_by(analyse):
    _, note = assert_claims_nothing(analyse, HEADER, *lines_of({**EVEN, "B,Y": 5}))
    assert "BY was asked in 5 of 155 rounds" in note


def test_few_by_within_a_question_of_a_game_with_many_pairs(analyse):
    """Among 16 pairs one that is missing hides; given one seat's question it does not."""
    asked = {f"{one},{two}": 30 for one in "ABXY" for two in "ABXY"} | {"B,Y": 0}
    report, note = assert_claims_nothing(analyse, HEADER, *lines_of(asked), mode="classic")
    assert multinomial_p([*asked.values()], [1 / 16] * 16) > UNEVEN_P > report["questions_even"]["p"]
    assert "where player 1 was asked B, BY was asked in 0 of 90 rounds, expected 22" in note


def test_answers_that_never_change_do_not_depend_on_uneven_questions(analyse):
    """The sign test alone would accuse player 1 of it although the questions pass as even."""
    lines = HEADER, *lines_of({"A,X": 100, "A,Y": 100, "B,X": 100, "B,Y": 58})
    report = json.loads(analyse(*lines, json=True)[0])
    assert report["questions_even"]["p"] > UNEVEN_P
    assert min(test["p_holm"] for test in report["no_signalling"]) < 0.01
    assert "depend on another" not in analyse(*lines)[0]


def test_answers_that_follow_the_partners_question_are_named(analyse):
    lines = [*lines_of({"A,X": 25, "B,X": 25, "A,Y": 25}), *lines_of({"B,Y": 25}, "true,false")]
    printed = analyse(HEADER, *lines)[0]
    assert "player 2's answers to Y depend on another seat's question" in printed


def shuffled(lines):
    return [lines[i] for i in np.random.default_rng(4).permutation(len(lines))]


def test_even_questions_keep_everything(analyse):
    report = json.loads(analyse(HEADER, *shuffled(lines_of(EVEN)), json=True)[0])
    assert None not in [report[key] for key in WITHHELD]
    assert report["questions_even"]["p"] == 1 and report["questions_even"]["e"] < 1
    assert report["notes"] == []


def test_questions_in_turn_are_even_and_said(analyse):
    report = json.loads(analyse(HEADER, *lines_of(dict.fromkeys(EVEN, 1)) * 50, json=True)[0])
    assert report["questions_even"]["p"] == 1
    assert any("not one of chance" in note for note in report["notes"])


def test_sorted_rounds_have_the_anytime_p_of_the_end(analyse):
    """A plan that wins the first three pairs has 150 won rounds in a row only because they were sorted."""
    report = json.loads(analyse(HEADER, *lines_of(EVEN), json=True)[0])
    assert report["evidence"] < 1 == report["p_anytime"]
    assert any("not one of chance" in note for note in report["notes"])
    won = [line.replace("B,Y,true,true", "B,Y,true,false") for line in lines_of(EVEN)]
    report = json.loads(analyse(HEADER, *won, json=True)[0])
    assert report["p_anytime"] == pytest.approx(1 / report["evidence"])


@pytest.mark.parametrize("column", ["", "0.25,"])
def test_prop_uniform_wrong(analyse, column):
    header = f"{'propensity,' if column else ''}{HEADER}"
    assert_claims_nothing(analyse, header, *lines_of({"A,X": 20}, before=column))


def test_a_propensity_that_leaves_too_little_for_other_questions(analyse):
    report, note = assert_claims_nothing(analyse, f"propensity,{HEADER}", *lines_of({"A,X": 20}, before="0.9,"))
    assert "propensity=0.9: other questions would be rarer than 0.125" in note
    assert report["questions_even"] == {"p": None, "e": None}


def test_propensities_that_do_not_add_up(analyse):
    _, note = assert_claims_nothing(analyse, f"propensity,{HEADER}", *lines_of(EVEN, before="0.5,"))
    assert "the propensities of 4 question pairs add up to 2" in note


def test_propensities_that_differ_by_round_and_are_not_kept(analyse):
    lines = [line for p in ("0.3", "0.35") for line in lines_of({"A,X": 30}, before=f"{p},")]
    report, note = assert_claims_nothing(analyse, f"propensity,{HEADER}", *lines)
    assert "do not have the propensities of the file" in note
    assert report["questions_even"]["p"] == pytest.approx(1 / report["questions_even"]["e"])


def test_propensities_too_large_by_round(analyse):
    """Nobody draws a question of probability 0.6 or 0.61 in every one of 200 rounds."""
    lines = [line for p in ("0.6", "0.61") for line in lines_of(EVEN, before=f"{p},")]
    assert_claims_nothing(analyse, f"propensity,{HEADER}", *lines)


UNFAIR = {"A,X": "0.4", "A,Y": "0.2", "B,X": "0.2", "B,Y": "0.2"}


def unfair_lines():
    return [line for pair, p in UNFAIR.items() for line in lines_of({pair: round(300 * float(p))}, before=f"{p},")]


def test_right_propensities_give_the_inverse_propensity_evidence(analyse):
    lines = unfair_lines()
    report = json.loads(analyse(f"propensity,{HEADER}", *lines, json=True)[0])
    said = json.loads(analyse(f"design,propensity,{HEADER}", *[f"adaptive,{line}" for line in lines], json=True)[0])
    assert report["evidence"] == said["evidence"] is not None
    assert (report["design"], report["p_local"]) == ("adaptive", None)
    assert report["questions_even"]["p"] > 0.5 > report["questions_even"]["e"]
    assert any("the propensities of the file are used" in note for note in report["notes"])
    assert_claims_nothing(analyse, HEADER, *[line.partition(",")[2] for line in lines])


def test_a_score_needs_fair_propensities(analyse):
    lines = f"propensity,{HEADER}", *unfair_lines()
    report = json.loads(analyse(*[line.replace("0.4", "0.1").replace("0.2", "0.0625") for line in lines],
                                mode="aqmjoe", json=True)[0])  # fmt: skip
    assert report["hardy"]["evidence"] is None
    assert any("fair questions, which this game's evidence needs" in note for note in report["notes"])


def test_quotas_are_even_by_construction_and_not_tested(analyse):
    report = json.loads(analyse(HEADER, *lines_of({"A,X": 100}), design="quota", json=True)[0])
    assert (report["questions_even"], report["design"]) == ({"p": None, "e": None}, "quota")
    assert report["notes"] == ["questions drawn by quota are even by construction: they are not tested"]


@pytest.mark.parametrize("weights", [[1, 1, 1, 1], [1, 2, 3], [2, 1, 1, 1, 1]])
def test_few_rounds_have_the_exact_multinomial_p(weights):
    chances, rounds = np.array(weights) / sum(weights), 9
    every = np.array(compositions(rounds, len(weights)))
    likely = stats.multinomial.pmf(every, rounds, chances)
    for n, chance in list(zip(every, likely, strict=True))[::17]:
        expected = likely[likely <= chance * (1 + 1e-9)].sum()
        assert multinomial_p(n, chances) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("rounds", [2_000, 1_000_000])
@pytest.mark.parametrize("bias", [0.0, 0.03, 0.06])
def test_many_rounds_have_the_chi_squared_p(rounds, bias):
    chances = np.full(16, 1 / 16)
    n = np.random.default_rng(5).multinomial(rounds, chances)
    n[0] += round(bias * rounds**0.5 * 4)
    expected = stats.chisquare(n).pvalue
    assert multinomial_p(n, chances) == pytest.approx(
        expected, abs=3 * (expected * (1 - expected) / 1e5) ** 0.5 + 0.003
    )


def test_level_of_the_exact_p_and_mean_of_the_e_value():
    chances = np.full(4, 0.25)
    every = np.array(compositions(12, 4))
    likely = stats.multinomial.pmf(every, 12, chances)
    p = np.array([multinomial_p(n, chances) for n in every])
    for alpha in (0.001, 0.01, 0.05, 0.2, 0.5):
        assert likely[p <= alpha].sum() <= alpha + 1e-12
    e = np.exp(log_dirichlet(every, chances) + 12 * np.log(4))
    assert (likely * e).sum() == pytest.approx(1, rel=1e-9)


def test_e_value_of_propensities_that_depend_on_the_past_has_mean_one():
    """Every sequence of four questions, each drawn with more probability for the pairs asked least."""
    game, mean = game_of("simplified"), 0.0
    for asked in product(range(4), repeat=4):
        lines, chance, seen = [], 1.0, np.ones(4)
        for i in asked:
            propensities = (1 / seen) / (1 / seen).sum() / 2 + 0.125
            chance *= propensities[i]
            lines.append(f"{float(propensities[i])!r},{','.join(game.questions[i])},1,1")
            seen[i] += 1
        records = rounds_file.read([f"propensity,{HEADER}", *lines], game)
        mean += chance * float(np.exp(log_e_values(with_propensities(records))[0]))
    assert mean == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("key", list(GAMES))
def test_questions_drawn_by_chance_are_seldom_called_uneven(key):
    """Each of the two tests of a file may fail in 1 of 1000 even files."""
    game, rng = GAMES[key], np.random.default_rng(11)
    weights = [float(game.probabilities[context]) for context in game.questions]
    per_context = len(game.cells) // len(game.questions)
    found = [
        evenness(records_of(game, rng.choice(len(weights), p=weights, size=size) * per_context))
        for size in (30, 300, 100_000)
        for _ in range(6)
    ]
    assert sum(one.fault is not None for one in found) <= 2
    assert np.mean([one.p for one in found]) > 0.35


def records_of(game, codes):
    return rounds_file.Records(
        game, codes, np.zeros(len(codes), dtype=np.int64), [rounds_file.Group("", "", "uniform")],
        np.full(len(codes), np.nan),
    )  # fmt: skip
