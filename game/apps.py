from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate

INSTRUCTORS = "Instructors"


class GameConfig(AppConfig):
    name = "game"

    def ready(self) -> None:
        # Runs after Django's own receiver, which makes the permissions.
        post_migrate.connect(make_instructors, sender=self)
        from game.games import GAMES
        from game.models import own_games
        from game.realtime import announce

        GAMES.find = own_games.find

        post_delete.connect(announce.game_deleted, sender="game.Game")


def make_instructors(sender: AppConfig, **kwargs: Any) -> None:
    """Give the group Instructors rights to view their games in the admin and to change the games."""
    from django.contrib.auth.models import Group, Permission

    group, created = Group.objects.get_or_create(name=INSTRUCTORS)
    if created:
        permissions = Permission.objects.filter(content_type__app_label=sender.label)
        group.permissions.set(p for p in permissions if p.codename.startswith("view_") or p.codename == "change_game")
