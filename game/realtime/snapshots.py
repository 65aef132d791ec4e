"""What a player's page shows, read for many players at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from game.models import Game, Player, Team, TeamStatistics
from game.physics.report_types import RowReport, row_report
from game.realtime import announce, visibility
from game.realtime.messages.parts import encode_text
from game.realtime.messages.player import ClosedRound, LobbyTeam, Me, OpenQuestion, PlayerSnapshot
from game.rounds.rows import RoundRow
from game.rounds.statement import ROUND


class Arrival(NamedTuple):
    """A player and the encoded snapshot, which is empty for a socket that only asks for its player."""

    player: int
    tab: int
    seated: bool
    banned: bool
    text: str


class Request(NamedTuple):
    game: int
    identity: str
    # A socket asks twice: it joins the hub as its player before its snapshot is read, so that it misses nothing.
    identified: bool


def arrivals(requests: Sequence[Request]) -> list[Arrival | None]:
    """Return the player and the snapshot of each request, or None where the game was deleted."""
    _meet({(request.game, request.identity) for request in requests if not request.identified})
    players = _players({(request.game, request.identity) for request in requests})
    games = Game.objects.in_bulk({game for game, _ in players})
    identified = {(request.game, request.identity) for request in requests if request.identified}
    teams = _Teams([player for key, player in players.items() if key in identified], games)
    found: list[Arrival | None] = []
    for request in requests:
        player = players.get((request.game, request.identity))
        if player is None:
            found.append(None)
            continue
        text = encode_text(_snapshot(games[request.game], player, teams)) if request.identified else ""
        found.append(Arrival(player.pk, player.tab, player.team_id is not None, player.banned, text))
    return found


def _meet(keys: set[tuple[int, str]]) -> None:
    """Insert the rows of new players, and number the new tabs of the others."""
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO game_player (game_id, identity, tab, presence, last_seen, kind, parameters, banned)
            SELECT g.id, v.identity, 1, 'connected', now(), 'person', '{}', false
            FROM unnest(%s::bigint[], %s::text[]) AS v(game, identity) JOIN game_game g ON g.id = v.game
            ORDER BY 1, 2
            ON CONFLICT (game_id, identity) DO UPDATE SET tab = game_player.tab + 1
            """,
            [[game for game, _ in keys], [identity for _, identity in keys]],
        )


def _players(keys: set[tuple[int, str]]) -> dict[tuple[int, str], Player]:
    rows = Player.objects.raw(
        """
        SELECT p.* FROM game_player p JOIN unnest(%s::bigint[], %s::text[]) AS v(game, identity)
        ON p.game_id = v.game AND p.identity = v.identity
        """,
        [[game for game, _ in keys], [identity for _, identity in keys]],
    )
    return {(player.game_id, player.identity): player for player in rows}


class _Teams:
    """Teams, partners, rounds, scores and lobbies of some players, read in one query each."""

    def __init__(self, players: list[Player], games: dict[int, Game]) -> None:
        self.ids = sorted({player.team_id for player in players if player.team_id is not None})
        self.names = dict(Team.objects.filter(pk__in=self.ids).values_list("pk", "name"))
        self.players: dict[int, dict[int, Player]] = defaultdict(dict)
        for player in Player.objects.filter(team__in=self.ids):
            self.players[player.team_id][player.seat] = player  # type: ignore[index]
        self.open: dict[int, RoundRow] = {}
        self.last: dict[int, RoundRow] = {}
        for trial in self._trials():
            (self.open if trial.closed_by is None else self.last)[trial.team] = trial
        self.scores = self._scores(games)
        self.lobbies = {game: _lobby(games[game]) for game in {p.game_id for p in players if p.team_id is None}}

    def _trials(self) -> list[RoundRow]:
        """Return the open round and the last closed round of each team in the present run."""
        if not self.ids:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT r.* FROM game_team t JOIN game_game g ON g.id = t.game_id CROSS JOIN LATERAL (
                    SELECT {ROUND} FROM game_round
                    WHERE team_id = t.id AND run = g.run ORDER BY number DESC LIMIT 2) r
                WHERE t.id = ANY(%s) ORDER BY r.team_id, r.number
                """,
                [self.ids],
            )
            return [RoundRow(*row) for row in cursor.fetchall()]

    def _scores(self, games: dict[int, Game]) -> dict[int, RowReport]:
        scores = {}
        for row in TeamStatistics.objects.filter(team__in=self.ids).select_related("team").defer("report"):
            game = games[row.team.game_id]
            if (row.run, row.mode, row.design) == (game.run, game.mode, game.question_design):
                scores[row.team_id] = row_report(row.live_report)
        return scores


def _lobby(game: Game) -> list[LobbyTeam]:
    teams = game.teams.filter(ghost=False).annotate(taken=Count("players")).order_by("pk")
    return [announce.lobby_team(team, team.taken, game.declared.seat_count) for team in teams]


def _snapshot(game: Game, player: Player, teams: _Teams) -> PlayerSnapshot:
    me: Me | None = None
    question: OpenQuestion | None = None
    last_round: ClosedRound | None = None
    own_score: RowReport | None = None
    if player.team_id is not None and player.seat is not None:
        partners = announce.partners(player.seat, teams.players[player.team_id], game.declared.seat_count)
        me = Me(player.team_id, teams.names[player.team_id], player.seat, partners)
        if (trial := teams.open.get(player.team_id)) is not None and visibility.own_seat(trial, player.pk):
            question = announce.open_question(trial, player.pk)
        if (trial := teams.last.get(player.team_id)) is not None:
            last_round = announce.closed_round(trial, game)
        if visibility.may_see("own_score", "play", game):
            own_score = teams.scores.get(player.team_id)
    lobby = teams.lobbies.get(game.pk, []) if me is None else []
    view = announce.game_view(game)
    return PlayerSnapshot(view, me, question, last_round, own_score, lobby, timezone.now(), player.prediction)
