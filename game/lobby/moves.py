"""
A player's moves in the lobby, and the seats that they take and free.

Each move is one transaction.  It raises Refusal with a sentence for the player when it cannot be made.
"""

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from game.games.definition import Definition
from game.lobby.names import free_name
from game.lobby.refusal import Refusal
from game.lobby.refused_names import admitted
from game.lobby.transactions import after_commit, ask_teams, leave_round, locked_game
from game.models import Game, Player, Round, Team
from game.names.text import isolated
from game.realtime import announce


def create_team(game_id: int, player_id: int, name: str) -> None:
    """Create a team and take its first seat; refused for a bad or taken name, a full, locked or finished game."""
    name = admitted(game_id, name)
    with locked_game(game_id) as game:
        player = newcomer(game, player_id)
        refuse_full(game)
        try:
            with transaction.atomic():
                team = game.teams.create(name=name)
        except IntegrityError as error:
            raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % isolated(name)) from error
        take_seat(game, player, team)


def join_team(game_id: int, player_id: int, team_id: int) -> None:
    """Take the lowest free seat of a team, also of an inactive one; refused when all seats are taken."""
    with locked_game(game_id) as game:
        player = newcomer(game, player_id)
        team = game.teams.filter(pk=team_id, ghost=False).first()
        if team is None:
            raise Refusal("no_team", _("This team is not there any more. Choose another one."))
        if player.team_id == team.pk:
            return
        if team.players.count() + _left_seats(team) >= game.declared.seat_count:
            raise Refusal("team_full", _full_text(game) % isolated(team.name))
        if not team.active:
            refuse_full(game)
        take_seat(game, player, team)


def _left_seats(team: Team) -> int:
    """Return how many seats players have left in the open round: they are taken until it closes, so nobody notices."""
    return len("".join(team.rounds.filter(closed_at=None).values_list("left_seats", flat=True)))


def _full_text(game: Game) -> str:
    if game.declared.seat_count == 2:
        return _("“%s” already has two players. Choose another team.")
    return _("“%s” already has three players. Choose another team.")


def leave_team(game_id: int, player_id: int) -> None:
    """Free the player's seat; an open round goes on for the others.  A player without a seat changes nothing."""
    with locked_game(game_id) as game:
        player = game.players.get(pk=player_id)
        if player.team_id is not None:
            vacate_seat(game, player)


def find_partner(game_id: int, player_id: int) -> None:
    """
    Join the fullest, then oldest team in which only persons wait, or create a team with a made-up name and wait there.

    A player with a seat first frees the seats of partners who are away or keep the team from its next round.  While
    other partners are there the player stays and waits with them, else moves to persons who wait elsewhere.  Refused
    when no seat is free, a partner is a bot or the own round is open.
    """
    with locked_game(game_id) as game:
        player = newcomer(game, player_id)
        if player.team_id is not None and _stays_with_partners(game, player):
            return
        waiting = _waiting_team(game, player)
        if waiting is None and player.team_id is not None:
            return
        if waiting is None:
            refuse_full(game)
            waiting = game.teams.create(name=free_name(game))
        take_seat(game, player, waiting)


def _waiting_team(game: Game, player: Player) -> Team | None:
    """Return the team of persons, none of them away, that lacks the fewest players; None where nobody waits."""
    seats = game.declared.seat_count
    # A card keeps the seats of a team that has not played yet for those who hold it: newcomers find others.
    kept = Q(card=None) | Exists(Round.objects.filter(team=OuterRef("pk")))
    waiting: Team | None = (
        game.teams.filter(kept if player.team_id is None else Q())
        .annotate(taken=Count("players"), persons=Count("players", filter=Q(players__kind=Player.PERSON)))
        .filter(active=True, taken__gte=1, taken__lt=seats, persons=F("taken"))
        .exclude(players__presence=Player.Presence.AWAY)
        .exclude(players=player)
        # A seat that was left is free when the round has closed.
        .exclude(Exists(Round.objects.filter(team=OuterRef("pk"), closed_at=None)))
        .order_by("-taken", "pk")
        .first()
    )
    return waiting


def _stays_with_partners(game: Game, player: Player) -> bool:
    """Free the seats of partners who are gone; return whether others are there, refused when no seat is free then."""
    partners = list(Player.objects.filter(team=player.team_id).exclude(pk=player.pk))
    gone = [partner for partner in partners if not partner.is_bot and _is_gone(game, partner)]
    there = [partner for partner in partners if partner not in gone]
    no_seat = len(there) + 1 == game.declared.seat_count
    if no_seat or any(partner.is_bot for partner in there):
        raise Refusal("partner_here", _here_text(len(there)))
    for partner in gone:
        vacate_seat(game, partner)
    return bool(there)


def _here_text(partners: int) -> str:
    if partners == 1:
        return _("Your partner is still here. Leave the team to play with somebody else.")
    return _("Your partners are still here. Leave the team to play with others.")


def _is_gone(game: Game, partner: Player) -> bool:
    return partner.presence == Player.Presence.AWAY or _holds_up(game, partner)


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


def newcomer(game: Game, player_id: int) -> Player:
    """Return the player who asks for a seat; refused where the player may not have one."""
    player = game.players.get(pk=player_id)
    if player.banned:
        raise Refusal("banned", _("The host has removed you from this game."))
    if not game.is_open:
        raise Refusal("finished", _("This game is over."))
    # A move would tell of the partners, by its success or refusal, before the own answer.
    if player.team_id is not None and Round.objects.filter(team=player.team_id, closed_at=None).exists():
        raise Refusal("round_open", _("Your round is still open. Try again when it has closed."))
    # Only hosts seat bots, and they may do so while the lobby is locked.
    if game.locked and player.team_id is None and not player.is_bot:
        raise Refusal("locked", _("This game is locked. Ask the host for a seat."))
    return player


def refuse_full(game: Game) -> None:
    if game.teams.filter(active=True, ghost=False).count() >= game.max_teams:
        raise Refusal("game_full", _("This game is full. Ask the host for a seat."))


def take_seat(game: Game, player: Player, team: Team, seat: int | None = None) -> None:
    """Give a player this seat, or the lowest free one, of a team that has it free, and ask the team when it is full."""
    if player.team_id is not None:
        vacate_seat(game, player)
    player.team, player.seat = team, seat or free_seat(team, game.declared)
    # The next flush of presences may not have written yet that the player is there.
    player.presence = Player.Presence.CONNECTED
    player.save(update_fields=["team", "seat", "presence"])
    if not team.active or player.is_bot:
        team.active, team.bots = True, team.bots or player.is_bot
        team.save(update_fields=["active", "bots"])
    if game.state == Game.State.RUNNING:
        after_commit(announce.tell, announce.partners_before_round(game, team))
    ask_teams(game, [team.pk])
    after_commit(announce.teams_changed, game.pk, [team])
    after_commit(announce.refresh, game, [player.pk])


def free_seat(team: Team, played: Definition) -> int:
    """Return the lowest free seat of a team that has one in the game that is played."""
    taken = set(team.players.values_list("seat", flat=True))
    return min(seat for seat in range(1, played.seat_count + 1) if seat not in taken)


def vacate_seat(game: Game, player: Player) -> None:
    """
    Free a seat; an empty team becomes inactive, or is deleted if it never played.

    Partners in an open round must not notice: they and the lobby hear of it when the round closes.
    """
    team = player.team
    assert team is not None
    leave_round(game, team.pk, player.pk)
    player.team = player.seat = None
    player.save(update_fields=["team", "seat"])
    if not team.rounds.filter(closed_at=None).exists():
        tell_vacated(game, team)
    after_commit(announce.refresh, game, [player.pk])


def tell_vacated(game: Game, team: Team) -> None:
    """Tell who sits in a team now; an empty one becomes inactive, or is deleted if it never played."""
    if not team.players.exists() and not team.rounds.exists():
        # A team that never played has no history, and empty teams must not fill the lobby.
        after_commit(announce.team_gone, game.pk, team.pk)
        team.delete()
        return
    if not team.players.exists():
        team.active = False
        team.save(update_fields=["active"])
    after_commit(announce.teams_changed, game.pk, [team])


def predict(game_id: int, player_id: int, percent: int) -> None:
    """Store the best possible win rate as a player predicts it; refused to players of a game that has begun."""
    game, player = Game.objects.get(pk=game_id), Player.objects.get(pk=player_id)
    if not game.is_open or (game.state != Game.State.LOBBY and player.team_id is not None):
        raise Refusal("too_late", _("The game has begun: no more guesses."))
    player.prediction = percent
    player.save(update_fields=["prediction"])
