"""
Create, duplicate, share, archive and delete games, and name their runs.

No verb here touches a game that is being played, but for the name of a run.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from game.games import GAMES
from game.lobby import retention
from game.lobby.refusal import Refusal
from game.lobby.transactions import after_commit, locked_game, no_such_game
from game.models import DEFAULT_GAME, Game, RunLabel, own_games
from game.realtime import announce
from game.rounds import seeds

log = structlog.get_logger(__name__)

INVITED_DAYS = 7

# Fields that a duplicate takes over.
REPEATED = (
    "mode", "theme", "round_limit", "answer_seconds", "show_last_round", "show_own_score", "public_scoreboard",
    "question_design", "max_teams", "lesson",
    "plan_seconds",
)  # fmt: skip


def create_game(owner: User, **fields: Any) -> Game:
    """Create a game in its lobby; an invalid title, mode, theme or option is refused, and the refusal names it."""
    played = GAMES.get(fields.setdefault("mode", DEFAULT_GAME))
    if played is not None:
        fields["theme"] = fields.get("theme") or played.default_theme
    game = Game(owner=owner, **fields)
    try:
        game.full_clean()
    except ValidationError as error:
        text = " ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        raise Refusal("bad_game", text) from error
    with transaction.atomic():
        if not own_games.hold(game.mode):
            raise no_such_game(game.mode)
        game.save()
        seeds.seal({game.pk: game.run})
    return game


def is_owner(game: Game, user: Any) -> bool:
    """Whether this user may share and delete the game; co-instructors may do everything else."""
    return bool(user.is_superuser or game.owner_id == user.pk)


def _refuse_co_instructor(game: Game, user: User) -> None:
    if not is_owner(game, user):
        raise Refusal("not_owner", _("Only the owner of a game can share or delete it."))


def duplicate(game_id: int, owner: User) -> Game:
    """Create a game with the same options, a new code and no teams, for the user who asks."""
    game = Game.objects.get(pk=game_id)
    title = _("%(title)s, again") % {"title": game.title[:70]}
    options = {name: getattr(game, name) for name in REPEATED}
    return create_game(owner, title=title, **options | {
        "question_design": game.ordinary_design, "round_limit": game.ordinary_limit,
    })  # fmt: skip


def share(game_id: int, by: User, name: str) -> User:
    """Let another account host the game; a repeat changes nothing.  Only the owner may, and the name must be known."""
    with locked_game(game_id) as game:
        _refuse_co_instructor(game, by)
        user = User.objects.filter(username=name.strip(), is_active=True).first()
        if user is None:
            raise Refusal("no_account", _("No account is called “%s”. Capital letters matter.") % name.strip()[:150])
        if user.pk == game.owner_id:
            raise Refusal("owner", _("This game already belongs to %s.") % user.username)
        game.co_instructors.add(user)
        return user


def invite(game_id: int, by: User) -> str:
    """Make the secret of a link by which accounts host the game for a week; an older link ends.  Only the owner may."""
    secret = secrets.token_urlsafe(16)
    with locked_game(game_id) as game:
        _refuse_co_instructor(game, by)
        _set_invitation(game, _hashed(secret), timezone.now() + timedelta(days=INVITED_DAYS))
    return secret


def end_invitation(game_id: int, by: User) -> None:
    """End the link; who has used it hosts on.  Repeated, it does nothing."""
    with locked_game(game_id) as game:
        _refuse_co_instructor(game, by)
        _set_invitation(game)


def invited_game(code: str, secret: str) -> Game:
    """Return the game of an invitation; refused when it has ended."""
    game = Game.objects.filter(code=code.upper(), invitation=_hashed(secret), invited_until__gt=timezone.now()).first()
    if game is None:
        raise Refusal("no_invitation", _("This invitation has ended. Ask for a new link."))
    return game


def accept_invitation(code: str, secret: str, user: User) -> Game:
    """Let the account host the game of an invitation; a repeat changes nothing."""
    with locked_game(invited_game(code, secret).pk) as game:
        # It may have ended while the row was waited for.
        invited_game(code, secret)
        if user.pk != game.owner_id:
            game.co_instructors.add(user)
        return game


def _set_invitation(game: Game, hashed: str = "", until: datetime | None = None) -> None:
    game.invitation, game.invited_until = hashed, until
    game.save(update_fields=["invitation", "invited_until"])


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def take_back(game_id: int, by: User, user_id: int) -> None:
    """
    End the sharing with an account, whose dashboards are closed.  Repeated, it does nothing.

    The link of an invitation ends too: the account may still have it.
    """
    with locked_game(game_id) as game:
        _refuse_co_instructor(game, by)
        game.co_instructors.remove(user_id)
        _set_invitation(game)
        after_commit(announce.hosts_changed, game)


def label_run(game_id: int, run: int, text: str) -> None:
    """Give a run a name of the host's own; an empty one takes it away.  A run that was never begun is refused."""
    with locked_game(game_id) as game:
        if not 1 <= run <= game.run:
            raise Refusal("no_run", _("This game has no run %s.") % run)
        text = " ".join(text.split())[: RunLabel.LENGTH]
        if text:
            RunLabel.objects.update_or_create(game=game, run=run, defaults={"text": text})
        else:
            RunLabel.objects.filter(game=game, run=run).delete()


def archive(game_id: int, archived: bool = True) -> None:
    """Hide a game and keep its data, or bring it back; refused while the game is being played."""
    with locked_game(game_id) as game:
        if archived and game.is_played:
            raise Refusal("still_played", _("This game is being played. Finish it first."))
        game.archived_at = timezone.now() if archived else None
        game.save(update_fields=["archived_at"])


def delete(game_id: int, by: User, code: str) -> None:
    """Delete a game with all its rounds; refused to co-instructors, while it is being played, and for a wrong code."""
    with locked_game(game_id) as game:
        _refuse_co_instructor(game, by)
        if game.is_played:
            raise Refusal("still_played", _("This game is being played. Finish it first."))
        if code.strip().upper() != game.code:
            raise Refusal("wrong_code", _("Type the code %s to delete this game.") % game.code)
        log.warning("game_delete_asked", code=game.code, by=by.pk)
        game.archived_at = timezone.now()
        game.save(update_fields=["archived_at"])
        retention.delete(game)
