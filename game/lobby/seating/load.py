"""Read the rows that a batch of moves needs, in a number of queries that depends on neither moves nor teams."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from game.lobby.seating.room import OpenTrial, Room, SeatedTeam
from game.models import Game, Player, Team
from game.names.text import likeness

# A game has at most as many printed cards, and a card keeps the seats of its team.
KEPT_TEAMS = 50


class Wanted(NamedTuple):
    """
    What one move names: its player, a team or the team of a card, names for a new team; or it looks for a seat, or asks
    whether its player has an open round.
    """

    game: int
    player: int
    team: int | None = None
    card: int | None = None
    names: Sequence[str] = ()
    finds: bool = False
    asks_rounds: bool = False


def load(games: Mapping[int, Game], wanted: Iterable[Wanted]) -> dict[int, Room]:
    """Return the rooms of locked games with all that these moves may touch."""
    wanted = [one for one in wanted if one.game in games]
    rooms = {pk: Room(game) for pk, game in games.items()}
    movers = list(Player.objects.filter(pk__in={one.player for one in wanted}))
    teams = {player.team_id for player in movers} | {one.team for one in wanted}
    teams |= _of_cards({(one.game, one.card) for one in wanted if one.card is not None})
    teams |= _waiting(games, movers, [one for one in wanted if one.finds])
    for seated in _read_teams({team for team in teams if team is not None}, games):
        rooms[seated.team.game_id].add(seated)
    for player in movers:
        if player.game_id in rooms:
            # Whoever sits is in the room already.
            rooms[player.game_id].players.setdefault(player.pk, player)
    _read_names(rooms, wanted)
    _read_sat(rooms, wanted)
    _read_in_round(rooms, {one.player for one in wanted if one.asks_rounds})
    return rooms


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _of_cards(cards: set[tuple[int, int]]) -> set[int]:
    if not cards:
        return set()
    rows = _rows(
        """
        SELECT t.id FROM game_team t JOIN unnest(%s::bigint[], %s::int[]) AS v(game, card)
        ON t.game_id = v.game AND t.card = v.card
        """,
        [[game for game, _ in cards], [card for _, card in cards]],
    )
    return {team for (team,) in rows}


def _waiting(games: Mapping[int, Game], movers: Iterable[Player], finding: list[Wanted]) -> set[int]:
    """Return teams in which somebody waits, for each game as many as its seekers may take up; an index finds them."""
    seekers: dict[int, int] = {}
    for one in finding:
        seekers[one.game] = seekers.get(one.game, 0) + 1
    if not seekers:
        return set()
    seated = {player.pk for player in movers if player.team_id is not None}
    # A seeker with a seat passes the own team over, and may take up one that a card keeps.
    kept = {one.game for one in finding if one.player in seated}
    most = [2 * n + (KEPT_TEAMS if game in kept else 0) for game, n in seekers.items()]
    rows = _rows(
        """
        SELECT t.id FROM unnest(%s::bigint[], %s::int[], %s::bool[], %s::int[]) AS v(game, seats, kept, most)
        CROSS JOIN LATERAL (
            SELECT id FROM game_team t
            WHERE t.game_id = v.game AND t.active AND NOT t.ghost AND t.taken BETWEEN 1 AND v.seats - 1
              AND (t.card IS NULL OR v.kept OR EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id))
              AND NOT EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id AND r.closed_at IS NULL)
              AND NOT EXISTS (
                  SELECT FROM game_player p WHERE p.team_id = t.id AND (p.kind <> 'person' OR p.presence = 'away'))
            ORDER BY t.taken DESC, t.id LIMIT v.most) t
        """,
        [
            list(seekers),
            [games[game].declared.seat_count for game in seekers],
            [game in kept for game in seekers],
            most,
        ],
    )
    return {team for (team,) in rows}


def _read_teams(ids: set[int], games: Mapping[int, Game]) -> list[SeatedTeam]:
    """Return teams with their players and rounds, the oldest first; those of other games are left out."""
    if not ids:
        return []
    rows = Team.objects.filter(pk__in=ids, game__in=games).order_by("pk")
    teams = {team.pk: SeatedTeam(team, age=team.pk) for team in rows}
    for player in Player.objects.filter(team__in=teams):
        assert player.team_id is not None and player.seat is not None
        teams[player.team_id].players[player.seat] = player
    for pk, has_played, number, *trial in _rows(
        """
        SELECT t.id, EXISTS (SELECT FROM game_round r WHERE r.team_id = t.id), last.number,
               o.id, o.players, o.answers, o.left_seats
        FROM game_team t JOIN game_game g ON g.id = t.game_id
        LEFT JOIN game_round o ON o.team_id = t.id AND o.closed_at IS NULL
        LEFT JOIN LATERAL (
            SELECT number FROM game_round r
            WHERE r.team_id = t.id AND r.run = g.run ORDER BY number DESC LIMIT 1) last ON true
        WHERE t.id = ANY(%s)
        """,
        [list(teams)],
    ):
        seated, game = teams[pk], games[teams[pk].team.game_id]
        seated.has_played = has_played
        seated.open = None if trial[0] is None else OpenTrial(*trial)
        is_due = number is not None and (game.round_limit is None or number < game.round_limit)
        seated.is_waited_for = is_due and seated.open is None and game.state == Game.State.RUNNING
    return list(teams.values())


def _read_names(rooms: Mapping[int, Room], wanted: Iterable[Wanted]) -> None:
    """Read which of the names in question are taken, by a team whose name looks the same."""
    asked = sorted({(one.game, name, likeness(name)) for one in wanted for name in one.names})
    if not asked:
        return
    for game, name, key in asked:
        rooms[game].keys[name] = key
    # Teams of earlier versions have no likeness: their names are equal without case.
    for game, key, team in _rows(
        """
        WITH v AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v(game, name, likeness))
        SELECT v.game, v.likeness, t.id FROM v JOIN game_team t ON t.game_id = v.game AND t.likeness = v.likeness
        UNION
        SELECT v.game, v.likeness, t.id FROM v JOIN game_team t ON t.game_id = v.game AND lower(t.name) = lower(v.name)
        """,
        [list(column) for column in zip(*asked, strict=True)],
    ):
        rooms[game].names[key] = team


def _may_rest(seated: SeatedTeam, movers: set[int]) -> bool:
    """Whether nobody sits in a team, or nobody but players who make a move."""
    return {player.pk for player in seated.players.values()} <= movers


def _read_sat(rooms: Mapping[int, Room], wanted: Sequence[Wanted]) -> None:
    """Read who sat in the teams that moves name and that rest, or may at a move: nobody else takes them up again."""
    movers = {one.player for one in wanted}
    pairs = [
        (one.game, one.team, one.player)
        for one in wanted
        if one.team is not None and (found := rooms[one.game].teams.get(one.team)) and _may_rest(found, movers)
    ]
    if not pairs:
        return
    for game, team, player in _rows(
        """
        SELECT v.game, v.team, v.player FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS v(game, team, player)
        WHERE EXISTS (SELECT FROM game_round r WHERE r.team_id = v.team AND v.player = ANY(r.players))
        """,
        [[game for game, _, _ in pairs], [team for _, team, _ in pairs], [player for _, _, player in pairs]],
    ):
        rooms[game].sat.add((team, player))


def _read_in_round(rooms: Mapping[int, Room], players: set[int]) -> None:
    if not players:
        return
    for game, seated in _rows(
        """
        SELECT game_id, players FROM game_round
        WHERE game_id = ANY(%s) AND closed_at IS NULL AND players && %s::bigint[]
        """,
        [list(rooms), list(players)],
    ):
        rooms[game].in_round |= players.intersection(seated)
