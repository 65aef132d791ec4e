"""
A plain echo through the game's consumer base class, beside the real application: what sockets alone cost.

    python -m chsh_project.serve tests.load.echo:application
"""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import re_path

from chsh_project.asgi import CODE, pages, protocols
from game.realtime import messages
from game.realtime.consumer import GameConsumer, decode_answer
from game.realtime.messages import AnswerRecorded, encode_text


class EchoConsumer(GameConsumer):
    """Answers every Answer with AnswerRecorded, by the short way of answers, and stores nothing."""

    page = "echo"
    decode = staticmethod(messages.decode_player)

    def refresh(self) -> None:
        if self._wire is not None:
            self._wire.take = self._take

    def _take(self, payload: bytes) -> bool:
        if self._open and self._spend():
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
                re_path(rf"^ws/echo/{CODE}/$", EchoConsumer.as_asgi()),
                re_path("", protocols.application_mapping["websocket"]),
            ]
        ),
    }
)
