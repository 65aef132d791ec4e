"""Network namespaces as hosts, on a bridge in a namespace of its own: nothing of the machine's own network changes."""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NETWORK = "10.231.77"
FOLDER = Path("/run/netns")
_libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def missing() -> str:
    """Return why there can be no namespaces here, or nothing."""
    if sys.platform != "linux":
        return "network namespaces are Linux'"
    if os.geteuid():
        return "network namespaces are made by root"
    if not shutil.which("ip"):
        return "ip is missing: apt install iproute2"
    probe = f"chsh{os.getpid()}-probe"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode:
        return "this machine allows root no network namespaces"
    subprocess.run(["ip", "netns", "del", probe], check=False)
    return ""


class Namespaces:
    """Hosts by name; each has an address, and reaches all others."""

    def __init__(self) -> None:
        self.prefix = f"chsh{os.getpid()}"
        self.hosts: dict[str, str] = {}
        self._ip("netns", "add", self._name("hub"))
        self._inside("hub", "link", "add", "br0", "type", "bridge")
        self._inside("hub", "link", "set", "br0", "up")

    def add(self, host: str) -> str:
        """Make a host unless it is there; return its address."""
        if host in self.hosts:
            return self.hosts[host]
        number = len(self.hosts) + 2
        self.hosts[host] = address = f"{NETWORK}.{number}"
        self._ip("netns", "add", self._name(host))
        self._ip("-n", self._name("hub"), "link", "add", f"p{number}", "type", "veth",
                 "peer", "name", "eth0", "netns", self._name(host))  # fmt: skip
        self._inside("hub", "link", "set", f"p{number}", "master", "br0", "up")
        self._inside(host, "address", "add", f"{address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            self._inside(host, "link", "set", device, "up")
        return address

    def cut(self, host: str) -> None:
        """Pull the host's cable: packets get lost, and nobody is told."""
        self._inside("hub", "link", "set", self._port(host), "down")

    def mend(self, host: str) -> None:
        self._inside("hub", "link", "set", self._port(host), "up")

    @contextlib.contextmanager
    def within(self, host: str) -> Iterator[None]:
        """Let this thread, and the processes that it starts, be on the host."""
        with open("/proc/thread-self/ns/net") as home, open(FOLDER / self._name(host)) as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def close(self) -> None:
        for host in (*self.hosts, "hub"):
            subprocess.run(["ip", "netns", "del", self._name(host)], check=False, capture_output=True)

    def _port(self, host: str) -> str:
        return "p" + self.hosts[host].rpartition(".")[2]

    def _name(self, host: str) -> str:
        return f"{self.prefix}-{host}"

    def _inside(self, host: str, *words: str) -> None:
        self._ip("-n", self._name(host), *words)

    @staticmethod
    def _ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, CLONE_NEWNET):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


@contextlib.contextmanager
def namespaces() -> Iterator[Namespaces]:
    made = Namespaces()
    try:
        yield made
    finally:
        made.close()
