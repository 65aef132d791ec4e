import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.core.management import call_command
from django.db import Error, OperationalError, connection, transaction
from django.db.models import F, Sum
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.live.snapshots import alarm_views, dashboard, headline
from dashboard.statistics import load, memory, tasks
from dashboard.statistics import recompute as computing
from dashboard.statistics.load import TURNS, stale_games
from dashboard.statistics.recompute import FEW_TEAMS, REPORT_SECONDS, WAITING, failures_total, only_one, recompute
from dashboard.statistics.room import SAMPLES_KEPT, thin_samples
from game.analysis import rounds_csv
from game.bots import runner
from game.lobby import bots, host_commands, moves
from game.models import Game, Player, RoomStatistics, Round, StatisticsSample, Team, TeamStatistics
from game.physics import no_signalling
from game.realtime import announce, trigger
from game.realtime.hub.broadcast import Broadcast
from game.realtime.messages.watch import TeamRow
from game.realtime.server import current_server
from game.rounds import close
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import Web, eventually, fetch, running, two_phones
from tests.support.statistics import age_rounds, recount, same, stored, without_extra

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(game: Game) -> Team:
    team = new_team(game)
    host_commands.start(game.pk)
    return team


@pytest.fixture
def eventful(game: Game) -> Game:
    """A finished game with pauses, skips, leavers, a mode switch, a reset, and a team of bots."""
    team, other = new_team(game), new_team(game)
    bots.seat_bots(game.pk, 1, "shared_coin", {"think_seconds": 0})
    host_commands.start(game.pk)
    for n in range(12):
        play_round(team, n % 3 > 0, n % 2 > 0)
        play_round(other)
        runner.answer_due()
        if n % 4 == 0:
            recompute([game.pk])
    host_commands.skip_round(game.pk, team.pk)
    host_commands.pause(game.pk)
    host_commands.resume(game.pk)
    host_commands.set_mode(game.pk, "classic")
    for _ in range(20):
        play_round(team)
        play_round(other, True, False)
    recompute([game.pk])
    host_commands.reset(game.pk)
    host_commands.start(game.pk)
    for _ in range(7):
        play_round(other, False, False)
    host_commands.set_mode(game.pk, "aqmjoe")
    second = team.players.get(seat=2)
    moves.leave_team(game.pk, second.pk)
    moves.join_team(game.pk, second.pk, team.pk)
    for n in range(15):
        play_round(team, n % 2 > 0, n % 3 > 0)
        play_round(other, False, n % 2 > 0)
    host_commands.set_mode(game.pk, "classic")
    play_round(other)
    host_commands.finish(game.pk)
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())
    return game


def test_statistics_equal_a_recount_after_a_finished_game_with_everything_in_it(eventful: Game) -> None:
    assert stale_games() == []
    rows = list(TeamStatistics.objects.all())
    for row in rows:
        same(row.report, recount(row.team, row.mode, row.run))
    assert {(row.run, row.mode) for row in rows} == {
        (1, "simplified"), (1, "classic"), (2, "classic"), (2, "aqmjoe")
    }  # fmt: skip


def test_statistics_equal_analyse_on_the_export(eventful: Game, web_process: Web, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{eventful.code}/export/rounds.csv?run=all")
    for row in TeamStatistics.objects.select_related("team"):
        read = rounds_csv.read(io.StringIO(text), row.mode)
        theirs = rounds_csv.report_of(read.only(row.team.name, str(row.run)))
        same(without_extra(row.report), without_extra(theirs))


def test_the_rooms_numbers_equal_analyse_on_the_export_without_bots(eventful: Game, web_process: Web, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{eventful.code}/export/rounds.csv?run=all")
    assert any(group.bots for group in rounds_csv.read(io.StringIO(text), "simplified").groups)
    for room in RoomStatistics.objects.all():
        read = rounds_csv.read(io.StringIO(text), room.mode)
        theirs = without_extra(rounds_csv.report_of(read.only(run=str(room.run)).without_bots()))
        ours = without_extra(room.report)
        for report in (ours, theirs):
            report.pop("p_anytime")
            if report["hardy"]:
                report["hardy"].pop("p_anytime")
        same(ours, theirs)


def test_reconnect_erases_no_statistics(team: Team) -> None:
    play_round(team)
    recompute([team.game_id])
    Player.objects.filter(team=team).update(presence="away")
    recompute([team.game_id])
    assert stored(team).report["issued"] == 1


def test_evidence_counts_a_round_only_when_it_was_asked_long_enough_ago(team: Team) -> None:
    for _ in range(3):
        play_round(team)
    recompute([team.game_id])
    report = stored(team).report
    assert report["scored"] == 3 and report["log10_evidence"] == 0
    assert stored(team).due_at is not None
    age_rounds(team.game)
    assert stale_games() == [team.game_id]
    recompute(stale_games())
    # The open round was asked long ago too: it counts as a loss until it is closed.
    assert stored(team).counted["scored"] == 4
    assert stored(team).scored == 3


def test_a_team_that_dawdles_on_b_does_not_look_quantum(game: Game) -> None:
    """Answer everything but B with Y, which an agreed table would lose, at once: the open round counts as a loss."""
    teams = [new_team(game) for _ in range(12)]
    host_commands.start(game.pk)
    for team in teams:
        while (trial := open_round(team)).question_1 != "B" and trial.number < 12:
            play_round(team)
    age_rounds(game)
    recompute(stale_games())
    for team in teams:
        row = stored(team)
        assert row.counted["scored"] == row.report["scored"] + 1
        assert row.counted["wins"] == row.report["wins"]
    pooled = RoomStatistics.objects.get(game=game).report
    assert pooled["evidence"] < 3


def test_won_rounds_do_not_count_in_the_room_before_those_kept_open(game: Game, settings) -> None:
    """Rounds asked at one moment begin to count at one moment, whichever of them were closed meanwhile."""
    settings.EVIDENCE_DELAY_SECONDS = 15_000
    quick, slow = new_team(game), new_team(game)
    host_commands.start(game.pk)
    begun, moment = load._counted_until(timezone.now()), timedelta(seconds=1)

    def counted(asked_at: datetime) -> int:
        Round.objects.filter(game=game, number=1).update(asked_at=asked_at)
        TeamStatistics.objects.update(due_at=timezone.now())
        memory.forget()
        recompute(stale_games())
        return RoomStatistics.objects.get(game=game).path["scored"]

    play_round(quick)
    assert counted(begun + moment) == 0
    assert counted(begun - moment) == 2
    assert open_round(slow).number == 1


def test_the_end_of_a_game_counts_all_its_rounds_when_the_last_one_is_closed(game: Game) -> None:
    quick, slow = new_team(game), new_team(game)
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    play_round(quick)
    recompute([game.pk])
    assert stored(quick).scored == 0
    play_round(slow)
    recompute(stale_games())
    assert (stored(quick).scored, stored(slow).scored) == (1, 1)
    assert stale_games() == []


def test_an_open_round_that_is_answered_after_all_is_not_a_loss(team: Team) -> None:
    age_rounds(team.game)
    recompute(stale_games())
    assert stored(team).counted["scored"] == 1
    play_round(team, True, open_round(team).question_1 + open_round(team).question_2 != "BY")
    age_rounds(team.game)
    recompute(stale_games())
    assert (stored(team).scored, stored(team).wins) == (1, 1)


def test_running_twice_or_late_changes_nothing(team: Team) -> None:
    play_round(team)
    age_rounds(team.game)
    recompute([team.game_id])
    first = stored(team)
    recompute([team.game_id])
    recompute([team.game_id])
    assert (stored(team).report, stored(team).through_number) == (first.report, first.through_number)


def test_mode_switch_rescores_no_history(team: Team) -> None:
    for _ in range(5):
        play_round(team)
    recompute([team.game_id])
    before = stored(team, mode="simplified").report
    host_commands.set_mode(team.game_id, "aqmjoe")
    for _ in range(3):
        play_round(team)
    recompute([team.game_id])
    assert stored(team, mode="simplified").report["issued"] == before["issued"] + 1
    assert stored(team, mode="aqmjoe").report["issued"] == 2


def test_under_quotas_evidence_is_unknown_with_the_reason(make_game) -> None:
    game = make_game(question_design="quota")
    team = new_team(game)
    host_commands.start(game.pk)
    for _ in range(4):
        play_round(team)
    age_rounds(game)
    recompute(stale_games())
    report = stored(team).report
    assert report["evidence"] is None and report["p_local"] is None and report["no_signalling"] is None
    assert "predictable" in report["extra"]["evidence_reason"]
    assert report["wins"] is not None


def test_teams_of_bots_stay_out_of_the_rooms_numbers(game: Game) -> None:
    people = new_team(game)
    bots.seat_bots(game.pk, 1, "pr_box", {"think_seconds": 0})
    host_commands.start(game.pk)
    for team in Team.objects.filter(game=game):
        for _ in range(3):
            play_round(team)
    recompute([game.pk])
    room = RoomStatistics.objects.get(game=game)
    assert (room.rounds, room.bots_only) == (3, False)
    assert people.tallies.count()


def test_a_team_stays_a_bot_team_on_pages_when_its_bot_has_left(game: Game) -> None:
    player = new_player(game)
    moves.create_team(game.pk, player.pk, "Blue Owls")
    team = Team.objects.get(game=game)
    bots.give_bot(game.pk, team.pk, "always_true")
    host_commands.kick(game.pk, team.pk, 2)
    row = dashboard(game.pk).teams[0]
    assert row.seats[1] is None and row.bots is True
    assert announce.team_row(new_team(game), {}).bots is False


@pytest.mark.parametrize("mode", ["simplified", "classic", "aqmjoe"])
def test_a_row_says_a_part_of_its_report_live_and_in_a_snapshot(make_game, mode: str, monkeypatch) -> None:
    game = make_game(mode=mode)
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    told: list[Broadcast] = []
    monkeypatch.setattr(current_server().hub, "announce", told.extend)
    recompute([game.pk])
    ((_, live),) = next(letter.payload for letter in told if letter.kind == "delta")["reports"]
    row = dashboard(game.pk).teams[0].report
    assert msgspec.json.decode(live)["report"] == row
    report = stored(team).report
    for whole, part in ((report, row), (report["chsh"], row["chsh"]), (report["hardy"], row["hardy"])):
        assert (part is None) == (whole is None)
        for name, value in (part or {}).items():
            assert value == whole[name] or name in ("chsh", "hardy", "extra")
    assert row["extra"] == {"further_rounds": report["extra"].get("further_rounds")}


def test_a_room_of_bots_alone_shows_the_bots_and_says_so(game: Game) -> None:
    bots.seat_bots(game.pk, 2, "pr_box", {"think_seconds": 0})
    host_commands.start(game.pk)
    for team in Team.objects.filter(game=game):
        play_round(team)
    recompute([game.pk])
    room = RoomStatistics.objects.get(game=game)
    assert (room.rounds, room.bots_only) == (2, True)


def test_the_cheater_and_the_pr_box_raise_alarms_and_honest_teams_none(game: Game) -> None:
    for strategy in ("pr_box", "signalling_cheater", "quantum", "best_classical"):
        bots.seat_bots(game.pk, 1, strategy, {"think_seconds": 0})
    host_commands.start(game.pk)
    for _ in range(110):
        runner.answer_due()
    age_rounds(game)
    recompute(stale_games())
    raised = {
        (Team.objects.get(pk=a["team"]).players.first().kind, a["kind"]) for a in RoomStatistics.objects.get().alarms
    }
    assert ("pr_box", "suspicion") in raised and ("signalling_cheater", "signalling") in raised
    assert {strategy for strategy, _ in raised} <= {"pr_box", "signalling_cheater"}


@pytest.mark.parametrize("mode", ["simplified", "classic", "aqmjoe"])
def test_every_alarm_of_a_mode_can_be_told(mode: str) -> None:
    tests = no_signalling.sign_tests(mode)
    alarms = [{"team": 1, "kind": "signalling", "seat": one.player, "question": one.questions} for one in tests]
    assert len(alarm_views(RoomStatistics(alarms=alarms))) == len(tests) > 0


def test_alarms_are_for_hosts_alone(web_process: Web, game: Game, host) -> None:
    tab, wall = web_process.host(game.code, host), web_process.projector(game.code)
    tab.hear("dashboard_snapshot")
    wall.hear("watch_snapshot")
    alarm = {"team": 1, "kind": "suspicion", "seat": None, "question": None}
    row = TeamRow(1, "Blue Owls")
    current_server().hub.announce([Broadcast("delta", game.pk, 0, announce.delta(seats=[row], alarms=[alarm]))])
    assert tab.hear("delta")["alarms"] == [alarm]
    assert wall.hear("delta") == {"type": "delta", "teams": [{"id": 1, "name": "Blue Owls"}]}


def test_the_sweep_leaves_a_game_in_play_to_the_hints(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    play_round(team)
    assert (stale_games(), stale_games(quiet_seconds=60)) == ([game.pk], [])
    RoomStatistics.objects.update(updated_at=F("updated_at") - timedelta(seconds=61))
    assert stale_games(quiet_seconds=60) == [game.pk]


def test_games_at_rest_take_turns_in_the_sweep(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    team, now = new_team(game), timezone.now()
    host_commands.start(game.pk)
    play_round(team)
    its, other = game.pk, game.pk + 1
    assert stale_games(turn=other) == stale_games(turn=its) == [game.pk]
    Game.objects.update(created_at=now - timedelta(hours=2), started_at=now - timedelta(hours=1))
    assert stale_games(turn=other) == []
    assert stale_games(turn=its) == stale_games(turn=its + TURNS) == stale_games() == [game.pk]
    hinted: list[list[int]] = []
    monkeypatch.setattr(trigger, "send", hinted.append)
    for _ in range(2 * TURNS):
        tasks.sweep_statistics()
    assert sorted(hinted) == [[]] * (2 * TURNS - 2) + [[game.pk]] * 2
    # Its next numbers wake it, and its end.
    recompute([game.pk])
    play_round(team)
    assert stale_games(turn=other) == [game.pk]
    RoomStatistics.objects.update(updated_at=now - timedelta(minutes=3))
    assert stale_games(turn=other) == []
    host_commands.finish(game.pk)
    assert stale_games(turn=other) == [game.pk]


@pytest.fixture
def hall(game: Game) -> Game:
    """More teams than get a full report at once, in the round after their first report."""
    teams = [new_team(game) for _ in range(FEW_TEAMS + 1)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    for team in teams:
        play_round(team)
    return game


def test_full_reports_of_many_teams_follow_within_seconds(hall: Game) -> None:
    recompute([hall.pk])
    row = TeamStatistics.objects.all()[0]
    assert (row.headline["issued"], row.report["issued"]) == (2, 1)
    _pass(60)
    recompute(stale_games())
    for row in TeamStatistics.objects.all():
        assert row.report["issued"] == 2
        assert row.headline == headline(row.report)


def _pass(seconds: float) -> None:
    late = timedelta(seconds=seconds)
    TeamStatistics.objects.update(due_at=F("due_at") - late, reported_at=F("reported_at") - late)
    memory.forget()


def test_full_reports_of_teams_that_play_on_are_written_in_parts(hall: Game) -> None:
    recompute([hall.pk])
    parts = ((3, REPORT_SECONDS + 1, FEW_TEAMS), (4, 0, 1), (5, 2 * REPORT_SECONDS, FEW_TEAMS + 1))
    for issued, seconds, written in parts:
        _pass(seconds)
        for team in hall.teams.all():
            play_round(team)
        recompute([hall.pk])
        reported = [row.report["issued"] for row in TeamStatistics.objects.all()]
        assert reported.count(issued) == written
    # However many play on, none waits for longer than twice the time.
    assert set(reported) == {5}


def test_a_run_that_was_reset_owes_no_report_to_a_running_one(hall: Game) -> None:
    host_commands.reset(hall.pk)
    host_commands.start(hall.pk)
    recompute([hall.pk])
    of_first = TeamStatistics.objects.filter(run=1)
    assert {(row.report["issued"], row.due_at) for row in of_first} == {(3, None)}


def test_a_rooms_total_is_the_sum_of_its_rows_while_rounds_close(team: Team) -> None:
    play_round(team)
    meanwhile = []

    def close_one_more(execute, sql, *others):
        if "JOIN game_round" in sql and not meanwhile:
            meanwhile.append(in_thread(lambda: play_round(team)))
        return execute(sql, *others)

    with connection.execute_wrapper(close_one_more):
        recompute([team.game_id])
    assert meanwhile and team.tallies.aggregate(all=Sum("count"))["all"] == 2
    room = RoomStatistics.objects.get(game=team.game)
    assert room.rounds == room.report["issued"] == stored(team).headline["issued"] == 1


def pooled_again(game: Game) -> None:
    """The room's stored numbers equal those that a worker without memory makes of the same rounds."""
    kept = RoomStatistics.objects.get(game=game)
    call_command("rebuild_statistics", game=game.code)
    fresh = RoomStatistics.objects.get(game=game)
    same(without_extra(kept.report), without_extra(fresh.report))
    assert (kept.rounds, kept.bots_only, kept.alarms) == (fresh.rounds, fresh.bots_only, fresh.alarms)


def test_a_recompute_reads_only_what_has_changed(game: Game) -> None:
    teams = [new_team(game) for _ in range(30)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    play_round(teams[0])
    with CaptureQueriesContext(connection) as queries:
        recompute([game.pk])
    read = [query["sql"] for query in queries if query["sql"].lstrip().startswith("SELECT")]
    assert read and not [sql for sql in read if "s.counted" in sql or "game_tally" in sql]
    assert stored(teams[0]).headline["issued"] == 2
    (kept,) = memory.rooms(game.pk, 1).values()
    assert len(kept.teams) == 30 and all(member.table.base is None for member in kept.teams.values())
    assert RoomStatistics.objects.get(game=game).rounds == 31
    pooled_again(game)


def test_numbers_kept_by_a_worker_end_with_another_workers_turn(game: Game, monkeypatch) -> None:
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)
    for worker in (ours := memory.new_memory(), memory.new_memory(), ours):
        monkeypatch.setattr(memory, "_kept", worker)
        for team in teams:
            play_round(team, True, False)
        age_rounds(game)
        recompute([game.pk])
        play_round(teams[0])
        recompute([game.pk])
    assert RoomStatistics.objects.get(game=game).rounds == 9
    pooled_again(game)


def test_what_a_worker_keeps_of_rounds_equals_what_it_reads(game: Game, settings) -> None:
    """Counts go on from those kept, and rounds wait in memory until they are evidence, through changes of mode too."""
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)

    def waiting() -> int:
        kept = memory.rooms(game.pk, 1)
        memory.forget()
        read = memory.rooms(game.pk, 1)
        assert len(read) == len(kept) == 2
        for key, room in read.items():
            for team, member in room.teams.items():
                assert (member.table == kept[key].teams[team].table).all()
                assert (member.path, member.waiting) == (kept[key].teams[team].path, kept[key].teams[team].waiting)
        return sum(len(member.waiting) for room in read.values() for member in room.teams.values())

    def play_on() -> None:
        for n in range(3):
            play_round(teams[0], n > 0, True)
            recompute([game.pk])
            play_round(teams[n % 2], True, False)
            recompute([game.pk])

    for mode in ("simplified", "classic", "simplified"):
        host_commands.set_mode(game.pk, mode)
        play_on()
    assert waiting() == 18
    play_on()
    assert waiting() == 24
    settings.EVIDENCE_DELAY_SECONDS = 0
    for team in teams:
        play_round(team)
    recompute([game.pk])
    assert waiting() == 0
    assert sum(stored.scored for stored in TeamStatistics.objects.filter(mode="simplified")) == 20


def test_a_deleted_team_leaves_the_room(game: Game) -> None:
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    Player.objects.filter(team=teams[1]).update(team=None, seat=None)
    teams[1].delete()
    play_round(teams[0])
    recompute([game.pk])
    assert RoomStatistics.objects.get(game=game).rounds == 2


def test_a_third_task_leaves_while_one_computes_and_one_waits(team: Team) -> None:
    play_round(team)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [WAITING, team.game_id])
        recompute([team.game_id])
        assert not TeamStatistics.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    recompute([team.game_id])
    assert stored(team).report["issued"] == 1


def test_a_stuck_worker_loses_the_game_to_another(team: Team, settings) -> None:
    settings.STATISTICS_STUCK_SECONDS = 1
    play_round(team)
    stuck, goes_on = threading.Event(), threading.Event()

    def hang() -> str:
        try:
            with only_one(team.game_id):
                stuck.set()
                goes_on.wait(30)
        except Error:
            return "lost"
        return "kept"

    with ThreadPoolExecutor() as executor:
        hanging = executor.submit(alone, hang)
        stuck.wait(30)
        recompute([team.game_id])
        goes_on.set()
        assert hanging.result() == "lost"
    assert stored(team).report["issued"] == 1


@pytest.mark.parametrize("error", [OperationalError("the database went away"), KeyError("a column of before")])
def test_one_game_that_fails_does_not_stop_the_others(make_game, error: Exception) -> None:
    games = [make_game(), make_game()]
    for game in games:
        team = new_team(game)
        host_commands.start(game.pk)
        play_round(team)

    def fail_first(execute, sql, parameters, *others):
        if "INSERT INTO game_roomstatistics" in sql and not failed:
            failed.append(True)
            raise error
        return execute(sql, parameters, *others)

    failed: list[bool] = []
    failures = failures_total._value.get()
    with connection.execute_wrapper(fail_first):
        assert recompute([game.pk for game in games]) == [games[0].pk]
    assert failed and stale_games() == [games[0].pk]
    assert failures_total._value.get() == failures + 1
    recompute(stale_games())
    assert stale_games() == []


def test_a_room_of_many_teams_is_computed_a_few_at_a_time_while_it_plays(game: Game, monkeypatch) -> None:
    monkeypatch.setattr(load, "TEAMS_AT_ONCE", 2)
    teams = [new_team(game) for _ in range(5)]
    host_commands.start(game.pk)
    counted = []
    for team in teams:
        play_round(team)
    for _ in range(3):
        recompute([game.pk])
        counted.append(TeamStatistics.objects.filter(team__game=game).count())
        assert RoomStatistics.objects.get(game=game).rounds == counted[-1]
    assert counted == [2, 4, 5] and stale_games() == []
    # First those that wait for the longest time: the last one counted comes last.
    for team in teams:
        play_round(team)
    recompute([game.pk])
    assert {row.team for row in TeamStatistics.objects.filter(headline__issued=2)} == set(teams[:2])
    host_commands.finish(game.pk)
    recompute([game.pk])
    assert RoomStatistics.objects.get(game=game).rounds == 10


def test_only_rows_that_changed_are_told(web_process: Web, game: Game, host) -> None:
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)
    tab = web_process.host(game.code, host)
    tab.hear("dashboard_snapshot")
    for team in teams:
        play_round(team)
    recompute([game.pk])
    told_until(tab, 2)
    play_round(teams[1])
    recompute([game.pk])
    assert told_until(tab, 3) == {teams[1].pk}


def told_until(tab, rounds: int) -> set[int]:
    """The teams of which a report came until the room has so many rounds."""
    told: set[int] = set()
    while True:
        delta = tab.hear("delta")
        told |= {row["id"] for row in delta.get("teams", ()) if "report" in row}
        if delta.get("room", {}).get("rounds") == rounds:
            return told


def test_numbers_of_a_run_that_is_reset_meanwhile_name_their_run(web_process: Web, game: Game, host) -> None:
    phone, _ = two_phones(web_process, game)
    team = Team.objects.get(game=game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    assert phone.hear("score_changed")["run"] == 1
    screens = {
        "dashboard_snapshot": web_process.host(game.code, host),
        "watch_snapshot": web_process.projector(game.code),
    }
    for snapshot, tab in screens.items():
        tab.hear(snapshot)
    play_round(team)
    with ThreadPoolExecutor() as executor:
        with transaction.atomic():
            TeamStatistics.objects.select_for_update().get(team=team)
            asked = executor.submit(alone, lambda: recompute([game.pk]))
            # It has read the game and wants to write.
            eventually(somebody_waits_for_a_row)
            in_thread(lambda: host_commands.reset(game.pk))
        asked.result()
    for snapshot, tab in screens.items():
        while tab.hear(snapshot)["game"]["run"] != 2:
            pass
        # The numbers of the first round may still be on their way.
        while (delta := tab.hear("delta")).get("room", {}).get("rounds") != 2:
            pass
        assert delta["run"] == 1
    while phone.hear("player_snapshot")["game"]["run"] != 2:
        pass
    assert phone.hear("score_changed")["run"] == 1


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")
        return cursor.fetchone() is not None


def test_numbers_of_two_runs_are_told_apart(web_process: Web, game: Game, host) -> None:
    tab = web_process.host(game.code, host)
    tab.hear("dashboard_snapshot")
    told = [announce.delta(run=run, reports=[TeamRow(1, report={"issued": run})]) for run in (1, 2)]
    current_server().hub.announce([Broadcast("delta", game.pk, 0, delta) for delta in told])
    for run in (1, 2):
        assert tab.hear("delta") == {"type": "delta", "run": run, "teams": [{"id": 1, "report": {"issued": run}}]}


def test_a_new_team_is_told_before_its_numbers(web_process: Web, game: Game, host) -> None:
    tab = web_process.host(game.code, host)
    tab.hear("dashboard_snapshot")
    numbers = [announce.delta(run=1, reports=[TeamRow(team, report={"issued": 1})]) for team in (1, 2)]
    parts = [numbers[0], announce.delta(seats=[TeamRow(2, "Blue Owls")]), numbers[1]]
    current_server().hub.announce([Broadcast("delta", game.pk, 0, part) for part in parts])
    assert tab.hear("delta")["teams"] == [{"id": 2, "name": "Blue Owls"}]
    assert [row["id"] for row in tab.hear("delta")["teams"]] == [1, 2]


def test_a_game_rests_by_what_its_last_recompute_cost(game: Game, monkeypatch) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    cost = RoomStatistics.objects.get(game=game).seconds
    assert cost > 0
    rested: list[float] = []
    monkeypatch.setattr(computing.time, "sleep", rested.append)
    RoomStatistics.objects.filter(game=game).update(seconds=0.5, updated_at=Now())
    play_round(team)
    recompute([game.pk])
    assert rested == [pytest.approx(0.5 * computing.REST_SHARE, abs=0.3)]
    RoomStatistics.objects.filter(game=game).update(seconds=60, updated_at=Now())
    recompute([game.pk])
    assert rested[1] == computing.LONGEST_REST_SECONDS


def test_waiting_for_a_processor_costs_more_than_working(monkeypatch) -> None:
    monkeypatch.setattr(computing.time, "monotonic", iter([10.0, 10.3]).__next__)
    monkeypatch.setattr(computing.time, "thread_time", iter([1.0, 1.1]).__next__)
    assert computing._costing()() == pytest.approx(0.3 * 3)


def in_thread(work) -> Any:
    """Do something meanwhile, on a connection of its own."""
    with ThreadPoolExecutor() as executor:
        return executor.submit(alone, work).result() or True


def alone(work) -> Any:
    try:
        return work()
    finally:
        connection.close()


def test_curves_are_sampled_and_thinned(team: Team) -> None:
    for _ in range(11):
        play_round(team)
    recompute([team.game_id])
    assert StatisticsSample.objects.filter(team=team).count() == 1
    assert StatisticsSample.objects.filter(team=None).count() == 1
    StatisticsSample.objects.bulk_create(
        StatisticsSample(game=team.game, team=team, run=1, mode="simplified", wins=n, scored=n)
        for n in range(SAMPLES_KEPT)
    )
    RoomStatistics.objects.update(updated_at=timezone.now() - timedelta(hours=2))
    thin_samples()
    assert StatisticsSample.objects.filter(team=team).count() == SAMPLES_KEPT + 1
    RoomStatistics.objects.update(updated_at=timezone.now())
    thin_samples()
    assert StatisticsSample.objects.filter(team=team).count() <= SAMPLES_KEPT // 2 + 1


def test_a_worker_brings_numbers_to_dashboards_projector_and_phones(web_process: Web, game: Game, host) -> None:
    with running("celery", "-A", "chsh_project", "worker", "--pool", "threads", "--concurrency", "2", "-l", "WARNING"):
        one, two, wall = (
            web_process.host(game.code, host),
            web_process.host(game.code, host),
            web_process.projector(game.code),
        )
        phones = [web_process.phone(game.code) for _ in range(2)]
        for phone in phones:
            phone.hear("player_snapshot")
        phones[0].say("create_team", name="Blue Owls")
        team = phones[0].seated()["team"]
        phones[1].say("join_team", team=team)
        phones[1].seated()
        host_commands.start(game.pk)
        for _ in range(5):
            for phone in phones:
                phone.say("answer", round=phone.asked()["round"], answer=True)
        for tab in (one, two, wall):
            while tab.hear("delta").get("room", {}).get("rounds") != 5:
                pass
        while (score := phones[0].hear("score_changed")["score"])["rounds"] != 5:
            pass
        report = stored(Team.objects.get(pk=team)).report
        same(
            [report["wins"], report["win_rate"], report["win_rate_interval"]],
            [score["wins"], score["win_rate"], score["interval"]],
        )
        same(
            report,
            recount(Team.objects.get(pk=team))
            | {k: report[k] for k in report if "evidence" in k or k.startswith(("p_", "log10", "extra"))},
        )
