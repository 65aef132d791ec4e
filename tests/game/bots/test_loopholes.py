"""Each loophole passes the wall while it is open, and only then; memory never does."""

import random
from collections import Counter
from math import log

import pytest

from game.bots.loophole_bots import best_passing
from game.bots.situation import PastRound, Situation
from game.bots.strategies import EXPLOITS, STRATEGIES, strategy
from game.games import GAMES
from game.games.definition import UNANSWERED, Definition
from game.games.draws import deck_copies, deck_size, draw_by_design, left_in_deck
from game.physics import evidence
from game.physics.designs import DESIGNS, LOOPHOLES, evidence_reason
from game.realtime.visibility import told_questions

ROUNDS = 2000
PASSES = log(1e-6)


def played(game: Definition, loophole: str, design: str, rounds: int = ROUNDS, seed: int = 3) -> tuple[int, int]:
    """Let the bots of a loophole play rounds of a design; return the good and the bad ones that the design counts."""
    chance, bot = random.Random(seed), strategy(EXPLOITS[loophole])
    past: list[PastRound] = []
    asked: Counter[str] = Counter()
    good = bad = 0
    for _ in range(rounds):
        context = draw_by_design(game, design, chance.randbytes(32), asked).context
        cards = past[len(past) - len(past) % deck_size(game) :] if design == "deck" else past[-100:]
        told = told_questions(design, context) or ""
        answers = "".join(
            bot.answer(Situation(game.key, seat, question, cards, 0, design, told))
            for seat, question in enumerate(context, start=1)
        )
        past.append(PastRound(context, answers))
        asked[context] += 1
        if design == "pass" and UNANSWERED in answers:
            continue
        verdict = game.counts(context, answers)
        good, bad = good + (verdict is True), bad + (verdict is False)
    return good, bad


def log_p(game: Definition, good: int, bad: int) -> float:
    return float(evidence.log_tail(good, good + bad, float(game.null))) if good + bad else 0.0


@pytest.mark.parametrize("key", GAMES)
@pytest.mark.parametrize("loophole", ["telephone", "pass", "deck"])
def test_an_exploit_passes_the_wall_only_while_its_loophole_is_open(key: str, loophole: str) -> None:
    game = GAMES[key]
    assert log_p(game, *played(game, loophole, loophole)) < PASSES
    for closed in ("uniform", next(other for other in LOOPHOLES if other != loophole)):
        assert log_p(game, *played(game, loophole, closed)) > log(1e-3), closed


@pytest.mark.parametrize("key", GAMES)
def test_memory_never_passes_the_wall(key: str) -> None:
    game = GAMES[key]
    for design in ("memory", "uniform"):
        assert log_p(game, *played(game, "memory", design)) > log(1e-3)


def test_who_counts_the_deck_wins_86_and_a_half_per_cent() -> None:
    good, bad = played(GAMES["simplified"], "deck", "deck", rounds=24_000)
    assert good + bad == 24_000
    assert good / 24_000 == pytest.approx(0.865, abs=0.01)


@pytest.mark.parametrize("key", GAMES)
def test_a_deck_is_dealt_without_replacement_and_begins_again(key: str) -> None:
    game, chance = GAMES[key], random.Random(5)
    asked: Counter[str] = Counter()
    for round_number in range(1, 3 * deck_size(game) + 1):
        asked[draw_by_design(game, "deck", chance.randbytes(32), asked).context] += 1
        if round_number % deck_size(game) == 0:
            decks = round_number // deck_size(game)
            weights = {one.questions: decks * deck_copies(game) * one.weight for one in game.contexts}
            assert asked == weights
    assert sum(left_in_deck(game, asked).values()) == 1


def test_whoever_passes_wins_every_round_of_the_chsh_game_that_is_left() -> None:
    game = GAMES["simplified"]
    good, bad = played(game, "pass", "pass")
    assert bad == 0
    assert good == pytest.approx(ROUNDS / 2, abs=4 * (ROUNDS / 4) ** 0.5)
    assert len(best_passing(game).questions) == 1


def test_every_loophole_has_a_bot_of_its_own_and_is_never_evidence() -> None:
    assert set(EXPLOITS) == set(LOOPHOLES)
    assert set(EXPLOITS.values()) <= set(STRATEGIES)
    for loophole in LOOPHOLES:
        assert DESIGNS[loophole].is_switched
        assert (evidence_reason(loophole) or "").startswith(f"Loophole open: {loophole}.")
