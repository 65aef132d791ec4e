"""Print how a front door sends browsers to the cells of CELLS: a map of nginx, or a route of the Gateway API."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from game.cells import DEFAULT
from game.models import CODE_ALPHABET, CODE_LENGTH, Game

# Behind these stands a code: pages, sockets, and the words of rooms that begin with the cell's letters and a hyphen.
CODED = "/(?:g|dashboard|ws/(?:play|watch|dashboard))/"
ROOM = "/r/"


class Command(BaseCommand):
    help = "Print the routes of a front door to the cells that CELLS names."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", choices=("nginx", "gateway"))

    def handle(self, *args: Any, **options: Any) -> None:
        if DEFAULT not in settings.CELLS:
            raise CommandError("CELLS names no default cell: add default=https://ADDRESS, where codes of before lead.")
        lines = nginx() if options["form"] == "nginx" else gateway()
        self.stdout.write("\n".join(lines))


def pattern(name: str) -> str:
    """Return the paths of a cell as a regular expression: a whole code, in any case."""
    letters = "".join(f"[{letter}{letter.lower()}]" if letter.isalpha() else letter for letter in name)
    alphabet = CODE_ALPHABET + CODE_ALPHABET.lower()
    rest = f"[{''.join(dict.fromkeys(alphabet))}]{{{CODE_LENGTH - len(name)}}}"
    return f"^(?:{CODED}{letters}{rest}|{ROOM}{letters}-[^/]+)(?:/|$)"


def nginx() -> Iterator[str]:
    """Yield a map from $uri to the address of a cell; the game of before that looks like a cell's stays where it is."""
    yield "map $uri $cell {"
    yield f'    default "{settings.CELLS[DEFAULT]}";'
    for code in codes_of_before():
        yield f'    "~*^{CODED}{code}(?:/|$)" "{settings.CELLS[DEFAULT]}";'
    for name in named():
        yield f'    "~{pattern(name)}" "{settings.CELLS[name]}";'
    yield "}"


def gateway() -> Iterator[str]:
    """Yield an HTTPRoute as JSON, which is YAML; each cell is a Service that the gateway may reach."""
    if found := list(codes_of_before()):
        raise CommandError(f"Games of before begin like a cell's code, as {found[0]}: choose other letters.")
    rules = [
        {"matches": [{"path": {"type": "RegularExpression", "value": pattern(name)}}], **backend(name)}
        for name in named()
    ]
    rules.append({"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], **backend(DEFAULT)})
    yield json.dumps({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "chsh-game-cells"},
        "spec": {
            "parentRefs": [{"name": "public", "namespace": "gateways"}],
            "hostnames": [urlsplit(settings.PUBLIC_URL).hostname or "game.example"], "rules": rules,
        },
    }, indent=2)  # fmt: skip


def backend(name: str) -> dict[str, Any]:
    namespace = "chsh-game" if name == DEFAULT else f"chsh-game-{name.lower()}"
    # A socket stays open for a lesson.
    return {
        "timeouts": {"request": "0s"},
        "backendRefs": [{"name": "chsh-game-web", "namespace": namespace, "port": 8000}],
    }


def named() -> list[str]:
    return [name for name in settings.CELLS if name != DEFAULT]


def codes_of_before() -> Iterator[str]:
    """Yield the codes of this database's games that begin like another cell's."""
    if settings.CELL:
        return
    for name in named():
        yield from Game.objects.filter(code__startswith=name).values_list("code", flat=True)
