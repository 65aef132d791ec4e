"""Turn the facts of a transaction into messages, and announce them after the commit."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import connection, transaction
from prometheus_client import Counter

from game import cache
from game.games import game_of
from game.games.definition import UNANSWERED
from game.models import Game, Player, Team
from game.realtime import visibility
from game.realtime.hub.broadcast import Broadcast
from game.realtime.hub.deltas import ROW_PARTS
from game.realtime.messages.host import Banned, BannedChanged
from game.realtime.messages.parts import GameChanged, GameView, encode_part, encode_text
from game.realtime.messages.player import (
    ClosedRound,
    LobbyChanged,
    LobbyTeam,
    OpenQuestion,
    Partner,
    PartnersChanged,
    QuestionAsked,
    RoundClosed,
)
from game.realtime.messages.watch import Counts, SeatView, TeamRow
from game.realtime.server import current_server
from game.realtime.sockets import close_codes
from game.rounds.rows import RoundChanges, RoundRow

rounds_closed_total = Counter("rounds_closed_total", "Closed rounds", ["closed_by"])

_SHOWN, _HIDDEN = visibility.FixedOptions(show_last_round=True), visibility.FixedOptions(show_last_round=False)


def game_view(game: Game) -> GameView:
    return GameView(
        code=game.code,
        title=game.title,
        state=game.state,  # type: ignore[arg-type]
        run=game.run,
        mode=game.mode,
        theme=game.theme,
        design=game.question_design,  # type: ignore[arg-type]
        round_limit=game.round_limit,
        answer_seconds=game.answer_seconds,
        show_last_round=game.show_last_round,
        show_own_score=game.show_own_score,
        public_scoreboard=game.public_scoreboard,
        locked=game.locked,
        max_teams=game.max_teams,
        grace_ends_at=game.grace_ends_at,
        continue_until=game.continue_until,
    )


def open_question(trial: RoundRow, player: int) -> OpenQuestion:
    """Return a player's own question of an open round, with the own answer if there is one."""
    seat = visibility.own_seat(trial, player)
    assert seat, f"player={player} has no seat in round={trial.id}"
    return OpenQuestion(
        round=trial.id,
        number=trial.number,
        mode=trial.mode,
        theme=trial.theme,
        question=trial.questions[seat - 1],
        deadline=trial.deadline,
        answer=None if trial.answers[seat - 1] == UNANSWERED else trial.answers[seat - 1],
    )


def closed_round(trial: RoundRow, game: visibility.Options) -> ClosedRound:
    """Return a closed round as its players see it: without questions, answers and outcome where the game hides them."""
    assert trial.closed_by is not None, f"round={trial.id} is open"
    view = ClosedRound(
        round=trial.id,
        number=trial.number,
        mode=trial.mode,
        theme=trial.theme,
        closed_by=trial.closed_by,
        outcome="closed",
    )
    if not visibility.may_see("closed_round", "play", game):
        return view
    played = game_of(trial.mode)
    return msgspec.structs.replace(
        view,
        outcome=played.outcome(trial.questions, trial.answers),
        how=played.how(trial.questions, trial.answers),
        questions=trial.questions,
        answers=trial.answers,
    )


def round_broadcasts(done: RoundChanges) -> list[Broadcast]:
    """Return what the players of each round are told: that it has closed, or what is asked now."""
    letters = []
    for trial in done.closed:
        rounds_closed_total.labels(trial.closed_by).inc()
        text = encode_text(RoundClosed(closed_round(trial, _SHOWN if trial.game in done.shown else _HIDDEN)))
        letters += [Broadcast("player", trial.game, player, text) for player in trial.players]
    for trial in done.opened:
        letters += [
            Broadcast("player", trial.game, player, encode_text(QuestionAsked(open_question(trial, player))))
            for player in trial.players
        ]
    return letters


def rounds_changed(done: RoundChanges) -> None:
    """Tell the players which rounds have closed and what is asked next."""
    current_server().hub.announce(round_broadcasts(done))


def game_changed(game: Game) -> None:
    """Tell every page of a game its state, mode, theme and options."""
    cache.invalidate_game(game.pk, game.code)
    current_server().hub.announce([Broadcast("game", game.pk, 0, encode_text(GameChanged(game_view(game))))])


def game_deleted(sender: Any, instance: Game, **kwargs: Any) -> None:
    """Tell the pages of a game after the commit that it was deleted; receives the signal of every deletion."""
    # Django clears the id of a deleted row.
    game_id, code = instance.pk, instance.code

    def tell() -> None:
        cache.invalidate_game(game_id, code)
        current_server().hub.announce([Broadcast("refresh", game_id, 0, None)])

    transaction.on_commit(tell)


def refresh(game: Game, players: Iterable[int] = (0,)) -> None:
    """Give these players, or every page of the game, a fresh snapshot."""
    current_server().hub.announce([Broadcast("refresh", game.pk, player, None) for player in players])


def expelled(game: Game, player: int, ban: bool) -> None:
    current_server().hub.announce(
        [Broadcast("expel", game.pk, player, close_codes.NOT_ALLOWED if ban else close_codes.REMOVED)]
    )


def banned(game_id: int) -> list[Banned]:
    """Return the banned players of a game, the latest ban first."""
    rows = Player.objects.filter(game_id=game_id, banned=True).order_by("-banned_at")
    return [Banned(player.pk, player.banned_from, player.banned_at) for player in rows]


def banned_changed(game_id: int) -> None:
    """Tell the hosts who is banned now."""
    cache.invalidate_seats(game_id)
    current_server().hub.announce([Broadcast("host", game_id, 0, encode_text(BannedChanged(banned(game_id))))])


def seat_view(player: Player | None) -> SeatView | None:
    return None if player is None else SeatView(player.presence, player.kind)  # type: ignore[arg-type]


def lobby_team(team: Team, taken: int, seats: int) -> LobbyTeam:
    return LobbyTeam(team.pk, team.name, seats - taken, team.active)


def team_row(team: Team, players: dict[int, Player], seats: int) -> TeamRow:
    views = [seat_view(players.get(seat)) for seat in range(1, seats + 1)]
    return TeamRow(team.pk, team.name, team.active, team.bots, team.ghost, views)


def seats_of(game_id: int) -> int:
    """Return how many seats a team of this game has."""
    return game_of(Game.objects.values_list("mode", flat=True).get(pk=game_id)).seat_count


def counts(game_id: int, seats: int) -> Counts:
    """Count teams and players of a game, whose teams have this many seats, now; ghost teams are none of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE players = %s), coalesce(sum(players), 0)::int,
                   coalesce(sum(present), 0)::int
            FROM (SELECT count(*) AS players, count(*) FILTER (WHERE presence <> %s OR kind <> %s) AS present
                  FROM game_player p WHERE game_id = %s AND seat IS NOT NULL
                  AND NOT (kind <> 'person' AND (SELECT ghost FROM game_team WHERE id = p.team_id))
                  GROUP BY team_id) t
            """,
            [seats, Player.Presence.AWAY, Player.PERSON, game_id],
        )
        return Counts(*cursor.fetchone())


def teams_changed(game_id: int, teams: Iterable[Team], seats_moved: bool = True) -> None:
    """Tell players of these teams, dashboards and, when seats moved, the lobby who sits where."""
    cache.invalidate_seats(game_id)
    teams, seats = list(teams), seats_of(game_id)
    players: dict[int, dict[int, Player]] = {team.pk: {} for team in teams}
    for player in Player.objects.filter(team__in=teams):
        assert player.team_id is not None and player.seat is not None
        players[player.team_id][player.seat] = player
    rows = [team_row(team, players[team.pk], seats) for team in teams]
    letters = [Broadcast("delta", game_id, 0, delta(seats=rows, counts=counts(game_id, seats)))]
    if seats_moved:
        # A ghost has no seat for anybody.
        lobby = LobbyChanged([lobby_team(team, len(players[team.pk]), seats) for team in teams if not team.ghost])
        letters.append(Broadcast("lobby", game_id, 0, encode_text(lobby)))
    for taken in players.values():
        letters += [
            Broadcast("player", game_id, player.pk, encode_text(PartnersChanged(partners(seat, taken, seats))))
            for seat, player in taken.items()
        ]
    current_server().hub.announce(letters)


def partners(own_seat: int, players: dict[int, Player], seats: int) -> list[Partner]:
    """Return the other seats of a team as the player in one of them sees them."""
    return [_partner(seat, players.get(seat)) for seat in range(1, seats + 1) if seat != own_seat]


def _partner(seat: int, player: Player | None) -> Partner:
    if player is None:
        return Partner(seat, None, False)
    return Partner(seat, player.presence, player.is_bot)  # type: ignore[arg-type]


def team_gone(game_id: int, team: int) -> None:
    """Tell the lobby and the dashboards that a team was deleted."""
    cache.invalidate_seats(game_id)
    current_server().hub.announce(
        [
            Broadcast("lobby", game_id, 0, encode_text(LobbyChanged([], [team]))),
            Broadcast("delta", game_id, 0, delta(gone=[team], counts=counts(game_id, seats_of(game_id)))),
        ]
    )


def delta(gone: Iterable[int] = (), **parts: Any) -> dict[str, Any]:
    """
    Return parts of a Delta as the hub merges them, encoded once.

    seats and reports are lists of rows; the other parts are named as in Delta.
    """
    rows = {name: [(row.id, encode_part(row)) for row in parts.pop(name, ())] for name in ROW_PARTS}
    return {"gone": list(gone), **rows, **{name: encode_part(part) for name, part in parts.items()}}
