"""
The addresses of PostgreSQL and Valkey, as operators write them: each is understood, or refused with one sentence.

It needs no settings, so that the stack can refuse them before anything starts.
"""

import ssl
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import redis

# Live updates, tasks, counts and the cache have a database of Valkey each.
DATABASES = 4
TIMEOUT_SECONDS = 2


def check_database(name: str, url: str) -> str:
    """Return the address of a PostgreSQL database; raises ValueError with a sentence where it is none."""
    parts = _split(name, url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(_use(name, parts, "postgres://user:password@host:5432/name"))
    if not unquote(parts.path).strip("/"):
        raise ValueError(f"{name}={_shown(parts)!r} names no database: write its name behind the host, as in /chsh.")
    return url


def valkey_url(url: str, database: int) -> str:
    """
    Return the address of one of Valkey's databases; raises ValueError with a sentence where the address is of another
    kind, or chooses a database itself.
    """
    parts = _split("REDIS_URL", url)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError(_use("REDIS_URL", parts, "redis://:password@host:6379, or rediss:// with TLS"))
    if parts.path.strip("/") not in ("", "0"):
        raise ValueError(
            f"REDIS_URL={_shown(parts)!r} chooses a database: leave the number away, because the game uses 0 to"
            f" {DATABASES - 1} and needs a Valkey of its own."
        )
    return urlunsplit(parts._replace(path=f"/{database}"))


def valkey_fault(url: str) -> str | None:
    """Return why this Valkey cannot serve the game, as a sentence; None where it can, or does not answer now."""
    try:
        with redis.Redis.from_url(
            valkey_url(url, DATABASES - 1), socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS
        ) as connection:
            connection.ping()
    except redis.AuthenticationError as error:
        return f"REDIS_URL={_shown(urlsplit(url))!r}: Valkey refuses the password ({error})."
    except redis.ConnectionError as error:
        if (fault := _tls_fault(url, error)) is not None:
            return fault
        # A refused SELECT ends the connection: its cause tells it from a server that is away.
        return _fault(url, error.__cause__) if isinstance(error.__cause__, redis.ResponseError) else None
    except redis.ResponseError as error:
        return _fault(url, error)
    except redis.RedisError:
        return None
    return None


def _tls_fault(url: str, error: BaseException | None) -> str | None:
    """Return what is wrong with the certificate or the encryption, as a sentence."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    if error is None:
        return None
    shown = _shown(urlsplit(url))
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"REDIS_URL={shown!r}: the certificate of Valkey is not trusted ({error.verify_message}): put"
            " ?ssl_ca_certs=/path/to/authority.pem behind the address, or make the system trust it."
        )
    return f"REDIS_URL={shown!r}: there is no TLS at this port ({error.reason}): use redis:// or another port."


def _fault(url: str, error: BaseException | None) -> str:
    return (
        f"REDIS_URL={_shown(urlsplit(url))!r}: the game needs databases 0 to {DATABASES - 1} of one Valkey, and this"
        f" one has fewer or is a cluster ({error})."
    )


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        text = f"{name} cannot be read as an address ({error}): write signs of its password as %40 and so on."
        raise ValueError(text) from None
    return parts


def _use(name: str, parts: SplitResult, form: str) -> str:
    return f"{name}={_shown(parts)!r}: use {form}."


def _shown(parts: SplitResult) -> str:
    """The address without its user and password."""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
