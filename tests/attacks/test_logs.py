"""Finding: PostgreSQL's log quoted the names that pupils typed, in the detail and the statement of each taken name."""

import os
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import IntegrityError, connection

from game.lobby import moves
from game.lobby.refusal import Refusal
from game.models import Game, Team
from tests.support.people import new_player
from tests.support.server import eventually

QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
NAME = "Zebra Quagga Okapi"


@pytest.mark.django_db(transaction=True)
def test_a_taken_name_stands_in_no_log_of_the_database(game: Game) -> None:
    moves.create_team(game.pk, new_player(game).pk, NAME)
    with pytest.raises(Refusal):
        moves.create_team(game.pk, new_player(game).pk, NAME)
    with pytest.raises(IntegrityError):
        Team.objects.create(game=game, name=NAME)
    log = Path(os.environ["SERVER_LOGS"]) / "postgres.log"
    eventually(lambda: "duplicate key" in log.read_text())
    assert "Zebra" not in log.read_text()


@pytest.mark.django_db
def test_the_database_logs_neither_details_nor_statements_of_errors() -> None:
    with connection.cursor() as cursor:
        for name, value in QUIET.items():
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)


@pytest.mark.parametrize("service", ["postgres", "postgres-replica"])
def test_the_same_holds_in_compose(service: str) -> None:
    services = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
    command = " ".join([*services[service].get("command", []), *services[service].get("entrypoint", [])])
    for name, value in QUIET.items():
        assert f"-c {name}={value}" in command
