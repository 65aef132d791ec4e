"""
What may be cached: derived values only, by domain, and for how long.

A key is `domain:tag` or `domain:tag:rest`.  The domain and `domain:tag` have a version each; a new version of one of
them makes every key below it unreachable.  An unknown domain is refused, so that an open round or a secret is never
cached by accident.
"""

from typing import NamedTuple

from game import tunables
from game.realtime import emergency
from game.tunables import Known

EMERGENCY_FACTOR = 4


class Domain(NamedTuple):
    """The lifetime of a domain's values, which operators may tune between `lowest` and `highest`."""

    name: str
    seconds: int
    lowest: int
    highest: int
    # Seconds for which a process uses a version without asking Valkey again; 0: a value is never behind.
    version_seconds: float

    @property
    def tunable(self) -> str:
        return f"cache_{self.name}_seconds"


DOMAINS = {
    domain.name: domain
    for domain in (
        Domain("game", seconds=300, lowest=60, highest=1800, version_seconds=5),
        Domain("snapshot", seconds=60, lowest=10, highest=300, version_seconds=0),
        Domain("team", seconds=300, lowest=30, highest=1800, version_seconds=0),
        Domain("room", seconds=60, lowest=10, highest=600, version_seconds=0),
        Domain("class", seconds=1, lowest=1, highest=10, version_seconds=0),
        # The keys say how many rounds there were: see dashboard.live.predictability.
        Domain("predictability", seconds=300, lowest=30, highest=1800, version_seconds=60),
        # The keys of these two name their content: no write changes it.
        Domain("qr", seconds=7200, lowest=600, highest=86400, version_seconds=60),
        Domain("rules", seconds=14400, lowest=600, highest=86400, version_seconds=60),
    )
}


class Name(NamedTuple):
    """A key and what has a version in it."""

    domain: Domain
    tag: str
    key: str


def parse(key: str) -> Name:
    domain, _, rest = key.partition(":")
    if domain not in DOMAINS or not rest:
        raise ValueError(f"key={key!r}: use <domain>:<tag> with one of the domains {', '.join(DOMAINS)}")
    return Name(DOMAINS[domain], f"{domain}:{rest.partition(':')[0]}", key)


def lifetime_seconds(domain: Domain) -> int:
    """Return the present lifetime of a domain's values: as tuned, and longer in an emergency."""
    seconds = int(tunables.value(domain.tunable))
    return seconds * EMERGENCY_FACTOR if emergency.until() else seconds


for _domain in DOMAINS.values():
    tunables.declare(
        _domain.tunable,
        Known(_domain.seconds, _domain.lowest, _domain.highest, f"Seconds that the cache keeps {_domain.name}."),
    )
