"""What a player may not hear of the partners before the own answer."""

from collections.abc import Callable


class HeldBack:
    """
    Holds back the news of the partners while its player has an open question without an answer.

    Only the newest news is kept: it says who sits where, in whole.  It is posted when the own answer is recorded or the
    round has closed.  Ids of a team's rounds rise, so a message that comes late about an older round changes nothing.
    """

    __slots__ = ("_asked", "_asked_before", "_ended", "_is_reading", "_news", "_post")

    def __init__(self, post: Callable[[str], None]) -> None:
        self._post = post
        # The newest round that was asked, and the newest that this player has answered or that has closed.
        self._asked = self._ended = 0
        # A snapshot is being read: until it arrives nobody knows whether a question is open.
        self._is_reading, self._asked_before = True, 0
        self._news = ""

    def ask(self, round_id: int) -> None:
        self._asked = max(self._asked, round_id)

    def end(self, round_id: int) -> None:
        """Note that the player has answered a round or that it has closed, and post what was held back for it."""
        self._ended = max(self._ended, round_id)
        self._release()

    def partners(self, text: str) -> None:
        self._news = text
        self._release()

    def await_snapshot(self) -> None:
        """Forget the news, because the snapshot that is read from now on has newer ones."""
        self._is_reading, self._asked_before, self._news = True, self._asked, ""

    def take_snapshot(self, unanswered: int, news: str) -> None:
        """
        Take what a snapshot says.

        unanswered is the open round without the own answer, 0 where there is none.  news is what the snapshot does not
        show of the partners; broadcasts that came while it was read are newer.
        """
        self._is_reading = False
        self._asked = max(self._asked, unanswered)
        if not unanswered:
            self._ended = max(self._ended, self._asked_before)
        self._news = self._news or news
        self._release()

    def _release(self) -> None:
        if self._news and not self._is_reading and self._ended >= self._asked:
            news, self._news = self._news, ""
            self._post(news)
