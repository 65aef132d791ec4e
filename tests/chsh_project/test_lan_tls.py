"""HTTPS=lan: the web server of `make run` speaks TLS with a certificate of this machine, and phones play over it."""

import json
import socket
import ssl
import stat
import urllib.request
from pathlib import Path

import pytest
from cryptography import x509
from websockets.sync.client import connect

from chsh_project.stack import certificate
from chsh_project.stack.component import StackError
from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import Options
from chsh_project.stack.game import Processes
from chsh_project.stack.welcome import welcome
from game.models import Game
from game.web import identity
from tests.support.server import Web


class SecureWeb(Web):
    """A web process with a certificate."""

    def __init__(self, file: Path) -> None:
        super().__init__(HTTPS="lan")
        self.file = file

    def command(self) -> list[str]:
        return [*super().command(), "--certificate", str(self.file)]

    def answers(self) -> bool:
        try:
            return bool(Processes(Options.read({"PORT": str(self.port), "HTTPS": "lan"}), {}, self.file).ready())
        except OSError:
            return False


def trusting(file: Path) -> ssl.SSLContext:
    """Trust this certificate alone, as a device does whose owner has accepted it."""
    context = ssl.create_default_context(cafile=str(file))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


@pytest.mark.django_db(transaction=True)
def test_a_phone_that_has_accepted_the_certificate_plays(game: Game, tmp_path: Path) -> None:
    file = certificate.file_for(tmp_path / "tls", ["localhost", "127.0.0.1"])
    web, context = SecureWeb(file), trusting(file)
    web.start()
    try:
        address = f"127.0.0.1:{web.port}"
        with urllib.request.urlopen(f"https://{address}/g/{game.code}/", context=context, timeout=10) as page:
            cookies = page.headers.get_all("Set-Cookie")
            # A browser would remember it for every port of this name, also when the game is not there any more.
            assert "Strict-Transport-Security" not in page.headers
        assert cookies and all("; Secure" in cookie for cookie in cookies)
        cookie = f"{identity.COOKIE}={identity.sign(identity.new_secret())}"
        headers = {"Cookie": cookie, "Origin": f"https://{address}"}
        with connect(f"wss://{address}/ws/play/{game.code}/", ssl=context, additional_headers=headers) as phone:
            assert json.loads(phone.recv(10))["type"] == "player_snapshot"
            phone.send('{"type":"create_team","name":"Blue Owls"}')
            while json.loads(phone.recv(10)).get("me") is None:
                pass
        with pytest.raises(urllib.error.URLError, match="certificate verify failed"):
            urllib.request.urlopen(f"https://{address}/", timeout=10)
    finally:
        web.stop()


def test_a_certificate_is_kept_for_its_names_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    first = certificate.file_for(folder, ["localhost", "192.168.1.5"])
    text = first.read_text()
    assert certificate.file_for(folder, ["192.168.1.5", "localhost"]) == first and first.read_text() == text
    assert stat.S_IMODE(first.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert certificate.file_for(folder, ["localhost", "10.0.0.7"]) != first
    read = x509.load_pem_x509_certificate(first.read_bytes())
    named = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in named.get_values_for_type(x509.IPAddress)] == ["192.168.1.5"]
    # Browsers refuse longer ones.
    assert (read.not_valid_after_utc - read.not_valid_before_utc).days <= 398


def test_this_machine_is_named_by_each_of_its_names() -> None:
    assert {"localhost", "127.0.0.1"} < {*certificate.names()}


@pytest.mark.parametrize("host", ["my_laptop", "ab--cd", "n" * 64])
def test_a_host_name_that_no_certificate_may_have_is_left_out(
    host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    named = certificate.names()
    assert not any(host in name for name in named) and certificate.file_for(tmp_path / "tls", named).is_file()


def test_the_terminal_sends_everybody_to_https() -> None:
    options = Options.read({"HTTPS": "lan", "HOST": "192.168.1.5", "PORT": "8443"})
    assert options.players_url == options.fixed_url == "https://192.168.1.5:8443"
    assert "https://localhost:8443/dashboard/" in welcome(options, {}, choose(Path("/tmp")))


def test_another_word_is_refused_with_the_three_that_are_known() -> None:
    with pytest.raises(StackError, match=r"HTTPS='yes': use 1 .* lan .* or 0"):
        Options.read({"HTTPS": "yes"})
