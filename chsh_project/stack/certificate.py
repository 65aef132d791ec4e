"""The certificate of this machine in its own network, for HTTPS=lan; browsers warn, because nobody vouches for it."""

import hashlib
import os
import socket
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import idna
import trustme

# Browsers refuse certificates that are valid for more than 398 days; a clock may be a day behind.
VALID, KEPT = timedelta(days=397), timedelta(days=300)


def names() -> list[str]:
    """Return the names and addresses by which browsers find this machine, without those that no certificate has."""
    # It loads Django, which most starts of the stack do without.
    from game.web.addresses import own_hosts

    host = socket.gethostname()
    named = [one for one in (host, f"{host.removesuffix('.local')}.local") if _may_be_certified(one)]
    return ["localhost", "127.0.0.1", *named, *own_hosts()]


def _may_be_certified(name: str) -> bool:
    try:
        idna.encode(name, uts46=True)
    except idna.IDNAError:
        return False
    return True


def file_for(folder: Path, named: Collection[str]) -> Path:
    """
    Return the file of a key and its certificate for these names.

    It is made once and kept for months, so that a phone that has accepted it is not asked again.  The key that signed
    it is thrown away: whoever trusts the certificate trusts this machine, and no other site.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{hashlib.sha256(' '.join(sorted(named)).encode()).hexdigest()[:12]}.pem"
    if not file.is_file() or time.time() - file.stat().st_mtime > KEPT.total_seconds():
        begins = datetime.now(UTC) - timedelta(days=1)
        issued = trustme.CA().issue_cert(
            *dict.fromkeys(named),
            organization_name="The CHSH game",
            organization_unit_name="This computer",
            not_before=begins,
            not_after=begins + VALID,
        )
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
        os.replace(new, file)
    return file
