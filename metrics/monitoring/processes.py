"""
The processes of one machine that share PROMETHEUS_MULTIPROC_DIR; each writes files named by its process number.

The counts of dead processes are merged into one file of each kind, so that totals never fall and files stay few.
"""

import contextlib
import fcntl
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

# counter_12.db, histogram_12.db, gauge_livesum_12.db
FILE = re.compile(r"(?P<kind>[a-z]+)_(?:[a-z]+_)?(?P<pid>[0-9]+)\.db")


@contextlib.contextmanager
def exclusive(folder: str) -> Iterator[None]:
    """Let one reader at a time in: no other may see the files of the dead while they are merged."""
    with (Path(folder) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def merge_dead(folder: str) -> None:
    """Merge the counts of dead processes into the files of the dead; their gauges end with them."""
    dead: dict[str, list[Path]] = defaultdict(list)
    for path, kind, pid in _files(folder):
        if not _lives(pid):
            dead[kind].append(path)
    for kind, paths in dead.items():
        if kind != "gauge":
            _merge(Path(folder) / f"{kind}_dead.db", paths)
        for path in paths:
            path.unlink()


def _files(folder: str) -> Iterable[tuple[Path, str, int]]:
    for path in sorted(Path(folder).glob("*.db")):
        if match := FILE.fullmatch(path.name):
            yield path, match["kind"], int(match["pid"])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _merge(merged: Path, paths: list[Path]) -> None:
    sources = [str(path) for path in [merged, *paths] if path.exists()]
    new = merged.with_suffix(".new")
    new.unlink(missing_ok=True)
    sums = MmapedDict(str(new))
    for metric in MultiProcessCollector.merge(sources, accumulate=False):
        for sample in metric.samples:
            labels = sample.labels
            key = mmap_key(metric.name, sample.name, list(labels), list(labels.values()), metric.documentation)
            sums.write_value(key, sample.value, 0.0)
    sums.close()
    new.replace(merged)


def register(folder: str, registry: CollectorRegistry) -> None:
    """Register all counts of a folder, and processor time, memory and open files of each living process."""
    MultiProcessCollector(registry, folder)
    registry.register(_Living({pid for _, _, pid in _files(folder)}))


class _Living(Collector):
    def __init__(self, pids: set[int]) -> None:
        self.pids = pids

    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for pid in sorted(self.pids):
            for metric in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                whole = found.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    whole.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        return found.values()
