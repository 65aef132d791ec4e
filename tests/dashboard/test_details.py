import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from dashboard.live import snapshots
from dashboard.live.curves import SPARKLINE_POINTS
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands, ownership
from game.models import Game, RoomStatistics, Round, StatisticsSample, Team, TeamStatistics
from game.physics.report_types import Report
from game.rounds import close, commit
from tests.support.people import new_team, open_round
from tests.support.rounds import answer, play_round
from tests.support.server import Web, fetch
from tests.support.statistics import age_rounds, recount, same

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 24


def play_game(make_game: Any, mode: str) -> Game:
    """A running game with closed rounds and an open one."""
    game = make_game(mode=mode, theme="aqmjoe" if mode == "aqmjoe" else "food")
    team = new_team(game)
    host_commands.start(game.pk)
    for n in range(ROUNDS):
        play_round(team, n % 2 > 0, n % 3 > 0)
    age_rounds(game)
    recompute([game.pk])
    return game


@pytest.fixture
def played(make_game: Any) -> Game:
    return play_game(make_game, "simplified")


@pytest.fixture(params=["simplified", "classic", "aqmjoe"])
def played_in_every_mode(request: pytest.FixtureRequest, make_game: Any) -> Game:
    return play_game(make_game, request.param)


@pytest.fixture
def browser(host: User) -> Client:
    client = Client()
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    return client


def views(game: Game) -> dict[str, str]:
    base = f"/dashboard/{game.code}"
    return {"team": f"{base}/teams/{game.teams.get().pk}.json", "room": f"{base}/room.json"}


def get(browser: Client, path: str) -> Any:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.json()


def finish(game: Game) -> None:
    host_commands.finish(game.pk)
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())


def names(value: Any) -> Iterator[str]:
    """Every key of a document, however deep."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names(inner)


P_VALUES = {"p_local", "log10_p_local", "p_superquantum", "log10_p_superquantum", "p", "p_holm", "p_fair"}


def test_details_are_for_hosts_alone(played: Game, django_user_model: Any) -> None:
    stranger = Client()
    stranger.force_login(
        django_user_model.objects.create_user("stranger"), backend="django.contrib.auth.backends.ModelBackend"
    )
    for path in (*views(played).values(), f"/dashboard/{played.code}/samples.json"):
        assert stranger.get(path).status_code == 404
        assert Client().get(path).status_code == 404


def test_details_may_not_be_kept(browser: Client, played: Game) -> None:
    for path in views(played).values():
        assert "no-store" in browser.get(path).headers["Cache-Control"]


def test_a_renamed_team_has_its_new_name_at_once(browser: Client, played: Game) -> None:
    path = views(played)["team"]
    get(browser, path)
    host_commands.rename_team(played.pk, played.teams.get().pk, "Red Foxes")
    assert get(browser, path)["team"]["name"] == "Red Foxes"


def test_a_team_of_another_game_is_not_found(browser: Client, played: Game, make_game: Any) -> None:
    other = make_game()
    path = views(played)["team"].replace(played.code, other.code)
    assert browser.get(path).status_code == 404


def test_details_come_from_the_web_process_(web_process: Web, played: Game, host: User) -> None:
    details = json.loads(fetch(web_process, host, views(played)["team"]))
    assert details["team"]["name"] == played.teams.get().name
    # The open round was asked long ago: it counts as not won.
    assert (details["report"]["issued"], details["report"]["played"]["rounds"]) == (ROUNDS + 1, ROUNDS)


def test_numbers_equal_the_stored_report_and_a_recount_after_the_end(
    browser: Client, played_in_every_mode: Game
) -> None:
    played = played_in_every_mode
    finish(played)
    team = played.teams.get()
    for name, path in views(played).items():
        rows: Any = RoomStatistics.objects if name == "room" else TeamStatistics.objects
        details = get(browser, path)
        assert details["over"] is True
        stored = msgspec.to_builtins(rows.get().report)
        same(details["report"], stored)
        assert P_VALUES - set(names(stored)) == P_VALUES - set(names(details["report"]))
    expected = recount(team, played.mode)
    shown = msgspec.convert(details["report"], Report)
    for name in ("issued", "good", "bad", "estimates", "matrix", "balance", "tests"):
        same(getattr(shown, name), getattr(expected, name))


def test_p_values_are_absent_until_the_last_round_is_counted(browser: Client, played_in_every_mode: Game) -> None:
    played = played_in_every_mode

    def shown() -> list[set[str]]:
        return [P_VALUES & set(names(get(browser, path))) for path in views(played).values()]

    assert shown() == [set(), set()]
    host_commands.finish(played.pk)
    assert Round.objects.filter(game=played, closed_at=None).exists()
    assert shown() == [set(), set()], "the last round is still open"
    Round.objects.filter(game=played, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    assert shown() == [set(), set()], "the statistics do not know the last round yet"
    recompute(stale_games())
    assert all({"p", "p_holm", "p_fair"} <= found for found in shown())


def test_no_live_message_has_a_p_value_of_fixed_length(played_in_every_mode: Game) -> None:
    for read in (snapshots.dashboard, snapshots.watch):
        room = msgspec.to_builtins(read(played_in_every_mode.pk).room)
        assert "p_anytime" in set(names(room)) and not P_VALUES & set(names(room))


def test_a_game_that_is_archived_before_its_last_rounds_are_counted_ends_all_the_same(
    browser: Client, played: Game
) -> None:
    host_commands.finish(played.pk)
    ownership.archive(played.pk)
    Round.objects.filter(game=played, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())
    assert get(browser, views(played)["room"])["over"] is True


def test_evidence_that_may_be_watched_is_there_during_the_game(browser: Client, played_in_every_mode: Game) -> None:
    played = played_in_every_mode
    for path in views(played).values():
        report = get(browser, path)["report"]
        assert isinstance(report["evidence"]["p_anytime"], float)
        assert all("e" in test for test in report["tests"])


def test_an_answer_to_an_open_round_changes_nothing(browser: Client, played_in_every_mode: Game) -> None:
    played = played_in_every_mode
    before = {name: get(browser, path) for name, path in views(played).items()}
    commit.commit_answers([answer(open_round(played.teams.get()), 2, True)])
    recompute([played.pk])
    after = {name: get(browser, path) for name, path in views(played).items()}
    assert after == before
    assert [seat["rounds"] for seat in after["team"]["response_seconds"]] == [ROUNDS, ROUNDS]
    assert after["team"]["report"]["issued"] == ROUNDS + 1


def test_response_times_are_quartiles_of_closed_rounds(browser: Client, played: Game) -> None:
    for trial in Round.objects.filter(game=played, closed_at__isnull=False):
        first = trial.asked_at + timedelta(seconds=trial.number)
        Round.objects.filter(pk=trial.pk).update(answered_at=[first, first])
    Round.objects.filter(game=played, closed_at=None).update(answered_at=[timezone.now() + timedelta(hours=1), None])
    for seat in get(browser, views(played)["team"])["response_seconds"]:
        assert (seat["rounds"], seat["median"]) == (ROUNDS, (ROUNDS + 1) / 2)
        assert seat["half"] == [6.75, 18.25]


def test_only_the_present_run_is_shown(browser: Client, played: Game) -> None:
    host_commands.reset(played.pk)
    for path in views(played).values():
        details = get(browser, path)
        assert (details["run"], details["report"], details["samples"]) == (2, None, [])
        assert [seat["median"] for seat in details["response_seconds"]] == [None, None]


def test_curves_have_a_point_every_ten_rounds_and_end_with_the_present(
    browser: Client, played_in_every_mode: Game
) -> None:
    played = played_in_every_mode
    play_round(played.teams.get())
    recompute([played.pk])
    samples = get(browser, views(played)["team"])["samples"]
    report = TeamStatistics.objects.get().report
    value = report.estimate(played.declared.curve).value
    log10 = report.evidence.log10_e
    assert [rows for _, rows, _, _ in samples] == [ROUNDS, ROUNDS + 1]
    assert samples[-1][2:] == [value, log10]
    # S may be unknown after few rounds of classic; the evidence never is.
    assert samples[0][3] is not None
    assert samples[0][0] < samples[1][0]


def test_sparklines_are_thinned_and_keep_the_newest_point(browser: Client, played: Game) -> None:
    team = played.teams.get()
    StatisticsSample.objects.all().delete()
    StatisticsSample.objects.bulk_create(
        StatisticsSample(game=played, team=team, run=1, mode=played.mode, log10_evidence=n) for n in range(200)
    )
    for n, sample in enumerate(StatisticsSample.objects.order_by("pk")):
        StatisticsSample.objects.filter(pk=sample.pk).update(at=played.created_at.replace(microsecond=n))
    found = get(browser, f"/dashboard/{played.code}/samples.json")
    *thinned, present = found["teams"][str(team.pk)]
    assert found["mode"] == played.mode
    assert SPARKLINE_POINTS / 2 < len(thinned) <= SPARKLINE_POINTS
    assert thinned[-1][1] == 199
    assert [log10 for _, log10 in thinned] == sorted(log10 for _, log10 in thinned)
    assert present[0] > thinned[-1][0]


def test_room_names_the_teams_and_the_mean_of_their_evidence(browser: Client, played: Game) -> None:
    room = get(browser, views(played)["room"])["report"]["room"]
    assert room["teams"] == Team.objects.filter(game=played, bots=False).count()
    assert isinstance(room["log10_mean_e"], float)
    assert room["declared_teams"] == 0
