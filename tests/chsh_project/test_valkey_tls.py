"""Valkey with TLS (rediss://): the game starts, plays and counts by it, and an unknown certificate is one sentence."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from chsh_project.stack import server_urls
from game.lobby import host_commands
from game.models import Game, TeamStatistics
from tests.support.certificates import certificate
from tests.support.prometheus import worker
from tests.support.relay import Relay
from tests.support.server import Web, eventually, running, two_phones
from tests.support.servers import temporary_folder

pytestmark = pytest.mark.django_db(transaction=True)


class Encrypted(NamedTuple):
    """The address of a Valkey that speaks TLS, and the file of its certificate."""

    url: str
    authority: Path


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Encrypted]:
    # The bundled Valkey is built without TLS, so that a relay speaks it.
    valkey = urlsplit(os.environ["REDIS_URL"])
    with temporary_folder() as folder:
        certificate(folder)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        with Relay(valkey.hostname or "", valkey.port or 0, tls) as relay:
            login = f"{valkey.netloc.rpartition('@')[0]}@" if "@" in valkey.netloc else ""
            yield Encrypted(f"rediss://{login}127.0.0.1:{relay.port}", folder / "certificate.pem")


def test_an_unknown_certificate_and_a_port_without_tls_are_one_sentence(encrypted: Encrypted) -> None:
    fault = server_urls.valkey_fault(encrypted.url)
    assert fault is not None and "is not trusted" in fault and "ssl_ca_certs" in fault
    assert server_urls.valkey_fault(f"{encrypted.url}?ssl_ca_certs={encrypted.authority}") is None
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(
            target=lambda: other.accept()[0].sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), daemon=True
        ).start()
        plain = server_urls.valkey_fault(f"rediss://127.0.0.1:{other.getsockname()[1]}")
    assert plain is not None and "there is no TLS" in plain


def test_a_game_is_played_and_counted_over_tls(transactional_db: None, encrypted: Encrypted, game: Game) -> None:
    url = f"{encrypted.url}?ssl_ca_certs={encrypted.authority}"
    processes = [Web(REDIS_URL=url).start(), Web(REDIS_URL=url).start()]
    schedule = f"{encrypted.authority}.schedule"
    beat = ("celery", "--app", "chsh_project", "beat", "--loglevel", "WARNING", "--schedule", schedule)
    try:
        with worker(REDIS_URL=url), running(*beat, REDIS_URL=url):
            first, second = two_phones(processes[0], game)
            projector = processes[1].projector(game.code)
            projector.hear("watch_snapshot")
            host_commands.start(game.pk)
            number = first.asked()["round"]
            for phone in (first, second):
                phone.say("answer", round=number, answer="T")
                phone.hear("answer_recorded", round=number)
            # The other process hears of it by Valkey, and the worker counts.
            projector.hear("delta")
            eventually(lambda: TeamStatistics.objects.filter(team__game=game, version__gte=1).exists(), 60)
    finally:
        for process in processes:
            process.stop()
