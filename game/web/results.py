"""A player's results after the game: the own team's numbers, plan, pairs of questions and latest rounds."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from game.cache import cached
from game.games import game_of
from game.games.definition import Definition
from game.games.verdicts import verdict
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Tally, TeamStatistics
from game.physics.bounds import evidence_steps
from game.physics.designs import QUBITS
from game.physics.report_types import PlanResult, Played, watched
from game.physics.theory import plans
from game.realtime import announce, visibility
from game.realtime.messages.player import ContextHits, OwnResult, Ranking, Results, TickedPlan
from game.rounds.rows import RoundRow
from game.rounds.statement import ROUND_COLUMNS

ROUNDS_SHOWN = 100


def of_player(game_id: int, player_id: int) -> Results:
    """Return a player's results; refused before the game is over."""
    game = Game.objects.get(pk=game_id)
    if not visibility.may_see("results", "play", game):
        raise Refusal("not_finished", _("The game is not over yet."))
    player = Player.objects.get(pk=player_id)
    if player.team_id is None:
        return Results(player.prediction, None, [], 0)
    closed = Round.objects.filter(team=player.team_id, run=game.run, closed_at__isnull=False)
    own = own_result(game, player.team_id) if visibility.may_see("own_score", "play", game) else None
    latest = _latest(game, closed) if visibility.may_see("closed_round", "play", game) else []
    ranking = _ranking(game, player.team_id, own.mode) if own and visibility.may_see("ranking", "play", game) else None
    played = closed.filter(design=game.ordinary_design).count()
    lent = _with_qubits(game, player.team_id) if own else None
    return Results(player.prediction, own, latest, played, ranking, lent)


def _with_qubits(game: Game, team: int) -> Played | None:
    """Return what a team did with borrowed qubits in the present run; None where it had none."""
    rows = TeamStatistics.objects.filter(team=team, run=game.run, mode=game.mode, design=QUBITS)
    row = rows.exclude(live_report=None).only("live_report").first()
    if row is None:
        return None
    live = row.live_report
    return live.played or Played(live.issued, live.good, live.bad)


def _ranking(game: Game, team: int, mode: str) -> Ranking | None:
    return rankings(game.pk, game.run, mode, game.question_design).get(team)


def rankings(game: int, run: int, mode: str, design: str) -> dict[int, Ranking]:
    """Return the places of teams that no bot sat in and no host left out; empty where only one has counted rounds."""
    return cached(f"room:{game}:places:{run}:{mode}:{design}", lambda: _rankings(game, run, mode, design))


def _rankings(game: int, run: int, mode: str, design: str) -> dict[int, Ranking]:
    lows = _lows(game, run, mode, design)
    ordered = sorted(lows.values())
    places = {team: 1 + len(ordered) - bisect_right(ordered, low) for team, low in lows.items()}
    return {team: Ranking(place, len(lows)) for team, place in places.items()} if len(lows) > 1 else {}


def _lows(game: int, run: int, mode: str, design: str) -> dict[int, float]:
    """Return the lower end of each team's interval: a few lucky rounds lead to no first place."""
    key = game_of(mode).estimates[0]
    wanted = {"team__game": game, "team__bots": False, "team__left_out_at": None}
    rows = TeamStatistics.objects.filter(**wanted, run=run, mode=mode, design=design).exclude(live_report=None)
    found = {row.team_id: row.live_report.estimate(key) for row in rows.only("team", "live_report")}
    return {team: estimate.low for team, estimate in found.items() if estimate and estimate.low is not None}


def _latest(game: Game, closed: Any) -> list[Any]:
    rows = closed.order_by("-number").values_list(*ROUND_COLUMNS)[:ROUNDS_SHOWN]
    return [announce.closed_round(RoundRow(*row), game) for row in rows]


def own_result(game: Game, team: int) -> OwnResult | None:
    """Return what a team did in the present run; None until it is counted."""
    return own_results(game, [team]).get(team)


def own_results(game: Game, teams: Sequence[int]) -> dict[int, OwnResult]:
    """Return what each of these teams did in the present run, without those that are not counted yet."""
    key = {"run": game.run, "design": game.question_design}
    best: dict[int, TeamStatistics] = {}
    for row in TeamStatistics.objects.filter(team__in=teams, **key).exclude(report=None):
        # Prefer the present game; it has no report if it was never played.
        best[row.team_id] = max(
            best.get(row.team_id, row), row, key=lambda row: (row.mode == game.mode, row.report.issued)
        )
    tallies: dict[tuple[int, str], list[Tally]] = defaultdict(list)
    for tally in Tally.objects.filter(team__in=best, **key):
        tallies[tally.team_id, tally.mode].append(tally)
    ticked: dict[int, dict[int, str]] = defaultdict(dict)
    seated: Any = Player.objects.filter(team__in=best).values_list("team", "seat", "plan")
    for team, seat, plan in seated:
        ticked[team][seat] = plan
    # All rows of a game are of one room, which is read once.
    listed = {mode: row.teams_listed for mode, row in {row.mode: row for row in best.values()}.items()}
    return {
        team: _own(game, row, listed[row.mode], tallies[team, row.mode], ticked[team]) for team, row in best.items()
    }


def _own(
    game: Game, best: TeamStatistics, teams: int, tallies: Sequence[Tally], plans_by_seat: Mapping[int, str]
) -> OwnResult:
    """Return the result of one of so many listed teams."""
    played = game_of(best.mode)
    return OwnResult(
        mode=best.mode,
        theme=played.theme_or_default(game.theme),
        report=watched(msgspec.structs.replace(best.report, matrix=None, tests=None, balance=None)),
        contexts=_contexts(tallies, played),
        verdict=verdict(best.report, played, teams),
        steps=evidence_steps(teams),
        ticked=_ticked(plans_by_seat, played),
        is_best_plan=_is_best(best.report.plan, played),
    )


def _ticked(plans_by_seat: Mapping[int, str], played: Definition) -> TickedPlan | None:
    """Return the plan that all seats of a team ticked for this game; None without one, and for a score."""
    plan = plans.plan_by_seat(played, plans_by_seat)
    if plan is None or played.score_scale is not None:
        return None
    won = len(plans.good_contexts(played, plan))
    return TickedPlan(list(plan), won, won + len(plans.bad_contexts(played, plan)))


def _is_best(plan: PlanResult | None, game: Definition) -> bool:
    """Whether no plan wins more often; a game with a score has many plans that lose nothing and win nothing."""
    if plan is None or plan.answers is None or game.score_scale is not None:
        return False
    said = zip(game.seats, plan.answers, strict=True)
    followed = tuple("".join(answers[question] for question in seat.questions) for seat, answers in said)
    return plans.is_best(game, followed)


def _contexts(rows: Sequence[Tally], game: Definition) -> list[ContextHits]:
    played: dict[str, Counter[str]] = {game.alike(context): Counter() for context in game.questions}
    for row in rows:
        played[game.alike(row.questions)][row.answers] += row.count
    return [_hits(game, context, answers) for context, answers in played.items()]


def _hits(game: Definition, context: str, answers: Counter[str]) -> ContextHits:
    """Count what is wanted in a context: good rounds, else rounds that are not bad, else the outcome "agreed"."""
    verdicts = {game.counts(*cell) for cell in game.cells if cell.context == context}
    told = {given: n for given, n in answers.items() if game.outcome(context, given) != "unanswered"}
    if True in verdicts:
        hits = sum(n for given, n in told.items() if game.counts(context, given) is True)
    elif False in verdicts:
        hits = sum(n for given, n in told.items() if game.counts(context, given) is not False)
    else:
        hits = sum(n for given, n in told.items() if game.outcome(context, given) == "agreed")
    judged = verdicts != {None} or "agreed" in {game.outcome(*cell) for cell in game.cells if cell.context == context}
    return ContextHits(context, sum(told.values()), hits if judged else None)
