"""A player's results after the game: the own team's numbers, plan, pairs of questions and latest rounds."""

from collections import Counter
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from game.games import game_of
from game.games.definition import Definition
from game.games.verdicts import verdict
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Tally, TeamStatistics
from game.physics.bounds import evidence_steps
from game.physics.report_types import watched
from game.realtime import announce, visibility
from game.realtime.messages.player import ContextHits, OwnResult, Results
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
    own = _own(game, player.team_id) if visibility.may_see("own_score", "play", game) else None
    latest = _latest(game, closed) if visibility.may_see("closed_round", "play", game) else []
    return Results(player.prediction, own, latest, closed.count())


def _latest(game: Game, closed: Any) -> list[Any]:
    rows = closed.order_by("-number").values_list(*ROUND_COLUMNS)[:ROUNDS_SHOWN]
    return [announce.closed_round(RoundRow(*row), game) for row in rows]


def _own(game: Game, team: int) -> OwnResult | None:
    rows = TeamStatistics.objects.filter(team=team, run=game.run, design=game.question_design).exclude(report=None)
    # Prefer the present game; it has no report if it was never played.
    best = max(rows, key=lambda row: (row.mode == game.mode, row.report.issued), default=None)
    if best is None:
        return None
    played, teams = game_of(best.mode), best.teams_listed
    return OwnResult(
        mode=best.mode,
        theme=played.theme_or_default(game.theme),
        report=watched(msgspec.structs.replace(best.report, matrix=None, tests=None, balance=None)),
        contexts=_contexts(best, played),
        verdict=verdict(best.report, played, teams),
        steps=evidence_steps(teams),
    )


def _contexts(statistics: TeamStatistics, game: Definition) -> list[ContextHits]:
    rows = Tally.objects.filter(
        team=statistics.team_id, run=statistics.run, mode=statistics.mode, design=statistics.design
    )
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
