"""buildah and podman with folders of their own; nothing is left but the images, in .local/containers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".local" / "containers"
PROGRAMS = ("buildah", "podman", "runc", "mmdebstrap")
# Certificates and package sources of this machine, for builds behind a proxy.
MACHINE = {"/etc/ssl/certs": "/etc/ssl/certs", "/etc/pip.conf": "/etc/pip.conf", "/opt/wheels": "/opt/wheels"}


def missing() -> str:
    """Return why containers cannot run here, or nothing."""
    if sys.platform != "linux":
        return "containers are built on Linux"
    if os.geteuid():
        return "containers are built by root: networks and mounts need it"
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    return f"{', '.join(absent)} missing: apt install podman buildah runc mmdebstrap netavark aardvark-dns" * bool(
        absent
    )


class Engine:
    def __init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.run_root = Path("/run/chsh-containers")
        self.environment = os.environ | {"CONTAINERS_CONF": str(self._settings()), "STORAGE_DRIVER": self._driver()}
        self.roots = ["--root", str(FOLDER / "storage"), "--runroot", str(self.run_root)]

    def _driver(self) -> str:
        return "overlay"

    def _settings(self) -> Path:
        """Name a runtime that drops limits of processes, which a machine without CAP_SYS_RESOURCE refuses to raise."""
        wrapper = FOLDER / "runc"
        wrapper.write_text(f"#!{sys.executable} -I\n" + (Path(__file__).parent / "runtime.py").read_text())
        wrapper.chmod(0o755)
        lines = [
            "[engine]", 'runtime = "plain"', 'events_logger = "file"', 'cgroup_manager = "cgroupfs"',
            "[network]", 'network_backend = "netavark"', f'network_config_dir = "{FOLDER / "networks"}"',
            "[engine.runtimes]", f'plain = ["{wrapper}"]',
        ]  # fmt: skip
        path = FOLDER / "containers.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def podman(self, *words: object, check: bool = True, quiet: bool = True) -> str:
        return self._run("podman", [*self.roots, *map(str, words)], check, quiet)

    def buildah(self, *words: object, quiet: bool = True) -> str:
        return self._run("buildah", [*self.roots, *map(str, words)], True, quiet)

    def _run(self, program: str, words: list[str], check: bool, quiet: bool) -> str:
        done = subprocess.run(
            [program, *words], env=self.environment, text=True, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None,
        )  # fmt: skip
        if check and done.returncode:
            raise SystemExit(
                f"{program} {' '.join(words)}: exit status {done.returncode}\n{done.stdout}{done.stderr or ''}"
            )
        return done.stdout.strip() + (done.stderr or "" if not check else "")

    def has(self, image: str) -> bool:
        return image in self.podman("images", "--format", "{{.Repository}}:{{.Tag}}").split()

    def build(self, tag: str, folder: Path, *more: object, file: str = "Dockerfile") -> None:
        """Build with the machine's certificates and package sources, which do not get into the image."""
        mounts = [f"--volume={here}:{there}:ro" for here, there in MACHINE.items() if Path(here).exists()]
        self.buildah(
            "build", "--isolation", "chroot", "--network", "host", "--format", "docker", "--pull-never", *mounts,
            *more, "--tag", tag, "--file", folder / file, folder, quiet=False,
        )  # fmt: skip

    def layers(self, image: str) -> list[tuple[float, str]]:
        """Return the megabytes and the command of each layer, the oldest first."""
        told = json.loads(self.podman("history", "--format", "json", image))
        return [(layer["size"] / 1e6, layer["CreatedBy"]) for layer in reversed(told)]
