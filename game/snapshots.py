"""What a player's page shows, read for many players at once."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from game import announce
from game.messages import ClosedRound, LobbyTeam, Me, OpenQuestion, PlayerSnapshot, Score, encode_text
from game.models import Game, Player, Team, TeamStatistics
from game.rounds import TRIAL_COLUMNS, Trial


class Arrival(NamedTuple):
    """A player's row and the snapshot to send, which is empty for a socket that is only to be identified."""

    player: int
    seated: bool
    banned: bool
    text: str


class Request(NamedTuple):
    game: int
    identity: str
    # A socket joins the hub under its player before its snapshot is read, so that nothing falls between the two.
    identified: bool


def arrivals(requests: Sequence[Request]) -> list[Arrival]:
    """Return for each request the player, whose row is created at the first visit, and the player's snapshot."""
    players = _players({(request.game, request.identity) for request in requests})
    games = Game.objects.in_bulk({request.game for request in requests})
    teams = _Teams([players[r.game, r.identity] for r in requests if r.identified], games)
    found = []
    for request in requests:
        player = players[request.game, request.identity]
        text = encode_text(_snapshot(games[request.game], player, teams)) if request.identified else ""
        found.append(Arrival(player.pk, player.team_id is not None, player.banned, text))
    return found


def _players(keys: set[tuple[int, str]]) -> dict[tuple[int, str], Player]:
    games, identities = [game for game, _ in keys], [identity for _, identity in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO game_player (game_id, identity, presence, kind, parameters, banned)
            SELECT v.game, v.identity, 'away', 'person', '{}', false
            FROM unnest(%s::bigint[], %s::text[]) AS v(game, identity)
            WHERE NOT EXISTS (SELECT FROM game_player p WHERE p.game_id = v.game AND p.identity = v.identity)
            ON CONFLICT DO NOTHING
            """,
            [games, identities],
        )
    rows = Player.objects.raw(
        """
        SELECT p.* FROM game_player p JOIN unnest(%s::bigint[], %s::text[]) AS v(game, identity)
        ON p.game_id = v.game AND p.identity = v.identity
        """,
        [games, identities],
    )
    return {(player.game_id, player.identity): player for player in rows}


class _Teams:
    """Teams, partners, rounds, scores and lobbies of some players, one query each."""

    def __init__(self, players: list[Player], games: dict[int, Game]) -> None:
        self.ids = sorted({player.team_id for player in players if player.team_id is not None})
        self.names = dict(Team.objects.filter(pk__in=self.ids).values_list("pk", "name"))
        self.seats: dict[tuple[int, int], Player] = {
            (p.team_id, p.seat): p  # type: ignore[misc]
            for p in Player.objects.filter(team__in=self.ids)
        }
        self.open: dict[int, Trial] = {}
        self.last: dict[int, Trial] = {}
        for trial in self._trials():
            (self.open if trial.closed_by is None else self.last)[trial.team] = trial
        self.scores = self._scores(games)
        self.lobbies = {game: _lobby(game) for game in {p.game_id for p in players if p.team_id is None}}

    def _trials(self) -> list[Trial]:
        """The open round and the last closed one of each team in its game's present run."""
        if not self.ids:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT r.* FROM game_team t JOIN game_game g ON g.id = t.game_id CROSS JOIN LATERAL (
                    SELECT {TRIAL_COLUMNS} FROM game_round
                    WHERE team_id = t.id AND run = g.run ORDER BY number DESC LIMIT 2) r
                WHERE t.id = ANY(%s) ORDER BY r.team_id, r.number
                """,
                [self.ids],
            )
            return [Trial(*row) for row in cursor.fetchall()]

    def _scores(self, games: dict[int, Game]) -> dict[int, Score]:
        scores = {}
        for row in TeamStatistics.objects.filter(team__in=self.ids).select_related("team"):
            game = games[row.team.game_id]
            if (row.run, row.mode, row.design) == (game.run, game.mode, game.question_design):
                scores[row.team_id] = score(row.report)
        return scores


def score(report: dict) -> Score:  # type: ignore[type-arg]
    """The part of a report that a team may see of itself while it plays."""
    interval, hardy = report["win_rate_interval"], report["hardy"] or {}
    return Score(
        report["wins"],
        report["scored"],
        report["win_rate"],
        None if interval is None else tuple(interval),
        report["issued"],
        hardy.get("miracles"),
        hardy.get("rule_keeping"),
    )


def _lobby(game: int) -> list[LobbyTeam]:
    seats: dict[int, dict[int, Player]] = {}
    for player in Player.objects.filter(game=game, team__isnull=False).only("team_id", "seat"):
        seats.setdefault(player.team_id, {})[player.seat] = player  # type: ignore[arg-type, index]
    return [announce.lobby_team(team, seats.get(team.pk, {})) for team in Team.objects.filter(game=game).order_by("pk")]


def _snapshot(game: Game, player: Player, teams: _Teams) -> PlayerSnapshot:
    me: Me | None = None
    question: OpenQuestion | None = None
    last_round: ClosedRound | None = None
    own_score: Score | None = None
    if player.team_id is not None and player.seat is not None:
        partner = announce.partner_changed(teams.seats.get((player.team_id, 3 - player.seat)))
        name = teams.names[player.team_id]
        me = Me(player.team_id, name, player.seat, partner.partner, partner.partner_is_bot)  # type: ignore[arg-type]
        if (trial := teams.open.get(player.team_id)) is not None and player.pk in trial.players:
            question = announce.open_question(trial, player.pk)
        if (trial := teams.last.get(player.team_id)) is not None:
            last_round = announce.closed_round(trial, game.show_last_round)
        if game.show_own_score:
            own_score = teams.scores.get(player.team_id)
    lobby = teams.lobbies.get(game.pk, []) if me is None else []
    return PlayerSnapshot(announce.game_view(game), me, question, last_round, own_score, lobby, timezone.now())
