"""Reports about a team or a room: structs for storage, the wire and pages.

Unknown numbers are None and are left out when encoded.  A live report has no matrix, tests, plan or
balance.
"""

from collections.abc import Sequence
from math import hypot
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Verdict = Literal["undecided", "like_best_plan", "leaning", "no_plan"]
LineKind = Literal["classical", "quantum", "quantum_best", "quantum_limit", "no_message"]


class Estimate(Struct, frozen=True, omit_defaults=True):
    """
    A number, its 95 % interval, and the number of rounds behind it.

    open_low and open_high bound the value while some contexts have no round.  left_out is the number of
    unanswered rounds that the value leaves out, where the game counts them as lost elsewhere.
    """

    key: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    rounds: int | None = None
    open_low: float | None = None
    open_high: float | None = None
    left_out: int | None = None


class Evidence(Struct, frozen=True, omit_defaults=True):
    """
    Evidence against every plan, against quantum theory, and against no-signalling.

    e is None above 1e300, where log10_e holds it.  p_local and p_superquantum need a number of rounds
    fixed beforehand; p_anytime and e-values may be read at any time.  further_rounds is the number until
    e is 100 at the present rate.  reason is why e is None, p_reason why the fixed-length p-values are.
    """

    e: float | None = None
    log10_e: float | None = None
    p_anytime: float | None = None
    p_local: float | None = None
    log10_p_local: float | None = None
    p_superquantum: float | None = None
    log10_p_superquantum: float | None = None
    log10_e_superquantum: float | None = None
    log10_e_no_signalling: float | None = None
    log10_kelly: float | None = None
    win_rate_lower: float | None = None
    further_rounds: float | None = None
    reason: str | None = None
    p_reason: str | None = None


class SignTestResult(Struct, frozen=True, omit_defaults=True):
    """
    A test whether answers of one seat depend on another seat's question.

    The answers of `seat` to `questions` (only those that are `answer`, where it is given) are
    compared with the side of `split` that the question of seat `other` is on; without signalling
    each of the rounds agrees with probability `chance`.
    """

    seat: int
    questions: str
    answer: str | None
    other: int
    split: str
    chance: float
    agreements: int
    rounds: int
    p: float | None = None
    p_holm: float | None = None
    e: float | None = None


class ContextResult(Struct, frozen=True, omit_defaults=True):
    """
    Rounds of one context.  correlator is the mean product of answers (T +1, F -1) over answered rounds.

    success is the share of good rounds among the good and bad ones; each has a 95 % interval.
    """

    questions: str
    rounds: int | None = None
    answered: int | None = None
    good: int | None = None
    bad: int | None = None
    correlator: float | None = None
    correlator_low: float | None = None
    correlator_high: float | None = None
    success: float | None = None
    success_low: float | None = None
    success_high: float | None = None


class PlanResult(Struct, frozen=True, omit_defaults=True):
    """
    The plan that a team followed: each seat's answer to each question; None while it is not clear.

    mirrored: the team often followed the plan and often its exact opposite.  fit is the share of the
    answered rounds that agree with it.  The plan wins contexts_won of the contexts that are scored.
    """

    answers: list[dict[str, str]] | None = None
    mirrored: bool = False
    fit: float | None = None
    rounds: int = 0
    contexts_won: int | None = None
    contexts: int | None = None


class Balance(Struct, frozen=True, omit_defaults=True):
    """
    How often a seat gave each answer to a question, also in rounds that others left unanswered.

    balance of two answers is 1 when both are equally frequent and 0 when one never occurs; corrected
    divides it by the mean balance of a fair coin in as many answers.  p_fair is the p-value of a fair coin.
    """

    seat: int
    question: str
    answers: dict[str, int]
    balance: float | None = None
    corrected: float | None = None
    p_fair: float | None = None


class Played(Struct, frozen=True):
    """The rounds closed up to now, among them the good and the bad ones: shown at once, before they count."""

    rounds: int = 0
    good: int = 0
    bad: int = 0


class RowReport(Struct, frozen=True, omit_defaults=True):
    """
    The part of a live report in table rows and on phones, small because a browser gets thousands a minute.

    unanswered is the number of issued rounds that some seat did not answer.
    played, waiting and outside_rounds are those of Report.
    """

    game: str
    issued: int
    unanswered: int
    good: int
    bad: int
    estimates: list[Estimate]
    log10_e: float | None = None
    further_rounds: float | None = None
    played: Played | None = None
    waiting: int = 0
    outside_rounds: int = 0


class RoomEvidence(Struct, frozen=True, omit_defaults=True):
    """Evidence of a room beyond its pooled rounds: the mean of the teams' e-values, and how many are declared."""

    teams: int
    log10_mean_e: float | None = None
    declared_teams: int | None = None


class Report(Struct, frozen=True, omit_defaults=True):
    """
    All numbers of a team or a room.

    estimates are declared by the game, in its order, one for each gauge; details are further estimates.
    design is None where a report of the first edition does not have it.

    Every number is over the same `issued` rounds: in a running game those asked at least the evidence delay ago, open
    ones as not won.  played has the closed rounds, waiting is how many of them do not count yet; None and 0 where all
    rounds count.  outside_rounds of the issued rounds of a team are not
    the room's: a bot held a seat, the team was left out, or it had its share of rounds already.
    """

    game: str
    design: str | None
    issued: int
    answered: int
    good: int
    bad: int
    estimates: list[Estimate]
    details: list[Estimate]
    evidence: Evidence
    matrix: list[ContextResult] | None = None
    tests: list[SignTestResult] | None = None
    plan: PlanResult | None = None
    balance: list[Balance] | None = None
    room: RoomEvidence | None = None
    notes: list[str] = []
    played: Played | None = None
    waiting: int = 0
    outside_rounds: int = 0

    @property
    def is_live(self) -> bool:
        return self.plan is None

    @property
    def unanswered(self) -> int:
        return self.issued - self.answered

    def estimate(self, key: str) -> Estimate | None:
        """Return the estimate or detail of this key."""
        return next((found for found in (*self.estimates, *self.details) if found.key == key), None)


def watched(report: Report) -> Report:
    """Return a report without the fixed-length p-values, which are invalid when watched during a game."""
    proof = replace(report.evidence, p_local=None, log10_p_local=None, p_superquantum=None, log10_p_superquantum=None)
    tests = report.tests and [replace(test, p=None, p_holm=None) for test in report.tests]
    balance = report.balance and [replace(one, p_fair=None) for one in report.balance]
    return replace(report, evidence=proof, tests=tests, balance=balance)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """
    Subtract two estimates of rounds that do not depend on each other.

    Parameters
    ----------
    one, other : Estimate
        Values with intervals of the same level.

    Returns
    -------
    Estimate
        one - other; for two shares with Wilson intervals the interval is Newcombe's (his method 10).  Its key is that
        of one, and the value is None where a value or an end is unknown.

    References
    ----------
    .. [1] Newcombe, Stat. Med. 17, 873 (1998).
    .. [2] Zou and Donner, Stat. Med. 27, 1693 (2008).
    """
    ends = (one.value, one.low, one.high, other.value, other.low, other.high)
    if None in ends:
        return Estimate(one.key)
    value, low, high, other_value, other_low, other_high = (float(end or 0) for end in ends)
    apart = value - other_value
    return Estimate(
        one.key,
        value=apart,
        low=apart - hypot(value - low, other_high - other_value),
        high=apart + hypot(high - value, other_value - other_low),
    )


def row_report(live: Report) -> RowReport:
    """Return the part of a live report that a row shows."""
    proof = live.evidence
    return RowReport(
        game=live.game,
        issued=live.issued,
        unanswered=live.unanswered,
        good=live.good,
        bad=live.bad,
        estimates=live.estimates,
        log10_e=proof.log10_e,
        further_rounds=proof.further_rounds,
        played=live.played,
        waiting=live.waiting,
        outside_rounds=live.outside_rounds,
    )


# Shares of rounds; every other estimate is the value of an inequality.
_SHARES = ("win_rate", "miracles", "rule_keeping")


def _bare_shares(estimates: Sequence[Estimate]) -> list[Estimate]:
    return [Estimate(one.key, one.value) for one in estimates if one.key in _SHARES]


def row_of_counts(row: RowReport) -> RowReport:
    """Return a row with its counts and shares of rounds only: no interval, no inequality, no evidence."""
    return replace(row, estimates=_bare_shares(row.estimates), log10_e=None, further_rounds=None)


def report_of_counts(report: Report) -> Report:
    """Return a report with its counts and shares of rounds only: no interval, no inequality, no evidence."""
    return replace(
        report,
        estimates=_bare_shares(report.estimates),
        details=[],
        evidence=Evidence(),
        matrix=None,
        tests=None,
        plan=None,
        balance=None,
        room=None,
    )


class AlarmInputs(Struct, frozen=True, omit_defaults=True):
    """Inputs of alarms from one team: its number of tests, highest e-values, and the test of the highest."""

    tests: int = 0
    log10_e_superquantum: float | None = None
    log10_e_no_signalling: float | None = None
    seat: int | None = None
    questions: str | None = None


class Line(Struct, frozen=True, omit_defaults=True):
    """A limit on an axis, and the theory that sets it."""

    value: float
    kind: LineKind


class Reference(Struct, frozen=True):
    """A published value on an axis, with its 95 % interval and where it was printed."""

    key: str
    value: float
    low: float
    high: float
    source: str


class Axis(Struct, frozen=True, omit_defaults=True):
    """
    How an estimate of this key is drawn.  unit "share" is shown in per cent, "number" as it is.

    references are published values of the same estimate, which are drawn when somebody asks for them.
    """

    key: str
    low: float
    high: float
    lines: Sequence[Line]
    unit: Literal["share", "number"]
    references: Sequence[Reference] = ()
