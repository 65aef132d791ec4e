# %% [markdown]
# # The numbers of the report, computed from the rounds
#
# `rounds.csv` has one line for each closed round.  This notebook computes every number of the report from it, with
# Python and NumPy alone and without a network, and compares them with `report.json`, which the server computed by other
# code.  Change a formula, run all cells, and the last cell tells which numbers are no longer the same.

# %%
import csv
import json
import math
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np

Z95 = 1.959963984540054
LN10 = math.log(10)
UNANSWERED = "-"


def table(name):
    with open(name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def told(name):
    return json.loads(Path(name).read_text(encoding="utf-8"))


ROUNDS, PLAYERS, GIVEN = table("rounds.csv"), table("players.csv"), told("report.json")
print(len(ROUNDS), "rounds of", len({row["team"] for row in ROUNDS}), "teams")

# %% [markdown]
# ## The games
#
# `games.json` declares each game: the questions and answers of each seat, which questions are asked together (a
# context) and how often, and which rounds are good, bad, or do not count.  A cell is one way in which a round may end.


# %%
class Game:
    def __init__(self, declared):
        self.key, self.estimates, self.scale = declared["key"], declared["estimates"], declared["score_scale"]
        self.seats, self.contexts = declared["seats"], declared["contexts"]
        self.questions = [context["questions"] for context in self.contexts]
        self.weights = np.array([context["weight"] for context in self.contexts])
        self.cells = [(questions, answers) for questions, answers, _ in declared["cells"]]
        self.verdict = {(questions, answers): verdict for questions, answers, verdict in declared["cells"]}
        self.code = {cell: code for code, cell in enumerate(self.cells)}
        verdicts = [self.verdict[cell] for cell in self.cells]
        self.good, self.bad = (np.array([verdict == name for verdict in verdicts]) for name in ("good", "bad"))
        self.answered = np.array([UNANSWERED not in answers for _, answers in self.cells])
        self.context = np.array([self.questions.index(questions) for questions, _ in self.cells])
        self.null, self.quantum = float(Fraction(declared["null"])), declared["quantum_bound"]
        self.ways = math.prod(len(seat["answers"]) for seat in self.seats)
        self.devices = {name: np.array(laws, dtype=float) for name, laws in declared["devices"].items()}

    def chance(self, context):
        return self.weights[context] / self.weights.sum()


GAMES = {key: Game(declared) for key, declared in told("games.json").items()}


def code_of(row):
    """Return the cell of a line of rounds.csv; true and false are T and F."""
    game = GAMES[row["mode"]]
    words = {"true": "T", "false": "F", "": UNANSWERED}
    seats = range(1, len(game.seats) + 1)
    questions = "".join(row[f"question_{seat}"] for seat in seats)
    answers = "".join(words.get(row[f"answer_{seat}"], row[f"answer_{seat}"]) for seat in seats)
    return game.code[questions, answers]


# %% [markdown]
# ## Intervals
#
# Wilson's interval for a share; Clopper and Pearson's, which is wider and never covers less than 95 %; Price and
# Bonett's for a sum of correlators such as S.


# %%
def ratio(part, whole):
    return part / whole if whole else math.nan


def wilson(wins, n):
    if not n:
        return math.nan, math.nan
    p, scale = wins / n, 1 / (1 + Z95**2 / n)
    middle, half = p + Z95**2 / (2 * n), Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    return max(0.0, scale * (middle - half)), min(1.0, scale * (middle + half))


def price_bonett(successes, trials, c):
    added = 2 / len(c)
    n = trials + 2 * added
    p = (successes + added) / n
    return (c * p).sum(), math.sqrt((c**2 * p * (1 - p) / n).sum())


def contrast(same, n, c, limit):
    """Estimate sum c E, with E = 2 P(same) - 1: value, interval, and the range that empty cells leave open."""
    e = np.array([ratio(2 * s - m, m) for s, m in zip(same, n, strict=True)])
    centre, error = price_bonett(same, n, 2 * c)
    low, high = (float(np.clip(centre - c.sum() + side * Z95 * error, -limit, limit)) for side in (-1, 1))
    known, missing = (c * np.nan_to_num(e)).sum(), np.abs(c)[np.isnan(e)].sum()
    return float((c * e).sum()), low, high, float(known - missing), float(known + missing)


def log_sum(logs):
    top = max(logs)
    return top + math.log(np.exp(np.asarray(logs) - top).sum())


def log_binomial(n, p):
    """Return log P[Bin(n, p) = k] for k = 0 ... n, from the most likely k outwards."""
    k = np.arange(1, n + 1)
    steps = np.log((n - k + 1) / k) + math.log(p) - math.log1p(-p)
    mode = min(n, int((n + 1) * p))
    logs = np.concatenate([-np.cumsum(steps[:mode][::-1])[::-1], [0.0], np.cumsum(steps[mode:])])
    return logs - log_sum(logs)


def log_cdf(k, n, p):
    """Return log P[Bin(n, p) <= k]."""
    if k >= n:
        return 0.0
    logs = log_binomial(n, p)
    below = log_sum(logs[: k + 1])
    return below if below < math.log(0.5) else math.log1p(-math.exp(log_sum(logs[k + 1 :])))


def log_tail(k, n, p):
    """Return log P[Bin(n, p) >= k], the p-value of k wins in n rounds."""
    return log_cdf(n - k, n, 1 - p)


def bisected(rises, low, high):
    """Return where a rising function passes 0."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < 0 else (low, middle)
    return (low + high) / 2


def clopper_pearson(wins, n):
    if not n:
        return math.nan, math.nan
    level = math.log(0.025)
    low = bisected(lambda p: log_tail(wins, n, p) - level, 0.0, wins / n) if wins else 0.0
    high = bisected(lambda p: level - log_cdf(wins, n, p), wins / n, 1.0) if wins < n else 1.0
    return low, high


# %% [markdown]
# ## Evidence
#
# The evidence is the likelihood of the results if good rounds have the probability q, divided by that of the best plan,
# averaged over all q above the plan's.  With plans alone it grows on average not at all, so that it may be looked at
# after every round: the chance that it ever reaches 20 is at most 1 in 20 (Ville 1939).

# %%
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(40)
PANELS = 40


def log_mixture(wins, n, p0):
    """Return log of the mean over q in (p0, 1) of q^wins (1 - q)^(n - wins) / (p0^wins (1 - p0)^(n - wins))."""
    if not n:
        return 0.0
    losses = n - wins

    def log_ratio(q):
        with np.errstate(divide="ignore"):
            lost = losses * np.log1p(-q) if losses else 0.0
        return wins * np.log(q) + lost - wins * math.log(p0) - losses * math.log1p(-p0)

    top = min(max(wins / n, p0), 1.0)
    highest = float(log_ratio(np.float64(top)))
    # Outside of these ends the ratio is less than e^-50 of its highest value.
    low = bisected(lambda q: float(log_ratio(np.float64(q))) - highest + 50, p0, top)
    high = bisected(lambda q: highest - 50 - float(log_ratio(np.float64(q))), top, 1.0)
    edges = np.linspace(low, high, PANELS + 1)
    half = (edges[1:] - edges[:-1]) / 2
    q = (edges[:-1] + half)[:, None] + half[:, None] * NODES
    integral = (np.exp(log_ratio(q) - highest) * NODE_WEIGHTS * half[:, None]).sum()
    return highest + math.log(integral) - math.log1p(-p0)


def divergence(q, p):
    """Return KL(q, p) of two coins where q > p, else 0; n KL is more than the evidence can be."""
    q, p = np.broadcast_arrays(np.asarray(q, float), p)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(q > 0, q * np.log(q / p), 0) + np.where(q < 1, (1 - q) * np.log((1 - q) / (1 - p)), 0)
    return np.where(q > p, gain, 0.0)


def win_rate_lower(wins, n):
    """Return the smallest probability of a good round that the evidence does not refute at 20."""
    if not wins:
        return 0.0
    return bisected(lambda p: math.log(20) - log_mixture(wins, n, p), 1e-12, wins / n)


def highest_evidence(wins, n, p0):
    """Return the highest log evidence at any time, at least 0, after wins[i] good ones of n[i] rounds."""
    bound, best = n * divergence(wins / n, p0), 0.0
    for i in np.argsort(-bound):
        if bound[i] <= best:
            break
        best = max(best, log_mixture(int(wins[i]), int(n[i]), p0))
    return best


def highest_lower(wins, n):
    """Return the highest of the lower bounds at all times: those that cannot be higher are not computed."""
    rate, lower = wins / n, 0.0
    left = np.argsort(-(rate - np.sqrt(2 * rate * (1 - rate) * (math.log(20) + np.log(n) / 2) / n)))
    while left.size:
        i = left[0]
        if not lower or log_mixture(int(wins[i]), int(n[i]), lower) > math.log(20):
            lower = max(lower, win_rate_lower(int(wins[i]), int(n[i])))
        left = left[1:]
        left = left[n[left] * divergence(rate[left], max(lower, 1e-300)) > math.log(20)]
    return lower


def further_rounds(wins, n, p0, target=100.0):
    """Return how many more rounds at the present rate bring the evidence to its target."""
    if wins <= p0 * n:
        return math.nan
    if log_mixture(wins, n, p0) >= math.log(target):
        return 0.0
    needed = 1.0
    while log_mixture(wins / n * (n + needed), n + needed, p0) < math.log(target):
        needed *= 2
        if needed > 1e9:
            return math.nan
    more = bisected(lambda x: log_mixture(wins / n * (n + x), n + x, p0) - math.log(target), needed / 2 - 0.5, needed)
    return float(math.ceil(more - 1e-6))


# Under adaptive questions a gambler bets against each loss in proportion to how unlikely the questions were.
STAKES = np.array([0.1, 0.25, 0.4, 0.55])


class State:
    """What the evidence of a team has come to after its rounds, in the order of their numbers."""

    def __init__(self, game, design, codes, propensities):
        good, bad = game.good[codes], game.bad[codes]
        counted = good | bad
        self.good, self.bad, self.best, self.lower = int(good.sum()), int(bad.sum()), 0.0, 0.0
        self.log_bets = np.zeros(len(STAKES))
        wins, n = np.cumsum(good)[counted], np.cumsum(counted)[counted]
        if design == "uniform" and len(n):
            self.best = highest_evidence(wins, n, game.null)
            self.lower = 0.0 if game.scale else highest_lower(wins, n)
        elif design == "adaptive" and len(codes):
            fair = np.array([game.chance(context) for context in game.context[codes]])
            loss = np.where(bad, fair / propensities, 0.0)
            stakes = STAKES * 1.75 / (1 + game.null)
            steps = np.where(counted[:, None], np.log1p(np.outer(1 - game.null - loss, stakes)), 0.0)
            running = np.cumsum(steps, axis=0)
            self.best = max(0.0, *(log_sum(row) - math.log(len(STAKES)) for row in running))
            self.log_bets = running[-1]

    def log_evidence(self, game, design):
        if design == "none":
            return None
        if design == "adaptive":
            return log_sum(self.log_bets) - math.log(len(STAKES))
        return log_mixture(self.good, self.good + self.bad, game.null)


def evidence_design(game, design):
    """Return by which rule a design has evidence: none where its questions can be predicted."""
    told = GIVEN["designs"][design]
    if not told["has_evidence"]:
        return "none"
    # A game with a score is never asked adaptively.
    return "uniform" if told["draws"] == "weight" or game.scale else told["draws"]


# %% [markdown]
# ## Estimates
#
# Each game names the estimates that it shows.  An unanswered round counts as the one that lowers S: to leave it out
# would let a plan show S = 4.


# %%
def estimate(key, value, low, high, rounds, *more):
    open_ends = dict(zip(("open_low", "open_high"), more, strict=False))
    return {"key": key, "value": value, "low": low, "high": high, "rounds": int(rounds)} | open_ends


def win_rate(game, counts):
    good, n = counts[game.good].sum(), counts[game.good | game.bad].sum()
    return [estimate("win_rate", ratio(good, n), *wilson(good, n), n)]


ITEMS = "ABXY"
FIRST, SECOND = ("AX", "AY", "BX", "BY"), ("XA", "YA", "XB", "YB")
SIGNS = np.array([1.0, 1.0, 1.0, -1.0])


def pairs(game, counts):
    """Return for each pair of questions the rounds with equal answers, answered ones, and all."""
    same, answered, asked = ({q + r: 0 for q in ITEMS for r in ITEMS} for _ in range(3))
    for n, (questions, answers) in zip(counts, game.cells, strict=True):
        asked[questions] += n
        if UNANSWERED not in answers:
            answered[questions] += n
            same[questions] += n * (answers[0] == answers[1])
    return same, answered, asked


def chsh(game, counts):
    same, answered, asked = pairs(game, counts)
    lowest = {pair: same[pair] + (asked[pair] - answered[pair]) * (pair in ("BY", "YB")) for pair in same}
    both = [FIRST, SECOND] if "XA" in game.questions else [FIRST]

    def s(key, of_same, of_all, orderings):
        which = [pair for ordering in orderings for pair in ordering]
        c = np.tile(SIGNS, len(orderings)) / len(orderings)
        k, n = (np.array([of[pair] for pair in which], float) for of in (of_same, of_all))
        value, low, high, *open_ends = contrast(k, n, c, 4.0)
        return estimate(key, value, low, high, n.sum(), *open_ends)

    [rate] = win_rate(game, counts)
    from_wins = [8 * rate[name] - 4 for name in ("value", "low", "high")]
    found = [s("chsh", lowest, asked, both), estimate("chsh_from_wins", *from_wins, rate["rounds"])]
    if len(both) > 1:
        found += [s(f"chsh_{i}", lowest, asked, [one]) for i, one in enumerate(both, 1)]
    of_answered = s("chsh_answered", same, answered, both)
    return [*found, of_answered | {"left_out": found[0]["rounds"] - of_answered["rounds"]}]


def trace(game, counts):
    same, answered, _ = pairs(game, counts)
    k, n = (np.array([of[item + item] for item in ITEMS], float) for of in (same, answered))
    value, low, high, *_ = contrast(k, n, np.full(4, 0.25), 1.0)
    return [estimate("trace", value, low, high, n.sum())]


def hardy_events(game, counts):
    """Return what H counts, and the answered rounds: both colours, colour and food, food and colour, both foods."""
    events, rounds, wanted = np.zeros(4), np.zeros(4), ("TT", "TF", "FT", "TT")
    for n, (questions, answers) in zip(counts, game.cells, strict=True):
        if UNANSWERED not in answers:
            kind = 2 * (questions[0] in "XY") + (questions[1] in "XY")
            rounds[kind] += n
            events[kind] += n * (answers == wanted[kind])
    return events, rounds


def hardy(game, counts):
    events, rounds = hardy_events(game, counts)
    c = np.array([1.0, -1.0, -1.0, -1.0])
    centre, error = price_bonett(events, rounds, c)
    ends = [float(np.clip(centre + side * Z95 * error, -3, 1)) if rounds.all() else math.nan for side in (-1, 1)]
    value = sum(sign * ratio(k, n) for sign, k, n in zip(c, events, rounds, strict=True))
    return [estimate("hardy", value, *ends, rounds.sum())]


def miracles(game, counts):
    events, rounds = hardy_events(game, counts)
    return [estimate("miracles", ratio(events[0], rounds[0]), *wilson(events[0], rounds[0]), rounds[0])]


def rule_keeping(game, counts):
    events, rounds = hardy_events(game, counts)
    broken, n = events[1:].sum(), rounds[1:].sum()
    return [estimate("rule_keeping", 1 - ratio(broken, n), *wilson(n - broken, n), n)]


ESTIMATES = {one.__name__: one for one in (win_rate, chsh, trace, hardy, miracles, rule_keeping)}


def estimates(game, counts):
    found = [ESTIMATES[name](game, counts) for name in game.estimates]
    more = [one for _, *rest in found for one in rest]
    if not game.scale:
        good, n = int(counts[game.good].sum()), int(counts[game.good | game.bad].sum())
        more.append(estimate("win_rate_exact", ratio(good, n), *clopper_pearson(good, n), n))
    return [first for first, *_ in found], more


# %% [markdown]
# ## Does an answer depend on another seat's question?
#
# The other question is drawn by chance.  Whatever the plan, an answer agrees with it as often as chance says.


# %%
def sign_tests(game):
    """Return the tests of a game: seat, its questions, its answer or None, other seat, two sides, chance."""
    seats = range(1, len(game.seats) + 1)
    if "hardy" in game.estimates:
        return [(seat, own, None, 3 - seat, "AB|XY", 0.5) for seat in seats for own in ("AB", "XY")]
    if "chsh" in game.estimates:
        return list(half_tests(game, seats))
    return list(letter_tests(game, seats))


def half_tests(game, seats):
    for seat in seats:
        letters = game.seats[2 - seat]["questions"]
        for own in game.seats[seat - 1]["questions"]:
            for half in combinations(letters[1:], len(letters) // 2 - 1):
                side = letters[0] + "".join(half)
                yield seat, own, None, 3 - seat, f"{side}|{''.join(q for q in letters if q not in side)}", 0.5


def letter_tests(game, seats):
    for seat in seats:
        for own in game.seats[seat - 1]["questions"]:
            for answer in game.seats[seat - 1]["answers"]:
                for other in seats:
                    if other != seat:
                        yield from against_the_rest(game, seat, own, answer, other)


def against_the_rest(game, seat, own, answer, other):
    weight = {}
    for questions, more in zip(game.questions, game.weights.tolist(), strict=True):
        if questions[seat - 1] == own:
            weight[questions[other - 1]] = weight.get(questions[other - 1], 0) + more
    asked = [letter for letter in game.seats[other - 1]["questions"] if letter in weight]
    for letter in asked[: 1 if len(asked) == 2 else None] if len(asked) > 1 else []:
        split = f"{letter}|{''.join(one for one in asked if one != letter)}"
        yield seat, own, answer, other, split, weight[letter] / sum(weight.values())


def read_by(game, test, questions, answers):
    """Return whether a round agrees with a test, None where the test does not read it."""
    seat, own, answer, other, split, _ = test
    given = answers[seat - 1]
    if questions[seat - 1] not in own or given == UNANSWERED or answer not in (None, given):
        return None
    first_side = questions[other - 1] in split.split("|")[0]
    return first_side if answer is not None else first_side == (given == game.seats[seat - 1]["answers"][0])


def log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def holm(p):
    """Adjust p-values for their number (Holm 1979)."""
    adjusted, largest = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        largest = max(largest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted


def test_results(game, counts):
    rows = []
    for test in sign_tests(game):
        reads = [read_by(game, test, *cell) for cell in game.cells]
        agreements = int(counts[[agrees is True for agrees in reads]].sum())
        n, chance = int(counts[[agrees is not None for agrees in reads]].sum()), test[-1]
        tails = log_cdf(agreements, n, chance), log_cdf(n - agreements, n, 1 - chance)
        log_e = (
            log_beta(agreements + 0.5, n - agreements + 0.5) - log_beta(0.5, 0.5)
            - agreements * math.log(chance) - (n - agreements) * math.log1p(-chance)
        )  # fmt: skip
        names = dict(zip(("seat", "questions", "answer", "other", "split", "chance"), test, strict=True))
        p = min(1.0, 2 * math.exp(min(tails)))
        rows.append({**names, "agreements": agreements, "rounds": n, "p": p, "log_e": log_e, "e": finite(log_e)})
    for row, adjusted in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_holm"] = adjusted
    return rows


def finite(log_e):
    return math.exp(log_e) if log_e <= 300 * LN10 else None


# %% [markdown]
# ## Which plan did they follow?
#
# Every plan is compared with all answered rounds.  One is named when enough rounds follow it and clearly fewer follow
# the next; a plan and its exact opposite by turns are named when all rounds follow one of them.  Two plans between
# which a team changed are the likeliest pair of all; they are named when the rounds are clearly likelier with two plans
# than with one or with a quantum device, although so many pairs were tried.


# %%
def merged(game):
    return ["AX" if "hardy" in game.estimates else seat["questions"] for seat in game.seats]


def asked_as(game, question):
    return question.translate(str.maketrans("BY", "AX")) if "hardy" in game.estimates else question


def number_of_plans(game):
    return math.prod(len(s["answers"]) ** len(q) for s, q in zip(game.seats, merged(game), strict=True))


@cache
def plans(game):
    """Return every plan, and which cells follow which plan."""
    letters = merged(game)
    one_seat = [
        map("".join, product(seat["answers"], repeat=len(q))) for seat, q in zip(game.seats, letters, strict=True)
    ]
    every = list(product(*one_seat))
    follows = np.array(
        [
            [
                all(
                    text[own.index(asked_as(game, q))] == a
                    for text, own, q, a in zip(plan, letters, questions, answers, strict=True)
                )
                for plan in every
            ]
            for questions, answers in game.cells
        ],
        dtype=bool,
    )
    return every, follows


def limits(game):
    """Return the least rounds and share for a plan, the same for one by turns, and the least lead over the next."""
    if "hardy" in game.estimates:
        return 12, 0.9, 30, 1.0, 0.1
    lead = min(0.1, 0.22 / max(len(seat["questions"]) for seat in game.seats))
    if "chsh" in game.estimates:
        return 12, 0.8, 30, 1.0, lead
    least = max(12, 3 * sum(len(seat["questions"]) for seat in game.seats))
    return least, 0.8, by_turns(game), 1.0, lead


def by_turns(game):
    if any(len(seat["answers"]) != 2 for seat in game.seats):
        return 30
    good, bad = weights_of_plans(game)
    shares = [Fraction(int(g), int(g + b)) for g, b in zip(good, bad, strict=True)]
    value = max(shares)
    if not 0 < value < 1:
        return 30
    return max(30, math.ceil(math.log(50 * shares.count(value) / 2) / -math.log(float(value))))


def weights_of_plans(game):
    """Return for every plan the weight of the contexts that it wins and of those that it loses."""
    _, follows = plans(game)
    weight = game.weights[game.context][:, None] * follows
    return weight[game.good].sum(axis=0), weight[game.bad].sum(axis=0)


def decode(game, counts):
    n = int(counts[game.answered].sum())
    if number_of_plans(game) > 1024:
        return by_seat(game, counts, n)
    every, follows = plans(game)
    single = counts @ follows
    least, fit, least_by_turns, fit_by_turns, lead = limits(game)
    ways = [(False, single, least, fit)]
    if all(len(seat["answers"]) == 2 for seat in game.seats):
        half = len(every) // 2
        ways.append((True, single[:half] + single[::-1][:half], least_by_turns, fit_by_turns))
    for mirrored, matches, rounds, share in ways:
        best, (second, first) = int(matches.argmax()), np.sort(matches)[-2:]
        if n >= rounds and first >= share * n and first - second >= lead * n:
            return named(game, every[best], mirrored, first / n, n)
    return {"fit": ratio(single.max(), n), "rounds": n}


def named(game, plan, mirrored, fit, n):
    answers = [dict(zip(q, text, strict=True)) for q, text in zip(merged(game), plan, strict=True)]
    found = {"answers": answers, "mirrored": mirrored, "fit": fit, "rounds": n}
    if not game.scale:
        verdicts = [
            game.verdict[q, "".join(seat[one] for seat, one in zip(answers, q, strict=True))] for q in game.questions
        ]
        found |= {"contexts_won": verdicts.count("good"), "contexts": len(verdicts) - verdicts.count(None)}
    return found


def by_seat(game, counts, n):
    """Decode each seat alone, by its most frequent answers: there are too many plans."""
    follows, lead, texts = game.answered.copy(), math.inf, []
    for seat, declared in enumerate(game.seats):
        text = ""
        for question in declared["questions"]:
            given = [
                counts[[q[seat] == question and a[seat] == letter for q, a in game.cells] & game.answered].sum()
                for letter in declared["answers"]
            ]
            text += declared["answers"][int(np.argmax(given))]
            second, first = sorted(given)[-2:]
            lead = min(lead, first - second)
        texts.append(text)
        follows &= [a[seat] == text[declared["questions"].index(q[seat])] for q, a in game.cells]
    fits = counts[follows].sum()
    least, fit, _, _, needed = limits(game)
    if n >= least and fits >= fit * n and lead >= needed * n:
        return named(game, tuple(texts), False, fits / n, n)
    return {"fit": ratio(fits, n), "rounds": n}


WEIGHTS, SLIPS, SLIPS_ALONE = (0.55, 0.65, 0.75, 0.85), 0.05, (0.01, 0.03, 0.05, 0.1, 0.15)
VISIBILITIES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.0)


def mixture(game, counts):
    """Return the two plans between which a team changed, the more frequent first, and their weights; else nothing."""
    if number_of_plans(game) * len(game.cells) > 2**20:
        return None
    every, follows = plans(game)
    counts, follows = np.where(game.answered, counts, 0).astype(float), follows.astype(float)
    n, alone = counts.sum(), counts @ follows
    if n < 60 or not 0.4 * n <= alone.max() <= 0.95 * n:
        return None
    firsts = np.argsort(-alone, kind="stable")[:16]
    both = (follows.T[firsts] * counts) @ follows
    only_first, only_second = alone[firsts][:, None] - both, alone - both
    slip = SLIPS / game.ways
    gains = np.array([
        sum(
            math.log(1 + (1 - SLIPS) * share / slip) * rounds
            for share, rounds in ((weight, only_first), (1 - weight, only_second), (1.0, both))
        )
        for weight in WEIGHTS
    ])  # fmt: skip
    before = shares_before(kinds_of_pairs(every, firsts), kinds_of_pairs(every, [0]))
    score = gains.max(axis=0) + before
    i, second = np.unravel_index(score.argmax(), score.shape)
    first, top = firsts[i], score[i, second]
    likelihood = n * math.log(slip) + top + math.log(np.exp(gains + before - top).sum() / len(WEIGHTS))
    one, other, same = only_first[i, second], only_second[i, second], both[i, second]
    if one + other + same < 0.85 * n or likelihood < likelihood_otherwise(game, counts, n, alone):
        return None
    found = [
        {
            "answers": [dict(zip(q, text, strict=True)) for q, text in zip(merged(game), every[plan], strict=True)],
            "weight": float(rounds / (one + other)),
        }
        for plan, rounds in ((first, one), (second, other))
    ]
    return sorted(found, key=lambda share: -share["weight"])


def kinds_of_pairs(every, firsts):
    """Return 2 where two plans differ in half of each seat's questions, 1 in fewer, and 0 in none or nearly all."""
    is_far, apart, questions = True, 0, 0
    for seat in range(len(every[0])):
        given = np.array([list(plan[seat]) for plan in every])
        different = (given[firsts][:, None] != given).sum(axis=2)
        is_far = is_far & (different >= 0.5 * given.shape[1])
        apart, questions = apart + different, questions + given.shape[1]
    return np.where((apart > 0) & (apart <= 0.75 * questions), np.where(is_far, 2, 1), 0)


def shares_before(kinds, of_one_plan):
    """Return the logarithm of the probability of each pair before any round: 95 % of the pairs differ much."""
    numbers = np.bincount(of_one_plan.ravel(), minlength=3)
    shares = np.array([0.0, 0.05, 0.95]) * (numbers > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.where(shares > 0, shares / shares.sum() / (of_one_plan.size * numbers), 0.0))[kinds]


def likelihood_otherwise(game, counts, n, alone):
    """Return the log-likelihood that two plans must reach: 3 times that of a single plan, 50 times that of a device."""
    slips = [(slip, slip / game.ways) for slip in SLIPS_ALONE]
    single = max(n * math.log(each) + alone.max() * math.log((1 - slip) / each + 1) for slip, each in slips)
    coin = game.answered / game.ways
    box = game.devices["box"] * game.answered
    box = box / np.array([box[game.context == context].sum() for context in game.context])
    laws = [v * law + (1 - v) * coin for v in VISIBILITIES for law in (game.devices["quantum"], box)]
    device = max((counts * np.log(np.maximum(law, 1e-12))).sum() for law in laws)
    return max(single - math.log(len(alone)) + math.log(3), device + math.log(50))


# %% [markdown]
# ## Contexts and balance


# %%
def matrix(game, counts):
    two = all(len(seat["answers"]) == 2 for seat in game.seats)
    of_context = [counts * (game.context == i) for i in range(len(game.questions))]
    return [context_row(game, part, name, two) for part, name in zip(of_context, game.questions, strict=True)]


def context_row(game, counts, questions, two):
    answered, good, bad = (int(counts[cells].sum()) for cells in (game.answered, game.good, game.bad))
    low, high = wilson(good, good + bad)
    row = {
        "questions": questions, "rounds": int(counts.sum()), "answered": answered, "good": good, "bad": bad,
        "success": ratio(good, good + bad), "success_low": low, "success_high": high,
    }  # fmt: skip
    if two:
        second = [seat["answers"][1] for seat in game.seats]
        minus = [sum(a == b for a, b in zip(answers, second, strict=True)) for _, answers in game.cells]
        plus = int(counts[(np.array(minus) % 2 == 0) & game.answered].sum())
        low, high = wilson(plus, answered)
        row |= {"correlator": ratio(2 * plus - answered, answered)}
        row |= {"correlator_low": 2 * low - 1, "correlator_high": 2 * high - 1}
    return row


def balances(game, counts):
    rows = []
    for seat, declared in enumerate(game.seats):
        for question in declared["questions"]:
            given = {
                letter: int(counts[[q[seat] == question and a[seat] == letter for q, a in game.cells]].sum())
                for letter in declared["answers"]
            }
            row = {"seat": seat + 1, "question": question, "answers": given}
            rows.append(row | (fairness(*given.values()) if len(given) == 2 else {}))
    return rows


def fairness(true, false):
    n = true + false
    if not n:
        return {}
    even = n - n % 2
    expected = 1 - math.exp(math.lgamma(even + 1) - 2 * math.lgamma(even / 2 + 1) - even * math.log(2))
    balance = 1 - abs(true - false) / n
    p = min(1.0, 2 * math.exp(log_cdf(min(true, false), n, 0.5)))
    return {"balance": balance, "corrected": ratio(balance, expected), "p_fair": p}


# %% [markdown]
# ## A report
#
# The same for a team and for the room.  The room pools the rounds that are in it (without a bot, of a team that was not
# left out and had not its share of rounds already) of all teams that answered at least once, and says besides how many
# teams may be called better than every plan (e-BH) and what their mean evidence is.


# %%
def evidence(game, design, counts, state, tests):
    valid = evidence_design(game, design)
    log_e, good, n = state.log_evidence(game, valid), state.good, state.good + state.bad
    found = {}
    if valid == "uniform":
        needed = further_rounds(good, n, game.null)
        per_round = ratio(n, counts.sum())
        found["further_rounds"] = math.ceil(needed / per_round) if game.scale and needed == needed else needed
    if log_e is not None:
        p_anytime = max(math.exp(-max(state.best, 0.0)), np.finfo(float).tiny)
        found |= {"e": finite(log_e), "log10_e": log_e / LN10, "p_anytime": p_anytime}
    if valid != "uniform":
        return found
    found["log10_e_no_signalling"] = max((test["log_e"] for test in tests), default=math.nan) / LN10
    if game.quantum is not None:
        found["log10_e_superquantum"] = log_mixture(good, n, game.quantum) / LN10
    if game.scale:
        return found
    for name, p in (("local", game.null), ("superquantum", game.quantum)):
        if p is not None:
            tail = log_tail(good, n, p)
            found |= {f"p_{name}": math.exp(tail), f"log10_p_{name}": tail / LN10}
    if game.quantum is not None:
        gain, cost = math.log(game.quantum / game.null), math.log((1 - game.quantum) / (1 - game.null))
        found["log10_kelly"] = (good * gain + (n - good) * cost) / LN10
    return found | {"win_rate_lower": state.lower}


def report(game, design, counts, state, outside_rounds):
    shown, details = estimates(game, counts)
    tests = test_results(game, counts) if evidence_design(game, design) == "uniform" else []
    good, bad = int(counts[game.good].sum()), int(counts[game.bad].sum())
    return {
        "issued": int(counts.sum()), "answered": int(counts[game.answered].sum()), "good": good, "bad": bad,
        "estimates": shown, "details": details,
        "evidence": evidence(game, design, counts, state, tests),
        "matrix": matrix(game, counts), "tests": [{k: v for k, v in one.items() if k != "log_e"} for one in tests],
        "plan": decode(game, counts) | {"mix": mixture(game, counts)}, "balance": balances(game, counts),
        "played": {"rounds": int(counts.sum()), "good": good, "bad": bad}, "outside_rounds": outside_rounds,
    }  # fmt: skip


def of_rounds(rows):
    """Return the counts by cell and the state of some rounds of one team, in the order of their numbers."""
    rows = sorted(rows, key=lambda row: int(row["round"]))
    game, design = GAMES[rows[0]["mode"]], rows[0]["design"]
    codes = np.array([code_of(row) for row in rows])
    state = State(game, evidence_design(game, design), codes, np.array([float(row["propensity"]) for row in rows]))
    return np.bincount(codes, minlength=len(game.cells)), state


def report_of_team(rows):
    game, design = GAMES[rows[0]["mode"]], rows[0]["design"]
    counts, state = of_rounds(rows)
    return report(game, design, counts, state, sum(not is_in_room(row) for row in rows))


def declared_teams(log_e, alpha=0.05):
    """Return how many teams e-BH declares, of whom a share alpha is wrong on average (Wang and Ramdas 2022)."""
    ordered = sorted(log_e, reverse=True)
    return max((k for k, e in enumerate(ordered, 1) if e >= math.log(len(ordered) / (alpha * k))), default=0)


def report_of_room(by_team, bots_only):
    """Pool the teams; by_team has the rounds of each one that is part of the class."""
    kept = {team: [row for row in rows if bots_only or is_in_room(row)] for team, rows in by_team.items()}
    answered = {team: rows for team, rows in kept.items() if any(is_heard(row) for row in rows)}
    [first] = {(row["mode"], row["design"]) for rows in by_team.values() for row in rows}
    game, design = GAMES[first[0]], first[1]
    teams = [of_rounds(rows) for rows in (kept if bots_only else answered).values() if rows]
    counts = sum((counts for counts, _ in teams), np.zeros(len(game.cells), int))
    pooled = State(game, "none", np.zeros(0, int), np.zeros(0))
    pooled.good, pooled.bad = (sum(getattr(state, name) for _, state in teams) for name in ("good", "bad"))
    pooled.log_bets = sum((state.log_bets for _, state in teams), np.zeros(len(STAKES)))
    valid = evidence_design(game, design)
    log_e = [state.log_evidence(game, valid) for _, state in teams]
    pooled.best = pooled.log_evidence(game, valid) or 0.0
    pooled.lower = 0.0 if game.scale or valid != "uniform" else win_rate_lower(pooled.good, pooled.good + pooled.bad)
    room = {"teams": len(teams)}
    if log_e and valid != "none":
        mean = (log_sum(log_e) - math.log(len(log_e))) / LN10
        room |= {"log10_mean_e": mean, "declared_teams": declared_teams(log_e)}
    return report(game, design, counts, pooled, int(counts.sum()) if bots_only else 0) | {"room": room}


def is_in_room(row):
    return row["bots"] == "false" and row["in_room"] == "true"


def is_heard(row):
    return any(row.get(f"answer_{seat}") for seat in (1, 2, 3))


# %% [markdown]
# ## Could the questions be guessed?
#
# Five rules guess each seat's next question from the earlier ones of the same team.  Each round is guessed by the rule
# that was right most often before it, so that choosing among five needs no correction.  Fair questions give chance.


# %%
class Past:
    def __init__(self, choices):
        self.counts, self.last_at, self.last = [0] * choices, [-1] * choices, 0
        self.followers = [[0] * choices for _ in range(choices)]

    def add(self, asked):
        if sum(self.counts):
            self.followers[self.last][asked] += 1
        self.last_at[asked], self.last = sum(self.counts), asked
        self.counts[asked] += 1


def largest(values):
    return values.index(max(values))


RULES = {
    "overdue": lambda past, shares: largest(
        [sum(past.counts) * p - n for p, n in zip(shares, past.counts, strict=True)]
    ),
    "most_frequent": lambda past, shares: largest(past.counts),
    "repeat": lambda past, shares: past.last,
    "least_recent": lambda past, shares: past.last_at.index(min(past.last_at)),
    "after_last": lambda past, shares: largest(past.followers[past.last]),
}


def guessed(game, seat, rows):
    """Return how often the next question of a seat, or of all of them for seat 0, was guessed."""
    seats = [seat] if seat else range(1, len(game.seats) + 1)
    shares = {}
    for questions, weight in zip(game.questions, game.weights / game.weights.sum(), strict=True):
        own = "".join(questions[one - 1] for one in seats)
        shares[own] = shares.get(own, 0.0) + weight
    choices, pasts, right, hits, n = list(shares), {}, dict.fromkeys(RULES, 0), 0, 0
    for row in rows:
        past, asked = pasts.get(row["team"]), choices.index("".join(row[f"question_{one}"] for one in seats))
        if past is None:
            past = pasts[row["team"]] = Past(len(choices))
        else:
            found = {name: rule(past, list(shares.values())) == asked for name, rule in RULES.items()}
            hits, n = hits + found[max(right, key=right.get)], n + 1
            right = {name: right[name] + found[name] for name in RULES}
        past.add(asked)
    if not n:
        return None
    low, high = wilson(hits, n)
    return {
        "seat": seat, "hits": hits, "rounds": n, "value": hits / n, "low": low, "high": high,
        "chance": max(shares.values()), "predictor": max(right, key=right.get),
    }  # fmt: skip


def guesses(one):
    """Return the guesses of a room's questions, from its first 10,000 rounds with those of added teams."""
    rows = [row for row in ROUNDS if all(row[name] == str(one[name]) for name in ("run", "mode", "design"))][:10_000]
    game = GAMES[one["mode"]]
    found = [guessed(game, seat, rows) for seat in (*range(1, len(game.seats) + 1), 0)]
    return [measured for measured in found if measured]


# %% [markdown]
# ## All reports
#
# A report is about one run, one game and one way to draw the questions: these are never mixed.


# %%
def rounds_of(one):
    """Return the rounds of a report by team, without the teams that the host added to show a strategy."""
    found = {}
    for row in ROUNDS:
        if all(row[name] == str(one[name]) for name in ("run", "mode", "design")):
            found.setdefault(row["team"], []).append(row)
    return found


def computed(one):
    by_team = rounds_of(one)
    if one["team"] is not None:
        return report_of_team(by_team[one["team"]]) if one["team"] in by_team else None
    of_class = {team: rows for team, rows in by_team.items() if team not in GIVEN["added_teams"]}
    if not of_class:
        return None
    return report_of_room(of_class, one["bots_only"]) | {"predictability": guesses(one)}


RESULTS = [computed(one) for one in GIVEN["reports"]]


def holm_of_teams(key):
    """Return Holm's p of each team of a report whose number of rounds was fixed before; the others count as 1."""
    of_key = [
        (one, made) for one, made in zip(GIVEN["reports"], RESULTS, strict=True)
        if one["team"] is not None and one["tested"] and tuple(one[name] for name in ("run", "mode", "design")) == key
    ]  # fmt: skip
    adjusted = holm([made["evidence"]["p_local"] if one["fixed"] else 1.0 for one, made in of_key])
    for (one, made), p in zip(of_key, adjusted, strict=True):
        if one["fixed"]:
            made["p_holm"] = p


if GIVEN["team"] is None:
    for key in {tuple(one[name] for name in ("run", "mode", "design")) for one in GIVEN["reports"]}:
        holm_of_teams(key)

for one, made in zip(GIVEN["reports"], RESULTS, strict=True):
    if made is None:
        continue
    first = made["estimates"][0]
    who = one["team"] or "Room"
    bar = "#" * round(40 * max(0.0, first["value"])) if first["value"] == first["value"] else ""
    print(f"run {one['run']} {one['mode']:13} {who:20} {first['key']} {first['value']:.3f} {bar}")

# %% [markdown]
# ## What the class learned
#
# The normalised gain (Hake 1998) compares the share of right guesses before with the share of right answers after:
# (after - before) / (1 - before).  It is 1 - u / v with the shares u and v of wrong answers and wrong guesses of the
# same persons, so that Fieller's theorem (1954) gives its interval.  It is about a class, never about one person.

# %%
LEAST_PERSONS = 5


def student_quantile(freedom):
    """Return the 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5)."""
    z, v = Z95, freedom
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / v**power for power, term in enumerate(terms, start=1))


def gain(limit, right):
    """Return persons, gain and its interval; no gain from fewer than five persons."""
    both = [row for row in PLAYERS if row["guess"] and row["what"] and row["message"]]
    wrong_before = np.array([float(abs(int(row["guess"]) - 100 * limit) > 5) for row in both])
    wrong_after = np.array([np.mean([row[name] != letter for name, letter in right.items()]) for row in both])
    found, n = {"persons": len(both)}, len(both)
    if n < LEAST_PERSONS or not wrong_before.sum():
        return found
    u, v = wrong_after.mean(), wrong_before.mean()
    found["gain"] = 1 - u / v
    t2 = student_quantile(n - 1) ** 2 / n
    uu, vv, uv = wrong_after.var(ddof=1), wrong_before.var(ddof=1), np.cov(wrong_after, wrong_before)[0, 1]
    a, b, c = v * v - t2 * vv, u * v - t2 * uv, u * u - t2 * uu
    if a > 0:
        root = math.sqrt(max(0.0, b * b - a * c))
        found |= {"low": 1 - (b + root) / a, "high": 1 - (b - root) / a}
    return found


CLASS = gain(GIVEN["class"]["limit"], GIVEN["class"]["right"]) if GIVEN["class"] else None
print(CLASS or "The closing questions belong to the present run of a whole class.")

# %% [markdown]
# ## The comparison
#
# Two numbers of the room depend on the moments at which the server looked, which no file of rounds has: its p watched
# all along, and the lower bound of its win rate.  Here they are computed from the end alone, so the report may only be
# more extreme.


# %%
def flat(value, path=""):
    """Return the known numbers and words of a report by their path."""
    if isinstance(value, dict):
        parts = [(f"{path}.{name}", one) for name, one in value.items() if name not in ("reason", "p_reason", "notes")]
    elif isinstance(value, list):
        parts = [(f"{path}.{i}", one) for i, one in enumerate(value)]
    else:
        is_default = value is None or value is False or value != value
        return {} if is_default else {path: value}
    return {name: one for part in parts for name, one in flat(part[1], part[0]).items()}


FROM_ZERO = (".waiting", ".outside_rounds", ".plan.rounds")
AS_WATCHED = {".evidence.p_anytime": -1, ".evidence.win_rate_lower": 1}


def differences(mine, theirs, is_room):
    """Yield the path, both values and the distance of every number of a report."""
    names = {"game", "design"}
    mine, theirs = (flat({k: v for k, v in one.items() if k not in names}) for one in (mine, theirs))
    for path in sorted({*mine, *theirs}):
        zero = 0 if path in FROM_ZERO else None
        one, other = mine.get(path, zero), theirs.get(path, zero)
        if is_room and path in AS_WATCHED and None not in (one, other):
            yield path, one, other, max(0.0, AS_WATCHED[path] * (one - other) - 1e-12)
        elif isinstance(one, (int, float)) and isinstance(other, (int, float)):
            yield path, one, other, 0.0 if abs(one - other) < 1e-12 else abs(one - other) / max(abs(one), abs(other))
        else:
            yield path, one, other, 0.0 if one == other else math.inf


WRONG, COMPARED, LARGEST = [], 0, 0.0
for one, made in zip([*GIVEN["reports"], GIVEN["class"]], [*RESULTS, CLASS], strict=True):
    if made is None or not one.get("over", True):
        continue
    theirs = one["report"] if "report" in one else {k: v for k, v in one.items() if k not in ("limit", "right")}
    theirs = theirs | {name: one[name] for name in ("p_holm", "predictability") if one.get(name) not in (None, [])}
    for path, mine, other, distance in differences(made, theirs, one.get("team", "") is None):
        COMPARED, LARGEST = COMPARED + 1, max(LARGEST, distance)
        if distance > 1e-9:
            WRONG.append((one.get("team"), path, mine, other))
if not all(one["over"] for one in GIVEN["reports"]):
    print("A run was not over when this was downloaded: its numbers were of another moment and are not compared.")
print(f"{COMPARED} numbers compared, the largest relative difference is {LARGEST:.1e}, {len(WRONG)} differ")
for row in WRONG[:20]:
    print(*row)
assert not WRONG, f"{len(WRONG)} numbers are not those of the report"
