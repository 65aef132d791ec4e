"""The web server ends when it is told to, whatever its browsers do."""

import contextlib
import signal
import socket
import time

import pytest

from tests.support.server import Web

pytestmark = pytest.mark.django_db(transaction=True)

ENDS_WITHIN_SECONDS = 5
REQUEST = b"GET /accessibility/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_sigterm_ends_the_server_beside_a_browser_that_does_not_read(transactional_db: None) -> None:
    web = Web().start()
    assert web.process is not None
    with socket.socket() as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        browser.connect(("127.0.0.1", web.port))
        # More answers than all buffers between here and there hold: the server waits until somebody reads.
        browser.settimeout(1)
        with contextlib.suppress(TimeoutError):
            while True:
                browser.sendall(REQUEST * 100)
        web.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        web.process.wait(60)
        assert time.monotonic() - began < ENDS_WITHIN_SECONDS
    web.process = None
