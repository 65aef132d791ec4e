"""When the frames of seat 2 arrive does not depend on what seat 1 does before seat 2 has answered."""

import asyncio
import json
import random
from typing import Any

import pytest
from scipy.stats import mannwhitneyu
from websockets.asyncio.client import ClientConnection, connect

from game.lobby import host_commands, moves
from game.models import Game, Player, Team
from game.web import identity
from tests.support.server import Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.physics]

TEAMS, ROUNDS = 40, 10
# Presence is written and told once a second.
THINK_SECONDS = 1.5
HEARTBEAT_AT = 0.3
FAILS_BELOW = 1e-4


class Phone:
    """A seat that notes when its frames arrived, in seconds since its question, until its answer is recorded."""

    def __init__(self, web: Web, game: Game, secret: str) -> None:
        self.url = f"ws://127.0.0.1:{web.port}/ws/play/{game.code}/"
        self.headers = {"Cookie": f"{identity.COOKIE}={identity.sign(secret)}"}
        self.frames: list[float] = []
        self.questions: asyncio.Queue[int] = asyncio.Queue()
        self.answered = asyncio.Event()
        self.asked_at = 0.0
        self.news = 0
        self.socket: ClientConnection

    async def listen(self) -> None:
        async with connect(self.url, additional_headers=self.headers) as self.socket:
            async for frame in self.socket:
                self.take(json.loads(frame), asyncio.get_running_loop().time())

    def take(self, message: dict[str, Any], now: float) -> None:
        question = message.get("question")
        if not self.answered.is_set():
            self.frames.append(now - self.asked_at)
        if question:
            self.asked_at = now
            self.answered.clear()
            self.frames.clear()
            self.questions.put_nowait(question["round"])
        elif message["type"] == "answer_recorded":
            self.answered.set()
        elif message["type"] == "partners_changed":
            self.news += 1

    async def say(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def answer(self, trial: int) -> None:
        await self.say("answer", round=trial, answer=True)
        await self.answered.wait()


class Played:
    """Arrivals of the frames of seat 2 until its answer was recorded, by what seat 1 did."""

    def __init__(self) -> None:
        self.arrivals: dict[bool, list[list[float]]] = {False: [], True: []}
        self.news = 0

    async def rounds(self, first: Phone, second: Phone, chance: random.Random) -> None:
        for _ in range(ROUNDS):
            trial = await second.questions.get()
            assert await first.questions.get() == trial
            hides = chance.random() < 0.5
            if hides:
                await first.say("heartbeat", visible=False)
            await asyncio.sleep(HEARTBEAT_AT)
            await second.say("heartbeat")
            await asyncio.sleep(THINK_SECONDS - HEARTBEAT_AT)
            await second.answer(trial)
            self.arrivals[hides].append(list(second.frames))
            if hides:
                await first.say("heartbeat")
            await first.answer(trial)
        self.news += second.news


def seated(game: Game) -> list[str]:
    """Seat two players in a new team; return their secrets."""
    secrets = [identity.new_secret(), identity.new_secret()]
    first, second = (Player.objects.create(game=game, identity=identity.hashed(secret)) for secret in secrets)
    moves.create_team(game.pk, first.pk, f"Team {first.pk}")
    moves.join_team(game.pk, second.pk, Team.objects.get(players=first).pk)
    return secrets


async def play(web: Web, game: Game, teams: list[list[str]]) -> Played:
    played, chance = Played(), random.Random(16)
    phones = [[Phone(web, game, secret) for secret in secrets] for secrets in teams]
    listening = [asyncio.ensure_future(phone.listen()) for team in phones for phone in team]
    await asyncio.gather(*(played.rounds(first, second, chance) for first, second in phones))
    for listener in listening:
        listener.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return played


def test_a_partner_who_hides_the_page_moves_no_frame_of_a_seat(
    transactional_db: None, web_process: Web, game: Game
) -> None:
    teams = [seated(game) for _ in range(TEAMS)]
    host_commands.start(game.pk)
    played = asyncio.run(play(web_process, game, teams))
    silent, hiding = played.arrivals[False], played.arrivals[True]
    assert len(silent) + len(hiding) == TEAMS * ROUNDS and min(len(silent), len(hiding)) > 100
    assert played.news > 100, "there was nothing to tell"
    # Alive, then AnswerRecorded.
    assert {len(frames) for frames in (*silent, *hiding)} == {2}
    for n in range(2):
        times = [[frames[n] for frames in of] for of in (silent, hiding)]
        assert mannwhitneyu(*times).pvalue > FAILS_BELOW, f"frame {n}"
