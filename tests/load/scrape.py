"""Numbers of a web process from its /metrics."""

import http.client
from collections import defaultdict

from prometheus_client.parser import text_string_to_metric_families

# (name of the sample, its labels) -> value.
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(port: int) -> Samples:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    families = text_string_to_metric_families(text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def total(samples: Samples, name: str, **labels: str) -> float:
    """Return the sum of the samples of this name with these labels."""
    return sum(value for key, value in samples.items() if key[0] == name and labels.items() <= dict(key[1]).items())


def rise(before: Samples, after: Samples, name: str) -> float:
    """Return the rise of a counter, summed over its labels."""
    return sum(value - before.get(key, 0.0) for key, value in after.items() if key[0] == name)


def percentile(before: Samples, after: Samples, name: str, percent: float) -> float | None:
    """Return the upper edge of the bucket with this percentile of the observations between two scrapes."""
    counts: dict[float, float] = defaultdict(float)
    for key, value in after.items():
        if key[0] == f"{name}_bucket":
            counts[float(dict(key[1])["le"])] += value - before.get(key, 0.0)
    edges = sorted(counts)
    if not edges or not counts[edges[-1]]:
        return None
    return next(edge for edge in edges if counts[edge] >= counts[edges[-1]] * percent / 100)
