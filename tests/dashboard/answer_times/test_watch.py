"""Teams whose seats answer in step: read by a worker, shown to the host as a reason to look."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from dashboard.answer_times.alarms import THRESHOLD, answer_time_alarms, teams_watched
from dashboard.answer_times.watch import watch_answer_times
from dashboard.live import snapshots
from dashboard.live.radar import radar
from game.bots import runner
from game.lobby import ghosts, host_commands
from game.models import AnswerTimes, Game, Round, Team
from tests.support.answer_times import Room, evidence_of, played_by
from tests.support.people import new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def play_like(team: Team, room: Room, rounds: int, seed: int = 1) -> float:
    """Let a team have closed rounds with the times of a simulated pair; return the log10 of its evidence."""
    played = played_by(room, rounds, np.random.default_rng(seed))
    template = open_round(team)
    start = timezone.now() - timedelta(hours=1)
    Round.objects.filter(pk=template.pk).delete()
    rows = []
    for number, (questions, seconds) in enumerate(played, start=template.number):
        asked_at = start + timedelta(seconds=20 * number)
        times = [asked_at + timedelta(seconds=one or 0) for one in seconds]
        rows.append(
            Round(
                game_id=team.game_id, team=team, run=1, number=number, mode="simplified", theme="food",
                design="uniform", propensity=0.25, players=template.players, questions=questions, answers="TT",
                asked_at=asked_at, deadline=asked_at + timedelta(seconds=60), answered_at=times,
                closed_at=max(times), closed_by="answers",
            )
        )  # fmt: skip
    Round.objects.bulk_create(rows)
    return evidence_of(played)


def test_a_pair_that_answers_in_step_is_shown_to_the_host_with_what_to_do(game: Game) -> None:
    leaking, honest = new_team(game, "Whisperers"), new_team(game, "Honest")
    host_commands.start(game.pk)
    expected = play_like(leaking, Room(leak=1.0), 400)
    play_like(honest, Room(), 400)
    while watch_answer_times():
        pass
    assert AnswerTimes.objects.get(team=leaking).log10_e == pytest.approx(expected, abs=1e-3)
    assert AnswerTimes.objects.get(team=honest).log10_e_max < 1
    alarms = [(one.team, one.kind, one.seat) for one in answer_time_alarms(game.pk, 1)]
    assert alarms == [(leaking.pk, "answer_times", 2)]
    assert snapshots.dashboard(game.pk).alarms == answer_time_alarms(game.pk, 1)
    shown = [thing for thing in radar(game.pk) if thing.kind == "answer_times"]
    assert [(thing.team, thing.seat, thing.teams) for thing in shown] == [(leaking.pk, 2, 2)]


def test_the_threshold_grows_with_the_teams_that_are_watched(game: Game) -> None:
    teams = [new_team(game) for _ in range(5)]
    just_enough = float(np.log10(5 * THRESHOLD))
    for team in teams:
        AnswerTimes.objects.create(team=team, run=1, through_number=1, state={}, seats="12", log10_e=0, log10_e_max=0)
    AnswerTimes.objects.filter(team=teams[0]).update(log10_e_max=just_enough - 0.01)
    assert (answer_time_alarms(game.pk, 1), teams_watched(game.pk, 1)) == ([], 5)
    AnswerTimes.objects.filter(team=teams[0]).update(log10_e_max=just_enough)
    assert [alarm.team for alarm in answer_time_alarms(game.pk, 1)] == [teams[0].pk]


def test_each_round_is_read_once(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    for _ in range(6):
        play_round(team)
    assert watch_answer_times() == 6
    first = AnswerTimes.objects.get(team=team)
    assert watch_answer_times() == 0
    play_round(team)
    assert watch_answer_times() == 1
    assert AnswerTimes.objects.get(team=team).through_number == first.through_number + 1


def test_a_bot_that_whispers_raises_the_alarm_and_other_added_teams_are_not_watched(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ghosts, "WHISPER_THINK_SECONDS", 0.08)
    monkeypatch.setattr(ghosts, "THINK_SECONDS", 0)
    whisperers = ghosts.add_ghost(game.pk, "whisper")
    ghosts.add_ghost(game.pk, "quantum")
    host_commands.start(game.pk)

    def is_noticed() -> bool:
        runner.answer_due()
        watch_answer_times()
        return bool(answer_time_alarms(game.pk, 1))

    eventually(is_noticed, seconds=60)
    assert [alarm.team for alarm in answer_time_alarms(game.pk, 1)] == [whisperers]
    assert set(AnswerTimes.objects.values_list("team", flat=True)) == {whisperers}
    closed = Round.objects.filter(team=whisperers, closed_by="answers")
    assert all(one.answered_at[0] < one.answered_at[1] for one in closed)
    won = sum((one.answers[0] != one.answers[1]) == (one.questions == "BY") for one in closed)
    assert won == len(closed) > 0
