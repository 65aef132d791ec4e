"""What a player's page shows, read for many players at once."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from game.database.one_snapshot import one_snapshot
from game.models import DeviceOutcome, Game, Player, Team, TeamStatistics
from game.physics.designs import QUBITS
from game.physics.report_types import RowReport, row_of_counts, row_report
from game.realtime import announce, visibility
from game.realtime.lobby.open_teams import OpenTeams, open_teams, resting_team
from game.realtime.messages.parts import encode_text
from game.realtime.messages.player import (
    ClosedRound,
    LobbyTeam,
    Me,
    OpenQuestion,
    Partner,
    PartnersChanged,
    PlayerSnapshot,
    RecentRound,
)
from game.rounds.rows import RoundRow
from game.rounds.statement import ROUND

# A phone shows as many dots.
RECENT_ROUNDS = 10

ListOf = Callable[[Game], OpenTeams]


class Arrival(NamedTuple):
    """
    A player and the encoded snapshot, which is empty for a socket that only asks for its player.

    unanswered is the open round without the own answer, else 0.  news is the encoded PartnersChanged for the
    time after it.
    """

    player: int
    tab: int
    seated: bool
    banned: bool
    text: str = ""
    unanswered: int = 0
    news: str = ""


class Request(NamedTuple):
    game: int
    identity: str
    # A socket asks twice: it joins the hub as its player before its snapshot is read, so that it misses nothing.
    identified: bool
    device: str = ""


def arrivals(requests: Sequence[Request], list_of: ListOf = open_teams) -> list[Arrival | None]:
    """
    Return the player and the snapshot of each request, or None where the game was deleted.

    list_of returns the list of open teams that phones without a seat have.
    """
    _meet({(one.game, one.identity): one.device for one in requests if not one.identified})
    # A team that dissolves between two statements would leave players of a team that is not there.
    with one_snapshot():
        return _read(requests, list_of)


def _read(requests: Sequence[Request], list_of: ListOf) -> list[Arrival | None]:
    players = _players({(request.game, request.identity) for request in requests})
    games = Game.objects.in_bulk({game for game, _ in players})
    identified = {(request.game, request.identity) for request in requests if request.identified}
    teams = _Teams([player for key, player in players.items() if key in identified], games, list_of)
    found: list[Arrival | None] = []
    for request in requests:
        player = players.get((request.game, request.identity))
        if player is None:
            found.append(None)
            continue
        arrival = Arrival(player.pk, player.tab, player.team_id is not None, player.banned)
        found.append(_with_snapshot(arrival, games[request.game], player, teams) if request.identified else arrival)
    return found


def _with_snapshot(arrival: Arrival, game: Game, player: Player, teams: "_Teams") -> Arrival:
    arrival = arrival._replace(text=encode_text(_snapshot(game, player, teams)))
    if (trial := teams.unanswered(player)) is None:
        return arrival
    news = PartnersChanged(teams.partners(player, game))
    return arrival._replace(unanswered=trial.id, news=encode_text(news))


def _meet(devices: dict[tuple[int, str], str]) -> None:
    """Insert the rows of new players, and number the new tabs of the others."""
    if not devices:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO game_player (game_id, identity, device, tab, presence, last_seen, kind, parameters, banned)
            SELECT g.id, v.identity, v.device, 1, 'connected', now(), 'person', '{}', false
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v(game, identity, device)
            JOIN game_game g ON g.id = v.game
            ORDER BY 1, 2
            ON CONFLICT (game_id, identity) DO UPDATE SET tab = game_player.tab + 1, device = excluded.device
            """,
            [[game for game, _ in devices], [identity for _, identity in devices], list(devices.values())],
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

    def __init__(self, players: list[Player], games: dict[int, Game], list_of: ListOf) -> None:
        self.ids = sorted({player.team_id for player in players if player.team_id is not None})
        self.names = dict(Team.objects.filter(pk__in=self.ids).values_list("pk", "name"))
        self.players: dict[int, dict[int, Player]] = defaultdict(dict)
        for player in Player.objects.filter(team__in=self.ids):
            self.players[player.team_id][player.seat] = player  # type: ignore[index]
        self.open: dict[int, RoundRow] = {}
        # Closed rounds, the oldest first.
        self.closed: dict[int, list[RoundRow]] = defaultdict(list)
        for trial in self._trials():
            if trial.closed_by is None:
                self.open[trial.team] = trial
            else:
                self.closed[trial.team].append(trial)
        self.scores = self._scores(games)
        self.outcomes = self._outcomes()
        seekers = [player for player in players if player.team_id is None]
        self.lobbies = {game: list_of(games[game]) for game in {player.game_id for player in seekers}}
        left = Team.objects.filter(pk__in={player.left_team for player in seekers}, active=False)
        self.resting = {team.pk: team for team in left}

    def unanswered(self, player: Player) -> RoundRow | None:
        """Return the open round that waits for this player's answer."""
        trial = None if player.team_id is None else self.open.get(player.team_id)
        seat = visibility.own_seat(trial, player.pk) if trial is not None else 0
        return trial if trial is not None and seat and not trial.has_answered(seat) else None

    def partners(self, player: Player, game: Game) -> list[Partner]:
        """Return the partners of a seated player as they are now."""
        assert player.team_id is not None and player.seat is not None
        trial = self.open.get(player.team_id)
        found = announce.OpenRound(trial.id, trial.left_seats) if trial is not None else announce.NO_ROUND
        return announce.partners(player.seat, self.players[player.team_id], game.declared.seat_count, found)

    def lobby(self, player: Player, game: Game) -> list[LobbyTeam]:
        """Return the open teams for a player without a seat, and the own one that rests."""
        listed = list(self.lobbies[game.pk].teams.values())
        own = self.resting.get(player.left_team) if player.left_team else None
        return listed if own is None else [*listed, resting_team(own, game.declared.seat_count)]

    def _trials(self) -> list[RoundRow]:
        """Return the open round and the last closed rounds of each team in the present run."""
        if not self.ids:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT r.* FROM game_team t JOIN game_game g ON g.id = t.game_id CROSS JOIN LATERAL (
                    SELECT {ROUND} FROM game_round
                    WHERE team_id = t.id AND run = g.run ORDER BY number DESC LIMIT {RECENT_ROUNDS + 1}) r
                WHERE t.id = ANY(%s) ORDER BY r.team_id, r.number
                """,
                [self.ids],
            )
            return [RoundRow(*row) for row in cursor.fetchall()]

    def _outcomes(self) -> dict[tuple[int, int], str]:
        """Return what halves of borrowed qubits gave in the open rounds, by round and seat."""
        measured = [trial.id for trial in self.open.values() if trial.design == QUBITS]
        if not measured:
            return {}
        rows = DeviceOutcome.objects.filter(round__in=measured).values_list("round", "seat", "outcome")
        return {(trial, seat): outcome for trial, seat, outcome in rows}

    def _scores(self, games: dict[int, Game]) -> dict[int, RowReport]:
        scores = {}
        for row in TeamStatistics.objects.filter(team__in=self.ids).select_related("team").defer("report"):
            game = games[row.team.game_id]
            if (row.run, row.mode, row.design) == (game.run, game.mode, game.question_design):
                scores[row.team_id] = row_report(row.live_report)
        return scores


def _snapshot(game: Game, player: Player, teams: _Teams) -> PlayerSnapshot:
    me: Me | None = None
    question: OpenQuestion | None = None
    last_round: ClosedRound | None = None
    recent: list[RecentRound] = []
    own_score: RowReport | None = None
    if player.team_id is not None and player.seat is not None:
        unanswered = teams.unanswered(player)
        partners = (
            teams.partners(player, game) if unanswered is None else announce.partners_of_round(unanswered, player)
        )
        me = Me(player.team_id, teams.names[player.team_id], player.seat, partners)
        if (trial := teams.open.get(player.team_id)) is not None and visibility.own_seat(trial, player.pk):
            question = announce.open_question(trial, player.pk, teams.outcomes.get((trial.id, player.seat)))
        if closed := teams.closed[player.team_id]:
            last_round = announce.closed_round(closed[-1], game)
            recent = _recent(closed, game)
        if visibility.may_see("own_score", "play", game):
            own_score = teams.scores.get(player.team_id)
        if own_score is not None and not visibility.may_see("numbers", "play", game):
            own_score = row_of_counts(own_score)
    lobby = teams.lobby(player, game) if me is None else []
    more, full = teams.lobbies[game.pk][1:] if me is None else (False, False)
    view = announce.game_view(game)
    return PlayerSnapshot(
        view, me, question, last_round, own_score, lobby, more, full, timezone.now(), player.prediction,
        player.plan, player.explained, recent, player.first_name,
    )  # fmt: skip


def _recent(closed: Sequence[RoundRow], game: Game) -> list[RecentRound]:
    if not visibility.may_see("closed_round", "play", game):
        return []
    views = [announce.closed_round(trial, game) for trial in closed[-RECENT_ROUNDS:]]
    return [RecentRound(view.round, view.mode, view.closed_by, view.outcome) for view in views]
