from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction

from dashboard.live.snapshots import dashboard
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, Team, TeamStatistics
from game.physics.report_types import row_report
from game.realtime import announce, trigger
from game.realtime.hub import shown
from game.realtime.hub.broadcast import Broadcast
from game.realtime.messages.watch import TeamRow
from game.realtime.server import current_server
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.server import START_SECONDS, Tab, Web, eventually, running, two_phones
from tests.support.statistics import alone, in_thread, recount, same, stored

pytestmark = pytest.mark.django_db(transaction=True)


def with_part(part: str, tab: Tab) -> dict[str, Any]:
    """Return the next delta that has this part; counts of seats come in deltas of their own."""
    while part not in (delta := tab.hear("delta")):
        pass
    return delta


@pytest.mark.parametrize("mode", ["simplified", "classic", "aqmjoe"])
def test_a_row_says_a_part_of_its_report_live_and_in_a_snapshot(make_game, mode: str, monkeypatch) -> None:
    game = make_game(mode=mode)
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    shown.tell("a page", {game.pk: shown.EVERYTHING})
    told: list[Broadcast] = []
    monkeypatch.setattr(current_server().hub, "announce", told.extend)
    recompute([game.pk])
    ((_, live),) = next(letter.payload for letter in told if letter.kind == "delta")["reports"]
    row, whole = dashboard(game.pk).teams[0].report, stored(team).report
    assert msgspec.json.decode(live, type=TeamRow).report == row == row_report(whole)
    said, known = msgspec.json.decode(live)["report"], msgspec.to_builtins(whole)
    known |= {"unanswered": known["issued"] - known["answered"], **known["evidence"]}
    assert said == {name: known[name] for name in said}


def test_alarms_are_for_hosts_alone(web_process: Web, game: Game, host) -> None:
    tab, wall = web_process.host(game.code, host), web_process.projector(game.code)
    tab.hear("dashboard_snapshot")
    wall.hear("watch_snapshot")
    alarm = {"team": 1, "kind": "suspicion", "seat": None, "questions": None}
    row = TeamRow(1, "Blue Owls")
    current_server().hub.announce([Broadcast("delta", game.pk, 0, announce.delta(teams=[row], alarms=[alarm]))])
    assert with_part("alarms", tab)["alarms"] == [alarm]
    assert with_part("teams", wall) == {"type": "delta", "teams": [{"id": 1, "name": "Blue Owls"}]}


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
        assert with_part("teams", tab) == {"type": "delta", "run": run, "teams": [{"id": 1, "report": {"issued": run}}]}


def test_a_new_team_is_told_before_its_numbers(web_process: Web, game: Game, host) -> None:
    tab = web_process.host(game.code, host)
    tab.hear("dashboard_snapshot")
    numbers = [announce.delta(run=1, reports=[TeamRow(team, report={"issued": 1})]) for team in (1, 2)]
    parts = [numbers[0], announce.delta(teams=[TeamRow(2, "Blue Owls")]), numbers[1]]
    current_server().hub.announce([Broadcast("delta", game.pk, 0, part) for part in parts])
    assert tab.hear("delta")["teams"] == [{"id": 2, "name": "Blue Owls"}]
    assert [row["id"] for row in tab.hear("delta")["teams"]] == [1, 2]


def test_a_worker_brings_numbers_to_dashboards_projector_and_phones(web_process: Web, game: Game, host) -> None:
    with running("celery", "-A", "chsh_project", "worker", "--pool", "threads", "--concurrency", "2", "-l", "WARNING"):
        # A hint expires, and without beat nothing finds the game whose hint was lost.
        eventually(lambda: trigger.Workers().alive() != [], START_SECONDS)
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
            while tab.hear("delta", START_SECONDS).get("room", {}).get("rounds") != 5:
                pass
        while (score := phones[0].hear("score_changed")["score"])["played"]["rounds"] != 5:
            pass
        report = stored(Team.objects.get(pk=team)).report
        same(msgspec.to_builtins(row_report(report)), score)
        assert (report.played, report.waiting) == (recount(Team.objects.get(pk=team)).played, 5)
