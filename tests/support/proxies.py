"""A real nginx before the product, as schools have them: it refuses sockets, or swallows them."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.programs import nginx
from tests.support.server import eventually, free_port
from tests.support.servers import temporary_folder

CONFIGURATION = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    server {{
        listen 127.0.0.1:{port};
        location /ws/ {{
            {sockets}
        }}
        {more}
        location / {{
            proxy_pass http://127.0.0.1:{target};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Connection "";
        }}
    }}
}}
"""
REFUSES = "return 403;"


@contextlib.contextmanager
def proxy_before(target: int, sockets: str, more: str = "") -> Iterator[str]:
    """Run nginx before a port of this machine; return its address.  Skips where there is no nginx."""
    try:
        program = nginx()
    except ImportError as error:
        pytest.skip(f"no nginx: {error}")
    with temporary_folder() as folder:
        port = free_port()
        text = CONFIGURATION.format(folder=folder, port=port, target=target, sockets=sockets, more=more)
        Path(folder, "nginx.conf").write_text(text)
        process = subprocess.Popen([program, "-p", folder, "-c", f"{folder}/nginx.conf", "-g", "daemon off;"])
        try:
            eventually(lambda: answers(port), 30)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def swallowing() -> Iterator[str]:
    """What nginx does with sockets in a network that swallows them: hand them to a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"proxy_pass http://127.0.0.1:{silent.getsockname()[1]}; proxy_read_timeout 600s;"


def answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 2).close()
        return True
    return False
