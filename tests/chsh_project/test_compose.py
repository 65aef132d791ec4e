"""The compose file, the image and the settings that they pass on; a replica that is made and lost."""

import dataclasses
import os
import re
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.conf import settings
from django.db import connection

from chsh_project.stack.component import Component
from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import Options
from chsh_project.stack.game import Processes
from chsh_project.stack.postgres import Postgres
from game.lobby import ownership
from game.models import Game
from tests.support.server import eventually, free_port
from tests.support.servers import running as running_server
from tests.support.servers import temporary_folder
from tests.support.settings_read import names_of_settings

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


COMPOSE = (ROOT / "docker-compose.yml").read_text()
REQUIRED = set(re.findall(r"\$\{(\w+):\?", COMPOSE))


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE))


def filled(text: object, env: dict[str, str]) -> str:
    """Return a value of compose, filled in with these lines of .env."""

    def value(variable: re.Match[str]) -> str:
        name, otherwise, default = variable.groups()
        assert name in env or otherwise == "-", f"{name} is missing"
        return env.get(name) or default

    return re.sub(r"\$\{(\w+):([-?])([^}]*)\}", value, str(text))


def told(service: str, env: dict[str, str]) -> dict[str, str]:
    """Return the environment of a container."""
    wanted = compose()["services"][service]
    own = {name: filled(value, env) for name, value in wanted.get("environment", {}).items()}
    return (env if wanted.get("env_file") == ".env" else {}) | own


def names_with_schedules() -> set[str]:
    return {*names_of_settings(), *(f"SCHEDULE_{kind.upper()}" for kind in settings.SCHEDULED)}


def documented() -> set[str]:
    """Return the names in the first column of the tables of settings."""
    tables = [(ROOT / name).read_text().split("## Settings\n")[1] for name in ("README.md", "docs/operations.md")]
    rows = [row.split("|")[1] for table in tables for row in table.split("\n## ")[0].splitlines() if row[:3] == "| `"]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def checked(*command: str) -> None:
    done = subprocess.run([str(ROOT / ".venv" / "bin" / command[0]), *command[1:]], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_compose_file_image_and_yaml_are_valid() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    checked("hadolint", "Dockerfile")
    checked("yamllint", "--strict", "-d", "{extends: default, rules: {line-length: {max: 120}}}",
            "docker-compose.yml", "deploy")  # fmt: skip


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = compose()["services"]
    public = {
        name
        for name, service in services.items()
        for port in service.get("ports", [])
        if not str(port).startswith("127.0.0.1:")
    }
    assert public == {"nginx", "caddy"}
    plain, _tls = services["nginx"]["ports"]
    assert filled(plain, {}) == "127.0.0.1:8000:8080"
    assert services["caddy"]["profiles"] == ["tls"] and list(services["caddy"]["networks"]) == ["edge"]
    assert {name for name, service in services.items() if "edge" in service["networks"]} == {"nginx", "caddy"}
    # Another network for the prober: front is trusted to name the players' addresses.
    assert services["nginx"]["networks"] == ["front", "site", "edge"]
    assert {name for name, service in services.items() if "front" in service["networks"]} == {"nginx", "web"}


def test_every_service_is_watched_and_every_mounted_file_is_there() -> None:
    services = compose()["services"]
    image = (ROOT / "Dockerfile").read_text()
    assert "HEALTHCHECK" in image and re.search(r"^USER [1-9]\d*$", image, re.MULTILINE)
    for name, service in services.items():
        # The web service uses the command of the image.
        assert "healthcheck" in service or name == "web", name
        assert service.get("restart") == ("no" if name == "migrate" else "unless-stopped"), name
        for volume in service.get("volumes", []):
            source = filled(volume["source"], {}) if isinstance(volume, dict) else volume.split(":")[0]
            assert not source.startswith(".") or (ROOT / source).exists(), source


def test_every_service_has_a_limit_of_memory_and_a_log_that_ends() -> None:
    services = compose()["services"]
    assert len(services) > 10
    for name, service in services.items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_the_proxy_believes_the_address_of_caddy() -> None:
    address = compose()["services"]["caddy"]["networks"]["edge"]["ipv4_address"]
    text = (DEPLOY / "nginx" / "nginx.conf").read_text()
    assert f"set_real_ip_from {address};" in text and f'"{address} https" https;' in text
    assert text.count("set_real_ip_from") == 1


def test_a_migration_may_take_long() -> None:
    local = Processes(Options.read({}), {}).migrate().environment
    for environment in (local, compose()["services"]["migrate"]["environment"]):
        assert environment["DATABASE_STATEMENT_TIMEOUT_MS"] == "0"


def test_the_folder_of_the_certificate_is_a_folder_and_its_key_nginx_own() -> None:
    """Compose would make a bare name an empty volume, and would create a missing folder."""
    nginx = compose()["services"]["nginx"]
    (folder,) = [volume for volume in nginx["volumes"] if "TLS_FOLDER" in str(volume)]
    assert folder["type"] == "bind" and folder["bind"] == {"create_host_path": False}
    assert f"--owner={nginx['user']} --mode=0400 privkey.pem" in (ROOT / "docs" / "operations.md").read_text()


def test_variables_of_the_compose_file_are_settings_and_documented() -> None:
    for service in compose()["services"].values():
        for name in service.get("environment", {}):
            of_servers = name.startswith(("POSTGRES_", "GF_", "PG", "REDIS", "DATA_SOURCE_", "DOMAIN"))
            assert name in names_with_schedules() or of_servers, name
    secrets = {secret["environment"] for secret in compose()["secrets"].values()}
    read = set(re.findall(r"\$\{(\w+):", COMPOSE)) | secrets
    assert read <= documented() <= read | names_with_schedules() | {"HOST"}
    # The first step makes every variable that compose requires.
    first = (DEPLOY / "new-env.sh").read_text()
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "PUBLIC_URL"} == REQUIRED
    assert REQUIRED | secrets <= set(re.findall(r"[A-Z_]{2,}", first))


def test_every_setting_reaches_the_game_in_compose() -> None:
    own = {"DATABASE_URL", "REDIS_URL", "DEBUG", "METRICS_HOST", "METRICS_PORT", "FORWARDED_ALLOW_IPS"}
    env = {name: f"mine: {name}" for name in names_with_schedules() | REQUIRED}
    for service in ("web", "worker", "beat", "bots"):
        heard = told(service, env)
        assert {name for name, value in env.items() if heard.get(name) != value} <= own


def test_the_image_is_built_once() -> None:
    """Concurrent builds of one name fail where the engine stores images by containerd."""
    services = compose()["services"].items()
    assert {name for name, service in services if "build" in service} == {"migrate", "nginx-log"}
    assert {service["pull_policy"] for name, service in services if service["image"] == "chsh-game"} == {"never"}


def test_statistics_wait_for_players() -> None:
    assert {name for name, service in compose()["services"].items() if "cpu_shares" in service} == {"worker"}


def is_left_out(path: str, listed: str, *, in_every_folder: bool) -> bool:
    """Whether an ignore file matches this path; Git finds a bare name in every folder, Docker does not."""
    for line in (ROOT / listed).read_text().splitlines():
        pattern = line.rstrip("/")
        if in_every_folder and "/" not in pattern:
            pattern = f"**/{pattern}"
        regex = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if re.match(f"{regex}(/|$)", path):
            return True
    return False


@pytest.mark.parametrize(("listed", "in_every_folder"), [(".gitignore", True), (".dockerignore", False)])
def test_secrets_and_dumps_are_in_no_commit_and_no_image(listed: str, in_every_folder: bool) -> None:
    secret = (".env", ".local/stack.env", "deploy/nginx/tls/key.pem")
    for path in (*secret, "game.dump", "backups/monday.dump", "chsh-2026-11-30T03-00-00Z.zip"):
        assert is_left_out(path, listed, in_every_folder=in_every_folder), path
    for path in ("manage.py", "chsh_project/stack/environment.py", "locale/de/LC_MESSAGES/django.mo", "deploy/nginx"):
        assert not is_left_out(path, listed, in_every_folder=in_every_folder), path


def slot_is_dropped() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
            WHERE slot_name = 'replica' AND NOT active
        """)
        return bool(cursor.rowcount)


def test_a_replica_is_made_once_follows_and_comes_back(host: Any) -> None:
    """deploy/postgres/replica.sh, as the container of the replica runs it."""
    primary = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    with temporary_folder() as folder:
        place = choose(folder)
        place.account.own(place.servers)
        replica = Postgres(place, free_port(), str(primary.password), fsync=False)
        variables = {
            "PATH": f"{replica._program('pg_basebackup').parent}:{os.environ['PATH']}", "PGDATA": str(replica.data),
            "PGHOST": str(primary.hostname), "PGPORT": str(primary.port), "PGUSER": str(primary.username),
            "PGPASSWORD": str(primary.password),
        }  # fmt: skip
        script = (DEPLOY / "postgres" / "replica.sh").read_text()
        make = Component("make", ["bash", "-c", script], None, place.servers, place.account, variables)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_create_physical_replication_slot('replica')")  # as after an interrupted copy
        for _ in range(2):
            subprocess.run(make.command, check=True, **make.spawn_options())
        url = replica.url(str(connection.settings_dict["NAME"]))
        component = dataclasses.replace(replica.component(), probe=lambda: psycopg.connect(url).close())

        def follows(made: Game) -> None:
            with running_server(component, folder), psycopg.connect(url, autocommit=True) as reader:
                eventually(lambda: reader.execute("SELECT 1 FROM game_game WHERE code = %s", [made.code]).fetchone())
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    reader.execute("DELETE FROM game_game")

        follows(ownership.create_game(host, title="Seen by the replica"))
        made = ownership.create_game(host, title="Made while the replica was away")
        with connection.cursor() as cursor:
            # More log than a primary keeps without a slot.
            for _ in range(4):
                cursor.execute("SELECT pg_switch_wal()")
                cursor.execute("CHECKPOINT")
        follows(made)
        eventually(slot_is_dropped)
