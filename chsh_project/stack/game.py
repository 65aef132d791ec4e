"""The processes of the game itself, as components of the stack."""

import http.client
import json
import ssl
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chsh_project.stack.component import Component
from chsh_project.stack.environment import Options

CHECKOUT = Path(__file__).resolve().parents[2]


class Processes:
    def __init__(self, options: Options, environment: Mapping[str, str], certificate: Path | None = None) -> None:
        self.options, self.certificate = options, certificate
        self.environment = {**environment, "DJANGO_SETTINGS_MODULE": "chsh_project.settings", "PYTHONUNBUFFERED": "1"}

    def migrate(self) -> Component:
        migrate = self._python("migrate", "manage.py", "migrate", "--noinput")
        # Changing a large table may take longer than the timeout of play.
        environment = {**self.environment, "DATABASE_STATEMENT_TIMEOUT_MS": "0"}
        # A system check that fails says why in its own line.
        return replace(migrate, environment=environment, loud=rf"{migrate.loud}|\(\w+\.E\d+\)")

    def collectstatic(self) -> Component:
        return self._python("static", "manage.py", "collectstatic", "--noinput", "--verbosity", "0")

    def demo(self) -> Component:
        return self._python("demo", "manage.py", "demo")

    def web(self) -> Component:
        words = ["--host", self.options.host, "--port", str(self.options.port)]
        if self.certificate is not None:
            words += ["--certificate", str(self.certificate)]
        return self._python("web", "-m", "chsh_project.serve", *words, probe=True)

    def background(self) -> list[Component]:
        celery = ["-m", "celery", "--quiet", "--app", "chsh_project"]
        threads = ["--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"]
        worker = self._python("worker", *celery, "worker", *threads, "--loglevel", "WARNING")
        return [
            # Low priority: players come before statistics.
            replace(worker, command=["nice", "-n", "10", *worker.command]),
            self._python("beat", *celery, "beat", "--loglevel", "WARNING", "--pidfile="),
            self._python("bots", "manage.py", "bots", "--serve"),
        ]

    def ready(self) -> dict[str, Any]:
        """Return the body of GET /ready; raise unless its status is 200."""
        connection = self._connection()
        try:
            connection.request("GET", "/ready")
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise ConnectionError(f"/ready answers {response.status}: {body[:200].decode(errors='replace')}")
        return dict(json.loads(body))

    def _connection(self) -> http.client.HTTPConnection:
        if self.certificate is None:
            return http.client.HTTPConnection(*self.options.probe_address, timeout=5)
        # This machine asks itself.
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(*self.options.probe_address, timeout=5, context=trusting)

    def whole(self) -> None:
        """Raise while a part of the game is missing."""
        state = self.ready()
        if state["status"] != "ready":
            raise ConnectionError(f"{state['status']}: {', '.join(state['degraded'])} away")

    def _python(self, name: str, *words: str, probe: bool = False) -> Component:
        return Component(
            name=name,
            command=[sys.executable, *words],
            probe=self.ready if probe else None,
            folder=CHECKOUT,
            environment=self.environment,
        )
