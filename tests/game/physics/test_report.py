import json
import random
from functools import cache
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.analysis.report_keys import KEYS
from game.bots.device_bots import PRBox, Quantum
from game.bots.plan_bots import RandomAnswers
from game.bots.situation import Situation
from game.physics import estimators
from game.physics.designs import DESIGNS
from game.physics.evidence_state import RunningEvidence
from tests.support import tables as rules
from tests.support.tables import (
    CODE_OF,
    CODES,
    SHAPE,
    advance,
    alarm_inputs,
    alarms,
    decode,
    headlines,
    reports,
    table_of,
    truths,
)

ANSWERS = (True, False, None)


@st.composite
def tables(draw, mode):
    played = draw(st.lists(st.tuples(st.sampled_from(rules.pairs(mode)), *[st.sampled_from(ANSWERS)] * 2), max_size=80))
    return table_of((*pair, a1, a2) for pair, a1, a2 in played)


def deterministic(mode, says, times=1):
    return table_of([(q1, q2, says["1" + q1], says["2" + q2]) for q1, q2 in rules.pairs(mode)] * times)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("mode", rules.MODES)
def test_report_has_every_key_and_is_json(mode, design):
    for report in reports(mode, design, [np.zeros(SHAPE), table_of([(*rules.pairs(mode)[0], True, None)])]):
        assert [*KEYS, "extra"] == list(report)
        json.dumps(report, allow_nan=False)


@pytest.mark.parametrize("mode", rules.MODES)
def test_quota_leaves_evidence_null_and_says_why(mode):
    report = reports(mode, "quota", [table_of([("A", "X", True, True)])])[0]
    for key in ("p_local", "evidence", "p_anytime", "p_superquantum", "no_signalling"):
        assert report[key] is None
    if mode == "aqmjoe":
        assert report["hardy"]["evidence"] is None
    assert "predictable" in report["extra"]["evidence_reason"]


def test_hardy_mode_leaves_chsh_numbers_null():
    report = reports("aqmjoe", "uniform", [table_of([("A", "X", True, True)])])[0]
    null = (
        "scored",
        "wins",
        "win_rate",
        "p_local",
        "p_superquantum",
        "evidence",
        "p_anytime",
        "correlators",
        "chsh",
        "trace",
    )
    assert [report[key] for key in null] == [None] * len(null)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["simplified", "classic"]))
def test_s_and_its_intervals_stay_between_minus_four_and_four(data, mode):
    chsh = reports(mode, "uniform", [data.draw(tables(mode))])[0]["chsh"]
    for low, high in (chsh["interval"], chsh["identified"]):
        assert -4 - 1e-12 <= low <= high <= 4 + 1e-12
    if chsh["s"] is not None:
        assert chsh["identified"] == pytest.approx([chsh["s"]] * 2)


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_deterministic_teams_have_s_exactly_two_or_minus_two(answers):
    says = dict(zip([seat + q for seat in "12" for q in "ABXY"], answers, strict=True))
    chsh = reports("classic", "uniform", [deterministic("classic", says)])[0]["chsh"]
    assert abs(chsh["s1"]) == abs(chsh["s2"]) == 2


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(rules.MODES))
def test_a_team_is_reported_alone_as_among_others(data, mode):
    many = [data.draw(tables(mode)) for _ in range(3)]
    for together, one in zip(reports(mode, "uniform", many), many, strict=True):
        assert list(numbers(together)) == pytest.approx(list(numbers(reports(mode, "uniform", [one])[0])), rel=1e-9)


def numbers(value):
    """Every leaf of a report; None and texts as they are hashed, so that they must be equal."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers(part)
    else:
        yield value if isinstance(value, int | float) else hash(value)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(rules.MODES))
def test_counts_agree_with_the_rules_round_by_round(data, mode):
    table = data.draw(tables(mode))
    wins = scored = 0
    for (i, j, a, b), n in np.ndenumerate(table):
        pair = rules.QUESTIONS[i], rules.QUESTIONS[j]
        wins += n * rules.is_won(mode, *pair, ANSWERS[a], ANSWERS[b])
        scored += n * rules.is_scored(mode, *pair)
    report = reports(mode, "uniform", [table])[0]
    assert report["issued"] == table.sum()
    assert (report["wins"] or 0, report["scored"] or 0) == (wins, scored)


@pytest.mark.parametrize(("skipped", "s"), [(("A", "X"), 3), (("B", "Y"), 3)])
def test_unanswered_round_is_a_loss_in_wins_and_in_s(skipped, s):
    answered = [("A", "X", True, True), ("A", "Y", True, True), ("B", "X", True, True), ("B", "Y", True, False)]
    report = reports("simplified", "uniform", [table_of([*answered, (*skipped, True, None)])])[0]
    assert (report["issued"], report["answered"], report["scored"], report["wins"]) == (5, 4, 5, 4)
    assert report["chsh"]["s"] == s


def test_no_signalling_keeps_rounds_that_only_this_player_answered():
    report = reports("simplified", "uniform", [table_of([("A", "Y", True, None), ("A", "X", None, True)])])[0]
    assert [(t["player"], t["question"], t["agreements"], t["rounds"]) for t in report["no_signalling"]] == [
        (1, "A", 0, 1), (1, "B", 0, 0), (2, "X", 1, 1), (2, "Y", 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("mode", "tests"), [("simplified", 4), ("classic", 24), ("aqmjoe", 4)])
def test_number_of_no_signalling_tests(mode, tests):
    assert len(reports(mode, "uniform", [np.zeros(SHAPE)])[0]["no_signalling"]) == tests


def test_pair_that_the_mode_cannot_ask_is_refused():
    with pytest.raises(ValueError, match="pair='AA'"):
        reports("simplified", "uniform", [table_of([("A", "A", True, True)])])


def test_evidence_above_1e300_is_null_and_its_logarithm_finite():
    report = reports("simplified", "uniform", [table_of([("A", "X", True, True)]) * 10_000])[0]
    assert report["evidence"] is None
    assert report["log10_evidence"] > 1000
    assert (report["p_local"], report["log10_p_local"] < -1000) == (0.0, True)


@pytest.mark.parametrize("n", [4, 8, 25])
@pytest.mark.parametrize(
    ("cells", "least"),
    [
        ((0.8535534,) * 4, 0.94),
        ((0.75,) * 4, 0.94),
        ((0.95,) * 4, 0.94),
        ((0.5,) * 4, 0.93),
        ((1.0, 1.0, 1.0, 0.0), 0.99),
    ],
)
def test_price_bonett_covers_s_by_exact_enumeration(n, cells, least):
    """All outcomes of four cells of n rounds; the 25 a cell are summed on a grid of 26^4 outcomes."""
    k = np.indices((n + 1,) * 4).reshape(4, -1).T
    centre, error = estimators.price_bonett(k, np.full(4, n), np.full(4, 2.0))
    truth = sum(2 * w - 1 for w in cells)
    covered = np.abs(centre - 4 - truth) <= estimators.Z95 * error + 1e-9
    mass = [np.array([_binomial(j, n, w) for j in range(n + 1)]) for w in cells]
    weights = np.prod([mass[cell][k[:, cell]] for cell in range(4)], axis=0)
    assert weights[covered].sum() >= least


def _binomial(k, n, p):
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize("n", [4, 8, 25])
def test_eight_cell_interval_covers_the_mean_s_in_simulation(n):
    """40,000 games; standard error of a coverage of 95 % is 0.11 %."""
    rng = np.random.default_rng(4)
    k = rng.binomial(n, 0.8535534, (40_000, 8))
    centre, error = estimators.price_bonett(k, np.full(8, n), np.full(8, 1.0))
    covered = np.abs(centre - 4 - 2.828427) <= estimators.Z95 * error
    assert 0.91 <= covered.mean() <= 0.99


@pytest.mark.parametrize(("n", "p"), [(10, 0.75), (40, 0.8535534), (100, 0.5)])
def test_clopper_pearson_covers_and_wilson_is_close(n, p):
    k = np.arange(n + 1)
    mass = np.array([_binomial(int(j), n, p) for j in k])
    for (low, high), least in ((estimators.clopper_pearson(k, n), 0.95), (estimators.wilson(k, n), 0.92)):
        assert mass[(low <= p) & (p <= high)].sum() >= least


def test_decoder_names_the_table_of_a_team_with_a_few_slips():
    says = {"1A": True, "1B": True, "2X": True, "2Y": False}
    table = deterministic("simplified", says, 23) + table_of([("A", "X", False, False)] * 8)
    strategy = decode("simplified", table[None])[0]
    assert (strategy.table, strategy.mirrored) == (says, False)
    assert strategy.text == "played T,T,T,F in 92 % of rounds"


def test_decoder_sees_a_shared_coin():
    says = {"1A": True, "1B": True, "2X": True, "2Y": True}
    opposite = {name: not answer for name, answer in says.items()}
    table = deterministic("simplified", says, 5) + deterministic("simplified", opposite, 5)
    strategy = decode("simplified", table[None])[0]
    assert strategy.mirrored
    assert strategy.text == "played T,T,T,T or its opposite in 100 % of rounds"


@pytest.mark.parametrize("rounds", [12, 16, 20, 30, 40])
@pytest.mark.parametrize("mode", rules.MODES)
@pytest.mark.parametrize("device", [Quantum(), Quantum(0.9), PRBox(), RandomAnswers()], ids=str)
def test_decoder_names_no_table_of_a_team_that_follows_none(device, mode, rounds):
    """1000 teams each; the law of a round is taken from 20,000 rounds of the device itself."""
    teams = np.random.default_rng(rounds).multinomial(rounds, law_of(device, mode), size=1000).reshape(-1, *SHAPE)
    named = sum(strategy.table is not None for strategy in decode(mode, teams))
    assert named <= 30


@cache
def law_of(device, mode):
    codes = list(played_codes(device, mode, 20_000, random.Random(mode)))
    return np.bincount(codes, minlength=CODES) / len(codes)


def played_codes(device, mode, rounds, chance):
    for _ in range(rounds):
        q1, q2 = chance.choice(rules.pairs(mode))
        if device.needs == "pair":
            answers = device.answers(mode, q1 + q2, chance)
        else:
            answers = "".join(device.answer(Situation(mode, seat, q), chance) for seat, q in ((1, q1), (2, q2)))
        yield CODE_OF[q1, q2, *truths(answers)]


@pytest.mark.parametrize("mode", rules.MODES)
def test_decoder_names_nearly_every_shared_coin_after_40_rounds(mode):
    rng, pairs = np.random.default_rng(9), rules.pairs(mode)
    coins = [[(*pairs[rng.integers(len(pairs))], *[bool(rng.integers(2))] * 2) for _ in range(40)] for _ in range(200)]
    strategies = decode(mode, np.array([table_of(coin) for coin in coins]))
    assert sum(s.mirrored and len(set(s.table.values())) == 1 for s in strategies) >= 180


def test_decoder_admits_what_is_not_clear():
    rng = np.random.default_rng(2)
    coins = [
        ("AB"[rng.integers(2)], "XY"[rng.integers(2)], bool(rng.integers(2)), bool(rng.integers(2))) for _ in range(200)
    ]
    few = [("A", "X", True, True)] * 5
    assert [s.text for s in decode("simplified", np.array([table_of(coins), table_of(few)]))] == ["not clear yet"] * 2


def test_alarms_name_player_and_question():
    cheating = [("A", "Y", True, True), ("B", "Y", True, False)] * 30 + [
        ("A", "X", True, True),
        ("B", "X", True, True),
    ] * 20
    innocent = [("A", "X", True, True)] * 5
    raised = alarms("simplified", "uniform", [table_of(innocent), table_of(cheating)])
    assert [(a.team, a.kind, a.seat, a.questions) for a in raised] == [
        (1, "suspicion", None, None), (1, "signalling", 2, "Y"),
    ]  # fmt: skip


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("mode", rules.MODES)
def test_headline_and_signs_are_those_of_the_whole_report(mode, design):
    rng = np.random.default_rng(3)
    pairs = rules.pairs(mode)
    played = [(*pairs[rng.integers(len(pairs))], *(ANSWERS[i] for i in rng.integers(3, size=2))) for _ in range(60)]
    tables = [table_of(some) for some in (played, played[:7], [])]
    paths = [
        advance(RunningEvidence(), mode, design, [rules.played(n, *trial, 0.25) for n, trial in enumerate(some, 1)])
        for some in (played, played[:7], [])
    ]
    whole = reports(mode, design, tables, paths)
    alarms_read = alarm_inputs(mode, design, tables, paths)
    live = headlines(mode, design, tables, paths)
    for report, read, (headline, inputs) in zip(whole, alarms_read, live, strict=True):
        extra = headline.pop("extra")
        assert headline == {name: report[name] for name in headline}
        assert extra == {name: report["extra"][name] for name in extra}
        assert inputs == read
