"""
Start, pause, resume and finish the run of a locked game.

A lesson follows: its step is one in which rounds are played exactly while the game runs.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from game.lesson.steps import LAST, PLAYING, REVEALING
from game.lobby.refusal import Refusal
from game.lobby.transactions import after_commit, ask_teams, move_deadlines, save_fields
from game.models import Game, Round
from game.realtime import announce


def begin(game: Game) -> None:
    """Start the run, also of an archived game, and ask full teams; a running game stays, a finished one is refused."""
    if game.state == Game.State.RUNNING:
        return
    if game.state != Game.State.LOBBY:
        raise _wrong_state(game, "not_in_lobby", _("Only a game in its lobby can be started; this one is: %s."))
    now = timezone.now()
    save_fields(game, state=Game.State.RUNNING, started_at=now, archived_at=None, **_playing_step(game))
    ask_teams(game)


def halt(game: Game) -> None:
    """Stop the clock and refuse answers; seats and questions stay.  Repeated, it does nothing."""
    if game.state == Game.State.PAUSED:
        return
    if game.state != Game.State.RUNNING:
        raise _wrong_state(game, "not_running", _("Only a running game can be paused; this one is: %s."))
    save_fields(game, state=Game.State.PAUSED, paused_at=timezone.now())


def go_on(game: Game) -> None:
    """End a pause: move deadlines by its length and ask the teams without a round.  Repeated, it does nothing."""
    if game.state == Game.State.RUNNING:
        return
    if game.state != Game.State.PAUSED or game.paused_at is None:
        raise _wrong_state(game, "not_paused", _("Only a paused game can be resumed; this one is: %s."))
    paused = timezone.now() - game.paused_at
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("deadline") + paused)
    save_fields(game, state=Game.State.RUNNING, paused_at=None, **_playing_step(game))
    ask_teams(game)
    after_commit(announce.refresh, game)


def end(game: Game) -> None:
    """End the run: open rounds may be answered for the grace period.  Repeated, it does nothing."""
    if game.state == Game.State.FINISHED:
        return
    if game.state == Game.State.LOBBY:
        raise Refusal("not_started", _("The game has not started."))
    now = timezone.now()
    grace_ends_at = now + timedelta(seconds=settings.GRACE_SECONDS)
    move_deadlines(game.pk, grace_ends_at)
    save_fields(
        game,
        state=Game.State.FINISHED,
        finished_at=now,
        paused_at=None,
        grace_ends_at=grace_ends_at,
        **(game.switched_off | _step_fields(game, LAST)),
    )
    after_commit(announce.refresh, game)


def take_back_end(game: Game) -> None:
    """
    Let a finished run go on; refused later than a minute after the finish.  Repeated, it does nothing.

    Rounds that the finish closed stay closed.  Open ones get a whole time to answer, because the finish had cut theirs.
    """
    if game.state == Game.State.RUNNING:
        return
    if game.state != Game.State.FINISHED or game.continue_until is None:
        raise _wrong_state(game, "not_finished", _("Only a finished game can be continued; this one is: %s."))
    now = timezone.now()
    if now > game.continue_until:
        raise Refusal("too_late", _("The game ended more than a minute ago. Reset it or play again."))
    Round.objects.filter(game=game, closed_at=None).update(deadline=now + timedelta(seconds=game.answer_seconds))
    save_fields(
        game,
        state=Game.State.RUNNING,
        finished_at=None,
        grace_ends_at=None,
        archived_at=None,
        podium=0,
        replay=None,
        **_playing_step(game),
    )
    ask_teams(game)
    after_commit(announce.refresh, game)


def _playing_step(game: Game) -> dict[str, Any]:
    """Return the fields of the step in which a run is played: the present one if it is one of those, else the first."""
    return {} if game.step_key in PLAYING else _step_fields(game, PLAYING[0])


def _step_fields(game: Game, key: str) -> dict[str, Any]:
    return step_fields(game, game.lesson.index(key)) if key in game.lesson and game.step_key != key else {}


def step_fields(game: Game, step: int) -> dict[str, Any]:
    """Return the fields that change when a lesson comes to the step of this index."""
    known = REVEALING in game.lesson and step >= game.lesson.index(REVEALING)
    # What the host switched on for the class belongs to its step.
    return {"step": step, "step_at": timezone.now(), "revealed": game.revealed or known, **game.switched_off}


def _wrong_state(game: Game, reason: str, text: str) -> Refusal:
    return Refusal(reason, text % game.get_state_display())
