"""
What a host does to a game.

Each command is one transaction.  It raises Refusal with a sentence for the host when it cannot be carried out.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from game.games import GAMES
from game.games.definition import Definition
from game.lobby import ghosts, runs
from game.lobby.moves import find_partner
from game.lobby.names import clean_text
from game.lobby.refusal import Refusal
from game.lobby.refused_names import admitted
from game.lobby.seating.batch import free_seats, hand_over
from game.lobby.transactions import (
    after_commit,
    ask_teams,
    change_next_rounds,
    close_in_parts,
    close_rounds,
    locked_game,
    no_such_game,
    save_fields,
)
from game.models import MOST_IN_TITLE, Game, Player, Round, own_games
from game.names.text import isolated
from game.realtime import announce
from game.rounds import seeds

# A refusal names at most this many teams.
NAMED_TEAMS = 5
# What pupils say of themselves in a game, and what stands there before; a plan goes with the seat.
OWN_WORDS = {"first_name": "", "prediction": None, "explained": ""}


def start(game_id: int) -> None:
    """Start the run, also of an archived game, and ask full teams; a running game stays, a finished one is refused."""
    with locked_game(game_id) as game:
        runs.begin(game)


def pause(game_id: int) -> None:
    """Stop the clock and refuse answers; seats and questions stay.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        runs.halt(game)


def resume(game_id: int) -> None:
    """End a pause: move deadlines by its length and ask the teams without a round.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        runs.go_on(game)


def finish(game_id: int) -> None:
    """End the run: open rounds may be answered for the grace period.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        runs.end(game)


def take_back_finish(game_id: int) -> None:
    """Let a finished run go on; refused later than a minute after the finish.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        runs.take_back_end(game)


def show_podium(game_id: int, shown: int) -> None:
    """Show places on the projector, the third first, and then prizes; refused before the end of the game."""
    with locked_game(game_id) as game:
        if game.is_open:
            raise Refusal("not_finished", _("The podium comes when the game is over."))
        save_fields(game, podium=shown)


def reset(game_id: int) -> None:
    """Close open rounds and return to the lobby with a new run, also from the archive; old rows stay."""
    close_in_parts(game_id, Round.ClosedBy.RESET)
    with locked_game(game_id) as game:
        while close_rounds(game, "true", [], Round.ClosedBy.RESET):
            pass
        save_fields(
            game,
            state=Game.State.LOBBY,
            run=game.run + 1,
            started_at=None,
            paused_at=None,
            finished_at=None,
            grace_ends_at=None,
            archived_at=None,
            step=0,
            step_at=None,
            revealed=False,
            guesses_shown=False,
            podium=0,
            replay=None,
            **game.switched_off,
        )
        seeds.seal({game.pk: game.run})
        marked = game.players.exclude(plan="", explained="", teams_left=0)
        marked.update(plan="", explained="", teams_left=0)
        game.teams.exclude(card=None).update(card=None)
        after_commit(announce.refresh, game)


def set_mode(game_id: int, mode: str) -> None:
    """
    Play another game from the next round on; the theme stays where the new game has it.

    A game that is not declared is refused.  One whose teams have another number of seats is refused outside the lobby,
    and while a team has more players than the new game has seats; teams with fewer players wait for more.
    """
    new = _declared(mode)
    with locked_game(game_id) as game:
        if not own_games.hold(mode):
            raise no_such_game(mode)
        if new.seat_count != game.declared.seat_count:
            _fit_teams(game, new)
        save_fields(game, mode=mode, theme=new.theme_or_default(game.theme))
        after_commit(announce.refresh, game)


def _declared(mode: str) -> Definition:
    if mode not in GAMES:
        raise no_such_game(mode)
    return GAMES[mode]


def _fit_teams(game: Game, new: Definition) -> None:
    """Move players to the seats that the new game has; refused outside the lobby and for teams with more players."""
    if game.state != Game.State.LOBBY:
        raise Refusal("other_seats", _("Teams of this game have another size: choose it in the lobby."))
    # Ghosts are as many as the old game has seats; the host adds new ones with a click.
    for ghost in game.teams.filter(ghost=True, active=True):
        ghosts.vacate(game, ghost)
    crowded = game.teams.filter(taken__gt=new.seat_count)
    if names := list(crowded.order_by("pk").values_list("name", flat=True)[:NAMED_TEAMS]):
        text = _("This game is for teams of %(seats)d. Free a seat first in: %(teams)s.")
        raise Refusal("too_many_players", text % {"seats": new.seat_count, "teams": ", ".join(map(isolated, names))})
    for player in game.players.filter(seat__gt=new.seat_count):
        taken = set(game.players.filter(team=player.team_id).values_list("seat", flat=True))
        player.seat = min(seat for seat in range(1, new.seat_count + 1) if seat not in taken)
        player.save(update_fields=["seat"])


def set_theme(game_id: int, theme: str) -> None:
    """
    Show another theme from the next round on.

    A theme that only other games have brings the first of them whose teams have as many seats; refused where none has.
    """
    with locked_game(game_id) as game:
        played = [game.declared, *(other for other in GAMES.values() if other.seat_count == game.declared.seat_count)]
        fitting = next((one for one in played if theme in one.themes), None)
        if fitting is None:
            raise Refusal("no_such_theme", _("This game has no theme “%s”.") % theme)
        save_fields(game, mode=fitting.key, theme=theme)
        after_commit(announce.refresh, game)


def set_options(game_id: int, **options: Any) -> None:
    """Change options from the next round on; open deadlines stay.  A bad title is refused."""
    if "title" in options:
        options["title"] = clean_text(options["title"], MOST_IN_TITLE, "bad_title")
    with locked_game(game_id) as game:
        change_next_rounds(game, **options)


def skip_round(game_id: int, team_id: int) -> None:
    """Close the open round of a team as if its time were up, and ask the next one if all players are there."""
    with locked_game(game_id) as game:
        close_rounds(game, "team_id = %s", [team_id], Round.ClosedBy.SKIP)
        ask_teams(game, [team_id])


def kick(game_id: int, team_id: int, seat: int, ban: bool = False) -> None:
    """
    Free a seat and send its player away; a banned player may not come back until allowed.  An empty seat is refused.

    A ban is of the browser's identity, not of its address, which a whole class shares.
    """
    with locked_game(game_id) as game:
        player = game.players.select_related("team").filter(team=team_id, seat=seat).first()
        if player is None or player.team is None:
            raise Refusal("empty_seat", _("Seat %d is empty.") % seat)
        if player.team.ghost:
            raise Refusal("ghost", _("Remove the whole team: it plays as one."))
        name = player.team.name
        close_rounds(game, "team_id = %s", [team_id], Round.ClosedBy.KICK)
        free_seats(game, [player.pk])
        if ban and not player.is_bot:
            player.banned, player.banned_at, player.banned_from = True, timezone.now(), name
            player.save(update_fields=["banned", "banned_at", "banned_from"])
            after_commit(announce.banned_changed, game.pk)
        after_commit(announce.expelled, game, player.pk, player.banned)


def same_pupil(game_id: int, team_id: int, seat: int, player_id: int) -> None:
    """
    Give a seat to a present player without one, who is the same pupil in another browser.

    An open round of the team is closed, as when the seat is freed.  First name, guess, plan and closing answers move
    along where the player has none, so that the class counts the pupil once.  Refused for a seat in which no person is,
    for a player who is away, banned or has a seat, and after the end.
    """
    with locked_game(game_id) as game:
        if not game.is_open:
            raise Refusal("finished", _("This game is over."))
        persons = game.players.filter(kind=Player.PERSON)
        before = persons.filter(team=team_id, seat=seat, team__ghost=False).first()
        if before is None:
            raise Refusal("empty_seat", _("No pupil sits in seat %d.") % seat)
        waiting = persons.filter(team=None, banned=False).exclude(presence=Player.Presence.AWAY)
        if not waiting.filter(pk=player_id).exists():
            raise Refusal("not_waiting", _("This phone is not here any more, or has a seat."))
        _move_own_words(before.pk, player_id)
        close_rounds(game, "team_id = %s", [team_id], Round.ClosedBy.KICK)
        hand_over(game, team_id, seat, player_id)


def _move_own_words(before_id: int, now_id: int) -> None:
    # In the order of everybody who locks several players, to avoid deadlocks.
    locked = Player.objects.select_for_update(no_key=True).filter(pk__in=[before_id, now_id])
    pair = {player.pk: player for player in locked.order_by("game", "identity")}
    before, now = pair[before_id], pair[now_id]
    for name, nothing in OWN_WORDS.items():
        if getattr(now, name) == nothing:
            setattr(now, name, getattr(before, name))
        setattr(before, name, nothing)
    for player in (before, now):
        player.save(update_fields=OWN_WORDS)


def pair_up(game_id: int, team_id: int) -> None:
    """Seat the only player of a team with others who wait, by the player's own move; refused where nobody does."""
    alone = list(Player.objects.filter(game=game_id, team=team_id, kind=Player.PERSON)[:2])
    if len(alone) != 1:
        raise Refusal("not_alone", _("This team has no player who is alone."))
    find_partner(game_id, alone[0].pk)
    if Player.objects.filter(pk=alone[0].pk, team=team_id).exists():
        raise Refusal("nobody_waits", _("Nobody else waits for a partner. Give a bot, or wait for the next player."))


def leave_out(game_id: int, team_id: int, left_out: bool) -> None:
    """
    Leave a team out of the class, or take it in again.  Repeated, it does nothing.

    Lists, picture and podium follow at once; the room's numbers from the team's next round on, since a host who saw
    the outcomes could choose among earlier rounds.
    """
    with locked_game(game_id) as game:
        team = game.teams.filter(pk=team_id, ghost=False).first()
        if team is None:
            raise Refusal("no_team", _("This team is not there any more."))
        if left_out != (team.left_out_at is not None):
            team.left_out_at = timezone.now() if left_out else None
            # Awards and places are computed anew, also after the end; a team that never played keeps version 0.
            team.version += team.version > 0
            team.save(update_fields=["left_out_at", "version"])
            after_commit(announce.seats_moved, game.pk, [team.pk])
            after_commit(announce.members_changed, game.pk)


def allow_back(game_id: int, player_id: int) -> None:
    """End a ban; refused for a player who is not banned."""
    with locked_game(game_id) as game:
        if not game.players.filter(pk=player_id, banned=True).update(banned=False):
            raise Refusal("not_banned", _("This player is not banned from this game."))
        after_commit(announce.banned_changed, game.pk)


def rename_team(game_id: int, team_id: int, name: str) -> None:
    """Rename a team; a bad or taken name is refused, the present name is not."""
    name = admitted(game_id, name)
    with locked_game(game_id) as game:
        team = game.teams.filter(pk=team_id).first()
        if team is None:
            raise Refusal("no_team", _("This team is not there any more."))
        team.name = name
        try:
            with transaction.atomic():
                team.save(update_fields=["name"])
        except IntegrityError as error:
            raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % isolated(name)) from error
        after_commit(announce.seats_moved, game.pk, [team.pk])
        after_commit(announce.refresh, game, list(team.players.values_list("pk", flat=True)))
