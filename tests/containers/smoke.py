"""Start the services of docker-compose.yml, play through nginx, back up, restore and stop; nothing is left running."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.containers import compose
from tests.containers.engine import FOLDER, ROOT, Engine

PLAYERS, SECONDS = 100, 10
PATIENCE_SECONDS = 90.0
NETWORKS = ("front", "site", "edge", "back")
BACKGROUND = ("worker", "beat", "bots", "backup")
# The address of the test's own network, which must be nobody's else.
FRONT = "10.231.9.0/24"


class Project:
    """The containers of one run, by the names of their services."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder, self.name = engine, folder, f"chsh-smoke-{os.getpid()}"
        names = ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "METRICS_TOKEN", "GRAFANA_PASSWORD")
        self.env = {name: secrets.token_hex(24) for name in names}
        self.env |= {"PUBLIC_URL": "http://game.example:8000", "FRONT_SUBNET": FRONT}
        self.services = compose.services(self.env)
        self.running: list[str] = []

    def networks(self) -> None:
        for network in NETWORKS:
            subnet = [f"--subnet={FRONT}"] if network == "front" else []
            self.engine.podman("network", "create", *subnet, f"{self.name}-{network}")

    def start(self, service: str, number: int = 1) -> str:
        name = f"{self.name}-{service}-{number}"
        told = self.services[service]
        self.engine.podman(
            "run", "--detach", "--name", name, f"--network-alias={service}",
            *compose.options(told, self.folder, self.name), told["image"], *told.get("command", []),
        )  # fmt: skip
        self.running.append(name)
        return name

    def run(self, service: str, *command: str) -> str:
        """Run a command in a new container of a service, as `docker compose run --rm` does."""
        told = self.services[service]
        words = compose.options(told, self.folder, self.name)
        return self.engine.podman("run", "--rm", *words, told["image"], *(command or told["command"]))

    def exec(self, name: str, *command: str) -> str:
        return self.engine.podman("exec", name, *command)

    def address(self, name: str, network: str) -> str:
        networks = json.loads(self.engine.podman("inspect", name))[0]["NetworkSettings"]["Networks"]
        return str(networks[f"{self.name}-{network}"]["IPAddress"])

    def healthy(self, name: str) -> None:
        """Wait for the health check that the compose file or the image names."""
        service = self.services[name.removeprefix(f"{self.name}-").rpartition("-")[0]]
        test = service.get("healthcheck", {}).get("test") or [
            "CMD", "python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/ready')",
        ]  # fmt: skip
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.exec(name, "docker-entrypoint.sh", *test[1:]) if service["image"] != "chsh-game" else self.exec(
                    name, *test[1:]
                )
                return
            except SystemExit as error:
                if time.monotonic() > deadline:
                    raise SystemExit(f"{name} is not healthy: {error}\n{self.logs(name)[-3000:]}") from None
            time.sleep(0.5)

    def logs(self, name: str) -> str:
        return self.engine.podman("logs", name, check=False)

    def stop(self, name: str) -> None:
        self.engine.podman("stop", "--time", "20", name)
        self.running.remove(name)
        self.engine.podman("rm", "--force", name)

    def clear(self) -> None:
        for name in reversed(self.running):
            self.engine.podman("rm", "--force", "--time", "5", name, check=False)
        for volume in ("postgres", "backups", "nginx-log"):
            self.engine.podman("volume", "rm", "--force", f"{self.name}-{volume}", check=False)
        for network in NETWORKS:
            self.engine.podman("network", "rm", "--force", f"{self.name}-{network}", check=False)


@contextlib.contextmanager
def project(engine: Engine) -> Iterator[Project]:
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        Path(name).chmod(0o755)
        made = Project(engine, Path(name))
        try:
            made.networks()
            yield made
        finally:
            made.clear()


def servers(made: Project) -> None:
    for service in ("postgres", "valkey"):
        made.healthy(made.start(service))
    made.run("migrate")


def game(made: Project) -> str:
    """Start the game's services and nginx; return nginx' address."""
    webs = [made.start("web", number) for number in (1, 2)]
    for name in [*webs, *(made.start(service) for service in BACKGROUND)]:
        made.healthy(name)
    return proxy(made)


def proxy(made: Project) -> str:
    """Start nginx with its own name server: that of podman answers at the gateway of the network."""
    gateway = FRONT.replace(".0/24", ".1")
    text = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text()
    assert "resolver 127.0.0.11 " in text
    path = made.folder / "nginx.conf"
    path.write_text(text.replace("resolver 127.0.0.11 ", f"resolver {gateway} "))
    path.chmod(0o644)
    volumes = made.services["nginx"]["volumes"]
    volumes[0] = f"{path}:/etc/nginx/nginx.conf:ro"
    name = made.start("nginx")
    made.healthy(name)
    return made.address(name, "front")


def play(made: Project, address: str) -> dict[str, Any]:
    """Let players play through nginx; the driver compares everything acknowledged with the rows."""
    database = made.address(f"{made.name}-postgres-1", "back")
    valkey = made.address(f"{made.name}-valkey-1", "back")
    environment = os.environ | {
        "SECRET_KEY": made.env["SECRET_KEY"], "DEBUG": "0",
        "DATABASE_URL": f"postgres://chsh:{made.env['POSTGRES_PASSWORD']}@{database}:5432/chsh",
        "REDIS_URL": f"redis://:{made.env['VALKEY_PASSWORD']}@{valkey}:6379",
    }  # fmt: skip
    words = ["--host", address, "--port", "8080", "--players", PLAYERS, "--think", 1, "--seconds", SECONDS,
             "--dashboards", 1]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.driver", *map(str, words)], cwd=ROOT, env=environment, text=True,
        capture_output=True, check=False, timeout=180,
    )  # fmt: skip
    if not done.stdout.strip() or done.returncode:
        raise SystemExit(f"the players failed: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


COUNT = "from game.models import Round; print(Round.objects.count())"


def rounds(made: Project) -> int:
    return int(made.run("migrate", "python", "manage.py", "shell", "--no-imports", "-c", COUNT).split()[-1])


def back_up_and_restore(made: Project) -> int:
    """Restore a backup of now over the database while nothing else runs; return its rounds."""
    backup = f"{made.name}-backup-1"
    before = rounds(made)
    made.exec(backup, "python", "manage.py", "backup", "/backups/smoke.zip")
    for service in ("nginx-1", "web-1", "web-2", *(f"{name}-1" for name in BACKGROUND)):
        made.stop(f"{made.name}-{service}")
    made.run("backup", "python", "manage.py", "restore", "/backups/smoke.zip", "--replace")
    if (after := rounds(made)) != before or not before:
        raise SystemExit(f"{after} rounds after the restore, {before} before it")
    return after


def smoke(engine: Engine) -> None:
    began = time.monotonic()
    with project(engine) as made:
        servers(made)
        address = game(made)
        with urllib.request.urlopen(f"http://{address}:8080/ready", timeout=10) as ready:
            print(f"started in {time.monotonic() - began:.0f} s, /ready: {ready.read().decode().strip()}")
        told = play(made, address)
        print(f"{PLAYERS} players through nginx: {told['acknowledged']} answers acknowledged, p95 "
              f"{told['latency_ms']['p95']} ms, nothing lost")  # fmt: skip
        print(f"backed up and restored {back_up_and_restore(made)} rounds")
        address = game(made)
        with urllib.request.urlopen(f"http://{address}:8080/ready", timeout=10) as ready:
            print(f"started again after the restore, /ready: {ready.read().decode().strip()}")
    print(f"stopped; {time.monotonic() - began:.0f} s in all")
