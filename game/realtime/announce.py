"""Turn the facts of a transaction into messages, and announce them after the commit."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db import connection, transaction
from msgspec import UNSET
from prometheus_client import Counter

from game import cache
from game.games import game_of
from game.games.definition import UNANSWERED
from game.models import Game, Player, Round, Team
from game.physics.designs import PASS, QUBITS
from game.realtime import visibility
from game.realtime.hub.broadcast import Broadcast
from game.realtime.hub.deltas import ROW_PARTS
from game.realtime.messages.host import Banned, BannedChanged
from game.realtime.messages.parts import GameChanged, GameView, LessonView, ReplayView, encode_part, encode_text
from game.realtime.messages.player import (
    ClosedRound,
    OpenQuestion,
    Partner,
    PartnersChanged,
    QuestionAsked,
    RoundClosed,
)
from game.realtime.messages.watch import Counts, SeatView, TeamRow
from game.realtime.server import current_server
from game.realtime.sockets import close_codes
from game.rounds import tallies
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
        plan_seconds=game.plan_seconds,
        show_last_round=game.show_last_round,
        show_own_score=game.show_own_score,
        public_scoreboard=game.public_scoreboard,
        locked=game.locked,
        max_teams=game.max_teams,
        grace_ends_at=game.grace_ends_at,
        lesson=lesson_view(game),
        numbers_hidden=game.numbers_hidden,
        podium=game.podium,
        continue_until=game.continue_until,
        visibility=game.visibility,
        replay=game.replay and msgspec.convert(game.replay, ReplayView),
        version=settings.VERSION,
    )


def lesson_view(game: Game) -> LessonView | None:
    if not game.lesson:
        return None
    timed = game.step_key == "plan" and game.step_at is not None
    ends_at = game.step_at + timedelta(seconds=game.plan_seconds) if timed and game.step_at else None
    return LessonView(game.lesson, game.step, ends_at, game.guesses_shown)


def open_question(trial: RoundRow, player: int, outcome: str | None = None) -> OpenQuestion:
    """Return a player's own question of an open round, with the own answer and the own outcome if there are any."""
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
        outcome=outcome if trial.design == QUBITS else UNSET,
        told=visibility.told_questions(trial.design, trial.questions) or UNSET,
        may_pass=trial.design == PASS or UNSET,
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
        letters += [Broadcast("closed", trial.game, player, (trial.id, text)) for player in _still_seated(trial)]
    for trial in done.opened:
        letters += [
            Broadcast("asked", trial.game, player, (trial.id, encode_text(QuestionAsked(open_question(trial, player)))))
            for player in trial.players
        ]
    return letters


def _still_seated(trial: RoundRow) -> list[int]:
    return [player for seat, player in enumerate(trial.players, start=1) if str(seat) not in trial.left_seats]


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


def in_doubt(games: Iterable[int]) -> None:
    """Give every page of these games a fresh snapshot, after moves that may have been made without a word."""
    games = list(games)
    for game in games:
        cache.invalidate_seats(game)
    current_server().hub.announce([Broadcast("refresh", game, 0, None) for game in games])


def hosts_changed(game: Game) -> None:
    """Let every dashboard of the game ask again whether its account may host."""
    current_server().hub.announce([Broadcast("rights", game.pk, 0, None)])


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


def seat_view(player: Player | None, seat: int, trial: "OpenRound") -> SeatView | None:
    """
    Return a seat as dashboards show it: while a round is open, as that round found it.

    A dashboard may be mirrored on the big screen, where a partner would see who hides the page or has left.
    """
    if str(seat) in trial.left_seats:
        return SeatView("connected", Player.PERSON)
    if player is None:
        return None
    return SeatView("connected" if trial.id else player.presence, player.kind)  # type: ignore[arg-type]


def first_name(player: Player | None, seat: int, trial: "OpenRound") -> str:
    """Return the first name of a seat, as dashboards show it: while a round is open, as that round found it."""
    if str(seat) in trial.left_seats:
        return trial.left_names[seat - 1]
    return player.first_name if player is not None else ""


def team_row(team: Team, players: dict[int, Player], seats: int, is_of_bots: bool, trial: "OpenRound") -> TeamRow:
    """Return the row of a team for dashboards, without numbers; other pages do not get its first names."""
    views = [seat_view(players.get(seat), seat, trial) for seat in range(1, seats + 1)]
    names = [first_name(players.get(seat), seat, trial) for seat in range(1, seats + 1)]
    return TeamRow(team.pk, team.name, team.active, is_of_bots, team.ghost, team.left_out_at is not None, views, names)


def of_bots(teams: Iterable[Team]) -> set[int]:
    """Return which of these teams lists keep apart as teams of bots."""
    marked = [team.pk for team in teams if team.bots]
    return set(tallies.of_bots(Team.objects.filter(pk__in=marked)).values_list("pk", flat=True)) if marked else set()


class OpenRound(NamedTuple):
    """
    A team's open round, and its seats that were left: taken until it closes, for everybody but the hosts.

    left_names has the first names by seat where a seat was left, for dashboards.
    """

    id: int
    left_seats: str
    left_names: Sequence[str] = ()


NO_ROUND = OpenRound(0, "")


def open_rounds(teams: Iterable[Team]) -> dict[int, OpenRound]:
    """Return the open rounds of these teams, by team."""
    found = Round.objects.filter(team__in=teams, closed_at=None)
    rounds = list(found.values_list("team_id", "pk", "left_seats", "players"))
    of_left = {player for *_others, left_seats, players in rounds if left_seats for player in players}
    names = dict(Player.objects.filter(pk__in=of_left).values_list("pk", "first_name")) if of_left else {}
    return {
        team: OpenRound(pk, left_seats, [names.get(player, "") for player in players])
        for team, pk, left_seats, players in rounds
    }


def counts(game_id: int, seats: int) -> Counts:
    """
    Count teams and players of a game, whose teams have this many seats, now; ghost teams are none of them.

    Players of an open round are present, also in seats that were left: a dashboard tells nothing of a seat before its
    round has closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE players = %s), coalesce(sum(players), 0)::int,
                   coalesce(sum(present), 0)::int
            FROM (SELECT count(*) + coalesce(max(length(o.left_seats)), 0) AS players,
                         count(*) FILTER (WHERE presence <> %s OR kind <> %s OR o.id IS NOT NULL)
                         + coalesce(max(length(o.left_seats)), 0) AS present
                  FROM game_player p LEFT JOIN game_round o ON o.team_id = p.team_id AND o.closed_at IS NULL
                  WHERE p.game_id = %s AND p.seat IS NOT NULL
                  AND NOT (kind <> 'person' AND (SELECT ghost FROM game_team WHERE id = p.team_id))
                  GROUP BY p.team_id) t
            """,
            [seats, Player.Presence.AWAY, Player.PERSON, game_id],
        )
        return Counts(*cursor.fetchone())


def seats_moved(game_id: int, teams: Iterable[int], gone: Iterable[int] = (), spoken_in: Iterable[int] = ()) -> None:
    """
    Tell dashboards, projectors and phones without a seat, soon, that seats of these teams were taken or left.

    spoken_in are teams in which a player has told a plan or a first name.
    """
    changes = {"moved": list(teams), "gone": list(gone), "touched": list(spoken_in)}
    if any(changes.values()):
        cache.invalidate_seats(game_id)
        current_server().hub.announce([Broadcast("teams", game_id, 0, changes)])


def members_changed(game_id: int) -> None:
    """Ask for new places and awards, after a team was left out or taken in."""
    current_server().trigger.request_recompute([game_id])


def teams_changed(game_id: int, teams: Iterable[Team], seats_moved: bool = True) -> None:
    """Tell players of these teams who sits with them and is there, and soon all who see teams."""
    cache.invalidate_seats(game_id)
    game, teams = Game.objects.get(pk=game_id), list(teams)
    seats, players, rounds = game.declared.seat_count, _players(teams), open_rounds(teams)
    named = [team.pk for team in teams]
    letters = [Broadcast("teams", game_id, 0, {"moved" if seats_moved else "touched": named})]
    for team in teams:
        letters += partners_told(game_id, players[team.pk], seats, rounds.get(team.pk, NO_ROUND))
    current_server().hub.announce(letters)


def partners_told(game: int, players: dict[int, Player], seats: int, trial: OpenRound) -> Iterator[Broadcast]:
    """Yield what each player of a team is told of the others; a socket holds it back until that round is answered."""
    for seat, player in players.items():
        text = encode_text(PartnersChanged(partners(seat, players, seats, trial)))
        yield Broadcast("partners", game, player.pk, (trial.id, text))


def tell(broadcasts: list[Broadcast]) -> None:
    current_server().hub.announce(broadcasts)


# Rounds that closed in play without all answers: nobody could tell until now who was not there.
_MISSED = (Round.ClosedBy.TIMER, Round.ClosedBy.SKIP)


def departed(closed: Iterable[RoundRow]) -> None:
    """Tell of the seats that were left in rounds that have closed now, and who is there where some did not answer."""
    moved_in: dict[bool, dict[int, set[int]]] = {True: {}, False: {}}
    for trial in closed:
        if trial.left_seats or trial.closed_by in _MISSED:
            moved_in[bool(trial.left_seats)].setdefault(trial.game, set()).add(trial.team)
    for seats_moved, teams_of in moved_in.items():
        for game, teams in teams_of.items():
            teams_changed(game, Team.objects.filter(pk__in=teams), seats_moved)


def _players(teams: Iterable[Team]) -> dict[int, dict[int, Player]]:
    players: dict[int, dict[int, Player]] = {team.pk: {} for team in teams}
    for player in Player.objects.filter(team__in=players):
        assert player.team_id is not None and player.seat is not None
        players[player.team_id][player.seat] = player
    return players


def seats_delta(game: Game, moved: Iterable[int], touched: Iterable[int], gone: Iterable[int]) -> dict[str, Any]:
    """Return who sits where in these teams; names and marks are told only where seats moved."""
    moved = set(moved)
    teams = list(Team.objects.filter(pk__in=moved | set(touched)).order_by("pk"))
    players, rounds, bots, seats = _players(teams), open_rounds(teams), of_bots(teams), game.declared.seat_count
    rows = [team_row(team, players[team.pk], seats, team.pk in bots, rounds.get(team.pk, NO_ROUND)) for team in teams]
    return delta(
        gone,
        teams=[msgspec.structs.replace(row, seats=UNSET, names=UNSET) for row in rows if row.id in moved],
        seats=[TeamRow(row.id, seats=row.seats) for row in rows],
        people=[TeamRow(row.id, names=row.names) for row in rows],
        state=game.state,
        counts=counts(game.pk, seats),
    )


def partners(own_seat: int, players: dict[int, Player], seats: int, trial: OpenRound) -> list[Partner]:
    """
    Return the other seats of a team as the player in one of them sees them, left seats as the round found them.

    While a round is open there are no first names: one that is missing would tell that a seat was left.
    """
    return [
        Partner(seat, "connected", False)
        if str(seat) in trial.left_seats
        else _partner(seat, players.get(seat), is_named=not trial.id)
        for seat in range(1, seats + 1)
        if seat != own_seat
    ]


def partners_of_round(trial: RoundRow, player: Player) -> list[Partner]:
    """Return the other seats as an open round found them: this is all that a player may know before the own answer."""
    return [
        Partner(seat, "connected", str(seat) in trial.bots)
        for seat in range(1, len(trial.players) + 1)
        if seat != player.seat
    ]


def _partner(seat: int, player: Player | None, is_named: bool) -> Partner:
    if player is None:
        return Partner(seat, None, False)
    name = player.first_name if is_named else ""
    return Partner(seat, player.presence, player.is_bot, player.plan, name)  # type: ignore[arg-type]


def delta(gone: Iterable[int] = (), **parts: Any) -> dict[str, Any]:
    """
    Return parts of a Delta as the hub merges them, encoded once.

    teams, seats, people and reports are lists of rows; state is the game's; the other parts are named as in Delta.
    """
    rows = {name: [(row.id, encode_part(row)) for row in parts.pop(name, ())] for name in ROW_PARTS}
    return {"gone": list(gone), **rows, **{name: encode_part(part) for name, part in parts.items()}}
