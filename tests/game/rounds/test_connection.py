"""The answers' own connection: the same rows as by a thread, and nothing acknowledged that is not committed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from game.lobby import host_commands
from game.models import Game, Round, Tally, Team
from game.realtime import periodic_tasks
from game.realtime.batcher import LEAST_AT_ONCE, Batcher
from game.realtime.web_server import WebServer
from game.rounds import commit
from game.rounds import connection as commit_connection
from game.rounds.connection import CommitConnection
from game.rounds.rows import Answered, NotRecorded, Recorded
from tests.support.people import new_team, open_round
from tests.support.rounds import answer
from tests.support.server import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def opened() -> AsyncIterator[CommitConnection]:
    executor = ThreadPoolExecutor(1)
    line = CommitConnection()
    await line.open(executor)
    try:
        yield line
    finally:
        await line.close(executor)
        executor.shutdown()


async def aside(work: Callable[..., Any], *args: Any) -> Any:
    """Work in a thread, which must not keep its connection: each test has threads of its own."""

    def run() -> Any:
        try:
            return work(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


def in_play(game: Game, teams: int = 1) -> list[Team]:
    seated = [new_team(game) for _ in range(teams)]
    host_commands.start(game.pk)
    return seated


def both(team: Team) -> list[Answered]:
    return [answer(open_round(team), seat, True) for seat in (1, 2)]


def backend(line: CommitConnection) -> int:
    return int(line._server.backend_pid)


def terminate(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


class Phone:
    """Hears what becomes of its answers."""

    def __init__(self, given: Answered) -> None:
        self.game, self.player = given.game, given.player
        self.heard: list[str] = []

    def acknowledge(self, round_id: int, answer: str) -> None:
        self.heard.append("recorded")

    def refuse(self, reason: str, of: str, round_id: int | None = None) -> None:
        self.heard.append(reason)


async def give(batch: list[Answered], line: CommitConnection, server: WebServer) -> list[str]:
    """Give answers through a server; return what their players heard."""
    server.answers.commit_connection = line
    phones = [Phone(given) for given in batch]
    for phone, given in zip(phones, batch, strict=True):
        server.answers.take(phone, given, time.perf_counter())
    await server.answers.drain()
    await server.answers.in_thread(lambda: connection.close())
    return [word for phone in phones for word in phone.heard]


async def test_the_line_returns_what_a_thread_returns(game: Game) -> None:
    by_thread, by_line = await aside(in_play, game, 2)
    batches = await aside(lambda: (both(by_thread), both(by_line)))
    expected = await aside(commit.commit_answers, batches[0])
    async with opened() as line:
        done, waiting = commit.read_answers(batches[1], await line.begin(commit.first_of_each_seat(batches[1])))
    assert waiting == []
    assert [type(verdict) for verdict in done.answers] == [type(verdict) for verdict in expected.answers]
    for ours, theirs in [(done.closed, expected.closed), (done.opened, expected.opened)]:
        assert [(trial.team, trial.number, trial.closed_by) for trial in ours] == [
            (by_line.pk, trial.number, trial.closed_by) for trial in theirs
        ]
        assert abs((ours[0].deadline - theirs[0].deadline).total_seconds()) < 60


async def test_a_batch_may_be_larger_than_what_a_socket_takes_at_once(game: Game) -> None:
    """Unknown rounds are enough for that."""
    async with opened() as line:
        batch = [Answered(game.pk, 10**17 + i, 10**17 + i, "T") for i in range(20_000)]
        assert await line.begin(batch) == []


async def test_answers_given_while_the_line_is_open_go_by_it(
    game: Game, web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team,) = await aside(in_play, game)
    batch = await aside(both, team)
    monkeypatch.setattr(commit, "commit_answers", None)
    async with opened() as line:
        assert await give(batch, line, web_server) == ["recorded", "recorded"]
    assert await aside(Round.objects.filter(closed_by="answers").count) == 1


async def test_the_next_round_is_asked_where_questions_depend_on_the_past(game: Game, web_server: WebServer) -> None:
    await aside(lambda: Game.objects.update(question_design="quota"))
    (team,) = await aside(in_play, game)
    batch = await aside(both, team)
    async with opened() as line:
        await give(batch, line, web_server)
    assert (await aside(open_round, team)).number == 2


async def test_an_answer_whose_commit_fails_is_not_acknowledged(
    game: Game, web_server: WebServer, full_disk: Callable[..., Callable[[], None]]
) -> None:
    """The rows of the statement have come when COMMIT fails."""
    (team,) = await aside(in_play, game)
    batch = await aside(both, team)
    make_room = await aside(full_disk)
    async with opened() as line:
        with pytest.raises(psycopg.errors.DiskFull):
            await line.begin(batch)
        assert line.is_open
        assert await give(batch, line, web_server) == ["no_room", "no_room"]
        assert (await aside(open_round, team)).answers[0] == "-"
        await aside(make_room)
        assert await give(batch, line, web_server) == ["recorded", "recorded"]


async def test_a_bad_answer_fails_alone(game: Game, web_server: WebServer) -> None:
    good, bad = await aside(in_play, game, 2)
    batch = await aside(lambda: [*both(good), *both(bad)])

    def forbid() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE game_tally ADD CONSTRAINT none_of_it CHECK (team_id <> {bad.pk})")

    def allow() -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE game_tally DROP CONSTRAINT none_of_it")

    await aside(forbid)
    try:
        async with opened() as line:
            assert await give(batch, line, web_server) == ["recorded", "recorded", "recorded", "broken"]
    finally:
        await aside(allow)


async def test_a_lost_line_is_noticed_and_answers_go_by_a_thread(game: Game, web_server: WebServer) -> None:
    (team,) = await aside(in_play, game)
    batch = await aside(both, team)
    async with opened() as line:
        await aside(terminate, backend(line))
        assert await give(batch, line, web_server) == ["recorded", "recorded"]
        assert not line.is_open
    assert await aside(lambda: [tally.count for tally in Tally.objects.all()]) == [1]


async def test_a_line_lost_while_a_batch_is_on_its_way_loses_and_doubles_nothing(
    game: Game, web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team,) = await aside(in_play, game)
    batch = await aside(both, team)
    refreshed: list[Any] = []
    monkeypatch.setattr(web_server.hub, "announce", refreshed.extend)

    async def lose(line: CommitConnection) -> None:
        held = await aside(hold, game.pk)
        try:
            given = asyncio.create_task(give(batch, line, web_server))
            await aside(eventually, lambda: waits_for_a_lock(pid))
            await aside(terminate, pid)
        finally:
            await aside(held.close)
        assert await given == ["recorded", "recorded"]

    async with opened() as line:
        pid = backend(line)
        await lose(line)
    assert await aside(lambda: [tally.count for tally in Tally.objects.all()]) == [1]
    # Nobody knows what the players saw of it.
    assert {letter.to for letter in refreshed if letter.kind == "refresh"} == {given.player for given in batch}


async def test_no_batch_waits_for_ever(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_connection, "SHORT_SECONDS", 0.2)
    (team,) = await aside(in_play, game)
    batch = await aside(both, team)
    held = await aside(hold, game.pk)
    try:
        async with opened() as line:
            with pytest.raises(psycopg.OperationalError, match=r"no answer for 0\.2 s"):
                await asyncio.wait_for(line.begin(batch), 10)
            assert not line.is_open
    finally:
        await asyncio.to_thread(held.close)


def hold(game: int) -> psycopg.Connection[Any]:
    """Hold a game in a connection of its own, as a host's move does."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool", "prepare_threshold"):
        parameters.pop(name, None)
    other = psycopg.connect(**parameters)
    other.execute("SELECT id FROM game_game WHERE id = %s FOR NO KEY UPDATE", [game])
    return other


def waits_for_a_lock(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", [pid])
        return bool((cursor.fetchone() or [False])[0])


async def test_a_line_of_a_loop_that_ended_is_not_used(game: Game) -> None:
    line = CommitConnection()
    with ThreadPoolExecutor(1) as executor:
        await aside(lambda: asyncio.run(line.open(executor)))
        assert not line.is_open
        await line.open(executor)
        assert line.is_open
        await line.close(executor)
    assert not line.is_open


async def test_an_opening_that_is_given_up_keeps_no_connection(game: Game) -> None:
    line = CommitConnection()
    with ThreadPoolExecutor(1) as executor:
        opening = asyncio.create_task(line.open(executor))
        while line._wrapper is None:
            await asyncio.sleep(0)
        opening.cancel()
        await line.close(executor)
    assert not line.is_open
    assert line._wrapper is None


async def test_a_running_process_opens_its_line_again(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic_tasks, "RECONNECT_SECONDS", 0.02)
    server = WebServer()
    line = server.answers.commit_connection
    server.start()

    async def opened_with_another(than: int) -> int:
        while not line.is_open or backend(line) == than:
            await asyncio.sleep(0.01)
        return backend(line)

    try:
        first = await asyncio.wait_for(opened_with_another(0), 10)
        await aside(terminate, first)
        await asyncio.wait_for(opened_with_another(first), 10)
    finally:
        await server.stop()
    assert not line.is_open


async def test_the_next_batch_is_on_its_way_before_the_last_is_told_and_a_failure_stops_nothing() -> None:
    happened: list[str] = []

    def work(batch: list[str]) -> asyncio.Future[list[str]]:
        happened.append(f"begun {''.join(batch)}")
        if batch == ["d"]:
            raise RuntimeError("no work")
        done: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.01, done.set_result, batch)
        if batch[0] == "a":
            batcher.submit("b")
            batcher.submit("c")
        return done

    def deliver(batch: list[str], results: Sequence[str]) -> None:
        happened.append(f"told {''.join(results)}")
        if batch == ["a"]:
            raise RuntimeError("no ear")
        if batch == ["b", "c"]:
            batcher.submit("d")
            batcher.submit("e")

    batcher: Batcher[str, str] = Batcher(
        "test", work, deliver, lambda batch: happened.append(f"refused {''.join(batch)}")
    )
    batcher.submit("a")
    await batcher.drain()
    assert happened == ["begun a", "begun bc", "told a", "told bc", "begun de", "told de"]
    happened.clear()
    batcher.submit("d")
    await batcher.drain()
    assert happened == ["begun d", "refused d"]
    batcher.executor.shutdown()


async def test_a_batch_is_as_large_as_fits_its_time() -> None:
    sizes: list[int] = []

    async def work(batch: list[int]) -> Sequence[int]:
        sizes.append(len(batch))
        await asyncio.sleep(0.002 * len(batch))
        return batch

    batcher: Batcher[int, int] = Batcher("test", work, lambda *_: None, lambda _: None, most_at_once=100, seconds=0.04)
    for n in range(300):
        batcher.submit(n)
    await batcher.drain()
    # The first is as large as any may be; on a slow machine the others are smaller than twenty.
    assert sizes[0] == 100 and sum(sizes) == 300
    assert max(sizes[1:]) <= 20 and min(sizes[1:-1]) >= LEAST_AT_ONCE
    batcher.executor.shutdown()


def test_verdicts_are_those_of_the_first_answer_of_a_seat(game: Game) -> None:
    (team,) = in_play(game)
    one, other = both(team)
    again = one._replace(answer=False)
    assert commit.first_of_each_seat([one, again, other]) == [other, one]
    assert [type(verdict) for verdict in commit.commit_answers([one, again, other]).answers] == [Recorded] * 3
    assert commit.commit_answers([Answered(game.pk, 1, 1, "T")]).answers == [NotRecorded(1, "not_yours")]
