"""A move that cannot be made."""


class Refusal(Exception):
    """A move that cannot be made: a reason for programs and a sentence for people."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
