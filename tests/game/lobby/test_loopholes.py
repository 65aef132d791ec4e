"""The loophole lab: a host's switch for the next rounds, and what its rounds leave behind."""

from collections.abc import Iterator

import msgspec
import pytest
from django.utils import timezone

from dashboard.statistics.recompute import recompute
from game.bots import runner
from game.lobby import ghosts, host_commands
from game.lobby.loopholes import open_loophole, pass_round
from game.lobby.moves import leave_team
from game.lobby.refusal import Refusal
from game.models import Game, RoomStatistics, Round, Team
from game.physics.designs import LOOPHOLES
from game.realtime.announce import open_question
from game.realtime.visibility import told_questions
from game.rounds.rows import RoundRow
from tests.support.people import new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import Web, two_phones
from tests.support.statistics import age_rounds, stored

NOW = timezone.now()

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Iterator[Web]:
    return web_process  # type: ignore[return-value]


def designs(team: Team) -> list[str]:
    return list(Round.objects.filter(team=team).order_by("number").values_list("design", flat=True))


@pytest.mark.parametrize("loophole", LOOPHOLES)
def test_a_loophole_is_open_from_the_next_round_on_until_it_is_closed(game: Game, loophole: str) -> None:
    Game.objects.filter(pk=game.pk).update(round_limit=50)
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    open_loophole(game.pk, loophole)
    open_loophole(game.pk, loophole)
    play_round(team)
    play_round(team)
    open_loophole(game.pk, None)
    open_loophole(game.pk, None)
    play_round(team)
    assert designs(team) == ["uniform", "uniform", loophole, loophole, "uniform"]
    game.refresh_from_db()
    assert (game.question_design, game.design_before, game.round_limit) == ("uniform", "", 50)


def test_one_loophole_is_open_at_a_time_and_the_design_before_comes_back(game: Game) -> None:
    Game.objects.filter(pk=game.pk).update(question_design="adaptive")
    open_loophole(game.pk, "telephone")
    open_loophole(game.pk, "deck")
    game.refresh_from_db()
    assert game.question_design == "deck"
    open_loophole(game.pk, None)
    game.refresh_from_db()
    assert game.question_design == "adaptive"


def test_the_end_and_a_reset_close_the_loophole(game: Game) -> None:
    new_team(game)
    for close in (host_commands.finish, host_commands.reset):
        open_loophole(game.pk, "deck")
        if close is host_commands.finish:
            host_commands.start(game.pk)
        close(game.pk)
        game.refresh_from_db()
        assert (game.question_design, game.design_before) == ("uniform", "")
        if close is host_commands.finish:
            with pytest.raises(Refusal, match="over"):
                open_loophole(game.pk, "deck")
            host_commands.reset(game.pk)


def test_only_the_telephone_tells_a_seat_the_questions_of_its_partners() -> None:
    assert [design for design in ("uniform", "quota", "adaptive", *LOOPHOLES) if told_questions(design, "AX")] == [
        "telephone"
    ]


@pytest.mark.parametrize("loophole", ["uniform", *LOOPHOLES])
def test_a_question_has_no_more_than_its_design_tells(loophole: str) -> None:
    row = RoundRow(1, 1, 1, 1, 1, "simplified", "food", loophole, [7, 8], "", "", True, "BY", "--", NOW, None)
    other_row = msgspec.structs.replace(row, questions="BX")
    one, other = open_question(row, 7), open_question(other_row, 7)
    # The partner's question changes what a seat is told with the telephone only.
    assert (one != other) == (loophole == "telephone")


def test_a_phone_is_told_the_questions_and_may_pass_only_while_it_is_open(web: Web, game: Game) -> None:
    one, _ = two_phones(web, game)
    host_commands.start(game.pk)
    asked = one.hear("question_asked")["question"]
    assert "told" not in asked and "may_pass" not in asked
    one.say("pass", round=asked["round"])
    assert one.hear("refused")["reason"] == "no_pass"
    open_loophole(game.pk, "pass")
    host_commands.skip_round(game.pk, Team.objects.get(game=game).pk)
    asked = one.hear("question_asked")["question"]
    assert asked["may_pass"] is True
    open_loophole(game.pk, "telephone")
    one.say("pass", round=asked["round"])
    asked = one.hear("question_asked")["question"]
    assert asked["told"] == Round.objects.get(pk=asked["round"]).questions
    assert asked["told"][0] == asked["question"]


def test_a_passed_round_is_unanswered_and_no_part_of_the_win_rate(game: Game) -> None:
    team = new_team(game)
    open_loophole(game.pk, "pass")
    host_commands.start(game.pk)
    for number in range(12):
        trial = open_round(team)
        if number % 2:
            pass_round(game.pk, trial.players[0], trial.pk)
        else:
            play_round(team, True, trial.questions != "BY")
    age_rounds(game)
    host_commands.finish(game.pk)
    Round.objects.filter(closed_at=None).delete()
    recompute([game.pk])
    report = stored(team, design="pass").report
    assert (report.issued, report.answered, report.good, report.bad) == (12, 6, 6, 0)
    assert report.estimate("win_rate").value == 1.0
    assert report.evidence.e is None
    assert report.evidence.reason.startswith("Loophole open: pass.")
    room = RoomStatistics.objects.get(game=game, design="pass")
    assert (room.report.estimate("win_rate").value, room.report.evidence.e, room.alarms) == (1.0, None, [])


def test_a_player_who_has_left_a_round_cannot_pass_it(game: Game) -> None:
    team = new_team(game)
    open_loophole(game.pk, "pass")
    host_commands.start(game.pk)
    trial = open_round(team)
    leave_team(game.pk, trial.players[0])
    pass_round(game.pk, trial.players[0], trial.pk)
    assert Round.objects.get(pk=trial.pk).closed_at is None


def test_no_round_is_passed_during_a_pause(game: Game) -> None:
    team = new_team(game)
    open_loophole(game.pk, "pass")
    host_commands.start(game.pk)
    trial = open_round(team)
    host_commands.pause(game.pk)
    with pytest.raises(Refusal) as refused:
        pass_round(game.pk, trial.players[0], trial.pk)
    assert refused.value.reason == "paused"
    assert Round.objects.get(pk=trial.pk).closed_at is None


@pytest.mark.parametrize(("loophole", "bots"), [("telephone", "caller"), ("pass", "passer"), ("deck", "deck_counter")])
def test_added_bots_use_the_loophole_while_it_is_open(
    game: Game, monkeypatch: pytest.MonkeyPatch, loophole: str, bots: str
) -> None:
    monkeypatch.setattr(ghosts, "THINK_SECONDS", 0)
    team = Team.objects.get(pk=ghosts.add_ghost(game.pk, bots))
    open_loophole(game.pk, loophole)
    host_commands.start(game.pk)
    for _ in range(60):
        runner.answer_due()
    played = Round.objects.filter(team=team, design=loophole, closed_by="answers")
    assert played.count() > 15
    lost = [one for one in played if (one.answers[0] == one.answers[1]) == (one.questions == "BY")]
    assert len(lost) <= (0 if loophole != "deck" else 0.35 * played.count())
