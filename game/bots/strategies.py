"""The strategies of bots by name; `needs` says whether one plays a single seat ("seat") or a whole team ("pair")."""

from game.bots.device_bots import DeviceStrategy, PRBox, Quantum, SignallingCheater, Whisper
from game.bots.loophole_bots import Caller, DeckCounter, Learner, Passer
from game.bots.plan_bots import (
    AlwaysTrue,
    BestClassical,
    CardCounter,
    NoisyHuman,
    Partner,
    RandomAnswers,
    RotatingLoser,
    SeatStrategy,
    SharedCoin,
    Table,
)
from game.physics.designs import DECK, MEMORY, PASS, TELEPHONE

# Its seats answer one after another: see game.bots.runner.
WHISPER = "whisper"

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
    WHISPER: Whisper,
    "caller": Caller,
    "passer": Passer,
    "deck_counter": DeckCounter,
    "learner": Learner,
}

# The bot that uses each loophole.
EXPLOITS = {TELEPHONE: "caller", PASS: "passer", DECK: "deck_counter", MEMORY: "learner"}

# What a host may give a person as a partner.
PARTNERS: dict[str, Partner] = {
    "best_classical": BestClassical(),
    "noisy_human": NoisyHuman(),
    "random": RandomAnswers(),
}


def strategy(name: str, **parameters: float | str) -> SeatStrategy | DeviceStrategy:
    """Return the named strategy with its parameters, or refuse a name or parameter that does not exist."""
    if name not in STRATEGIES:
        raise ValueError(f"strategy={name!r}: use one of {', '.join(STRATEGIES)}")
    try:
        return STRATEGIES[name](**parameters)
    except TypeError as error:
        raise ValueError(f"strategy={name!r} with {parameters!r}: {error}") from None
