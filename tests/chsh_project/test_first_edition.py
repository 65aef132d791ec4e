"""A database of the first edition, upgraded: every number of every game is the same before and after."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.types.json import Json

from game.analysis.report_keys import to_keys
from game.games import game_of
from game.physics.evidence_state import RunningEvidence
from game.physics.report_types import AlarmInputs, Report
from tests.support.tables import state_of_path

LAST_OF_THE_FIRST_EDITION = "0008_presence_in_place"
STORED = json.loads((Path(settings.BASE_DIR) / "tests/data/first_edition_reports.json").read_text())
# Rounds r of the frozen reports.
OF_ONE = "r.game_id IN (SELECT id FROM game_game WHERE code <> 'MIXED2')"
TRUTH = {"T": True, "F": False, "-": None}
WORDS = {True: "true", False: "false", None: ""}


def manage(url: str, *words: str) -> str:
    """Run a command on the database in a process of its own."""
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_STATEMENT_TIMEOUT_MS": "0", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True,
        timeout=250, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def insert(old: psycopg.Connection, table: str, **values: Any) -> int:
    columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
    found = old.execute(f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id", list(values.values()))
    return found.fetchone()[0]


def fill(old: psycopg.Connection) -> None:
    """Store the rounds of the frozen reports as the first edition did, one game for each report."""
    owner = insert(
        old, "auth_user", username="host", password="", is_superuser=False, first_name="", last_name="", email="",
        is_staff=False, is_active=True, date_joined="2026-01-01",
    )  # fmt: skip
    for n, found in enumerate(STORED):
        theme = "aqmjoe" if found["mode"] == "aqmjoe" else "food"
        game = insert(
            old, "game_game", code=f"OLD{n:03}".replace("0", "A").replace("1", "B"), title=f"Game {n}", owner_id=owner,
            mode=found["mode"], theme=theme, state="finished", run=1, answer_seconds=60, show_last_round=True,
            show_own_score=True, public_scoreboard=True, question_design=found["design"], max_teams=100, locked=False,
        )  # fmt: skip
        fill_team(old, game, theme, found, bots=n == 0)
        insert(
            old, "game_roomstatistics", game_id=game, run=1, mode=found["mode"], design=found["design"],
            report=Json(found["room"]), path=Json(found["path"]), rounds=1, seconds=0, bots_only=n == 0,
            alarms=Json([{"team": 1, "kind": "signalling", "seat": 1, "question": "A"}]),
        )  # fmt: skip


def fill_mixed(old: psycopg.Connection) -> None:
    """Store a team of persons that got a bot for its third round: the first edition took all its rounds for a bot's."""
    (owner,) = old.execute("SELECT id FROM auth_user").fetchone()
    game = insert(
        old, "game_game", code="MIXED2", title="Mixed", owner_id=owner, mode="simplified", theme="food",
        state="finished", run=1, answer_seconds=60, show_last_round=True, show_own_score=True, public_scoreboard=True,
        question_design="uniform", max_teams=100, locked=False,
    )  # fmt: skip
    fill_team(old, game, "food", {**STORED[0], "rounds": "AXTT AYTT BXTT BYTF"}, bots=True, bot_from=3)


def fill_team(
    old: psycopg.Connection, game: int, theme: str, found: dict[str, Any], bots: bool, bot_from: int = 1
) -> None:
    team = insert(old, "game_team", game_id=game, name="Blue Owls", active=True, version=9, bots=bots)
    players = [
        insert(
            old, "game_player", game_id=game, team_id=team, seat=seat, identity=f"{team}:{seat}", presence="away",
            kind="quantum" if bots and seat == 2 else "person", parameters=Json({}), tab=1, banned=False,
        )
        for seat in (1, 2)
    ]  # fmt: skip
    partner = insert(
        old, "game_player", game_id=game, identity=f"{team}:left", presence="away", kind="person", parameters=Json({}),
        tab=1, banned=False,
    )  # fmt: skip
    for number, played in enumerate(found["rounds"].split(), start=1):
        answers = [TRUTH[letter] for letter in played[2:]]
        insert(
            old, "game_round", game_id=game, team_id=team, run=1, number=number, mode=found["mode"], theme=theme,
            design=found["design"], propensity=0.25, player_1_id=players[0],
            player_2_id=players[1] if number >= bot_from else partner,
            question_1=played[0], question_2=played[1], answer_1=answers[0], answer_2=answers[1],
            asked_at="2026-01-01 12:00", deadline="2026-01-01 12:01", closed_at="2026-01-01 12:01",
            answered_1_at=None if answers[0] is None else "2026-01-01 12:00:01",
            answered_2_at=None if answers[1] is None else "2026-01-01 12:00:02",
            closed_by="timer" if None in answers else "answers",
        )  # fmt: skip
    key = "team_id, run, mode, design, question_1, question_2, answer_1, answer_2"
    old.execute(
        f"INSERT INTO game_tally ({key}, count) SELECT {key}, count(*) FROM game_round WHERE team_id = %s "
        f"GROUP BY {key}", [team],
    )  # fmt: skip
    path = dict(found["path"])
    columns = {name: path.pop(name) for name in ("through_number", "scored", "wins", "log_evidence_max")}
    insert(
        old, "game_teamstatistics", team_id=team, run=1, mode=found["mode"], design=found["design"], version=9,
        headline=Json(found["headline"]), signs=Json(found["signs"]), report=Json(found["report"]),
        path=Json(path), counted=Json(found["path"]), **columns,
    )  # fmt: skip
    insert(
        old, "game_statisticssample", game_id=game, team_id=team, run=1, mode=found["mode"], rounds=10, wins=7,
        scored=10, s=2.5, log10_evidence=0.5,
    )  # fmt: skip


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS first_edition")
        cursor.execute("CREATE DATABASE first_edition")
    url = f"{base}/first_edition"
    manage(url, "migrate", "auth")
    manage(url, "migrate", "game", LAST_OF_THE_FIRST_EDITION)
    with psycopg.connect(url) as old:
        fill(old)
        fill_mixed(old)
    manage(url, "migrate")
    yield url


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as new:
        return new.execute(sql).fetchall()


def test_rounds_and_tallies_are_the_same(upgraded: str) -> None:
    played = rows(
        upgraded, "SELECT string_agg(r.questions || r.answers, ' ' ORDER BY r.number) FROM game_round r "
        f"WHERE {OF_ONE} GROUP BY r.game_id ORDER BY r.game_id",
    )  # fmt: skip
    assert [text for (text,) in played] == [found["rounds"] for found in STORED if found["rounds"]]
    key = "team_id, run, mode, design, bots, questions, answers"
    counted = f"SELECT {key}, count(*)::int AS count FROM game_round GROUP BY {key}"
    assert rows(upgraded, f"({counted} EXCEPT SELECT {key}, count FROM game_tally)") == []
    assert rows(upgraded, f"(SELECT {key}, count FROM game_tally EXCEPT {counted})") == []
    late = "SELECT count(*) FROM game_round WHERE (answered_at[1] IS NULL) <> (left(answers, 1) = '-')"
    assert rows(upgraded, late) == [(0,)]


def test_a_bot_teams_mark_is_on_each_of_its_rounds(upgraded: str) -> None:
    rounds = "FROM game_round r JOIN game_team t ON t.id = r.team_id"
    marks = rows(upgraded, f"SELECT DISTINCT t.bots, r.bots {rounds} WHERE {OF_ONE}")
    assert set(marks) == {(True, "2"), (False, "")}


def test_rounds_before_a_bot_came_are_of_persons(upgraded: str) -> None:
    mixed = "FROM game_team t JOIN game_game g ON g.id = t.game_id AND g.code = 'MIXED2'"
    assert rows(upgraded, f"SELECT r.bots {mixed} JOIN game_round r ON r.team_id = t.id ORDER BY r.number") == [
        ("",), ("",), ("2",), ("2",)
    ]  # fmt: skip
    counted = f"SELECT y.bots, sum(y.count)::int {mixed} JOIN game_tally y ON y.team_id = t.id GROUP BY 1 ORDER BY 1"
    assert rows(upgraded, counted) == [("", 2), ("2", 2)]
    # Its statistics are made anew from the rounds.
    assert rows(upgraded, f"SELECT s.id {mixed} JOIN game_teamstatistics s ON s.team_id = t.id") == []


def test_statistics_of_bots_alone_have_no_round_of_persons(upgraded: str) -> None:
    statistics = "FROM game_teamstatistics s JOIN game_team t ON t.id = s.team_id"
    found = rows(upgraded, f"SELECT t.bots, s.persons::text {statistics}")
    assert {(bots, text and text.replace(" ", "")) for bots, text in found} == {
        (True, '{"running":{},"provisional":{}}'), (False, None)
    }  # fmt: skip


def test_reports_of_teams_and_rooms_have_the_same_numbers(upgraded: str) -> None:
    found = rows(
        upgraded,
        "SELECT s.mode, s.report::text, s.live_report::text, s.running::text, s.provisional::text, "
        "s.alarm_inputs::text, r.report::text FROM game_teamstatistics s JOIN game_team t ON t.id = s.team_id "
        "JOIN game_roomstatistics r ON r.game_id = t.game_id ORDER BY t.game_id",
    )
    assert len(found) == len(STORED)
    for (mode, report, live, running, provisional, inputs, room), stored in zip(found, STORED, strict=True):
        game = game_of(mode)
        assert to_keys(msgspec.json.decode(report, type=Report), game) == stored["report"]
        shown = to_keys(msgspec.json.decode(live, type=Report), game)
        assert {name: shown[name] for name in stored["headline"] if name != "extra"} == {
            name: value for name, value in stored["headline"].items() if name != "extra"
        }
        assert to_keys(msgspec.json.decode(room, type=Report), game) == stored["room"]
        state = state_of_path(stored["path"])
        for text in (running, provisional):
            assert RunningEvidence.from_json(msgspec.json.decode(text)) == state
        assert msgspec.json.decode(inputs, type=AlarmInputs).tests == stored["signs"]["tests"]


def test_an_export_has_the_same_rounds(upgraded: str, tmp_path: Path) -> None:
    (code,) = rows(upgraded, "SELECT code FROM game_game ORDER BY id LIMIT 1")[0]
    manage(upgraded, "export_game", code, "--output", str(tmp_path))
    lines = next(tmp_path.rglob("*rounds.csv")).read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    exported = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    expected = [
        [*played[:2], *(WORDS[TRUTH[letter]] for letter in played[2:])] for played in STORED[0]["rounds"].split()
    ]
    columns = ("question_1", "question_2", "answer_1", "answer_2")
    assert [[row[name] for name in columns] for row in exported] == expected
