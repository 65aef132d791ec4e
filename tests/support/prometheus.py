"""A running worker, and reading /metrics."""

import contextlib
import urllib.error
import urllib.request
from collections.abc import Iterator

from django.core.cache import cache
from prometheus_client.parser import text_string_to_metric_families

from metrics.monitoring import liveness
from tests.support.server import eventually, running

WORKER = ("celery", "--quiet", "--app", "chsh_project", "worker", "--pool", "threads", "--concurrency", "1",
          "--without-gossip", "--without-mingle", "--loglevel", "WARNING")  # fmt: skip


@contextlib.contextmanager
def worker(**environment: str) -> Iterator[None]:
    """Start a worker and wait until it takes tasks: hints expire after ten seconds."""
    cache.delete("alive:worker")
    with running(*WORKER, **environment):
        eventually(lambda: liveness.is_alive("worker"), 60)
        yield


Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(port: int, **headers: str) -> Samples:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=headers)
    text = urllib.request.urlopen(request, timeout=10).read().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
