"""
How bots play every declared game: each strategy follows from the game's definition.

situation    what a bot knows: Situation, PastRound, shared_randomness
plan_bots    strategies of one seat, which knows its own question only
device_bots  strategies of all seats together: the quantum state, the no-signalling box, the cheater

STRATEGIES names them all; `strategy(name, **parameters)` makes one.  `.needs` is "seat" or "pair".
"""

from game.games.bots.device_bots import DeviceStrategy, PRBox, Quantum, SignallingCheater
from game.games.bots.plan_bots import (
    AlwaysTrue,
    BestClassical,
    CardCounter,
    NoisyHuman,
    RandomAnswers,
    RotatingLoser,
    SeatStrategy,
    SharedCoin,
    Table,
)

STRATEGIES: dict[str, type[SeatStrategy] | type[DeviceStrategy]] = {
    "always_true": AlwaysTrue,
    "shared_coin": SharedCoin,
    "random": RandomAnswers,
    "table": Table,
    "best_classical": BestClassical,
    "rotating_loser": RotatingLoser,
    "card_counter": CardCounter,
    "noisy_human": NoisyHuman,
    "quantum": Quantum,
    "pr_box": PRBox,
    "signalling_cheater": SignallingCheater,
}


def strategy(name: str, **parameters: float | str) -> SeatStrategy | DeviceStrategy:
    """Return the named strategy with its parameters, or refuse a name or parameter that does not exist."""
    if name not in STRATEGIES:
        raise ValueError(f"strategy={name!r}: use one of {', '.join(STRATEGIES)}")
    try:
        return STRATEGIES[name](**parameters)
    except TypeError as error:
        raise ValueError(f"strategy={name!r} with {parameters!r}: {error}") from None
