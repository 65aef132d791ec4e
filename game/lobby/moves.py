"""
A player's moves in the lobby, and the seats that they take and free.

Each move is one transaction.  It raises Refusal with a sentence for the player when it cannot be made.
"""

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from game.lobby.names import clean_name, free_name
from game.lobby.refusal import Refusal
from game.lobby.transactions import after_commit, ask_teams, close_rounds, locked_game
from game.models import Game, Player, Round, Team
from game.realtime import announce


def create_team(game_id: int, player_id: int, name: str) -> None:
    """Create a team and take its first seat; refused for a bad or taken name, a full, locked or finished game."""
    name = clean_name(name)
    with locked_game(game_id) as game:
        player = _newcomer(game, player_id)
        _refuse_full(game)
        try:
            with transaction.atomic():
                team = game.teams.create(name=name)
        except IntegrityError as error:
            # Only the database knows which names are equal without case.
            raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % name) from error
        take_seat(game, player, team)


def join_team(game_id: int, player_id: int, team_id: int) -> None:
    """Take a free seat of a team, also of an inactive one; refused when both seats are taken."""
    with locked_game(game_id) as game:
        player = _newcomer(game, player_id)
        team = game.teams.filter(pk=team_id).first()
        if team is None:
            raise Refusal("no_team", _("This team is not there any more. Choose another one."))
        if player.team_id == team.pk:
            return
        if team.players.count() >= 2:
            raise Refusal("team_full", _("“%s” already has two players. Choose another team.") % team.name)
        if not team.active:
            _refuse_full(game)
        take_seat(game, player, team)


def leave_team(game_id: int, player_id: int) -> None:
    """Free the player's seat and close its round; a player without a seat changes nothing."""
    with locked_game(game_id) as game:
        player = game.players.get(pk=player_id)
        if player.team_id is not None:
            vacate_seat(game, player, Round.ClosedBy.LEAVE)


def find_partner(game_id: int, player_id: int) -> None:
    """
    Join the oldest team in which a person waits alone, or create a team with a made-up name and wait there.

    A player with a seat first frees the seat of a partner who is away or keeps the team from its next round, and then
    moves to another person who waits alone.  Refused while the partner is there.
    """
    with locked_game(game_id) as game:
        player = _newcomer(game, player_id)
        if player.team_id is not None:
            _free_partner(game, player)
        waiting: Team | None = (
            game.teams.annotate(seats=Count("players"), persons=Count("players", filter=Q(players__kind=Player.PERSON)))
            .filter(active=True, seats=1, persons=1)
            .exclude(players__presence=Player.Presence.AWAY)
            .exclude(players=player)
            .order_by("pk")
            .first()
        )
        if waiting is None and player.team_id is not None:
            return
        if waiting is None:
            _refuse_full(game)
            waiting = game.teams.create(name=free_name(game))
        take_seat(game, player, waiting)


def _free_partner(game: Game, player: Player) -> None:
    partner = Player.objects.filter(team=player.team_id).exclude(pk=player.pk).first()
    if partner is None:
        return
    if partner.is_bot or not (partner.presence == Player.Presence.AWAY or _holds_up(game, partner)):
        raise Refusal("partner_here", _("Your partner is still here. Leave the team to play with somebody else."))
    vacate_seat(game, partner, Round.ClosedBy.LEAVE)


def _holds_up(game: Game, player: Player) -> bool:
    """Whether the team's next round waits for this player, who let the last one pass and still hides the page."""
    last = Round.objects.filter(team=player.team_id, run=game.run).order_by("-number").first()
    return (
        player.presence == Player.Presence.IDLE
        and game.state == Game.State.RUNNING
        and last is not None
        and last.closed_at is not None
        and (game.round_limit is None or last.number < game.round_limit)
    )


def _newcomer(game: Game, player_id: int) -> Player:
    """Return the player who asks for a seat; refused where the player may not have one."""
    player = game.players.get(pk=player_id)
    if player.banned:
        raise Refusal("banned", _("The host has removed you from this game."))
    if not game.is_open:
        raise Refusal("finished", _("This game is over."))
    # Only hosts seat bots, and they may do so while the lobby is locked.
    if game.locked and player.team_id is None and not player.is_bot:
        raise Refusal("locked", _("This game is locked. Ask the host for a seat."))
    return player


def _refuse_full(game: Game) -> None:
    if game.teams.filter(active=True).count() >= game.max_teams:
        raise Refusal("game_full", _("This game is full. Ask the host for a seat."))


def take_seat(game: Game, player: Player, team: Team) -> None:
    if player.team_id is not None:
        vacate_seat(game, player, Round.ClosedBy.LEAVE)
    taken = set(team.players.values_list("seat", flat=True))
    player.team, player.seat = team, 2 if 1 in taken else 1
    # The next flush of presences may not have written yet that the player is there.
    player.presence = Player.Presence.CONNECTED
    player.save(update_fields=["team", "seat", "presence"])
    if not team.active or player.is_bot:
        team.active, team.bots = True, team.bots or player.is_bot
        team.save(update_fields=["active", "bots"])
    ask_teams(game, [team.pk])
    after_commit(announce.teams_changed, game.pk, [team])
    after_commit(announce.refresh, game, [player.pk])


def vacate_seat(game: Game, player: Player, closed_by: str) -> None:
    """Free a seat and close its team's round; an empty team becomes inactive, or is deleted if it never played."""
    team = player.team
    assert team is not None
    close_rounds(game, "team_id = %s", [team.pk], closed_by)
    player.team = player.seat = None
    player.save(update_fields=["team", "seat"])
    if team.players.exists():
        after_commit(announce.teams_changed, game.pk, [team])
    elif team.rounds.exists():
        team.active = False
        team.save(update_fields=["active"])
        after_commit(announce.teams_changed, game.pk, [team])
    else:
        # A team that never played has no history, and empty teams must not fill the lobby.
        after_commit(announce.team_gone, game.pk, team.pk)
        team.delete()
    after_commit(announce.refresh, game, [player.pk])


def predict(game_id: int, player_id: int, percent: int) -> None:
    """Store the best possible win rate as a player predicts it; refused to players of a game that has begun."""
    game, player = Game.objects.get(pk=game_id), Player.objects.get(pk=player_id)
    if not game.is_open or (game.state != Game.State.LOBBY and player.team_id is not None):
        raise Refusal("too_late", _("The game has begun: no more guesses."))
    player.prediction = percent
    player.save(update_fields=["prediction"])
