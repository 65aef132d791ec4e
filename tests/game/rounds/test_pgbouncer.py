"""PgBouncer in transaction mode, as Debian packages it: the game is played without a refusal."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from game.lobby import host_commands
from game.models import Game, Round
from tests.support.server import Web, eventually, free_port, heard_within, phones_of_team
from tests.support.servers import temporary_folder

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
ROUNDS = 10
CONFIGURATION = """
[databases]
* = host={HOST} port={PORT} user={USER} password={PASSWORD}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
auth_type = any
pool_mode = transaction
unix_socket_dir =
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[Web]:
    """A web process behind PgBouncer."""
    with temporary_folder() as folder:
        file, port = Path(folder) / "pgbouncer.ini", free_port()
        file.write_text(CONFIGURATION.format(listen=port, **connection.settings_dict))
        # It refuses to run as root.
        user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        server = subprocess.Popen([str(PROGRAM), "-q", str(file)], **user)  # type: ignore[call-overload]
        try:
            eventually(lambda: listens(port))
            name, user_name = connection.settings_dict["NAME"], connection.settings_dict["USER"]
            web = Web(DATABASE_URL=f"postgres://{user_name}:x@127.0.0.1:{port}/{name}")
            web.start()
            yield web
            web.stop()
        finally:
            server.terminate()
            server.wait(20)


@pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")
def test_a_game_is_played_through_pgbouncer_in_transaction_mode(pooled: Web, game: Game) -> None:
    phones = phones_of_team(pooled, game)
    host_commands.start(game.pk)
    for _ in range(ROUNDS):
        asked = [phone.asked()["round"] for phone in phones]
        assert len(set(asked)) == 1
        for phone in phones:
            phone.say("answer", round=asked[0], answer=True)
    eventually(lambda: Round.objects.filter(game=game, closed_by="answers").count() >= ROUNDS)
    assert not [message for message in heard_within(phones) if message["type"] == "refused"]
