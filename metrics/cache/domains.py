"""
What is cached: derived things alone, by domain, and how long each may be kept.

A key is `domain:tag` or `domain:tag:rest`.  Deleting `domain:tag` gives a new version to all keys that stand below it.
An unknown domain is refused, so that nothing else, an open round or a secret, is ever cached by the way.
"""

from typing import NamedTuple

from game import tunables
from game.realtime import emergency
from game.tunables import Known

EMERGENCY_FACTOR = 4


class Domain(NamedTuple):
    """How long a value is kept; operators and the optimiser tune it between lowest and highest."""

    name: str
    seconds: int
    lowest: int
    highest: int
    # For so long a process answers without asking Valkey for the version; 0: it asks each time, and is never behind.
    local_seconds: float

    @property
    def tunable(self) -> str:
        return f"cache_{self.name}_seconds"


DOMAINS = {
    domain.name: domain
    for domain in (
        Domain("game", seconds=300, lowest=60, highest=1800, local_seconds=5),
        Domain("snapshot", seconds=60, lowest=10, highest=300, local_seconds=0),
        Domain("team", seconds=300, lowest=30, highest=1800, local_seconds=0),
        Domain("room", seconds=60, lowest=10, highest=600, local_seconds=0),
        Domain("qr", seconds=7200, lowest=600, highest=86400, local_seconds=60),
        Domain("rules", seconds=14400, lowest=600, highest=86400, local_seconds=60),
    )
}


class Name(NamedTuple):
    """A key taken apart."""

    domain: Domain
    tag: str
    key: str


def name(key: str) -> Name:
    domain, _, rest = key.partition(":")
    if domain not in DOMAINS or not rest:
        raise ValueError(f"key={key!r}: use <domain>:<tag> with one of the domains {', '.join(DOMAINS)}")
    return Name(DOMAINS[domain], f"{domain}:{rest.partition(':')[0]}", key)


def lifetime_seconds(domain: Domain) -> int:
    """How long values of a domain are kept now: as it is tuned, and longer in an emergency."""
    seconds = int(tunables.value(domain.tunable))
    return seconds * EMERGENCY_FACTOR if emergency.until() else seconds


for _domain in DOMAINS.values():
    tunables.declare(
        _domain.tunable,
        Known(_domain.seconds, _domain.lowest, _domain.highest, f"Seconds that the cache keeps {_domain.name}."),
    )
