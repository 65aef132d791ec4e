"""Logs are JSON with ids, without anything that pupils typed or answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chsh_project.logs import without_people
from game.models import Game, Team
from tests.support.prometheus import WORKER
from tests.support.server import Web, environment_of_tests, eventually, running, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


class LoggedWeb(Web):
    """A web process whose log is stored."""

    def __init__(self, log: Path, **environment: str) -> None:
        super().__init__(**environment)
        self.log = log

    def start(self) -> "LoggedWeb":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chsh_project.serve", "--port", str(self.port)],
                env=environment_of_tests() | {"LOG_LEVEL": "INFO"} | self.environment, stderr=log, stdout=log,
            )  # fmt: skip
        eventually(self.answers, 30)
        return self

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def test_a_game_leaves_ids_and_no_names_or_answers(transactional_db: None, game: Game, tmp_path: Path) -> None:
    web = LoggedWeb(tmp_path / "web.log").start()
    try:
        _, second = two_phones(web, game)
        second.say("leave_team")
        second.hear("player_snapshot", me=None)
        second.say("create_team", name="Purple Badgers")
        second.seated()
        dashboard = web.host(game.code, game.owner)
        dashboard.hear("dashboard_snapshot")
        dashboard.say("start")
        dashboard.hear("done")
        web.phone("ZZZZZZ").close_code()
    finally:
        web.stop()
    done = {line["kind"]: line for line in web.lines() if line["event"] == "done"}
    assert {"create_team", "join_team", "leave_team", "start"} <= done.keys()
    for line in done.values():
        assert line["game"] == game.pk and line["request_id"] and line["timestamp"] and line["level"] == "info"
    assert done["join_team"]["team"] == Team.objects.get(game=game, name="Blue Owls").pk
    assert done["join_team"]["player"]
    text = (tmp_path / "web.log").read_text()
    assert not [word for word in ("Badgers", "Owls", "127.0.0.1", "answer") if word in text]


def test_an_error_of_the_database_does_not_quote_rows(game: Game) -> None:
    program = f"""
import django; django.setup()
import structlog
from django.db import IntegrityError
from game.models import Team
Team.objects.create(game_id={game.pk}, name="Purple Badgers")
try:
    Team.objects.create(game_id={game.pk}, name="PURPLE BADGERS")
except IntegrityError as error:
    structlog.get_logger("test").exception("message_failed", team=7)
    structlog.get_logger("test").warning("retried", error=repr(error))
import logging
try:
    Team.objects.create(game_id={game.pk}, name="Purple Badgers")
except IntegrityError:
    logging.getLogger("library").exception("failed")
"""
    environment = environment_of_tests() | {"DJANGO_SETTINGS_MODULE": "chsh_project.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["message_failed", "retried", "failed"]
    assert "team_name_unique" in lines[0]["exception"] and "Traceback" in lines[2]["exception"]
    assert "badgers" not in done.stderr.lower()


def test_private_fields_are_left_out() -> None:
    event = {"event": "x", "name": "Blue Owls", "answer": True, "question_1": "A", "answers": 3, "team": 5}
    left = {"event": "x", "name": "(left out)", "answer": "(left out)", "question_1": "(left out)"}
    assert without_people(None, "info", event) == {**left, "answers": 3, "team": 5}
    left = {"questions": "(left out)", "answers": "(left out)", "round": 7}
    assert without_people(None, "info", {"questions": "AX", "answers": "T-", "round": 7}) == left


def test_a_worker_writes_json_only(transactional_db: None, game: Game, capfd: pytest.CaptureFixture[str]) -> None:
    with running(*WORKER, LOG_LEVEL="INFO", C_FORCE_ROOT="1", PYTHONWARNINGS="ignore", REDIS_URL="redis://127.0.0.1:1"):
        found = eventually(lambda: [line for line in capfd.readouterr().err.splitlines() if line.strip()], 30)
    assert all(json.loads(line)["level"] for line in found)
