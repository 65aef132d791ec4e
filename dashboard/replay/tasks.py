"""A worker makes a replay and keeps a copy of it for the pages that ask."""

import gzip

import msgspec
import structlog
from celery import shared_task

from dashboard.replay.copies import TASK, Wanted, keep
from dashboard.replay.make import NothingPlayed, make
from game.models import Game

log = structlog.get_logger(__name__)


@shared_task(name=TASK, ignore_result=True)
def make_replay(wanted: list[object]) -> None:
    one = msgspec.convert(wanted, Wanted)
    game = Game.objects.filter(pk=one.game).first()
    if game is None:
        log.info("nothing_to_replay", reason=f"game {one.game} was deleted")
        return
    try:
        replay = make(game, one.key, one.without, one.limit)
    except NothingPlayed as nothing:
        log.info("nothing_to_replay", reason=str(nothing))
        keep(one, b"")
        return
    if not one.lists_teams:
        frames = [msgspec.structs.replace(frame, rows=[]) for frame in replay.frames]
        replay = msgspec.structs.replace(replay, frames=frames, teams=[])
    keep(one, gzip.compress(msgspec.json.encode(replay), compresslevel=6))
