"""What has statistics of its own."""

from typing import NamedTuple

from game.models import Game


class StatisticsKey(NamedTuple):
    """Rounds of one run, mode and question design: each team and the room have statistics of them."""

    run: int
    mode: str
    design: str

    @classmethod
    def of(cls, game: Game) -> "StatisticsKey":
        """Return the key of the rounds that a game asks now."""
        return cls(game.run, game.mode, game.question_design)

    @classmethod
    def before(cls, game: Game) -> "StatisticsKey | None":
        """Return the key of the class's own rounds while the host has switched on others; else None."""
        return cls(game.run, game.mode, game.design_before) if game.design_before else None
