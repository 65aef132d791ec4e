"""
The manifests of deploy/kubernetes, built as `kubectl apply -k` builds them.

`python -m tests.support.manifests` writes the alerts of deploy/prometheus into the cluster's PrometheusRule.
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
RULE_FILES = [DEPLOY / "prometheus" / name for name in ("rules.yml", "objective.yml")]
RULES = KUBERNETES / "components" / "monitoring" / "rules.yaml"
HEAD = """\
---
# Written by `python -m tests.support.manifests` from deploy/prometheus; a test compares them.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: chsh-game
spec:
"""


def prometheus_rule() -> str:
    """Return the PrometheusRule of the present alerts."""
    groups = "groups:\n" + "".join(path.read_text().partition("groups:\n")[2] for path in RULE_FILES)
    return HEAD + "".join(f"  {line}\n" if line else "\n" for line in groups.splitlines())


def rule_groups() -> list[dict[str, Any]]:
    """Return the groups of rules that the tests of promtool know."""
    return [group for path in RULE_FILES for group in yaml.safe_load(path.read_text())["groups"]]


def files() -> list[Path]:
    return sorted(KUBERNETES.rglob("*.yaml"))


@cache
def built(overlay: str) -> list[dict[str, Any]]:
    """Return every object of an overlay, as kubectl or kustomize builds it; the test is skipped without both."""
    kubectl, kustomize = shutil.which("kubectl"), shutil.which("kustomize")
    if not kubectl and not kustomize:
        pytest.skip("neither kubectl nor kustomize is on PATH")
    command = [kubectl, "kustomize"] if kubectl else [str(kustomize), "build"]
    folder = KUBERNETES / "overlays" / overlay
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [found for found in yaml.safe_load_all(done.stdout) if found]


if __name__ == "__main__":
    RULES.write_text(prometheus_rule())
