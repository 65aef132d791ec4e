"""The product on hosts: a database, a worker and web processes on one each, as an operator would place them."""

import http.client
import os
import secrets
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from chsh_project.stack.component import Component
from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import Options, SavedState
from chsh_project.stack.game import CHECKOUT, Processes
from chsh_project.stack.postgres import Postgres
from chsh_project.stack.valkey import Valkey
from tests.load.hosts.namespaces import NETWORK, Namespaces
from tests.load.system import Part
from tests.support.programs import nginx

PORT, PROXY_PORT = 8000, 8080
TOKEN = "of the hosts"
CONFIGURATION = CHECKOUT / "deploy" / "nginx" / "nginx.conf"
ONE_WEB = "server web:8000 resolve max_fails=0;"


class OnHost(Part):
    """A process on a host; it is started, asked and stopped there."""

    def __init__(self, component: Component, folder: Path, net: Namespaces, host: str) -> None:
        super().__init__(component, folder)
        self.net, self.host = net, host

    def start(self) -> "OnHost":
        with self.net.within(self.host):
            super().start()
        return self

    def ready(self) -> "OnHost":
        with self.net.within(self.host):
            super().ready()
        return self


class Cell:
    """One installation: hosts named NAME-db, NAME-worker, NAME-web1 and so on."""

    def __init__(self, folder: Path, net: Namespaces, proxy: str, webs: int, name: str = "a", **more: str) -> None:
        self.folder, self.net, self.name = folder / name, net, name
        self.folder.mkdir(mode=0o755)
        self.database = net.add(f"{name}-db")
        saved, place = SavedState.read(self.folder / "none"), choose(self.folder)
        self.postgres = Postgres(place, saved.postgres_port, saved.postgres_password)
        self.valkey = Valkey(place, saved.valkey_port, saved.valkey_password)
        self.environment = {
            "DATABASE_URL": self.postgres.url().replace("127.0.0.1", self.database),
            "REDIS_URL": self.valkey.url.replace("127.0.0.1", self.database),
            "SECRET_KEY": secrets.token_urlsafe(50), "DEBUG": "0", "ALLOWED_HOSTS": "*", "LOG_LEVEL": "WARNING",
            "STATIC_ROOT": str(folder / "static"), "FORWARDED_ALLOW_IPS": proxy, "PYTHONPATH": str(CHECKOUT),
            "METRICS_TOKEN": TOKEN, "DRAIN_SECONDS": "3", "BALANCE_SECONDS": "2", **more,
        }  # fmt: skip
        self.parts: dict[str, OnHost] = {}
        self.webs = [self._web(number) for number in range(1, webs + 1)]

    def start(self) -> None:
        self._servers()
        for web in self.webs:
            web.start()
        net_host = f"{self.name}-worker"
        self.net.add(net_host)
        for component in Processes(self._options("127.0.0.1"), self.environment).background():
            if component.name != "bots":
                self._add(component, net_host).start()
        for web in self.webs:
            web.ready()

    def _servers(self) -> None:
        host = f"{self.name}-db"
        self.postgres.prepare()
        with (self.postgres.data / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {NETWORK}.0/24 scram-sha-256\n")
        postgres = self.postgres.component()
        postgres = replace(postgres, command=[*postgres.command, "-c", "listen_addresses=*"])
        self.valkey.prepare()
        conf = self.valkey.folder / "valkey.conf"
        conf.write_text(conf.read_text().replace("bind 127.0.0.1", f"bind 127.0.0.1 {self.database}"))
        # Its own preparation would write the address of this machine alone.
        for component in (postgres, replace(self.valkey.component(), prepare=None)):
            self._add(component, host).start()
        for name in ("postgres", "valkey"):
            self.parts[name].ready()
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")

    def manage(self, *words: str) -> str:
        with self.net.within(f"{self.name}-db"):
            return subprocess.run(
                [sys.executable, "manage.py", *words], cwd=CHECKOUT, env=os.environ | self.environment, check=True,
                capture_output=True, text=True,
            ).stdout  # fmt: skip

    def _web(self, number: int) -> OnHost:
        host = f"{self.name}-web{number}"
        address = self.net.add(host)
        web = Processes(self._options(address), self.environment).web()
        web = replace(web, name=f"web{number}", command=[*web.command, "chsh_project.asgi:application"],
                      probe=lambda: self._alive(address))  # fmt: skip
        return self._add(web, host)

    def _add(self, component: Component, host: str) -> OnHost:
        part = self.parts[component.name] = OnHost(component, self.folder, self.net, host)
        return part

    @staticmethod
    def _options(address: str) -> Options:
        return Options(address, PORT, "", "", "", 30)

    @staticmethod
    def _alive(address: str) -> None:
        if page(address, PORT, "/health")[0] != 200:
            raise ConnectionError("/health")

    def addresses(self) -> list[str]:
        return [self.net.hosts[web.host] for web in self.webs]

    def phones(self) -> list[int]:
        """Return the number of players' sockets in each web process."""
        found = []
        for address in self.addresses():
            status, text, _ = page(address, PORT, "/metrics", Authorization=f"Bearer {TOKEN}")
            assert status == 200, text
            families = text_string_to_metric_families(text)
            samples = [one for family in families for one in family.samples if one.name == "websocket_connections"]
            found.append(sum(int(one.value) for one in samples if one.labels.get("page") == "play"))
        return found

    def stop(self) -> None:
        for part in reversed(self.parts.values()):
            part.stop()


def page(address: str, port: int, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Get a page from the host on which this thread is; redirects are not followed."""
    connection = http.client.HTTPConnection(address, port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode(), dict(response.getheaders())
    finally:
        connection.close()


class Proxy(OnHost):
    """nginx with a file of deploy/nginx, changed in addresses and folders only."""

    def __init__(self, folder: Path, net: Namespaces) -> None:
        self.address = net.add("proxy")
        self.place = folder / "nginx"
        self.place.mkdir()
        words = ["-p", str(self.place), "-c", str(self.place / "nginx.conf"), "-g", "daemon off;"]
        component = Component("nginx", [str(nginx()), *words], lambda: self._alive(), stop_signal=signal.SIGTERM)
        super().__init__(component, folder, net, "proxy")

    def serve(self, webs: list[str]) -> "Proxy":
        """Be the proxy of these web processes."""
        servers = " ".join(f"server {address}:{PORT} max_fails=0;" for address in webs)
        return self._serve("nginx.conf", {ONE_WEB: servers})

    def lead(self, cells: str) -> "Proxy":
        """Be the front door of cells, by the map that `manage.py cells nginx` printed."""
        (self.place / "cells.map").write_text(cells)
        return self._serve("front-door.conf", {"/etc/nginx/cells.map": f"{self.place}/cells.map"})

    def _serve(self, name: str, changes: dict[str, str]) -> "Proxy":
        text = (CONFIGURATION.parent / name).read_text()
        # Folders under /tmp come first: the place is one of them.
        changes = {"/tmp/": f"{self.place}/"} | changes | {
            "include /etc/nginx/tls/*.conf;": "", "/dev/stdout": f"{self.place}/access.log",
        }  # fmt: skip
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        (self.place / "nginx.conf").write_text(text)
        self.start().ready()
        return self

    def _alive(self) -> None:
        if page(self.address, PROXY_PORT, "/health")[0] != 200:
            raise ConnectionError("nginx")
