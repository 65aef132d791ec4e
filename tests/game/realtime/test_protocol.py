from django.core.management import call_command

from game.realtime.messages.protocol import asyncapi
from game.realtime.sockets.refusals import REFUSALS


def test_the_published_description_is_in_step_with_the_messages() -> None:
    call_command("protocol", check=True)


def test_every_reason_to_refuse_has_a_sentence() -> None:
    assert all(text[0].isupper() and text.endswith(".") for text in REFUSALS.values())


def test_every_message_is_described_in_words() -> None:
    schemas = asyncapi()["components"]["schemas"]
    assert {"PlayerSnapshot", "Answer", "Delta", "Refused"} <= schemas.keys()
    assert all("type" in schemas[name]["required"] for name in asyncapi()["components"]["messages"])
