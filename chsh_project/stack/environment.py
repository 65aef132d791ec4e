"""The operator's environment, and .local/stack.env, which settings and the next start read."""

import hashlib
import os
import secrets
import shlex
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chsh_project.stack import server_urls, web_urls
from chsh_project.stack.component import StackError

# An address of TEST-NET-1: nothing is sent, the kernel only names the local address that it would use.
SOMEWHERE_ELSE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Options:
    """The operator's environment.  An empty variable counts as not set."""

    host: str
    port: int
    database_url: str
    redis_url: str
    public_url: str
    # Longest wait for the operator's own servers.
    wait_seconds: float
    # 1: a proxy ends TLS. lan: the web server does, with a certificate of its own.
    https: str = "0"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Options":
        port = environ.get("PORT") or "8000"
        if not (port.isdecimal() and 0 < int(port) < 65536):
            raise StackError(f"PORT={port!r}: use a number from 1 to 65535.")
        https = environ.get("HTTPS") or "0"
        if https not in ("0", "1", "lan"):
            raise StackError(f"HTTPS={https!r}: use 1 behind a proxy with TLS, lan in a school's network, or 0.")
        try:
            public_url = web_urls.public_url(environ)
            web_urls.origins("EMBED_ORIGINS", environ.get("EMBED_ORIGINS", "").split(","))
            if environ.get("DATABASE_URL"):
                server_urls.check_database("DATABASE_URL", environ["DATABASE_URL"])
            if environ.get("REDIS_URL"):
                server_urls.valkey_url(environ["REDIS_URL"], 0)
        except ValueError as error:
            raise StackError(str(error)) from error
        return cls(
            host=environ.get("HOST") or "0.0.0.0",
            port=int(port),
            database_url=environ.get("DATABASE_URL", ""),
            redis_url=environ.get("REDIS_URL", ""),
            public_url=public_url,
            wait_seconds=float(environ.get("WAIT_SECONDS") or 30),
            https=https,
        )

    @property
    def probe_address(self) -> tuple[str, int]:
        """The address at which this machine reaches the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port

    @property
    def players_url(self) -> str:
        host = lan_address() if self.host in ("0.0.0.0", "::") else self.host
        return self.public_url or self.url_of(f"[{host}]" if ":" in host else host)

    def url_of(self, host: str) -> str:
        """Return the web server's own address by a name of this machine."""
        return f"{'https' if self.https == 'lan' else 'http'}://{host}:{self.port}"

    @property
    def fixed_url(self) -> str:
        """The address that players are sent to; empty where the pages follow this machine's addresses."""
        return self.public_url or ("" if self.host in ("0.0.0.0", "::") else self.players_url)

    def check_port(self) -> None:
        try:
            _bind(self.host, self.port)
        except OSError as error:
            raise StackError(
                f"Port {self.port} of {self.host} cannot be used ({error.strerror}): stop the program"
                f" that has it, or take another one: PORT={self.port + 1} make run"
            ) from error


@dataclass(frozen=True)
class SavedState:
    """Ports and passwords of the embedded servers, stored between starts."""

    postgres_port: int
    postgres_password: str
    valkey_port: int
    valkey_password: str
    secret_key: str
    # Nothing was stored: data that are there have another password.
    password_is_new: bool = False

    @classmethod
    def read(cls, path: Path) -> "SavedState":
        """Read the values of the last start; make missing ones, and new ports where another program uses them."""
        known = read_file(path)
        postgres_port = _free_port(known.get("POSTGRES_PORT"))
        return cls(
            postgres_port=postgres_port,
            postgres_password=known.get("POSTGRES_PASSWORD") or secrets.token_urlsafe(24),
            valkey_port=_free_port(known.get("VALKEY_PORT"), taken=postgres_port),
            valkey_password=known.get("VALKEY_PASSWORD") or secrets.token_urlsafe(24),
            secret_key=known.get("SECRET_KEY") or secrets.token_urlsafe(50),
            password_is_new=not known.get("POSTGRES_PASSWORD"),
        )

    def variables(self) -> dict[str, str]:
        return {
            "POSTGRES_PORT": str(self.postgres_port),
            "POSTGRES_PASSWORD": self.postgres_password,
            "VALKEY_PORT": str(self.valkey_port),
            "VALKEY_PASSWORD": self.valkey_password,
        }


def variables(options: Options, saved: SavedState, database_url: str, redis_url: str) -> dict[str, str]:
    """Return the environment of the game's processes and of manage.py in a second terminal."""
    secret_key = os.environ.get("SECRET_KEY") or saved.secret_key
    return {
        "DATABASE_URL": options.database_url or database_url,
        "REDIS_URL": options.redis_url or redis_url,
        "SECRET_KEY": secret_key,
        "DEBUG": "0",
        "HTTPS": options.https,
        # A laptop's address changes with its network; sockets are safe because their origin must equal the host.
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or "*",
        "PUBLIC_URL": options.fixed_url,
        "PORT": str(options.port),
        "COOKIE_KEY": os.environ.get("COOKIE_KEY") or hashlib.sha256(secret_key.encode()).hexdigest()[:6],
    }


def read_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = [line.partition("=") for line in path.read_text().splitlines()]
    return {name: "".join(shlex.split(value)) for name, equals, value in lines if equals}


def write_file(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file atomically, readable by its owner only, because it holds passwords."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()))
    new.replace(path)


def lan_address() -> str:
    """Return this machine's address on the local network, loopback without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE_ELSE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _free_port(wanted: str | None, taken: int = 0) -> int:
    for port in (int(wanted or 0), 0):
        try:
            found = _bind("127.0.0.1", port)
        except OSError:
            continue
        if found != taken:
            return found
    return _free_port(None, taken)


def _bind(host: str, port: int) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        return int(listener.getsockname()[1])
