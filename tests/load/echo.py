"""
A plain echo through the game's consumer base class, beside the real application: what sockets alone cost.

    python -m chsh_project.serve tests.load.echo:application
"""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import re_path

from chsh_project.asgi import CODE, pages
from chsh_project.asgi import application as game_application
from game import messages
from game.consumers import GameConsumer
from game.messages import AnswerRecorded, encode_text
from game.models import Game


class EchoConsumer(GameConsumer):
    """Answers every Answer with AnswerRecorded, and stores nothing."""

    page = "echo"
    decode = staticmethod(messages.decode_player)

    async def opened(self, game: Game) -> None:
        self.post(encode_text(AnswerRecorded(0, True)))

    async def said(self, message: Any) -> None:
        self.post(encode_text(AnswerRecorded(message.round, message.answer)))


application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": URLRouter(
            [
                re_path(rf"^ws/echo/{CODE}/$", EchoConsumer.as_asgi()),
                re_path("", game_application.application_mapping["websocket"]),
            ]
        ),
    }
)
