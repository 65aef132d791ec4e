"""Prepare a crowd of players and hosts in the database, so that a running game needs sockets only."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

from game.lobby import host_commands, ownership
from game.models import Game, Player, Team
from game.web import identity


@dataclass(frozen=True)
class Crowd:
    """A game in its lobby, the cookies of its players (partners side by side) and of its hosts."""

    game: int
    code: str
    cookies: list[str]
    host_cookies: list[str]


def make(players: int, seated: bool = True, hosts: int = 1, **options: object) -> Crowd:
    """Make a game for this many players; unless `seated` they join by the lobby's verbs."""
    owner, *others = [User.objects.create_user(f"host-{secrets.token_hex(4)}", password=None) for _ in range(hosts)]
    game = ownership.create_game(owner, title="Load", **options)
    game.co_instructors.set(others)
    Game.objects.filter(pk=game.pk).update(max_teams=5000)
    tokens = [identity.new_secret() for _ in range(players)]
    if seated:
        _seat(game, tokens)
    cookies = [_cookie(token) for token in tokens]
    return Crowd(game.pk, game.code, cookies, [_session(host) for host in (owner, *others)])


def make_many(games: int, players: int) -> list[Crowd]:
    """Make games with equally many of these players."""
    return [make(players // games) for _ in range(games)]


def new_cookies(players: int) -> list[str]:
    """Return cookies of players who were never there."""
    return [new_cookie() for _ in range(players)]


def new_cookie() -> str:
    """Return the cookie of a browser that has opened a game's page."""
    return _cookie(identity.new_secret())


def _cookie(token: str) -> str:
    return f"{identity.COOKIE}={identity.sign(token)}"


def running_game() -> str:
    """Start a game without players; return its code."""
    made = make(0)
    host_commands.start(made.game)
    return made.code


def _seat(game: Game, tokens: list[str]) -> None:
    teams = Team.objects.bulk_create(
        [Team(game=game, name=f"Team {n}") for n in range((len(tokens) + 1) // 2)], batch_size=1000
    )
    Player.objects.bulk_create(
        [
            Player(game=game, identity=identity.hashed(token), team=teams[n // 2], seat=n % 2 + 1)
            for n, token in enumerate(tokens)
        ],
        batch_size=1000,
    )


def _session(host: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(host.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = host.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
