"""A running worker, a running Prometheus, and reading /metrics."""

import contextlib
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from django.core.cache import cache
from prometheus_client.parser import text_string_to_metric_families

from metrics.monitoring import liveness
from tests.support.programs import prometheus
from tests.support.server import eventually, free_port, running

DEPLOY = Path(__file__).parents[2] / "deploy"

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


def read(port: int, path: str = "/metrics", **headers: str) -> Samples:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    text = urllib.request.urlopen(request, timeout=10).read().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Prometheus:
    """Prometheus with deploy/prometheus, changed only in targets and interval."""

    def __init__(self, folder: Path, web: Sequence[int], background: Sequence[int] = (), alertmanager: int = 0) -> None:
        self.port = free_port()
        configuration = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
        assert configuration["global"]["scrape_interval"] == "10s"
        configuration["global"] |= {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        configuration["rule_files"] = [str(DEPLOY / "prometheus" / name) for name in configuration["rule_files"]]
        # Without the exporters of other projects.
        jobs = {"web": web, "background": background, "prometheus": [self.port]}
        for job in configuration["scrape_configs"]:
            for found_by in ("dns_sd_configs", "file_sd_configs"):
                job.pop(found_by, None)
            job["static_configs"] = [{"targets": [f"127.0.0.1:{port}" for port in jobs.get(job["job_name"], [])]}]
            job.pop("scrape_interval", None)
            if "authorization" in job:
                job["authorization"]["credentials_file"] = str(folder / "token")
        managers = [f"127.0.0.1:{alertmanager}"] if alertmanager else []
        configuration["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": managers}]}]}
        (folder / "token").write_text("scrape me")
        (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        self.command = [
            str(prometheus()), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error",
        ]  # fmt: skip

    def ask(self, path: str, **query: str) -> Any:
        address = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with contextlib.suppress(OSError):
            return json.load(urllib.request.urlopen(address, timeout=5))["data"]
        return None

    def up(self) -> dict[str, int]:
        """Return the targets that are up, by job."""
        found: dict[str, int] = {}
        for target in (self.ask("targets") or {"activeTargets": []})["activeTargets"]:
            job = target["labels"]["job"]
            found[job] = found.get(job, 0) + (target["health"] == "up")
        return found
