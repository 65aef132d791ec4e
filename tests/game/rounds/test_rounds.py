import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from scipy.stats import chisquare

from game.games import GAMES
from game.lobby import host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Tally, Team
from game.physics.designs import DESIGNS
from game.realtime import answers
from game.rounds import ask, close, commit, rows
from game.rounds.rows import Answered, NotRecorded, Recorded
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import answer, expire, give_answers, play_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(game: Game) -> Team:
    team = new_team(game)
    host_commands.start(game.pk)
    return team


def test_a_full_team_has_exactly_one_open_round_after_start(team: Team) -> None:
    trial = open_round(team)
    assert trial.number == 1
    assert trial.questions[0] in "AB" and trial.questions[1] in "XY"
    assert trial.deadline - trial.asked_at == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=1))


def test_both_seats_in_one_batch_close_the_round_and_open_the_next(team: Team) -> None:
    done = play_round(team)
    assert [type(verdict) for verdict in done.answers] == [Recorded, Recorded]
    assert [trial.closed_by for trial in done.closed] == ["answers"]
    assert [trial.number for trial in done.opened] == [2]
    assert open_round(team).number == 2
    assert Tally.objects.get(team=team).count == 1
    assert Team.objects.get(pk=team.pk).version > team.version


def test_first_answer_stands_when_repeated(team: Team) -> None:
    trial = open_round(team)
    for value in (True, False):
        done = commit.commit_answers([answer(trial, 1, value)])
        assert done.answers == [Recorded(trial.pk, "T")]
    assert open_round(team).answers[0] == "T"


def test_first_answer_stands_when_repeated_in_one_batch(team: Team) -> None:
    trial = open_round(team)
    done = commit.commit_answers([answer(trial, 1, False), answer(trial, 1, True), answer(trial, 2, True)])
    assert done.answers == [Recorded(trial.pk, "F"), Recorded(trial.pk, "F"), Recorded(trial.pk, "T")]
    trial.refresh_from_db()
    assert trial.answers == "FT"


def test_repeating_a_whole_batch_changes_nothing(team: Team) -> None:
    trial = open_round(team)
    batch = [answer(trial, 1, True), answer(trial, 2, False)]
    first, second = commit.commit_answers(batch), commit.commit_answers(batch)
    assert first.answers == second.answers
    assert second.closed == second.opened == []
    assert Tally.objects.get(team=team).count == 1


def test_answers_to_another_round_seat_or_game_are_refused_and_the_rest_stands(team: Team, make_game) -> None:
    trial, elsewhere = open_round(team), make_game()
    stranger = new_player(team.game)
    batch = [
        Answered(team.game_id, stranger.pk, trial.pk, "T"),
        Answered(elsewhere.pk, trial.players[0], trial.pk, "T"),
        Answered(team.game_id, trial.players[0], 2**62, "T"),
        answer(trial, 1, True),
    ]
    done = commit.commit_answers(batch)
    assert [v.reason for v in done.answers[:3] if isinstance(v, NotRecorded)] == ["not_yours"] * 3
    assert done.answers[3] == Recorded(trial.pk, "T")


@pytest.mark.parametrize("sign", [",", '"', "\\", "{", "}", " ", "\0", "-"])
def test_a_sign_that_is_no_letter_is_refused_and_moves_no_answer_of_others(game: Game, sign: str) -> None:
    teams = [new_team(game) for _ in range(4)]
    host_commands.start(game.pk)
    trials = [open_round(team) for team in teams]
    given = [sign, "T", sign, "F"]
    done = commit.commit_answers([answer(trial, 1, one) for trial, one in zip(trials, given, strict=True)])
    assert done.answers == [
        NotRecorded(trial.pk, "no_answer") if one == sign else Recorded(trial.pk, one)
        for trial, one in zip(trials, given, strict=True)
    ]


def test_an_answer_to_a_closed_round_is_refused(team: Team) -> None:
    trial = open_round(team)
    host_commands.skip_round(team.game_id, team.pk)
    assert commit.commit_answers([answer(trial, 1, True)]).answers == [NotRecorded(trial.pk, "closed")]


def test_an_answer_while_paused_is_refused_and_the_round_stays(team: Team) -> None:
    trial = open_round(team)
    host_commands.pause(team.game_id)
    assert commit.commit_answers([answer(trial, 1, True)]).answers == [NotRecorded(trial.pk, "paused")]
    host_commands.resume(team.game_id)
    assert commit.commit_answers([answer(trial, 1, True)]).answers == [Recorded(trial.pk, "T")]


def test_one_batch_of_many_teams_adds_up_the_same_cell_once(game: Game) -> None:
    teams = [new_team(game) for _ in range(20)]
    host_commands.start(game.pk)
    for _ in range(3):
        batch = [answer(open_round(team), seat, True) for team in teams for seat in (1, 2)]
        assert len(commit.commit_answers(batch).closed) == 20
    assert sum(Tally.objects.filter(team__game=game).values_list("count", flat=True)) == 60
    assert Round.objects.filter(game=game, closed_at=None).count() == 20


@pytest.mark.parametrize("mode", GAMES)
def test_next_questions_are_drawn_uniformly_from_all_contexts(make_game, mode: str) -> None:
    game = make_game(mode=mode, max_teams=64)
    teams = [new_team(game) for _ in range(64)]
    host_commands.start(game.pk)
    for _ in range(20):
        batch = [
            answer(trial, number, seat.answers[0])
            for trial in Round.objects.filter(closed_at=None)
            for number, seat in enumerate(GAMES[mode].seats, start=1)
        ]
        commit.commit_answers(batch)
    drawn = Round.objects.filter(team__in=teams, number__gt=1).values_list("questions", "propensity")
    chances = GAMES[mode].probabilities
    counts = Counter(questions for questions, _ in drawn)
    assert all(propensity == float(chances[questions]) for questions, propensity in drawn)
    assert counts.keys() == chances.keys()
    # Fails once in a million runs of a fair draw.
    assert chisquare([counts[questions] for questions in chances]).pvalue > 1e-6


def test_the_round_after_one_whose_questions_depend_on_the_past_is_asked_though_it_failed_at_first(
    make_game, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = make_game(question_design="quota")
    team = new_team(game)
    host_commands.start(game.pk)
    trial, ask_waiting = open_round(team), ask.ask_waiting

    def fail(teams: list[int]) -> rows.RoundChanges:
        monkeypatch.setattr(commit, "ask_waiting", ask_waiting)
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(commit, "ask_waiting", fail)
    done = answers.commit_batch([answer(trial, 1, True), answer(trial, 2, True)])
    assert done.answers == [Recorded(trial.pk, "T")] * 2
    assert Tally.objects.get(team=team).count == 1
    assert [t.number for t in ask.ask_waiting().opened] == [2]


@pytest.mark.parametrize(
    ("meanwhile", "verdict"),
    [
        ("UPDATE game_game SET state = 'paused' WHERE id = {game}", "paused"),
        ("UPDATE game_round SET closed_at = now(), closed_by = 'reset' WHERE id = {round}", "closed"),
        ("UPDATE game_round SET answers = 'F-', answered_at[1] = now() WHERE id = {round}", None),
    ],
)
def test_an_answer_that_had_to_wait_sees_what_it_waited_for(team: Team, meanwhile: str, verdict: str | None) -> None:
    """Its statement began before: what it locks it must read anew."""
    trial = open_round(team)
    with ThreadPoolExecutor(1) as other, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM game_game WHERE id = {team.game_id} FOR UPDATE")
        waiting = other.submit(lambda: (commit.commit_answers([answer(trial, 2, True)]), connection.close())[0])
        wait_for_a_lock(cursor)
        cursor.execute(meanwhile.format(game=team.game_id, round=trial.pk))
        transaction.on_commit(lambda: waiting.result(10))
    done = waiting.result()
    trial.refresh_from_db()
    if verdict:
        assert done.answers == [NotRecorded(trial.pk, verdict)]
        assert trial.answers[1] == "-" and not Tally.objects.exists()
    else:
        assert done.answers == [Recorded(trial.pk, "T")]
        assert (trial.answers, trial.closed_by) == ("FT", "answers")
        assert Tally.objects.values_list("answers", "count").get() == ("FT", 1)
        assert [t.number for t in done.opened] == [2]


def wait_for_a_lock(cursor: Any) -> None:
    for _ in range(200):
        # Within a transaction PostgreSQL keeps showing the queries that it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'game_answers'"
        )
        if cursor.fetchone()[0]:
            return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_unanswered_rounds_with_null_keys_share_one_tally(team: Team) -> None:
    for _ in range(12):
        host_commands.skip_round(team.game_id, team.pk)
    tallies = Tally.objects.filter(team=team)
    assert sum(t.count for t in tallies) == 12
    assert tallies.count() == tallies.values("questions").distinct().count()


def test_the_database_itself_refuses_a_second_open_round_and_a_fourth_seat(team: Team) -> None:
    trial = open_round(team)
    trial.pk, trial.number = None, 99
    with pytest.raises(IntegrityError, match="round_one_open_a_team"), transaction.atomic():
        trial.save()
    with pytest.raises(IntegrityError, match="player_seat"), transaction.atomic():
        new_player(team.game, team=team, seat=4)
    with pytest.raises(IntegrityError, match="player_seat_unique"), transaction.atomic():
        new_player(team.game, team=team, seat=2)


def test_the_deadline_closes_a_round_as_lost_and_asks_again_when_both_are_there(team: Team) -> None:
    expire(open_round(team))
    done = close.close_due()
    assert [trial.closed_by for trial in done.closed] == ["timer"]
    assert [trial.number for trial in done.opened] == [2]


def test_one_absent_partner_costs_at_most_one_round(team: Team) -> None:
    trial = open_round(team)
    Player.objects.filter(pk=trial.players[1]).update(presence="away")
    expire(trial)
    assert close.close_due().opened == []
    assert ask.ask_waiting().opened == []
    Player.objects.filter(pk=trial.players[1]).update(presence="connected")
    assert [t.number for t in ask.ask_waiting([team.pk]).opened] == [2]


def test_pause_shifts_deadlines_and_no_deadline_closes_while_paused(team: Team) -> None:
    trial = open_round(team)
    host_commands.pause(team.game_id)
    expire(trial)
    assert close.close_due().closed == []
    Game.objects.filter(pk=team.game_id).update(paused_at=timezone.now() - timedelta(seconds=100))
    host_commands.resume(team.game_id)
    assert open_round(team).deadline > timezone.now() + timedelta(seconds=90)


def test_finishing_costs_no_team_a_loss_within_the_grace(team: Team) -> None:
    trial = open_round(team)
    host_commands.finish(team.game_id)
    done = commit.commit_answers([answer(trial, 1, True), answer(trial, 2, True)])
    assert [t.closed_by for t in done.closed] == ["answers"]
    assert done.opened == []


def test_after_the_grace_an_open_round_is_closed_by_finish(team: Team) -> None:
    trial = open_round(team)
    host_commands.finish(team.game_id)
    trial.refresh_from_db()
    assert timedelta(seconds=25) < trial.deadline - timezone.now() <= timedelta(seconds=30)
    expire(trial)
    assert [t.closed_by for t in close.close_due().closed] == ["finish"]


def test_a_team_at_its_round_limit_is_not_asked_again(team: Team) -> None:
    host_commands.set_options(team.game_id, round_limit=2)
    assert [t.number for t in play_round(team).opened] == [2]
    assert play_round(team).opened == []
    host_commands.set_options(team.game_id, round_limit=None)
    assert open_round(team).number == 3


def test_start_twice_opens_no_second_round(team: Team) -> None:
    host_commands.start(team.game_id)
    assert Round.objects.filter(team=team).count() == 1


def test_reset_starts_a_new_run_and_deletes_nothing(team: Team) -> None:
    play_round(team)
    host_commands.pause(team.game_id)
    host_commands.reset(team.game_id)
    game = Game.objects.get(pk=team.game_id)
    assert (game.state, game.run, game.paused_at) == ("lobby", 2, None)
    assert list(Round.objects.filter(team=team).values_list("run", "closed_by")) == [(1, "answers"), (1, "reset")]
    host_commands.start(team.game_id)
    assert (open_round(team).run, open_round(team).number) == (2, 1)


def test_mode_switch_applies_from_the_next_round_and_does_not_rescore_history(team: Team) -> None:
    host_commands.set_mode(team.game_id, "aqmjoe")
    assert open_round(team).mode == "simplified"
    play_round(team)
    trial = open_round(team)
    assert (trial.mode, trial.theme) == ("aqmjoe", "aqmjoe")
    assert list(Tally.objects.filter(team=team).values_list("mode", flat=True)) == ["simplified"]


@pytest.mark.parametrize(
    ("now", "choice", "then"),
    [
        (("simplified", "classic"), ("mode", "aqmjoe"), ("aqmjoe", "aqmjoe")),
        (("simplified", "food"), ("theme", "aqmjoe"), ("aqmjoe", "aqmjoe")),
        (("aqmjoe", "aqmjoe"), ("theme", "classic"), ("simplified", "classic")),
        (("aqmjoe", "aqmjoe"), ("mode", "classic"), ("classic", "food")),
        (("classic", "classic"), ("theme", "food"), ("classic", "food")),
    ],
)
def test_aqmjoe_mode_and_theme_go_together(make_game, now, choice, then) -> None:
    game = make_game(mode=now[0], theme=now[1])
    getattr(host_commands, f"set_{choice[0]}")(game.pk, choice[1])
    game.refresh_from_db()
    assert (game.mode, game.theme) == then


@pytest.mark.parametrize("mode", GAMES)
@pytest.mark.parametrize("design", DESIGNS)
def test_every_mode_and_design_plays(make_game, mode: str, design: str) -> None:
    game = make_game(mode=mode, question_design=design)
    team = new_team(game)
    host_commands.start(game.pk)
    answers = "".join(seat.answers[0] for seat in GAMES[mode].seats)
    for number in range(1, 21):
        assert [t.number for t in give_answers(team, answers).opened] == [number + 1]
    assert sum(Tally.objects.filter(team=team, mode=mode, design=design).values_list("count", flat=True)) == 20


def test_a_banned_player_cannot_come_back(team: Team) -> None:
    player = team.players.get(seat=2)
    host_commands.kick(team.game_id, team.pk, 2, ban=True)
    assert Round.objects.get(team=team).closed_by == "kick"
    with pytest.raises(Refusal, match="removed"):
        moves.join_team(team.game_id, player.pk, team.pk)


def test_a_second_answer_in_the_batch_of_a_bad_one_is_not_said_to_be_paused(team: Team) -> None:
    trial = open_round(team)
    done = commit.commit_answers([answer(trial, 1, "Q"), answer(trial, 1, "T"), answer(trial, 2, "F")])
    assert done.answers == [
        NotRecorded(trial.pk, "no_answer"), NotRecorded(trial.pk, "no_answer"), Recorded(trial.pk, "F")
    ]  # fmt: skip
    assert commit.commit_answers([answer(trial, 1, "T")]).answers == [Recorded(trial.pk, "T")]
