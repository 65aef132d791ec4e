"""Show statistics of the cache, clear it or warm it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from metrics.cache import care, warming
from metrics.cache.domains import DOMAINS
from metrics.management.games import game_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("stats", help="hits, misses, sizes and lifetimes by domain")
        acts.add_parser("clear", help="give domains a new version").add_argument("domains", nargs="*", metavar="DOMAIN")
        acts.add_parser("warm", help="compute what pages will ask for").add_argument("games", nargs="*", metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = getattr(self, options["act"])(options)
        except RedisError as error:
            raise CommandError(f"Valkey does not answer ({type(error).__name__}).") from error
        self.stdout.write(json.dumps(result) if options["json"] else "\n".join(self._lines(result)))

    def stats(self, options: Any) -> dict[str, Any]:
        return {found.domain: found._asdict() | {"hit_rate": found.hit_rate} for found in care.statistics()}

    def clear(self, options: Any) -> dict[str, Any]:
        domains = options.get("domains") or list(DOMAINS)
        try:
            care.clear(domains)
        except ValueError as error:
            raise CommandError(str(error)) from error
        return {"cleared": domains}

    def warm(self, options: Any) -> dict[str, Any]:
        games = [game_of(code).pk for code in options.get("games") or []]
        return {"games": warming.warm(games or None)}

    def _lines(self, result: dict[str, Any]) -> list[str]:
        lines = []
        for name, facts in result.items():
            if isinstance(facts, dict):
                rate = "–" if facts["hit_rate"] is None else f"{facts['hit_rate']:.1%}"
                facts = f"{rate} hits, kept for {facts['lifetime_seconds']} s, {facts['entries_shared']} entries"
            lines.append(f"{name}: {', '.join(facts) if isinstance(facts, list) else facts}")
        return lines or ["The cache is switched off (CACHE=0)."]
