"""A player's results after the game: the own team's numbers, plan, pairs of questions and latest rounds."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from game.games import game_of
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Tally, TeamStatistics
from game.physics import rules
from game.realtime import announce, visibility
from game.realtime.messages.player import OwnResult, PairResult, Plan, Results
from game.rounds.rows import RoundRow
from game.rounds.statement import ROUND_COLUMNS

ROUNDS_SHOWN = 100
# Keys of the team's report that players see; fixed-length p-values are for hosts.
SHOWN = (
    "mode", "issued", "answered", "scored", "wins", "win_rate", "win_rate_interval", "correlators", "chsh", "trace",
    "log10_evidence", "hardy",
)  # fmt: skip
_HITS = {"won", "agreed", "miracle", "rule_kept"}
# In aqmjoe A and B are one question, and so are X and Y.
_MERGED = str.maketrans("BY", "AX")


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
    rows = TeamStatistics.objects.filter(team=team, run=game.run, design=game.question_design)
    # Prefer the mode of the game; it has no report if it was never played.
    best = max(rows, key=lambda row: (row.mode == game.mode, row.report.get("issued", 0)), default=None)
    if best is None or not best.report:
        return None
    return OwnResult(
        mode=best.mode,  # type: ignore[arg-type]
        theme=_theme(game, best.mode),  # type: ignore[arg-type]
        report={key: best.report[key] for key in SHOWN},
        plan=plan(best.mode, best.report["extra"]["strategy"]),
        pairs=_pairs(best),
    )


def _theme(game: Game, mode: str) -> str:
    if mode == game.mode:
        return game.theme
    return "aqmjoe" if mode == "aqmjoe" else "food"


def plan(mode: str, strategy: dict[str, Any]) -> Plan:
    """Return the plan that the decoder found, and how many of the scored pairs of questions it wins."""
    table, fit, rounds = strategy["table"], strategy["fit"], strategy["rounds"]
    scored = [pair for pair in rules.pairs(mode) if rules.is_scored(mode, *pair)] if table else []
    won = [pair for pair in scored if rules.is_won(mode, *pair, table["1" + pair[0]], table["2" + pair[1]])]
    return Plan(
        answers=table,
        mirrored=strategy["mirrored"],
        fits=round((fit or 0) * rounds),
        rounds=rounds,
        pairs_won=len(won) if scored else None,
        pairs=len(scored) or None,
    )


def _pairs(statistics: TeamStatistics) -> list[PairResult]:
    mode = statistics.mode
    played: dict[rules.Pair, list[tuple[str, int]]] = {_merged(mode, pair): [] for pair in rules.pairs(mode)}
    cells = Tally.objects.filter(team=statistics.team_id, run=statistics.run, mode=mode, design=statistics.design)
    for cell in cells:
        outcome = game_of(mode).outcome(cell.questions, cell.answers)
        played[_merged(mode, (cell.questions[0], cell.questions[1]))].append((outcome, cell.count))
    return [_pair(pair, outcomes, _is_judged(mode, pair)) for pair, outcomes in played.items()]


def _merged(mode: str, pair: rules.Pair) -> rules.Pair:
    return (pair[0].translate(_MERGED), pair[1].translate(_MERGED)) if mode == "aqmjoe" else pair


def _is_judged(mode: str, pair: rules.Pair) -> bool:
    return mode == "aqmjoe" or rules.is_chsh(*pair) or pair[0] == pair[1]


def _pair(pair: rules.Pair, outcomes: Iterable[tuple[str, int]], judged: bool) -> PairResult:
    # A CHSH round without both answers is lost; any other says nothing about its pair.
    answered = [(outcome, count) for outcome, count in outcomes if outcome != "unanswered"]
    # Two colour questions have no rule to keep: the pair counts miracles.
    wanted = _HITS - {"rule_kept"} if pair == ("A", "A") else _HITS
    hits = sum(count for outcome, count in answered if outcome in wanted)
    return PairResult(pair[0], pair[1], sum(count for _, count in answered), hits if judged else None)  # type: ignore[arg-type]
