"""Make an instructor and a demo game of bots if they are missing; print them as JSON lines."""

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from game.games import GAMES
from game.lobby import bots, host_commands, ownership
from game.models import DEFAULT_GAME, Game
from game.realtime.server import current_server

INSTRUCTOR = "instructor"
TITLE = "Demo game"
# Teams of bots with strategy and parameters.
TEAMS: list[tuple[int, str, dict[str, Any]]] = [
    (2, "quantum", {"visibility": 0.97}),
    (1, "quantum", {"visibility": 0.85}),
    (1, "best_classical", {}),
    (1, "noisy_human", {}),
    (1, "random", {}),
]
THINK_SECONDS = 3.0
# About an hour of rounds, so that an unattended demo does not fill its disk.
ROUND_LIMIT = 1_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mode", choices=tuple(GAMES), help="the game that the bots play; without it as it is")

    def handle(self, *args: Any, mode: str | None, **options: Any) -> None:
        users = get_user_model().objects
        password = None
        owner = users.filter(username=INSTRUCTOR).first()
        if owner is None:
            password = secrets.token_urlsafe(9)
            owner = users.create_superuser(INSTRUCTOR, password=password)
        self._say(instructor=INSTRUCTOR, password=password)
        self._say(code=self._game(owner, mode).code)
        current_server().close()

    def _say(self, **facts: Any) -> None:
        self.stdout.write(json.dumps(facts))

    def _game(self, owner: Any, mode: str | None) -> Game:
        unfinished = Game.objects.filter(owner=owner, title=TITLE, archived_at=None).exclude(state=Game.State.FINISHED)
        game = (unfinished.filter(mode=mode) if mode else unfinished).first()
        if game is None:
            game = ownership.create_game(owner, title=TITLE, mode=mode or DEFAULT_GAME, round_limit=ROUND_LIMIT)
        limit = game.round_limit or ROUND_LIMIT
        if game.round_limit is None:
            host_commands.set_options(game.pk, round_limit=limit)
        if not game.teams.filter(bots=True).exists():
            for teams, strategy, parameters in TEAMS:
                bots.seat_bots(game.pk, teams, strategy, {**parameters, "think_seconds": THINK_SECONDS})
        if game.state == Game.State.LOBBY and game.run == 1:
            host_commands.start(game.pk)
        elif game.state == Game.State.RUNNING and game.rounds.filter(run=game.run, number__gt=limit / 2).exists():
            host_commands.reset(game.pk)
            host_commands.start(game.pk)
        return game
