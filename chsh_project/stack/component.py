import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chsh_project.stack.data_dirs import Account

PR_SET_PDEATHSIG = 1


class StackError(Exception):
    """One sentence for the operator: what is wrong and what to do."""


@dataclass(frozen=True)
class Component:
    """
    A process of the stack.

    `probe` raises until the process is ready; without one a living process is ready.  `prepare` makes what it needs,
    before each start.
    """

    name: str
    command: Sequence[str | Path]
    probe: Callable[[], object] | None = None
    folder: Path | None = None
    account: Account | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    # Lines of its output that the terminal shows too.
    loud: str = (
        r"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b|\"level\": \"(warning|error|critical)\"|^\w[\w.]*(Error|Exception)\b"
    )
    prepare: Callable[[], None] | None = None

    def spawn_options(self) -> dict[str, Any]:
        """Return keyword arguments for subprocess.Popen and asyncio.create_subprocess_exec."""
        options: dict[str, Any] = {
            "cwd": self.folder,
            "env": {**os.environ, **self.environment},
            # In a new session Ctrl-C reaches the supervisor only, which stops children in order.
            "start_new_session": True,
            "preexec_fn": die_with_parent(self.orphan_signal),
        }
        if self.account is not None and self.account.uid != os.geteuid():
            options |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return options


def die_with_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    """Let the kernel send `orphan_signal` to the child when this process dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    # Loaded before the fork, because nothing may take a lock between fork and exec.
    libc, parent = ctypes.CDLL(None), os.getpid()

    def in_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(orphan_signal))
        if os.getppid() != parent:
            os._exit(1)

    return in_child
