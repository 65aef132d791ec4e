"""
The verbs of the lobby and of the host.

Each is one transaction that holds its game's row exclusively (answers share it), and announces what it did after the
commit.  What cannot be done raises Refusal with a sentence for a person.  Nothing here is on the path of an answer.
"""

import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from game.bots import strategies
from game.lobby.names import team_name
from game.lobby.word_filter import blocked_word
from game.models import Game, Player, Round, Team
from game.realtime import announce
from game.realtime.hub import hub
from game.rounds import ask, close, rows

State = Game.State

# Parameters of a bot that are not its strategy's: how long it seems to think.
BOT_PARAMETERS = ("think_seconds",)


class Refusal(Exception):
    """A move that cannot be made: a reason for programs and a sentence for people."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


@contextmanager
def locked_game(game_id: int) -> Iterator[Game]:
    """Hold the game exclusively until the transaction ends."""
    with transaction.atomic(durable=True):
        game = Game.objects.select_for_update(no_key=True).filter(pk=game_id).first()
        if game is None:
            raise Refusal("no_game", _("No game has this code. Check the big screen."))
        yield game


def after_commit(act: Callable[..., None], *args: Any) -> None:
    """Announce after the commit, and only then."""
    transaction.on_commit(lambda: act(*args))


def _close(game: Game, where: str, parameters: list[Any], closed_by: str) -> None:
    """Close open rounds of a held game and tell their players."""
    with connection.cursor() as cursor:
        closed = close.close_where(cursor.execute, f"game_id = %s AND {where}", [game.pk, *parameters], closed_by)
    shown = frozenset([game.pk] if game.show_last_round else [])
    after_commit(lambda: hub.announce(announce.moves(rows.RoundChanges([], closed, [], shown))))


def _ask(game: Game, teams: list[int] | None = None) -> None:
    """Ask the teams of a held game that wait for a round."""
    with connection.cursor() as cursor:
        opened = ask.ask_teams(cursor.execute, [game.pk], teams)
    after_commit(lambda: hub.announce(announce.moves(rows.RoundChanges([], [], opened))))


# -- Lobby ------------------------------------------------------------------------------------------------------------
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
            # The database knows best which names are the same.
            raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % name) from error
        take_seat(game, player, team)


def join_team(game_id: int, player_id: int, team_id: int) -> None:
    """Take the free seat of a team, or take up an inactive team again; refused when both seats are taken."""
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
    """Free the seat and close its round; without a seat it does nothing."""
    with locked_game(game_id) as game:
        player = game.players.get(pk=player_id)
        if player.team_id is not None:
            vacate_seat(game, player, Round.ClosedBy.LEAVE)


def find_partner(game_id: int, player_id: int) -> None:
    """
    Sit with the player who waits longest, or open a team with a made-up name and wait.

    With a seat already: the seat of a partner who is away, or keeps the team from its next round, becomes free, and
    somebody else who waits alone is joined.  Refused while the partner is there.
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
            waiting = game.teams.create(name=_free_name(game))
        take_seat(game, player, waiting)


def _free_partner(game: Game, player: Player) -> None:
    partner = Player.objects.filter(team=player.team_id).exclude(pk=player.pk).first()
    if partner is None:
        return
    if partner.is_bot or not (partner.presence == Player.Presence.AWAY or _holds_up(game, partner)):
        raise Refusal("partner_here", _("Your partner is still here. Leave the team to play with somebody else."))
    vacate_seat(game, partner, Round.ClosedBy.LEAVE)


def _holds_up(game: Game, player: Player) -> bool:
    """Whether a team waits for its next round because this player has let one pass and still looks elsewhere."""
    last = Round.objects.filter(team=player.team_id, run=game.run).order_by("-number").first()
    return (
        player.presence == Player.Presence.IDLE
        and game.state == State.RUNNING
        and last is not None
        and last.closed_at is not None
        and (game.round_limit is None or last.number < game.round_limit)
    )


def _newcomer(game: Game, player_id: int) -> Player:
    """Return the player who wants a seat, or refuse."""
    player = game.players.get(pk=player_id)
    if player.banned:
        raise Refusal("banned", _("The host has removed you from this game."))
    if not game.is_open:
        raise Refusal("finished", _("This game is over."))
    # The host alone brings bots, and may do so while the lobby is locked.
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
    # Who takes a seat is there, though the next flush of presences may not have said so.
    player.presence = Player.Presence.CONNECTED
    player.save(update_fields=["team", "seat", "presence"])
    if not team.active or player.is_bot:
        team.active, team.bots = True, team.bots or player.is_bot
        team.save(update_fields=["active", "bots"])
    _ask(game, [team.pk])
    after_commit(announce.teams_changed, game.pk, [team])
    after_commit(announce.refresh, game, [player.pk])


def vacate_seat(game: Game, player: Player, closed_by: str) -> None:
    """Free a seat, close its team's round, and put an empty team to rest."""
    team = player.team
    assert team is not None
    _close(game, "team_id = %s", [team.pk], closed_by)
    player.team = player.seat = None
    player.save(update_fields=["team", "seat"])
    if team.players.exists():
        after_commit(announce.teams_changed, game.pk, [team])
    elif team.rounds.exists():
        team.active = False
        team.save(update_fields=["active"])
        after_commit(announce.teams_changed, game.pk, [team])
    else:
        # Nobody can miss a team that never played, and nobody can fill the lobby with such.
        after_commit(announce.team_gone, game.pk, team.pk)
        team.delete()
    after_commit(announce.refresh, game, [player.pk])


def predict(game_id: int, player_id: int, percent: int) -> None:
    """Store the best possible win rate as a player predicts it; refused to players of a game that has begun."""
    game, player = Game.objects.get(pk=game_id), Player.objects.get(pk=player_id)
    if not game.is_open or (game.state != State.LOBBY and player.team_id is not None):
        raise Refusal("too_late", _("The game has begun: no more guesses."))
    player.prediction = percent
    player.save(update_fields=["prediction"])


def seat_bots(game_id: int, teams: int, strategy: str, parameters: dict[str, Any]) -> list[int]:
    """Seat teams of two bots that play a named strategy, by the moves of people; returns their players."""
    strategies.strategy(strategy, **{key: value for key, value in parameters.items() if key not in BOT_PARAMETERS})
    seated = []
    for _team in range(teams):
        first, second = (_new_bot(game_id, strategy, parameters) for _seat in range(2))
        try:
            create_team(game_id, first.pk, _free_name(Game.objects.get(pk=game_id)))
        except Refusal:
            Player.objects.filter(pk__in=[first.pk, second.pk]).delete()
            raise
        first.refresh_from_db()
        assert first.team_id is not None
        join_team(game_id, second.pk, first.team_id)
        seated += [first.pk, second.pk]
    return seated


def give_bot(game_id: int, team_id: int, strategy: str = "best_classical") -> None:
    """Seat a bot with a one-seat strategy beside a player without a partner; refused for a full or empty team."""
    if strategies.STRATEGIES[strategy].needs != "seat":
        raise Refusal("needs_pair", _("The strategy %s needs both seats.") % strategy)
    if not Player.objects.filter(game=game_id, team=team_id).exists():
        raise Refusal("nobody_waits", _("Nobody waits in this team. A bot plays beside a person."))
    bot = _new_bot(game_id, strategy, {})
    try:
        join_team(game_id, bot.pk, team_id)
    except Refusal:
        bot.delete()
        raise


def _new_bot(game_id: int, strategy: str, parameters: dict[str, Any]) -> Player:
    return Player.objects.create(
        game_id=game_id,
        identity=f"bot:{secrets.token_hex(16)}",
        kind=strategy,
        parameters=parameters,
        presence=Player.Presence.CONNECTED,
    )


def clean_name(name: str) -> str:
    """Return a team's name trimmed and in NFC; refuse it when empty, too long, unprintable or not for a class."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= 50:
        raise Refusal("bad_name", _("A name has 1 to 50 characters; this one has %d.") % len(name))
    if not name.isprintable():
        raise Refusal("bad_name", _("This name has characters that cannot be shown. Use letters, digits and signs."))
    if word := blocked_word(name):
        raise Refusal(
            "blocked_name", _("This name is not allowed here: “%s” is a blocked word. Choose another.") % word
        )
    return name


def _free_name(game: Game) -> str:
    taken = {name.casefold() for name in game.teams.values_list("name", flat=True)}
    while (name := team_name()).casefold() in taken:
        if len(taken) > 2000:
            return f"{name} {secrets.randbelow(10**6)}"
    return name


# -- Host -------------------------------------------------------------------------------------------------------------
def create_game(owner: User, **fields: Any) -> Game:
    """Create a game in its lobby; a title, mode, theme or option that is not valid is refused by name."""
    if fields.get("mode") == "aqmjoe" or fields.get("theme") == "aqmjoe":
        fields |= {"mode": "aqmjoe", "theme": "aqmjoe"}
    game = Game(owner=owner, **fields)
    try:
        game.full_clean()
    except ValidationError as error:
        text = " ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        raise Refusal("bad_game", text) from error
    game.save()
    return game


def start(game_id: int) -> None:
    """Begin the run, out of the archive, and ask full teams; a running game goes on, a finished one is refused."""
    with locked_game(game_id) as game:
        if game.state == State.RUNNING:
            return
        if game.state != State.LOBBY:
            raise _wrong_state(game, "not_in_lobby", _("Only a game in its lobby can be started; this one is: %s."))
        _set(game, state=State.RUNNING, started_at=timezone.now(), archived_at=None)
        _ask(game)


def _wrong_state(game: Game, reason: str, text: str) -> Refusal:
    return Refusal(reason, text % game.get_state_display())


def pause(game_id: int) -> None:
    """Stop the clock and refuse answers; seats and questions are kept.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        if game.state == State.PAUSED:
            return
        if game.state != State.RUNNING:
            raise _wrong_state(game, "not_running", _("Only a running game can be paused; this one is: %s."))
        _set(game, state=State.PAUSED, paused_at=timezone.now())


def resume(game_id: int) -> None:
    """Go on: deadlines move by the length of the pause, and teams without a round are asked."""
    with locked_game(game_id) as game:
        if game.state == State.RUNNING:
            return
        if game.state != State.PAUSED or game.paused_at is None:
            raise _wrong_state(game, "not_paused", _("Only a paused game can be resumed; this one is: %s."))
        paused = timezone.now() - game.paused_at
        Round.objects.filter(game=game, closed_at=None).update(deadline=F("deadline") + paused)
        _set(game, state=State.RUNNING, paused_at=None)
        _ask(game)
        after_commit(announce.refresh, game)


def finish(game_id: int) -> None:
    """Ask nothing more; open rounds may still be answered for the grace period.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        if game.state == State.FINISHED:
            return
        if game.state == State.LOBBY:
            raise Refusal("not_started", _("The game has not started."))
        now = timezone.now()
        grace_ends_at = now + timedelta(seconds=settings.GRACE_SECONDS)
        Round.objects.filter(game=game, closed_at=None).update(deadline=grace_ends_at)
        _set(game, state=State.FINISHED, finished_at=now, paused_at=None, grace_ends_at=grace_ends_at)
        after_commit(announce.refresh, game)


def reset(game_id: int) -> None:
    """Close open rounds and go back to the lobby, and out of the archive, with a new run; old rows stay."""
    with locked_game(game_id) as game:
        _close(game, "true", [], Round.ClosedBy.RESET)
        _set(
            game,
            state=State.LOBBY,
            run=game.run + 1,
            started_at=None,
            paused_at=None,
            finished_at=None,
            grace_ends_at=None,
            archived_at=None,
        )
        after_commit(announce.refresh, game)


def set_mode(game_id: int, mode: str) -> None:
    """Play another mode from the next round on; aqmjoe brings its theme, leaving it brings the food theme."""
    with locked_game(game_id) as game:
        if mode == "aqmjoe":
            _set(game, mode=mode, theme=mode)
        else:
            _set(game, mode=mode, theme="food" if game.theme == "aqmjoe" else game.theme)
        after_commit(announce.refresh, game)


def set_theme(game_id: int, theme: str) -> None:
    """Show another theme from the next round on; aqmjoe brings its mode, leaving it brings simplified."""
    with locked_game(game_id) as game:
        if theme == "aqmjoe":
            _set(game, mode=theme, theme=theme)
        else:
            _set(game, mode="simplified" if game.mode == "aqmjoe" else game.mode, theme=theme)
        after_commit(announce.refresh, game)


def set_options(game_id: int, **options: Any) -> None:
    """Change options of a game, from the next round on; open deadlines stay.  A bad title is refused."""
    if "title" in options:
        options["title"] = _clean_title(options["title"])
    with locked_game(game_id) as game:
        _set(game, **options)
        if game.state == State.RUNNING:
            _ask(game)
        after_commit(announce.refresh, game)


def _clean_title(title: str) -> str:
    title = " ".join(unicodedata.normalize("NFC", title).split())
    if not 1 <= len(title) <= 80:
        raise Refusal("bad_title", _("A title has 1 to 80 characters; this one has %d.") % len(title))
    if not title.isprintable():
        raise Refusal("bad_title", _("This title has characters that cannot be shown. Use letters, digits and signs."))
    return title


def skip_round(game_id: int, team_id: int) -> None:
    """Close the open round of a team as if its time were up, and ask it again if both are there."""
    with locked_game(game_id) as game:
        _close(game, "team_id = %s", [team_id], Round.ClosedBy.SKIP)
        _ask(game, [team_id])


def kick(game_id: int, team_id: int, seat: int, ban: bool = False) -> None:
    """
    Free a seat and send its player away; banned, the player may not come back until allowed.

    A ban holds for the browser's identity, not for its address: a class shares one.  An empty seat is refused.
    """
    with locked_game(game_id) as game:
        player = game.players.select_related("team").filter(team=team_id, seat=seat).first()
        if player is None or player.team is None:
            raise Refusal("empty_seat", _("Seat %d is empty.") % seat)
        name = player.team.name
        vacate_seat(game, player, Round.ClosedBy.KICK)
        if ban and not player.is_bot:
            player.banned, player.banned_at, player.banned_from = True, timezone.now(), name
            player.save(update_fields=["banned", "banned_at", "banned_from"])
            after_commit(announce.banned_changed, game.pk)
        after_commit(announce.expelled, game, player.pk, player.banned)


def allow_back(game_id: int, player_id: int) -> None:
    """Let a banned player come back; who is not banned is refused."""
    with locked_game(game_id) as game:
        if not game.players.filter(pk=player_id, banned=True).update(banned=False):
            raise Refusal("not_banned", _("This player is not banned from this game."))
        after_commit(announce.banned_changed, game.pk)


def rename_team(game_id: int, team_id: int, name: str) -> None:
    """Give a team another name, by the rules for names; its own name is kept without a word."""
    name = clean_name(name)
    with locked_game(game_id) as game:
        team = game.teams.filter(pk=team_id).first()
        if team is None:
            raise Refusal("no_team", _("This team is not there any more."))
        team.name = name
        try:
            with transaction.atomic():
                team.save(update_fields=["name"])
        except IntegrityError as error:
            raise Refusal("name_taken", _("“%s” is taken. Choose another name.") % name) from error
        after_commit(announce.teams_changed, game.pk, [team])
        after_commit(announce.refresh, game, list(team.players.values_list("pk", flat=True)))


def _set(game: Game, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(game, name, value)
    game.save(update_fields=list(fields))
    after_commit(announce.game_changed, game)
