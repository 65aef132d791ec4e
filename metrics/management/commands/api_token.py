"""Make, list and end tokens of the operators' API."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from metrics.api import tokens
from metrics.models import ApiToken


class Command(BaseCommand):
    help = "Make a token by which a program asks the operators' API for a member of staff; list or end tokens"

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--create", metavar="USER", help="make a token for this account and print it, this once")
        act.add_argument("--list", action="store_true", help="the tokens that are there")
        act.add_argument("--end", metavar="ID", type=int, help="end a token at once")
        parser.add_argument("--name", default="", help="what uses the token: a script, a machine")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, default=90, help=f"how long it lasts, at most {tokens.MOST_DAYS}")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["create"] is not None:
            self._create(options["create"], options["name"], options["scope"], options["days"])
        elif options["end"] is not None:
            self._end(options["end"])
        else:
            for token in ApiToken.objects.select_related("user").order_by("pk"):
                self.stdout.write(str(token))

    def _create(self, username: str, name: str, scope: str, days: int) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"--create={username!r}: no account has this name")
        if not name.strip():
            raise CommandError("--name is missing: say what uses the token")
        try:
            row, token = tokens.create(user, name.strip()[: ApiToken.NAME_LENGTH], scope, days)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{row}. The token is printed this once:")
        self.stdout.write(token)

    def _end(self, pk: int) -> None:
        if not ApiToken.objects.filter(pk=pk).delete()[0]:
            raise CommandError(f"--end={pk}: no token has this number")
        self.stdout.write(f"Token {pk} has ended.")
