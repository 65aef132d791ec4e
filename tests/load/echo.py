"""
A plain echo by the game's consumer base class, which measures the cost of sockets alone.

    python -m chsh_project.serve tests.load.echo:application
"""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import re_path

from chsh_project.asgi import CODE, pages, protocols, server
from game.realtime.messages.parts import encode_text
from game.realtime.messages.player import AnswerRecorded, decode_player
from game.realtime.sockets.consumer import GameConsumer
from game.realtime.sockets.player import decode_answer


class EchoConsumer(GameConsumer):
    """Replies to every Answer with AnswerRecorded by the fast path of answers, and stores nothing."""

    page = "echo"
    decode = staticmethod(decode_player)

    async def allowed(self, game: Any) -> bool:
        # Its sockets have no cookies, and no limit.
        return True

    def refresh(self) -> None:
        if self._wire is not None:
            self._wire.take = self._take

    def _take(self, payload: bytes) -> bool:
        if self._open and self._bucket.take():
            self._echo(decode_answer(payload))
            return True
        return False

    async def on_message(self, message: Any) -> None:
        self._echo(message)

    def _echo(self, answer: Any) -> None:
        self.post(encode_text(AnswerRecorded(answer.round, answer.answer)))


application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": URLRouter(
            [
                re_path(rf"^ws/echo/{CODE}/$", EchoConsumer.as_asgi(server=server)),
                re_path("", protocols.application_mapping["websocket"]),
            ]
        ),
    }
)
