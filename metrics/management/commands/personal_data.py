"""Write what is stored of a person into a file, or delete it: an account, or the browser of a player."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from dashboard.account.page import files_of
from dashboard.pages.lab_pack.zipped import zipped
from game.accounts import personal_data
from game.lobby.refusal import Refusal
from game.web import identity


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--account", metavar="NAME", help="an instructor's account")
        who.add_argument("--player", metavar="COOKIE", help=f"the value of the browser's cookie {identity.COOKIE}")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="write it there: a zip of an account, else JSON"
        )
        parser.add_argument("--delete", action="store_true", help="delete it, after it is written")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["output"] and not options["delete"]:
            raise CommandError("use --output FILE, --delete or both")
        try:
            if options["account"] is not None:
                self._account(options["account"], options["output"], options["delete"])
            else:
                self._player(options["player"], options["output"], options["delete"])
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal

    def _account(self, name: str, output: Path | None, delete: bool) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"--account={name!r}: no account has this name")
        if output:
            async_to_sync(_write)(user, output)
            self.stdout.write(f"{output} is written.")
        if delete:
            personal_data.delete_account(user, name)
            self.stdout.write(f"The account {name} is deleted, with its games.")

    def _player(self, cookie: str, output: Path | None, delete: bool) -> None:
        secret = identity.read({identity.COOKIE: cookie})
        if secret is None:
            raise CommandError(f"--player={cookie!r}: not a cookie of this installation")
        hashed = identity.hashed(secret)
        if output:
            rows = {"games": personal_data.of_player(hashed)}
            output.write_text(json.dumps(rows, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
            self.stdout.write(f"{output} is written.")
        if delete:
            self.stdout.write(f"What was stored in {personal_data.delete_player(hashed)} games is deleted.")


async def _write(user: User, output: Path) -> None:
    files = await sync_to_async(files_of)(user)
    with output.open("wb") as file:
        async for piece in zipped(files, timezone.now()):
            file.write(piece)
