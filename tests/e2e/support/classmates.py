"""
A class beside the browsers of a lesson, by the product's own verbs: python classmates.py CODE.

Reads one JSON command a line and answers "done": {"sit": 9} seats so many pairs, {"guess": true} lets them guess,
{"tick": true} tick their plans, and {"play": 30} answer so many rounds each, by those plans and with slips.  They have
no sockets and no clock, so nobody finds them away.
"""

import json
import os
import random
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
django.setup()

from game.lobby import moves, names  # noqa: E402
from game.models import Game, Player, Round, Team  # noqa: E402
from game.realtime.server import current_server  # noqa: E402
from game.rounds import commit  # noqa: E402
from game.rounds.rows import Answered  # noqa: E402

# What each seat answers to its two questions; the last plan is a bad one.
PLANS = [("TT", "TT"), ("TF", "TT"), ("TT", "TF"), ("FF", "FF"), ("TF", "FT")]
SLIPS = 0.06


class Class:
    def __init__(self, code: str) -> None:
        self.game = Game.objects.get(code=code)
        self.chance = random.Random(code)
        self.teams: list[tuple[Team, tuple[str, str]]] = []

    def sit(self, pairs: int) -> None:
        for name in names.team_names(pairs):
            players = [self._player(f"{name} {seat}") for seat in (1, 2)]
            moves.create_team(self.game.pk, players[0].pk, name)
            team = Team.objects.get(players=players[0])
            moves.join_team(self.game.pk, players[1].pk, team.pk)
            self.teams.append((team, PLANS[len(self.teams) % len(PLANS)]))

    def _player(self, identity: str) -> Player:
        return Player.objects.create(game=self.game, identity=identity, presence="connected")

    def guess(self, _: bool) -> None:
        for team, _plan in self.teams:
            for player in Player.objects.filter(team=team):
                guess = round(self.chance.triangular(40, 100, 80) / 5) * 5
                Player.objects.filter(pk=player.pk).update(prediction=guess)

    def tick(self, _: bool) -> None:
        for team, plan in self.teams:
            for seat, answers in enumerate(plan, start=1):
                Player.objects.filter(team=team, seat=seat).update(plan=answers)

    def play(self, rounds: int) -> None:
        for _ in range(rounds):
            for team, plan in self.teams:
                trial = Round.objects.filter(team=team, closed_at=None).first()
                if trial is not None:
                    commit.commit_answers([self._answer(trial, seat, plan) for seat in (1, 2)])

    def _answer(self, trial: Round, seat: int, plan: tuple[str, str]) -> Answered:
        asked = self.game.declared.seats[seat - 1].questions.index(trial.questions[seat - 1])
        says = plan[seat - 1][asked]
        if self.chance.random() < SLIPS:
            says = {"T": "F", "F": "T"}[says]
        return Answered(trial.game_id, trial.players[seat - 1], trial.pk, says)


def main(code: str) -> None:
    school = Class(code)
    for line in sys.stdin:
        for name, value in json.loads(line).items():
            getattr(school, name)(value)
        print("done", flush=True)
    current_server().close()


if __name__ == "__main__":
    main(*sys.argv[1:])
