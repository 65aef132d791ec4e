"""Traces and error reports: off by default, and nothing of a pupil leaves by them."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from game.lobby import host_commands
from game.models import Game, Team
from game.web import identity
from tests.support.prometheus import worker
from tests.support.server import Tab, Web, environment_of_tests, eventually
from tests.support.telemetry import Receiver, receiving

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "203.0.113.77"
BROWSER = "Browser of Ada"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def team_of(web: Web, game: Game, secrets: list[str]) -> list[Tab]:
    """Seat two browsers that say their address and their program, as behind a proxy."""
    headers = {"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER}
    first, second = tabs = [web.phone(game.code, secret, **headers) for secret in secrets]
    for tab in tabs:
        tab.hear("player_snapshot")
    first.say("introduce", first_name="Ada")
    first.hear("introduced")
    first.say("create_team", name="Blue Owls")
    second.say("join_team", team=first.seated()["team"])
    second.seated()
    host_commands.start(game.pk)
    return tabs


def answer(tabs: list[Tab]) -> None:
    for tab in tabs:
        tab.say("answer", round=tab.hear("question_asked")["question"]["round"], answer=True)
        tab.hear("answer_recorded")


def of_people(secrets: list[str]) -> list[str]:
    return [*secrets, "Owls", "Ada", ADDRESS, settings.PLAYER_COOKIE_NAME + "="]


def test_an_answer_a_move_and_a_recompute_are_traced_without_people(
    transactional_db: None, game: Game, receiver: Receiver
) -> None:
    to = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address, "OTEL_TRACES_SAMPLER_ARG": "1"}
    secrets = [identity.new_secret() for _ in range(2)]
    web = Web(**to)
    with worker(**to):
        web.start()
        try:
            answer(team_of(web, game, secrets))
            eventually(lambda: Team.objects.get(game=game).statistics.exists(), 30)
        finally:
            # What waits is sent at the end.
            web.stop()
    eventually(lambda: {"answer", "move", "recompute"} <= {span.name for span in receiver.spans()})
    spans = receiver.spans()
    stages = {
        "answer": ["answer.wait", "answer.commit", "answer.deliver"],
        "move": ["move.wait", "move.commit", "move.deliver"],
        "recompute": ["recompute.load", "recompute.compute", "recompute.store", "recompute.publish"],
    }
    roots = [span for span in spans if not span.parent_span_id]
    assert [span.name for span in roots].count("answer") == 2
    for root in roots:
        below = sorted((s for s in spans if s.parent_span_id == root.span_id), key=lambda s: s.start_time_unix_nano)
        assert [span.name for span in below] == stages[root.name]
        assert {span.trace_id for span in below} == {root.trace_id}
        # One stage follows the other, and together they are the whole.
        times = [root.start_time_unix_nano, *(span.end_time_unix_nano for span in below)]
        assert times == sorted(times) and abs(times[-1] - root.end_time_unix_nano) < 10_000
        assert all(not span.attributes for span in below)
        facts = {fact.key: fact.value.WhichOneof("value") for fact in root.attributes}
        assert facts == (
            {"games": "int_value"} if root.name == "recompute" else {"game": "int_value", "batch_size": "int_value"}
        )
    sent = receiver.everything()
    assert not [word for word in of_people(secrets) if word in sent]


BREAK = """
CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'Ada of Blue Owls answered %', NEW.answers USING DETAIL = 'Ada'; END $$;
CREATE TRIGGER fails BEFORE UPDATE ON game_round FOR EACH ROW EXECUTE FUNCTION fails()
"""


@pytest.fixture
def answers_fail(transactional_db: None) -> Iterator[Any]:
    def fail() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BREAK)

    yield fail
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS fails CASCADE")


def test_an_error_is_reported_with_its_lines_of_code_and_without_people(
    game: Game, receiver: Receiver, answers_fail: Any
) -> None:
    secrets = [identity.new_secret() for _ in range(2)]
    web = Web(SENTRY_DSN=receiver.dsn).start()
    try:
        tabs = team_of(web, game, secrets)
        answers_fail()
        tabs[0].say("answer", round=tabs[0].asked()["round"], answer=True)
        tabs[0].hear("refused")
        eventually(receiver.reports)
    finally:
        web.stop()
    report = next(one for one in receiver.reports() if one["message"] == "answer_rejected")
    assert (report["level"], report["logger"], report["release"]) == (
        "error", "game.realtime.answers", settings.VERSION,
    )  # fmt: skip
    error = report["exception"]["values"][-1]
    frames = error["stacktrace"]["frames"]
    assert error["type"] and "commit_batch" in {frame["function"] for frame in frames}
    assert {part for frame in frames for part in frame} <= {"filename", "module", "function", "lineno", "in_app"}
    assert not {"request", "user", "breadcrumbs", "extra", "contexts", "modules", "server_name"} & set(report)
    sent = receiver.everything()
    assert not [word for word in [*of_people(secrets), "answered"] if word in sent]


def test_what_a_library_logs_is_reported_by_its_name_only(receiver: Receiver) -> None:
    program = """
import django; django.setup()
import logging
name = "Ada"
try:
    raise ValueError(f"{name!r} of Blue Owls")
except ValueError:
    logging.getLogger("library").exception(f"failed for {name} %s", name)
logging.getLogger("asyncio").error("exception=ValueError('Ada')")
logging.getLogger("library").warning("Ada")
"""
    environment = environment_of_tests() | {
        "SENTRY_DSN": receiver.dsn,
        "DJANGO_SETTINGS_MODULE": "chsh_project.settings",
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, capture_output=True)
    assert sorted(one["message"] for one in receiver.reports()) == ["an error of asyncio", "an error of library"]
    (error,) = next(one for one in receiver.reports() if one["logger"] == "library")["exception"]["values"]
    assert error["type"] == "ValueError" and "value" not in error
    assert "Ada" not in receiver.everything()


def loaded(**environment: str) -> subprocess.CompletedProcess[str]:
    sought = "{'opentelemetry.sdk.trace', 'sentry_sdk'}"
    program = f"import sys, chsh_project.asgi; print(*sorted({sought} & {{*sys.modules}}))"
    return subprocess.run(
        [sys.executable, "-c", program], env=environment_of_tests() | environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_neither_is_loaded_without_its_setting() -> None:
    assert loaded().stdout.split() == []
    on = loaded(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", SENTRY_DSN="http://key@127.0.0.1:1/1")
    assert on.stdout.split() == ["opentelemetry.sdk.trace", "sentry_sdk"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"), ("SENTRY_DSN", "key"), ("OTEL_TRACES_SAMPLER_ARG", "1.5")],
)
def test_a_wrong_setting_is_refused_with_its_value(name: str, value: str) -> None:
    said = loaded(**{name: value}).stderr
    assert f"{name}={value!r}" in said or f"{name}={value}" in said
