"""Alerts: when they fire, where they lead, and that one reaches somebody."""

import json
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import yaml

from tests.support.certificates import certificate
from tests.support.manifests import DEPLOY, RULE_FILES, built, rule_groups
from tests.support.programs import of_debian, prometheus, with_its_files
from tests.support.prometheus import Prometheus, read
from tests.support.server import eventually, free_port

ROOT = DEPLOY.parent
ALERTS = [rule for group in rule_groups() for rule in group["rules"] if "alert" in rule]
ROUTES = DEPLOY / "alertmanager" / "alertmanager.yml"


def promtool(*words: str) -> None:
    done = subprocess.run(
        [prometheus("promtool"), *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_fire_on_their_conditions_and_not_otherwise() -> None:
    files = ("rules.test.yml", "backups.test.yml", "objective.test.yml")
    promtool("check", "config", "--syntax-only", "prometheus.yml")
    promtool("check", "rules", *(path.name for path in RULE_FILES))
    promtool("test", "rules", *files)
    cases = [case for file in files for case in yaml.safe_load((DEPLOY / "prometheus" / file).read_text())["tests"]]
    checks = [check for case in cases for check in case["alert_rule_test"]]
    for fires in (True, False):
        tested = {check["alertname"] for check in checks if bool(check["exp_alerts"]) is fires}
        assert tested == {rule["alert"] for rule in ALERTS}


def test_every_alert_names_a_runbook_that_is_there() -> None:
    headings = re.findall(r"^#+ (.*)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert len(ALERTS) > 15
    for rule in ALERTS:
        page, anchor = rule["annotations"]["runbook"].split("#")
        assert page == "docs/operations.md"
        assert anchor in anchors, rule["alert"]


# -- Who hears of them -----------------------------------------------------------------------------------------------
@contextmanager
def serving(server: HTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Receiver(HTTPServer):
    """What an operator's webhook gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.heard: Queue[dict[str, Any]] = Queue()


class Post(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.heard.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


def routes_to(url: str) -> str:
    """Return the routes with the address itself: Debian's Alertmanager does not read it from a file."""
    text = ROUTES.read_text()
    assert text.count("url_file: /run/secrets/alert_webhook") == 2
    return text.replace("url_file: /run/secrets/alert_webhook", f"url: {url}")


@pytest.mark.long
def test_an_alert_of_a_dead_process_reaches_the_receiver_with_its_runbook(tmp_path: Path) -> None:
    with ExitStack() as stack:
        receiver = Receiver()
        address = f"http://127.0.0.1:{stack.enter_context(serving(receiver))}/"
        (tmp_path / "alertmanager.yml").write_text(routes_to(address))
        port = free_port()
        manager = with_its_files([
            str(of_debian("prometheus-alertmanager", "prometheus-alertmanager")), "--cluster.listen-address=",
            f"--config.file={tmp_path / 'alertmanager.yml'}", f"--storage.path={tmp_path / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
        ])  # fmt: skip
        # A web process that does not answer, since before Prometheus began.
        dead = free_port()
        for command in (manager, Prometheus(tmp_path, [dead], alertmanager=port).command):
            stack.callback(stack.enter_context(subprocess.Popen(command)).terminate)
        told = receiver.heard.get(timeout=120)
    (alert,) = told["alerts"]
    assert told["receiver"] == "now" and alert["status"] == "firing"
    assert alert["labels"] == {"alertname": "ProcessDown", "severity": "critical", "job": "web",
                               "instance": f"127.0.0.1:{dead}"}  # fmt: skip
    assert alert["annotations"]["runbook"] == "docs/operations.md#lost-worker-or-web-process"


def test_each_alert_goes_where_its_severity_says(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text(routes_to("http://127.0.0.1:1/"))
    amtool = of_debian("amtool", "prometheus-alertmanager")
    subprocess.run([amtool, "check-config", file], check=True, capture_output=True)
    for rule in ALERTS:
        severity = rule["labels"]["severity"]
        words = ["config", "routes", "test", f"--config.file={file}", f"severity={severity}"]
        said = subprocess.run(
            [amtool, *words, f"alertname={rule['alert']}"], check=True, capture_output=True, text=True
        ).stdout
        assert said.strip() == {"critical": "now", "warning": "soon"}[severity], rule["alert"]


def test_causes_and_consequences_are_alerts() -> None:
    names = {rule["alert"] for rule in ALERTS}
    for inhibition in yaml.safe_load(ROUTES.read_text())["inhibit_rules"]:
        (cause,), (follows,) = inhibition["source_matchers"], inhibition["target_matchers"]
        assert set(re.findall(r"[A-Z]\w+", cause + follows)) <= names


def test_the_cluster_routes_alerts_as_compose_does() -> None:
    def seconds(span: str) -> int:
        return int(span[:-1]) * {"s": 1, "m": 60, "h": 3600}[span[-1]]

    def spans(route: dict[str, Any], *names: str) -> list[object]:
        return [route["receiver"], *(seconds(route[name]) for name in names)]

    (config,) = [found["spec"] for found in built("festival") if found["kind"] == "AlertmanagerConfig"]
    ours, theirs = yaml.safe_load(ROUTES.read_text()), config["route"]
    assert spans(ours["route"], "group_wait", "group_interval", "repeat_interval") == spans(
        theirs, "groupWait", "groupInterval", "repeatInterval"
    )
    assert ours["route"]["group_by"] == theirs["groupBy"]
    (our_urgent,), (their_urgent,) = ours["route"]["routes"], theirs["routes"]
    assert spans(our_urgent, "group_wait", "group_interval", "repeat_interval") == spans(
        their_urgent, "groupWait", "groupInterval", "repeatInterval"
    )

    def written(matchers: list[dict[str, str]]) -> list[str]:
        return [f'{one["name"]}{one.get("matchType", "=")}"{one["value"]}"' for one in matchers]

    assert our_urgent["matchers"] == written(their_urgent["matchers"])
    assert [(rule["source_matchers"], rule["target_matchers"], rule["equal"]) for rule in ours["inhibit_rules"]] == [
        (written(rule["sourceMatch"]), written(rule["targetMatch"]), rule["equal"]) for rule in config["inhibitRules"]
    ]
    receivers = {one["name"]: one["webhookConfigs"][0] for one in config["receivers"]}
    assert set(receivers) == {"now", "soon"}
    assert all(one["urlSecret"] == {"name": "chsh-game-alerts", "key": "webhook"} for one in receivers.values())
    (manager,) = [found for found in built("festival") if found["kind"] == "Alertmanager"]
    labels = manager["spec"]["alertmanagerConfigSelector"]["matchLabels"]
    (found,) = [found for found in built("festival") if found["kind"] == "AlertmanagerConfig"]
    assert labels.items() <= found["metadata"]["labels"].items()
    # Many alerts are about a whole installation and name no namespace.
    assert manager["spec"]["alertmanagerConfigMatcherStrategy"] == {"type": "None"}


# -- The certificate -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lasts", [timedelta(days=30), timedelta(hours=-1)])
def test_the_end_of_a_certificate_is_read_also_when_it_has_ended(tmp_path: Path, lasts: timedelta) -> None:
    certificate(tmp_path, lasts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = free_port()
    command = [
        str(of_debian("prometheus-blackbox-exporter", "prometheus-blackbox-exporter")),
        f"--config.file={DEPLOY / 'blackbox' / 'blackbox.yml'}", f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with serving(server) as page, ExitStack() as stack:
        stack.callback(stack.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL)).terminate)

        def ends_at() -> float:
            probe = f"/probe?module=certificate&target=https://127.0.0.1:{page}"
            with suppress(OSError):
                return read(port, probe)[("probe_ssl_earliest_cert_expiry", ())]
            return 0.0

        assert eventually(ends_at) - time.time() == pytest.approx(lasts.total_seconds(), abs=60)
