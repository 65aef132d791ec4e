"""The printed report: every number of a run, and p-values only after its end."""

import random
import re
from datetime import datetime
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from dashboard.live import snapshots
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, Round, Team, TeamStatistics
from game.physics.bounds import evidence_steps
from game.physics.evidence import holm as holm_of_arrays
from game.physics.multiple_testing import holm
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db(transaction=True)


def close_after_grace(game: Game) -> None:
    """End the grace period of a finished game at once."""
    for team in Round.objects.filter(game=game, closed_at=None).values_list("team_id", flat=True):
        host_commands.skip_round(game.pk, team)


def finished(game: Game) -> None:
    host_commands.finish(game.pk)
    close_after_grace(game)
    # Where every team is at its round limit nothing closes any more: what waits for its time is due.
    TeamStatistics.objects.exclude(due_at=None).update(due_at=F("updated_at"))
    recompute([game.pk])


@pytest.fixture
def played(game: Game) -> Game:
    teams = [new_team(game, name) for name in ("Blue Owls", "Red Foxes")]
    host_commands.set_options(game.pk, round_limit=3)
    host_commands.start(game.pk)
    for team in teams:
        for _ in range(3):
            play_round(team)
    recompute([game.pk])
    return game


def client_of(client: Client, game: Game) -> Client:
    client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def report(client: Client, game: Game, path: str = "", **query: Any) -> Any:
    return client_of(client, game).get(f"/dashboard/{game.code}/report/{path}", query).context["data"]


def test_the_report_names_the_team_left_out_and_counts_the_rounds_outside(client: Client, played: Game) -> None:
    host_commands.set_options(played.pk, round_limit=5)
    team = played.teams.get(name="Red Foxes")
    host_commands.leave_out(played.pk, team.pk, True)
    for _ in range(2):
        play_round(team)
    recompute([played.pk])
    page = client_of(client, played).get(f"/dashboard/{played.code}/report/")
    assert [(row["name"], row["left_out"]) for row in page.context["data"]["teams"]] == [
        ("Blue Owls", False),
        ("Red Foxes", True),
    ]
    # Its fourth round was open when the host acted.
    assert page.context["outside"] == 1 and "left out by the host" in page.text


def test_p_values_come_with_the_end_and_not_before(client: Client, played: Game) -> None:
    team = Team.objects.get(name="Blue Owls")
    for path in ("", f"{team.pk}/"):
        data = report(client, played, path)
        assert not data["over"]
        assert "p_local" not in data["report"]["evidence"]
        assert data["report"]["tests"] and all("p_holm" not in test for test in data["report"]["tests"])
    assert {row["p"] for row in report(client, played)["teams"]} == {None}
    finished(played)
    data = report(client, played)
    assert data["over"] and data["report"]["evidence"]["p_local"] is not None
    assert all(row["p"] is not None for row in data["teams"])
    data = report(client, played, f"{team.pk}/")
    assert data["report"]["evidence"]["p_local"] is not None and data["fixed"]


def test_a_p_of_fixed_length_needs_a_number_of_rounds_that_nobody_chose_on_the_way(client: Client, game: Game) -> None:
    whole, stopped = new_team(game, "Blue Owls"), new_team(game, "Red Foxes")
    host_commands.set_options(game.pk, round_limit=20)
    host_commands.start(game.pk)
    for _ in range(20):
        play_round(whole, False)
    play_round(stopped)
    finished(game)
    p = {row["id"]: row["p"] for row in report(client, game)["teams"]}
    # The team that was stopped counts among those that were looked at.
    assert p == {
        whole.pk: min(1, 2 * report(client, game, f"{whole.pk}/")["report"]["evidence"]["p_local"]),
        stopped.pk: None,
    }
    assert not report(client, game, f"{stopped.pk}/")["fixed"]
    host_commands.set_options(game.pk, round_limit=None)
    data = report(client, game)
    assert data["over"] and {row["p"] for row in data["teams"]} == {None}
    assert all(row["report"]["evidence"]["p_anytime"] is not None for row in data["teams"])


def test_a_page_opened_at_once_follows_until_every_round_is_counted(client: Client, game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    assert not report(client, game)["counting"]
    play_round(team)
    host_commands.finish(game.pk)
    close_after_grace(game)
    # No statistics yet, then those of before the last round.
    assert (report(client, game)["over"], report(client, game)["counting"]) == (False, True)
    recompute([game.pk])
    data = report(client, game)
    assert (data["over"], data["counting"], data["report"]["issued"]) == (True, False, 2)


def test_the_room_lists_its_teams_and_a_team_has_its_own_page(client: Client, played: Game) -> None:
    data = report(client, played)
    assert data["report"]["played"]["rounds"] == 6
    assert sorted(row["name"] for row in data["teams"]) == ["Blue Owls", "Red Foxes"]
    assert "p_local" not in data["teams"][0]["report"]["evidence"]
    team = Team.objects.get(name="Red Foxes")
    assert report(client, played, f"{team.pk}/")["report"]["played"]["rounds"] == 3


def test_a_team_of_another_game_has_no_page_here(client: Client, played: Game, make_game: Any) -> None:
    foreign = new_team(make_game(title="Another game"))
    assert client_of(client, played).get(f"/dashboard/{played.code}/report/{foreign.pk}/").status_code == 404


def test_evidence_words_of_a_listed_team_take_the_number_of_teams_times_as_much(client: Client, played: Game) -> None:
    room = report(client, played)
    assert (room["steps"], room["team_steps"]) == (evidence_steps(), evidence_steps(2))
    for team in Team.objects.filter(game=played):
        assert report(client, played, f"{team.pk}/")["steps"] == evidence_steps(2)
    # The big screen and the dashboard list the same teams.
    for shown in (snapshots.watch(played.pk).room, snapshots.dashboard(played.pk).room):
        assert (shown.team_steps, shown.verdict) == (evidence_steps(2), room["verdict"])


def test_several_runs_are_named_where_they_can_be_compared(client: Client, played: Game) -> None:
    def page() -> str:
        return client_of(client, played).get(f"/dashboard/{played.code}/report/").content.decode()

    assert "the best of several runs" not in page()
    finished(played)
    host_commands.reset(played.pk)
    host_commands.start(played.pk)
    play_round(Team.objects.get(name="Blue Owls"))
    recompute([played.pk])
    assert "played in 2 runs: the best of several runs" in page()


def test_an_earlier_run_keeps_its_report_after_a_reset(client: Client, played: Game) -> None:
    finished(played)
    before = report(client, played)["report"]
    host_commands.reset(played.pk)
    # The new run has no round: the last run that has one is shown, and is named.
    data = report(client, played)
    assert (data["run"], data["report"]["issued"], data["over"]) == (1, before["issued"], True)
    host_commands.start(played.pk)
    play_round(Team.objects.get(name="Blue Owls"))
    recompute([played.pk])
    assert report(client, played)["run"] == 2
    assert report(client, played, run=1, mode="simplified", design="uniform")["report"] == before


def test_what_was_played_is_named_in_words_with_a_design_that_is_not_uniform(client: Client, make_game: Any) -> None:
    game = make_game(mode="aqmjoe", theme="aqmjoe", question_design="quota")
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    host_commands.set_mode(game.pk, "classic")
    play_round(team)
    recompute([game.pk])
    page = client_of(client, game).get(f"/dashboard/{game.code}/report/").content.decode()
    assert "Run 1, AQM Joe: Hardy, questions by quota" in " ".join(page.split())
    assert "run 1, Classic: any question, questions by quota" in " ".join(page.split())


def test_a_page_names_the_clock_of_its_times_and_gives_them_to_the_browser(client: Client, played: Game) -> None:
    page = client_of(client, played).get(f"/dashboard/{played.code}/report/").content.decode()
    when = page[page.index('data-part="played"') :].partition("</span>")[0]
    start, end = re.findall(r'datetime="([^"]+)"', when)
    first = Round.objects.order_by("asked_at")[0].asked_at
    assert datetime.fromisoformat(start) == first and datetime.fromisoformat(end) > first
    assert when.endswith(" UTC")


def test_a_game_without_rounds_has_an_empty_report(client: Client, game: Game) -> None:
    data = report(client, game)
    assert data["report"] is None and data["teams"] == []


def test_holm_in_plain_python_equals_holm_of_arrays() -> None:
    chance = random.Random(7)
    for n in (0, 1, 2, 9):
        p = [chance.random() ** 3 for _ in range(n)]
        assert holm(p) == pytest.approx(list(holm_of_arrays(p)))
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
