"""What dies comes back, and nothing acknowledged is lost or doubled."""

import asyncio
import contextlib
import select
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvloop
from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import F
from websockets.exceptions import ConnectionClosed

from chsh_project.stack.data_dirs import choose
from chsh_project.stack.environment import SavedState
from chsh_project.stack.valkey import Valkey
from game.database.full_disk import noting_a_full_disk
from game.lobby import host_commands, moves
from game.models import Game, RoomStatistics, Round, Tally, Team
from game.realtime import answers, periodic_tasks, snapshots
from game.realtime.web_server import WebServer
from game.rounds.connection import CommitConnection
from game.rounds.rows import NotRecorded, Recorded
from metrics.health import doctor, health
from tests.support import servers
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import answer
from tests.support.server import Tab, Web, eventually, running, two_phones

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = ["celery", "-A", "chsh_project", "worker", "--pool", "threads", "-c", "2", "-l", "CRITICAL"]
BEAT = ["celery", "-A", "chsh_project", "beat", "-l", "CRITICAL", "--pidfile="]


class Proxy:
    """A wire to PostgreSQL that can be cut just after a COMMIT has gone through, before its answer comes back."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.cuts = 0
        self.resets = False
        self.refuses = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.refuses:
                    client.close()
                else:
                    threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.target) as server:
            committing = False
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data or (source is server and committing):
                        if self.resets:
                            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        return
                    if source is client and b"game_answers" in data and self.cuts:
                        self.cuts -= 1
                        committing = True
                    (server if source is client else client).sendall(data)


@pytest.fixture
def proxy(transactional_db: None) -> Iterator[Proxy]:
    """Lead this process's connections through a proxy."""
    before = dict(connection.settings_dict)
    proxy = Proxy((before["HOST"] or "127.0.0.1", int(before["PORT"])))

    def lead(host: str, port: int) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict |= {"HOST": host, "PORT": port}

    lead("127.0.0.1", proxy.port)
    yield proxy
    proxy.refuses = False
    lead(before["HOST"], before["PORT"])
    proxy.listener.close()


def test_a_connection_lost_during_commit_loses_and_doubles_nothing(game: Game, proxy: Proxy) -> None:
    teams = [new_team(game) for _ in range(3)]
    host_commands.start(game.pk)
    trials = [open_round(team) for team in teams]
    batch = [answer(trial, seat, True) for trial in trials for seat in (1, 2)]
    # The statement is known to this connection from now on: what is cut off next is its outcome.
    answers.commit_batch(batch[:1])
    proxy.cuts = 1
    done = answers.commit_batch(batch)
    assert proxy.cuts == 0
    assert done.answers == [Recorded(item.round, "T") for item in batch]
    # It had been committed: the second time found everything done.
    assert done.closed == []
    assert sum(Tally.objects.values_list("count", flat=True)) == 3
    assert Round.objects.filter(closed_at=None).count() == 3
    assert Round.objects.filter(closed_by="answers").count() == 3


def test_the_line_of_answers_notices_a_reset_in_the_web_servers_event_loop(game: Game, proxy: Proxy) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    batch = [answer(open_round(team), seat, True) for seat in (1, 2)]
    proxy.resets = True

    async def give() -> None:
        line = CommitConnection()
        with ThreadPoolExecutor(1) as executor:
            await line.open(executor)
            proxy.cuts = 1
            with pytest.raises(psycopg.OperationalError):
                await asyncio.wait_for(line.begin(batch), 10)
            assert not line.is_open
            await line.close(executor)

    uvloop.run(give())
    # It had been committed.
    assert Round.objects.get(closed_by="answers").team == team


def test_without_a_database_answers_are_refused_and_never_acknowledged(
    game: Game, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    trial = open_round(team)
    monkeypatch.setattr(answers, "OUTAGE_SECONDS", 0.2)
    monkeypatch.setitem(settings.DATABASES["default"]["OPTIONS"]["pool"], "timeout", 0.2)
    connection.close()
    connection.close_pool()
    proxy.refuses = True
    done = answers.commit_each([answer(trial, 1, True)])
    assert done[0].answers == [NotRecorded(trial.pk, "busy")]
    proxy.refuses = False
    connection.close()
    connection.close_pool()
    assert open_round(team).answers[0] == "-"


def test_on_a_full_disk_answers_are_refused_with_the_reason_and_play_goes_on_when_there_is_room(
    web_process: Web, game: Game, full_disk: Callable[..., Callable[[], None]]
) -> None:
    phones = two_phones(web_process, game)
    host_commands.start(game.pk)
    asked = [phone.hear("question_asked")["question"]["round"] for phone in phones]
    make_room = full_disk()
    for phone, number in zip(phones, asked, strict=True):
        phone.say("answer", round=number, answer=True)
        refused = phone.hear("refused", seconds=3)
        assert (refused["reason"], refused["round"]) == ("no_room", number)
    trial = Round.objects.get()
    assert (trial.answers, trial.closed_at) == ("--", None)
    assert "room in the database" in health.missing_comforts()
    assert any("disk is full" in finding.wrong for finding in doctor.examine())
    make_room()
    for phone, number in zip(phones, asked, strict=True):
        phone.say("answer", round=number, answer=True)
    for phone in phones:
        assert phone.hear("answer_recorded")["answer"] == "T"
        phone.hear("question_asked")


def test_on_a_full_disk_the_lobby_says_why_nothing_is_saved(
    web_process: Web, game: Game, full_disk: Callable[..., Callable[[], None]]
) -> None:
    phone = web_process.phone(game.code)
    phone.hear("player_snapshot")
    make_room = full_disk("game_team")
    phone.say("create_team", name="Blue Owls")
    refused = phone.hear("refused")
    assert refused["reason"] == "no_room" and "disk is full" in refused["text"]
    assert not game.teams.exists()
    assert "room in the database" in health.missing_comforts()
    make_room()
    phone.say("create_team", name="Blue Owls")
    phone.seated()


async def test_the_clock_goes_on_after_a_sweep_that_the_database_failed(
    web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int] = []
    again = asyncio.Event()
    loop = asyncio.get_running_loop()

    def sweep(turn: int) -> None:
        turns.append(turn)
        if turn == 0:
            raise OperationalError("the server closed the connection")
        loop.call_soon_threadsafe(again.set)

    monkeypatch.setattr(periodic_tasks, "sweep", sweep)
    monkeypatch.setattr(periodic_tasks, "SWEEP_SECONDS", 0.01)
    web_server.start()
    await asyncio.wait_for(again.wait(), 10)
    assert turns[:2] == [0, 1]


def test_on_a_full_disk_the_clock_tells_operators(game: Game, full_disk: Callable[..., Callable[[], None]]) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    Round.objects.filter(team=team).update(deadline=F("asked_at"))
    full_disk()
    with pytest.raises(OperationalError):
        noting_a_full_disk(periodic_tasks.sweep, 1)
    assert "room in the database" in health.missing_comforts()


@pytest.fixture
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Valkey, Path]]:
    """A Valkey that a test may kill."""
    with servers.temporary_folder() as folder:
        saved = SavedState.read(folder / "none")
        valkey = Valkey(choose(folder), saved.valkey_port, saved.valkey_password)
        valkey.prepare()
        yield valkey, folder


def play_some(phones: Sequence[Tab], rounds: int) -> list[dict]:
    """Play rounds with the phones of one team; return what was acknowledged."""
    acknowledged = []
    for _ in range(rounds):
        for phone in phones:
            question = phone.hear("question_asked")["question"]
            phone.say("answer", round=question["round"], answer=True)
        acknowledged += [phone.hear("answer_recorded") for phone in phones]
    return acknowledged


def numbers_equal_a_recount(game: Game) -> bool:
    room = RoomStatistics.objects.filter(game=game).first()
    closed = Round.objects.filter(game=game, closed_at__isnull=False).count()
    tallied = sum(Tally.objects.filter(team__game=game).values_list("count", flat=True))
    return room is not None and room.rounds == closed == tallied


def test_players_go_on_while_valkey_is_away_and_numbers_come_back(own_valkey, game: Game, host) -> None:
    valkey, folder = own_valkey
    with contextlib.ExitStack() as stack:
        with servers.running(valkey.component(), folder) as process:
            web = Web(REDIS_URL=valkey.url).start()
            stack.callback(web.stop)
            stack.enter_context(running(*WORKER, REDIS_URL=valkey.url))
            stack.enter_context(running(*BEAT, REDIS_URL=valkey.url))
            phones, screen = two_phones(web, game), web.host(game.code, host)
            screen.hear("dashboard_snapshot")
            screen.say("start")
            screen.hear("done")
            play_some(phones, 3)
            while screen.hear("delta").get("room", {}).get("rounds") != 3:
                pass
            process.send_signal(signal.SIGKILL)
            process.wait()
            # Pub/sub, broker and cache are gone: the players of this process do not notice.
            acknowledged = play_some(phones, 5)
        assert len(acknowledged) == 10
        with servers.running(valkey.component(), folder):
            while screen.hear("delta", 30).get("room", {}).get("rounds") != 8:
                pass
            play_some(phones, 2)
            eventually(lambda: numbers_equal_a_recount(game))


@pytest.mark.long
def test_a_killed_worker_delays_numbers_and_loses_none(own_valkey, game: Game, host) -> None:
    valkey, folder = own_valkey
    with servers.running(valkey.component(), folder), contextlib.ExitStack() as stack:
        web = Web(REDIS_URL=valkey.url).start()
        stack.callback(web.stop)
        phones, screen = two_phones(web, game), web.host(game.code, host)
        screen.say("start")
        stack.enter_context(running(*BEAT, REDIS_URL=valkey.url))
        with running(*WORKER, REDIS_URL=valkey.url) as process:
            play_some(phones, 3)
            eventually(lambda: numbers_equal_a_recount(game))
            process.kill()
            process.wait()
        play_some(phones, 4)
        assert not numbers_equal_a_recount(game)
        with running(*WORKER, REDIS_URL=valkey.url):
            eventually(lambda: numbers_equal_a_recount(game))


def test_a_killed_web_process_loses_no_acknowledged_answer(transactional_db: None, game: Game) -> None:
    web = Web().start()
    try:
        phones = two_phones(web, game)
        host_commands.start(game.pk)
        acknowledged = play_some(phones, 3)
        question = phones[0].hear("question_asked")["question"]
        phones[0].say("answer", round=question["round"], answer=False)
        acknowledged.append(phones[0].hear("answer_recorded"))
        web.stop(signal.SIGKILL)
        web.start()
        again = [Tab(web, f"/ws/play/{game.code}/", phone.headers) for phone in phones]
        for seat, tab in enumerate(again, 1):
            snapshot = tab.hear("player_snapshot")
            assert (snapshot["me"]["seat"], snapshot["question"]["round"]) == (seat, question["round"])
            assert snapshot["question"]["answer"] == ("F" if seat == 1 else None)
        again[1].say("answer", round=question["round"], answer=False)
        assert [tab.hear("round_closed")["last_round"]["number"] for tab in again] == [4, 4]
        for on_message in acknowledged:
            trial = Round.objects.get(pk=on_message["round"])
            assert on_message["answer"] in (trial.answers[0], trial.answers[1])
        assert sum(Tally.objects.values_list("count", flat=True)) == 4
        assert Team.objects.get().version >= 4
    finally:
        web.stop()


def test_a_web_process_that_is_told_to_stop_acknowledges_nothing_that_it_did_not_save(game: Game) -> None:
    web = Web().start()
    phones = two_phones(web, game)
    host_commands.start(game.pk)
    acknowledged = play_some(phones, 3)
    question = phones[0].hear("question_asked")["question"]
    phones[0].say("answer", round=question["round"], answer=True)
    web.stop(signal.SIGTERM)
    with contextlib.suppress(ConnectionClosed):
        while phones[0].listen(2):
            pass
    acknowledged += [message for message in phones[0].heard if message["type"] == "answer_recorded"]
    assert len(acknowledged) in (6, 7)
    for on_message in acknowledged:
        trial = Round.objects.get(pk=on_message["round"])
        assert on_message["answer"] in (trial.answers[0], trial.answers[1])


def test_a_team_that_dissolves_while_snapshots_are_read_breaks_nobodys(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding: the reader of a batch met a player of a team that was gone, and all sockets of the batch were closed."""
    alone, other = new_player(game), new_player(game)
    moves.create_team(game.pk, alone.pk, "Owls")
    read = snapshots._players

    def players_before_it_dissolves(keys: set[tuple[int, str]]) -> Any:
        found = read(keys)
        leaving = threading.Thread(target=in_own_connection, args=(moves.leave_team, game.pk, alone.pk))
        leaving.start()
        leaving.join()
        return found

    monkeypatch.setattr(snapshots, "_players", players_before_it_dissolves)
    requests = [snapshots.Request(game.pk, player.identity, True) for player in (alone, other)]
    assert [bool(arrival and arrival.text) for arrival in snapshots.arrivals(requests)] == [True, True]
    assert not game.teams.exists()


def in_own_connection(act: Callable[..., None], *words: Any) -> None:
    try:
        act(*words)
    finally:
        connection.close()
