"""Answers, bots and the clock in the model."""

from collections.abc import Sequence
from typing import NamedTuple

from game.games import GAMES
from tests.model.world import Person, Trial, World


class Said(NamedTuple):
    """An answer that a player sends, also to a round that is over or another team's."""

    player: Person
    trial: Trial
    letter: str


class Verdict(NamedTuple):
    """The answer that stands, or why none does."""

    answer: str | None = None
    reason: str | None = None


def answer_set(world: World, said: Sequence[Said]) -> list[Verdict]:
    """Give answers as one set: the first of each seat stands, and complete rounds are closed and followed."""
    first_of = {(one.player, one.trial): one for one in reversed(said)}
    firsts = list(first_of.values())
    for one in firsts:
        _record(world, one)
    ended = [
        trial for trial in {one.trial: None for one in firsts} if trial.closed_by is None and not trial.waits_for()
    ]
    verdicts = [_verdict(world, first_of[one.player, one.trial], ended) for one in said]
    for trial in ended:
        finish_round(world, trial)
    return verdicts


def _record(world: World, said: Said) -> None:
    trial, seat = said.trial, _seat(said)
    if trial.closed_by is None and seat in trial.waits_for() and world.state != "paused" and _is_letter(said):
        trial.answers[seat - 1] = said.letter


def _seat(said: Said) -> int:
    players = said.trial.players
    return players.index(said.player.id) + 1 if said.player.id in players else 0


def _is_letter(said: Said) -> bool:
    return said.letter in GAMES[said.trial.mode].seats[_seat(said) - 1].answers


def _verdict(world: World, said: Said, ended: list[Trial]) -> Verdict:
    trial, seat = said.trial, _seat(said)
    if not seat:
        return Verdict(reason="not_yours")
    if trial.answers[seat - 1] != "-":
        return Verdict(answer=trial.answers[seat - 1])
    if seat in trial.left:
        return Verdict(reason="not_yours")
    if not _is_letter(said):
        return Verdict(reason="no_answer")
    if trial.closed_by is not None or trial in ended:
        return Verdict(reason="closed")
    assert world.state == "paused", f"{said} was not recorded in a game that takes answers"
    return Verdict(reason="paused")


def finish_round(world: World, trial: Trial) -> None:
    """Close a round that waits for no seat, and ask the next one where nobody left and the run goes on."""
    world.close(trial, "leave" if "-" in trial.answers else "answers")
    goes_on = world.state == "running" and trial.number < world.limit_of(trial.team)
    if goes_on and not trial.left and trial.run == world.run:
        world.open_round(trial.team)


def pass_round(world: World, player: Person, trial: Trial) -> str | None:
    """Leave an open round out; return the reason why not.  For somebody else's round there is nothing to do."""
    seat = trial.players.index(player.id) + 1 if player.id in trial.players else 0
    if not seat or seat in trial.left or trial.closed_by is not None:
        return None
    if trial.design != "pass":
        return "no_pass"
    if world.state == "paused":
        return "paused"
    world.close(trial, "skip")
    world.ask([trial.team])
    return None


def measure_reason(world: World, player: Person, trial: Trial) -> str | None:
    """Return why a player may not measure half of a pair in a round; None where it gives an outcome."""
    seat = trial.players.index(player.id) + 1 if player.id in trial.players else 0
    if not seat or seat in trial.left or trial.closed_by is not None:
        return "round_closed"
    if trial.design != "qubits":
        return "no_qubits"
    if seat in trial.outcomes:
        return None
    if world.state == "paused":
        return "paused"
    return None if trial.answers[seat - 1] == "-" else "answered"


def introduce(world: World, player: Person, name: str) -> str | None:
    """Give a player a first name; return the reason why not."""
    if name == player.first_name:
        return None
    if not world.is_open:
        return "finished"
    if any(player.id in trial.players or trial.team is player.team for trial in world.open_trials()):
        return "round_open"
    player.first_name = name
    return None


def bots_answer(world: World) -> list[tuple[Trial, int]]:
    """Return the rounds and seats in which bots answer now; the letters are theirs to choose."""
    if world.state not in ("running", "finished"):
        return []
    return [
        (trial, seat)
        for trial in world.open_trials()
        for seat, one in trial.team.players.items()
        if one.is_bot and trial.answers[seat - 1] == "-"
    ]


def time_is_up(world: World) -> None:
    """Close the rounds past their deadline, and ask their teams again if all players are there."""
    if world.state not in ("running", "finished"):
        return
    due = [trial for trial in world.open_trials() if trial.is_due]
    for trial in due:
        world.close(trial, "timer" if world.state == "running" else "finish")
    world.ask([trial.team for trial in due])
