"""The manifests of deploy/kubernetes, offline: schemas, and that they name what the product has."""

import re
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.urls import Resolver404, resolve
from prometheus_client import REGISTRY

from metrics.health.probes import VIEWS
from tests.support.manifests import DEPLOY, KUBERNETES, RULES, built, files, prometheus_rule, rule_groups
from tests.support.settings_read import names_of_settings

ROOT = DEPLOY.parent
OVERLAYS = sorted(folder.name for folder in (KUBERNETES / "overlays").iterdir())
# The oldest release that has preStop.sleep by default, and a new one.
RELEASES = ("1.30", "1.36")
# Of operators: no package on PyPI has their schemas.
CUSTOM = {
    "postgresql.cnpg.io/v1", "barmancloud.cnpg.io/v1", "monitoring.coreos.com/v1",
    "monitoring.coreos.com/v1alpha1", "keda.sh/v1alpha1", "gateway.networking.k8s.io/v1",
}  # fmt: skip
OURS = "app.kubernetes.io/name"


def of_kind(overlay: str, *kinds: str) -> dict[str, dict[str, Any]]:
    return {found["metadata"]["name"]: found for found in built(overlay) if found["kind"] in kinds}


def pods(overlay: str) -> dict[str, dict[str, Any]]:
    """Return the specification of the pods of every workload."""
    workloads = of_kind(overlay, "Deployment", "Job")
    return {name: found["spec"]["template"]["spec"] for name, found in workloads.items()}


def containers(overlay: str) -> dict[str, dict[str, Any]]:
    """Return the container of every workload of the game's image."""
    found = {name: pod["containers"] for name, pod in pods(overlay).items()}
    return {name: one for name, (one, *_) in found.items() if one["image"].rpartition("/")[2].startswith("chsh-game")}


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry.get("value", "") for entry in container.get("env", [])}


def endpoints_of(monitor: dict[str, Any]) -> list[dict[str, Any]]:
    return list(monitor["spec"].get("endpoints") or monitor["spec"]["podMetricsEndpoints"])


def config(overlay: str) -> dict[str, str]:
    (found,) = [map_ for name, map_ in of_kind(overlay, "ConfigMap").items() if "prometheus-adapter" not in name]
    return dict(found["data"])


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("release", RELEASES)
def test_every_object_keeps_the_schema_of_kubernetes(overlay: str, release: str) -> None:
    checked = 0
    for found in built(overlay):
        if found["apiVersion"] in CUSTOM:
            continue
        kubernetes_validate.validate(found, release, strict=True)
        checked += 1
    assert checked >= 12


def test_a_wrong_field_would_be_found() -> None:
    web = of_kind("small", "Deployment")["chsh-game-web"]
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(web | {"spec": web["spec"] | {"replica": 3}}, RELEASES[0], strict=True)


def test_every_file_belongs_to_a_kustomization_and_every_custom_kind_to_a_known_operator() -> None:
    named = set()
    for path in files():
        if path.name == "kustomization.yaml":
            wanted = yaml.safe_load(path.read_text())
            names = [*wanted.get("resources", []), *wanted.get("components", [])]
            generated = [file.partition("=")[2] for one in wanted.get("configMapGenerator", [])
                         for file in one.get("files", [])]  # fmt: skip
            named |= {(path.parent / name).resolve() for name in [*names, *generated]}
    assert len(named) > 15
    assert {path for path in named if not path.exists()} == set()
    assert {path for path in files() if path.name != "kustomization.yaml"} <= named
    for overlay in OVERLAYS:
        versions = {found["apiVersion"] for found in built(overlay)}
        assert {version for version in versions if "." in version.partition(".k8s.io")[0]} <= CUSTOM


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_variable_is_a_setting(overlay: str) -> None:
    example = (KUBERNETES / "secret.example.env").read_text()
    secret = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert {"SECRET_KEY", "METRICS_TOKEN"} <= secret
    found = containers(overlay)
    assert len(found) == 5 + (overlay == "small")
    for container in found.values():
        own = environment(container)
        # Parts of other values: $(NAME).
        parts = {name for value in own.values() for name in re.findall(r"\$\((\w+)\)", value)}
        assert own.keys() - parts <= names_of_settings()
        assert config(overlay).keys() <= names_of_settings()
        assert secret - {"VALKEY_PASSWORD"} <= names_of_settings()
        refs = {kind: ref["name"] for source in container["envFrom"] for kind, ref in source.items()}
        assert refs["secretRef"] == "chsh-game"
        assert refs["configMapRef"] in of_kind(overlay, "ConfigMap")
        assert own["REDIS_URL"].endswith("@chsh-game-valkey:6379")
        # Secrets are named, never written.
        assert not {"SECRET_KEY", "METRICS_TOKEN"} & own.keys()
    assert of_kind(overlay, "Secret") == {}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_probes_ask_what_the_processes_answer(overlay: str) -> None:
    asked = 0
    for name, container in containers(overlay).items():
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
        probes = {kind: container[kind] for kind in container if kind.endswith("Probe")}
        assert bool(probes) is (name != "chsh-game-migrate")
        for kind, probe in probes.items():
            path, port = probe["httpGet"]["path"], ports[probe["httpGet"]["port"]]
            if name == "chsh-game-web":
                assert port == 8000
                assert path == ("/ready" if kind == "readinessProbe" else "/health")
                assert path == "/health" or path in VIEWS
            else:
                assert (path, str(port)) == ("/health", environment(container)["METRICS_PORT"])
            asked += 1
    assert asked == 3 + 2 * (3 + (overlay == "small"))
    for path in ("/ready", "/health"):
        # The middleware answers before any address is looked up.
        with pytest.raises(Resolver404):
            resolve(path)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_frozen_pod_is_ended_within_half_a_minute(overlay: str) -> None:
    probe = containers(overlay)["chsh-game-web"]["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"] <= 35


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_commands_and_image_are_those_of_compose(overlay: str) -> None:
    everything = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    compose = everything["services"]
    for name, container in containers(overlay).items():
        service = compose[name.removeprefix("chsh-game-")]
        assert container.get("command") == service.get("command"), name
        image = container["image"].rpartition("/")[2].partition(":")
        assert image[0] == service["image"]
        assert image[2] == "VERSION", "an overlay names the version that it runs"
    valkey = of_kind(overlay, "Deployment")["chsh-game-valkey"]["spec"]["template"]["spec"]["containers"][0]
    assert valkey["image"] == compose["valkey"]["image"]
    kept = everything["configs"]["valkey"]["content"]
    assert "maxmemory 256mb" in kept and "maxmemory-policy volatile-lru" in kept
    assert "--maxmemory 256mb --maxmemory-policy volatile-lru" in valkey["command"][2]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_is_restricted_and_bounded(overlay: str) -> None:
    """Pod Security Standards, restricted."""
    found = pods(overlay)
    assert len(found) == 6 + (overlay == "small")
    (user,) = re.findall(r"^USER (\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for name, pod in found.items():
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert pod["securityContext"]["runAsUser"] == int(user) or "valkey" in name
        for container in pod["containers"]:
            safety = container["securityContext"]
            assert safety["allowPrivilegeEscalation"] is False and safety["readOnlyRootFilesystem"] is True
            assert safety["capabilities"] == {"drop": ["ALL"]}
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
            assert "memory" in container["resources"]["limits"]
            written = {mount["mountPath"] for mount in container.get("volumeMounts", [])}
            allowed = {"/tmp", "/backups"} if "backup" in name else {"/tmp"}
            assert written == (set() if container["name"] == "exporter" else allowed)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_one_beat_one_process_of_bots_and_no_web_pod_less_during_an_update(overlay: str) -> None:
    found = of_kind(overlay, "Deployment")
    for name in ("beat", "bots", "valkey"):
        assert found[f"chsh-game-{name}"]["spec"]["replicas"] == 1
        assert found[f"chsh-game-{name}"]["spec"]["strategy"] == {"type": "Recreate"}
    web = found["chsh-game-web"]["spec"]
    assert "replicas" not in web, "an apply would undo the autoscaler"
    assert web["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    pod = web["template"]["spec"]
    pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    # After the sockets uvicorn waits for requests.
    assert pause + float(config(overlay)["DRAIN_SECONDS"]) + 5 < pod["terminationGracePeriodSeconds"]
    assert float(config(overlay)["DRAIN_SECONDS"]) <= 20
    (budget,) = of_kind(overlay, "PodDisruptionBudget").values()
    labels = web["template"]["metadata"]["labels"]
    assert budget["spec"]["maxUnavailable"] == 1
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels.items()
    (scaler,) = of_kind(overlay, "HorizontalPodAutoscaler").values()
    assert scaler["spec"]["minReplicas"] >= 2 and scaler["spec"]["scaleTargetRef"]["name"] == "chsh-game-web"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_autoscaler_reads_a_number_that_web_pods_show(overlay: str) -> None:
    import game.realtime.hub.registry  # noqa: F401

    (scaler,) = of_kind(overlay, "HorizontalPodAutoscaler").values()
    cpu, memory, sockets = scaler["spec"]["metrics"]
    assert (cpu["resource"]["name"], cpu["resource"]["target"]["averageUtilization"]) == ("cpu", 70)
    assert (memory["resource"]["name"], memory["resource"]["target"]["averageUtilization"]) == ("memory", 80)
    adapter = yaml.safe_load((KUBERNETES / "components" / "prometheus-adapter" / "rules.yaml").read_text())
    (rule,) = adapter["rules"]
    assert sockets["pods"]["metric"]["name"] == rule["name"]["as"] == "websocket_connections_per_pod"
    assert 500 <= int(sockets["pods"]["target"]["averageValue"]) <= 5000
    (series,) = re.findall(r"^\w+", rule["seriesQuery"])
    # A process without a socket shows 0 for each page.
    pages = {sample.labels["page"] for metric in REGISTRY.collect() if metric.name == series
             for sample in metric.samples}  # fmt: skip
    assert pages == {"play", "watch", "dashboard"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_services_monitors_and_policies_select_pods_that_there_are(overlay: str) -> None:
    labels = [found["spec"]["template"]["metadata"]["labels"] for found in of_kind(overlay, "Deployment").values()]
    ports = {port["name"] for pod in pods(overlay).values() for one in pod["containers"]
             for port in one.get("ports", [])}  # fmt: skip
    selectors = [found["spec"]["selector"] for found in of_kind(overlay, "Service").values()]
    selectors += [found["spec"]["podSelector"]["matchLabels"] for found in of_kind(overlay, "NetworkPolicy").values()]
    monitors = of_kind(overlay, "ServiceMonitor", "PodMonitor").values()
    selectors += [found["spec"]["selector"]["matchLabels"] for found in monitors]
    assert len(selectors) >= 5
    for selector in selectors:
        assert any(selector.items() <= label.items() for label in labels), selector
    named = [port["targetPort"] for found in of_kind(overlay, "Service").values() for port in found["spec"]["ports"]]
    for monitor in monitors:
        for endpoint in endpoints_of(monitor):
            named.append(endpoint["port"])
            if monitor["metadata"]["name"] == "chsh-game-valkey":
                continue  # a program of others: it asks nobody who they are
            assert endpoint["path"] in VIEWS
            assert endpoint["authorization"]["credentials"] == {"name": "chsh-game", "key": "METRICS_TOKEN"}
    for found in of_kind(overlay, "NetworkPolicy").values():
        named += [port["port"] for rule in found["spec"].get("ingress", []) for port in rule["ports"]]
    assert set(named) <= ports
    # Nobody but the Ingress and Prometheus comes in; the pods of the game are covered.
    assert of_kind(overlay, "NetworkPolicy")["chsh-game"]["spec"]["podSelector"]["matchLabels"] == {OURS: "chsh-game"}


def test_alerts_of_the_cluster_are_those_that_promtool_tests() -> None:
    assert RULES.read_text() == prometheus_rule(), "run: python -m tests.support.manifests"
    (rule,) = of_kind("festival", "PrometheusRule").values()
    assert rule["spec"] == {"groups": rule_groups()}
    monitors = of_kind("festival", "ServiceMonitor", "PodMonitor").values()
    endpoints = [endpoint for monitor in monitors for endpoint in endpoints_of(monitor)]
    jobs = {endpoint["relabelings"][0]["replacement"] for endpoint in endpoints}
    assert jobs == {"web", "background", "valkey"}


@pytest.mark.parametrize("overlay", ["festival", "cell"])
def test_all_pods_at_their_most_stay_below_max_connections(overlay: str) -> None:
    (scaler,) = of_kind(overlay, "HorizontalPodAutoscaler").values()
    (workers,) = of_kind(overlay, "ScaledObject").values()
    most = {"web": scaler["spec"]["maxReplicas"] + 1, "worker": workers["spec"]["maxReplicaCount"] + 1}
    (cluster,) = of_kind(overlay, "Cluster").values()
    (pooler,) = of_kind(overlay, "Pooler").values()
    limit = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    used = 0
    for name, container in containers(overlay).items():
        pool = int(environment(container).get("DATABASE_POOL_MAX") or config(overlay)["DATABASE_POOL_MAX"])
        # One more in each process: the connection of answers in web, a lock or a wait elsewhere.
        used += most.get(name.removeprefix("chsh-game-"), 1) * (pool + 1)
    assert used + 20 <= limit, f"{used} connections of {limit}"
    read = pooler["spec"]["instances"] * int(pooler["spec"]["pgbouncer"]["parameters"]["default_pool_size"])
    assert read + 20 <= limit
    assert pooler["spec"]["type"] == "ro"


def test_a_database_of_the_operators_own_is_backed_up_by_the_game() -> None:
    (claim,) = of_kind("small", "PersistentVolumeClaim")
    volumes = pods("small")["chsh-game-backup"]["volumes"]
    assert {"name": "backups", "persistentVolumeClaim": {"claimName": claim}} in volumes
    assert of_kind("small", "Deployment")["chsh-game-backup"]["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("overlay", ["festival", "cell"])
def test_the_database_is_backed_up_and_its_secrets_are_the_operators(overlay: str) -> None:
    (cluster,) = of_kind(overlay, "Cluster").values()
    (store,) = of_kind(overlay, "ObjectStore").values()
    (daily,) = of_kind(overlay, "ScheduledBackup").values()
    (plugin,) = cluster["spec"]["plugins"]
    assert plugin["isWALArchiver"] is True
    assert plugin["parameters"]["barmanObjectName"] == store["metadata"]["name"]
    assert daily["spec"]["cluster"]["name"] == cluster["metadata"]["name"]
    assert daily["spec"]["pluginConfiguration"]["name"] == plugin["name"]
    assert len(daily["spec"]["schedule"].split()) == 6
    for container in containers(overlay).values():
        secrets = {entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in container["env"]
                   if "valueFrom" in entry}  # fmt: skip
        assert secrets["DATABASE_URL"] == {"name": "chsh-game-postgres-app", "key": "uri"}
        read = environment(container)["DATABASE_READ_URL"]
        assert read.endswith(f"@{next(iter(of_kind(overlay, 'Pooler')))}:5432/chsh")


def test_a_cell_shares_nothing_with_the_festival() -> None:
    """Another namespace, host, bucket folder and query: else two cells would overwrite each other's backups."""

    def own(overlay: str) -> set[str]:
        kinds = ("ObjectStore", "HTTPRoute", "ScaledObject")
        (store,), (route,), (workers,) = (of_kind(overlay, kind).values() for kind in kinds)
        names = {str(found["metadata"].get("namespace")) for found in built(overlay)}
        queries = {trigger["metadata"]["query"] for trigger in workers["spec"]["triggers"]}
        values = {config(overlay)[name] for name in ("PUBLIC_URL", "ALLOWED_HOSTS")}
        folder = store["spec"]["configuration"]["destinationPath"]
        return names | queries | values | {folder, *route["spec"]["hostnames"]}

    assert len(own("festival")) == len(own("cell")) == 5
    assert own("cell") & own("festival") == set()
    kinds = [sorted((found["kind"], found["metadata"]["name"].rsplit("-", 1)[0]) for found in built(overlay))
             for overlay in ("cell", "festival")]  # fmt: skip
    assert kinds[0] == kinds[1]
    (festival,) = of_kind("festival", "ScaledObject").values()
    assert f'namespace="{festival["metadata"]["namespace"]}"' in festival["spec"]["triggers"][0]["metadata"]["query"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_sockets_are_kept_open_and_only_one_way_leads_in(overlay: str) -> None:
    ways = of_kind(overlay, "Ingress", "HTTPRoute")
    assert len(ways) == 1
    (way,) = ways.values()
    if way["kind"] == "Ingress":
        assert int(way["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-read-timeout"]) >= 60
        hosts = [rule["host"] for rule in way["spec"]["rules"]]
        # No stickiness: a player may reconnect to any pod.
        assert not any("affinity" in key for key in way["metadata"]["annotations"])
    else:
        assert way["spec"]["rules"][0]["timeouts"]["request"] == "0s"
        hosts = way["spec"]["hostnames"]
    assert hosts == config(overlay)["ALLOWED_HOSTS"].split(",")
    assert config(overlay)["PUBLIC_URL"] == f"https://{hosts[0]}"
    assert {found["spec"].get("type", "ClusterIP") for found in of_kind(overlay, "Service").values()} == {"ClusterIP"}
