"""
Numbers of many teams for one dashboard, through the product's own rows, hub and socket: python feed.py TEAMS.

Reads one JSON command a line.  {"new_game": true} makes a game, which the others mean from then on;
{"teams": {"0": [wins, rounds], ...}, "run": 1} tells the dashboards the new numbers of teams by their place,
{"drum": {"changed": 50, "seconds": 30}} does so for teams by chance four times a second, {"rest": 7} takes a team out
of play.  Answers a line.  But for the drum's, numbers are stored before they are told, so that a snapshot, which may
come at any time, says the same.
"""

import json
import os
import random
import sys
import time
from functools import cache
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
django.setup()

import numpy as np  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from msgspec.structs import replace  # noqa: E402

from dashboard.live.order import awards_of, order_of, read_standings  # noqa: E402
from game.cache import invalidate_seats, invalidate_statistics  # noqa: E402
from game.games import game_of  # noqa: E402
from game.games.verdicts import verdict  # noqa: E402
from game.lobby import ownership  # noqa: E402
from game.models import Game, Player, Team, TeamStatistics  # noqa: E402
from game.physics.bounds import evidence_steps  # noqa: E402
from game.physics.report_types import Report, row_report  # noqa: E402
from game.physics.reports import reports  # noqa: E402
from game.realtime.announce import delta  # noqa: E402
from game.realtime.hub.broadcast import Broadcast  # noqa: E402
from game.realtime.messages.parts import encode_part  # noqa: E402
from game.realtime.messages.watch import Room, TeamRow  # noqa: E402
from game.realtime.server import current_server  # noqa: E402

GAME = game_of("simplified")
EVERY_SECONDS = 0.25


@cache
def table(wins: int, rounds: int) -> Any:
    """Rounds of all pairs in turn; the first ones are won."""
    counts = np.zeros(len(GAME.cells), dtype=np.int64)
    for n in range(rounds):
        context = GAME.questions[n % len(GAME.questions)]
        same = (n < wins) == (GAME.wanted(context) == "same")
        counts[GAME.code(context, "TT" if same else "TF")] += 1
    return counts


def reports_of(scores: list[tuple[int, int]]) -> list[Report]:
    return reports(GAME, "uniform", np.array([table(*score) for score in scores]))


def live_report(report: Report) -> Report:
    return replace(report, matrix=None, tests=None, plan=None, balance=None)


def score_of(place: int) -> tuple[int, int]:
    """With how many wins of how many rounds a team begins."""
    return 30 + place % 7, 40 + place % 5


def make_teams(game: Game, n: int) -> list[Team]:
    """Seated teams that nobody asks anything, because the game is paused, and nobody finds away: they have no clock."""
    Game.objects.filter(pk=game.pk).update(state=Game.State.PAUSED, max_teams=n)
    teams = Team.objects.bulk_create([Team(game=game, name=f"Team {place:03}") for place in range(n)])
    Player.objects.bulk_create(
        [
            Player(game=game, team=team, seat=seat, identity=f"{team.pk} {seat}", presence="connected")
            for team in teams
            for seat in (1, 2)
        ]
    )
    scores = [score_of(place) for place in range(n)]
    rows = [
        TeamStatistics(
            team=team,
            run=1,
            mode=GAME.key,
            design="uniform",
            version=0,
            report=report,
            live_report=live_report(report),
        )
        for team, report in zip(teams, reports_of(scores), strict=True)
    ]
    TeamStatistics.objects.bulk_create(rows)
    return teams


def tell(game: Game, rows: list[TeamRow], room: Room, run: int = 1, **more: Any) -> None:
    told = delta(run=run, reports=rows, room=room) | more
    current_server().hub.announce([Broadcast("delta", game.pk, 0, told)])


def orders(game: Game) -> dict[str, Any]:
    """What a worker tells once a second of all rows, read from rows."""
    standings = read_standings(game)
    found = {by: encode_part(order_of(standings, GAME, by)) for by in ("evidence", "first", "rounds")}
    return {"orders": found, "awards": encode_part(awards_of(standings, GAME, bots_only=False))}


def room_of(report: Report, rounds: int) -> Room:
    shown = replace(live_report(report), matrix=report.matrix)
    return Room(
        shown, rounds, 6.1, False, verdict(report, GAME), evidence_steps(report.room.teams if report.room else 1)
    )


def store(game: Game, reports_by_team: dict[int, Report]) -> None:
    for team, report in reports_by_team.items():
        TeamStatistics.objects.filter(team=team).update(live_report=report)
    invalidate_statistics([game.pk])


def drum(game: Game, scores: dict[int, tuple[int, int]], changed: int, seconds: float) -> None:
    """
    Teams by chance get one more round each, and the room is the sum of its teams.

    All reports are computed first: the processors belong to the page.
    """
    chance = random.Random(2)
    turns = [chance.sample(sorted(scores), changed) for _ in range(round(seconds / EVERY_SECONDS))]
    walks, totals = [], [sum(table(*score) for score in scores.values())]
    for turn in turns:
        before = [scores[team] for team in turn]
        walks.append([(team, _next_round(scores, team, chance)) for team in turn])
        totals.append(totals[-1] + sum(table(*scores[team]) for team in turn) - sum(table(*score) for score in before))
    known = sorted({score for walk in walks for _, score in walk})
    shown = dict(zip(known, [row_report(live_report(report)) for report in reports_of(known)], strict=True))
    rooms = [room_of(report, report.issued) for report in reports(GAME, "uniform", np.array(totals[1:]))]
    print("ready", flush=True)
    start = time.monotonic()
    for turn, (walk, room) in enumerate(zip(walks, rooms, strict=True)):
        tell(game, [TeamRow(team, report=shown[score]) for team, score in walk], room)
        time.sleep(max(0.0, start + (turn + 1) * EVERY_SECONDS - time.monotonic()))


def _next_round(scores: dict[int, tuple[int, int]], team: int, chance: random.Random) -> tuple[int, int]:
    wins, rounds = scores[team]
    scores[team] = wins + (chance.random() < 0.8), rounds + 1
    return scores[team]


def new_game(n: int) -> tuple[Game, list[Team]]:
    owner = get_user_model().objects.get(username="instructor")
    game = ownership.create_game(owner, title="Physics 10b")
    return game, make_teams(game, n)


def main(n: str) -> None:
    still = room_of(reports_of([(330, 400)])[0], 400)
    for line in sys.stdin:
        command = json.loads(line)
        if "new_game" in command:
            game, teams = new_game(int(n))
            scores = {team.pk: score_of(place) for place, team in enumerate(teams)}
            print(json.dumps([game.code, list(scores)]), flush=True)
            continue
        if "drum" in command:
            drum(game, scores, **command["drum"])
        elif "rest" in command:
            team = teams[command["rest"]]
            Team.objects.filter(pk=team.pk).update(active=False)
            invalidate_seats(game.pk)
            tell(game, [TeamRow(team.pk, active=False)], still)
        else:
            places = {int(place): tuple(score) for place, score in command["teams"].items()}
            found = [live_report(report) for report in reports_of(list(places.values()))]
            shown = {teams[place].pk: report for place, report in zip(places, found, strict=True)}
            store(game, shown)
            rows = [TeamRow(team, report=row_report(report)) for team, report in shown.items()]
            tell(game, rows, still, command["run"], **orders(game))
        print("done", flush=True)
    current_server().close()


if __name__ == "__main__":
    main(*sys.argv[1:])
