"""Pairs of people in the CHSH game who take their time, and pairs of whom one waits for the other's whisper."""

from typing import NamedTuple

import numpy as np

from game.physics.answer_times import AnswerTimes, Coupling, advanced, log10_e

# Seconds, about those of a class: Y and B are thought about longer.
MEDIAN = {"A": 3.0, "B": 4.5, "X": 3.0, "Y": 4.5}
SPREAD = 0.5
HEARING = 0.6


class Room(NamedTuple):
    """How a pair plays: it whispers in a share of rounds, gets faster from its first round, and is interrupted."""

    leak: float = 0.0
    slower_at_first: float = 1.0
    interrupted: float = 0.0


def played_by(room: Room, rounds: int, chance: np.random.Generator) -> list[AnswerTimes]:
    """
    Return rounds of a pair with log-normal times.

    In a round with a whisper seat 1 says its question when it answers, and seat 2 answers after it has heard it.
    """
    found = []
    for number in range(rounds):
        questions = "AB"[chance.integers(2)] + "XY"[chance.integers(2)]
        pace = 1 + (room.slower_at_first - 1) * np.exp(-number / 10)
        one, other = (pace * MEDIAN[letter] * np.exp(SPREAD * chance.standard_normal()) for letter in questions)
        if chance.random() < room.leak:
            other = max(other, one) + HEARING * np.exp(SPREAD * chance.standard_normal())
        noise = 6.0 * (chance.random() < room.interrupted)
        found.append(AnswerTimes(questions, (one + noise, other + noise)))
    return found


def evidence_of(rounds: list[AnswerTimes]) -> float:
    """Return log10 of the e-value of a pair."""
    return log10_e(advanced(Coupling.from_json({}), rounds))


def area_under_roc(honest: list[float], leaking: list[float]) -> float:
    """Return the probability that a leaking pair has the higher score than an honest one; a tie counts half."""
    h, other = np.asarray(honest)[:, None], np.asarray(leaking)[None, :]
    return float(np.mean((other > h) + 0.5 * (other == h)))
