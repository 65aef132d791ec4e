"""Who loads a replay, and when: after the end, by the host's choice, and without what the projector may not show."""

import gzip
import io
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from dashboard.pages.replay import wanted_key
from dashboard.replay import copies
from dashboard.replay.tasks import make_replay
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.analysis import rounds_file
from game.lobby import host_commands, imports, replays, retention
from game.lobby.refusal import Refusal
from game.models import Game, RoomStatistics
from game.realtime.announce import game_view
from game.realtime.messages.parts import ReplayView
from game.realtime.messages.replay import Replay
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.server import Web, fetch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def over(game: Game) -> Game:
    team, other = new_team(game, "Blue Owls"), new_team(game, "Red Foxes")
    host_commands.start(game.pk)
    for n in range(6):
        play_round(team, n % 2 > 0, True)
        play_round(other)
    host_commands.finish(game.pk)
    play_round(team)
    play_round(other)
    recompute(stale_games())
    game.refresh_from_db()
    return game


@pytest.fixture
def browser(host: User) -> Client:
    client = Client()
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    return client


def for_host(game: Game) -> str:
    return f"/dashboard/{game.code}/replay.json"


def for_watchers(game: Game) -> str:
    return f"/g/{game.code}/watch/replay.json"


def work(game: Game, lists_teams: bool = True) -> None:
    """Do what the worker does with the task that a page has sent."""
    game.refresh_from_db()
    key = wanted_key(game)
    assert key is not None
    one = copies.wanted(game, key, msgspec.convert(game.replay, ReplayView), lists_teams)
    make_replay(msgspec.to_builtins(one))


def loaded(response: Any) -> Replay:
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    zipped = response.headers.get("Content-Encoding") == "gzip"
    return msgspec.json.decode(gzip.decompress(response.content) if zipped else response.content, type=Replay)


def test_a_replay_is_made_once_by_a_worker_and_then_loaded_by_every_page(over: Game, browser: Client) -> None:
    replays.show_replay(over.pk, 0, 10)
    first = browser.get(for_host(over))
    assert (first.status_code, first.content) == (202, b"")
    work(over)
    replay = loaded(browser.get(for_host(over)))
    assert {team.name for team in replay.teams} == {"Blue Owls", "Red Foxes"}
    assert replay.frames[-1].room.report.issued == RoomStatistics.objects.get(game=over).report.issued == 14
    assert loaded(browser.get(for_host(over), headers={"Accept-Encoding": "gzip"})) == replay


def test_a_worker_finds_nothing_to_do_for_a_game_that_was_deleted_meanwhile(over: Game) -> None:
    replays.show_replay(over.pk, 0, 10)
    over.refresh_from_db()
    key = wanted_key(over)
    assert key is not None
    one = copies.wanted(over, key, msgspec.convert(over.replay, ReplayView), True)
    over.delete()
    with capture_logs() as said:
        make_replay(msgspec.to_builtins(one))
    assert [line["reason"] for line in said] == [f"game {one.game} was deleted"]


def test_a_page_that_has_the_replay_loads_nothing_twice(over: Game, browser: Client) -> None:
    replays.show_replay(over.pk, 0, 10)
    work(over)
    etag = browser.get(for_host(over)).headers["ETag"]
    again = browser.get(for_host(over), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    replays.show_replay(over.pk, 20, 0)
    assert browser.get(for_host(over), headers={"If-None-Match": etag}).status_code == 304
    replays.show_replay(over.pk, 20, 0, limit=0.9)
    assert browser.get(for_host(over), headers={"If-None-Match": etag}).status_code == 202


def test_nothing_is_replayed_before_the_host_starts_it_nor_after_its_end(over: Game, browser: Client) -> None:
    assert browser.get(for_host(over)).status_code == browser.get(for_watchers(over)).status_code == 404
    replays.show_replay(over.pk, 0, 10)
    assert browser.get(for_watchers(over)).status_code == 202
    replays.end_replay(over.pk)
    assert browser.get(for_host(over)).status_code == browser.get(for_watchers(over)).status_code == 404


def test_a_run_that_is_not_over_is_not_replayed(game: Game, browser: Client) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    with pytest.raises(Refusal, match="when the game is over"):
        replays.show_replay(game.pk, 0, 1)
    host_commands.finish(game.pk)
    recompute([game.pk])
    replays.show_replay(game.pk, 0, 1)
    work(game)
    # Its last round is still open for the grace period.
    assert browser.get(for_host(game)).status_code == 202
    play_round(team)
    recompute(stale_games())
    work(game)
    assert loaded(browser.get(for_host(game))).frames[-1].room.rounds == 2


def test_the_replay_goes_when_the_run_goes_on_or_begins_again(over: Game) -> None:
    replays.show_replay(over.pk, 0, 1)
    host_commands.take_back_finish(over.pk)
    over.refresh_from_db()
    assert game_view(over).replay is None
    host_commands.finish(over.pk)
    replays.show_replay(over.pk, 0, 1)
    host_commands.reset(over.pk)
    over.refresh_from_db()
    assert game_view(over).replay is None


def test_the_projector_gets_no_team_where_the_host_hides_the_scoreboard(over: Game, browser: Client) -> None:
    Game.objects.filter(pk=over.pk).update(public_scoreboard=False)
    replays.show_replay(over.pk, 0, 1)
    work(over, lists_teams=True)
    assert Client().get(for_watchers(over)).status_code == 202
    work(over, lists_teams=False)
    replay = loaded(Client().get(for_watchers(over)))
    assert replay.teams == []
    assert [row for frame in replay.frames for row in frame.rows] == []
    assert replay.frames[-1].room.report.issued == 14
    assert len(loaded(browser.get(for_host(over))).teams) == 2


def test_another_host_does_not_load_it(over: Game, django_user_model: Any) -> None:
    replays.show_replay(over.pk, 0, 1)
    other = Client()
    user = django_user_model.objects.create_user("other")
    other.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(for_host(over)).status_code == 404


def test_only_the_host_chooses_what_is_replayed(over: Game, browser: Client) -> None:
    team = over.teams.get(name="Blue Owls")
    replays.show_replay(over.pk, 3.5, 50, without=team.pk, limit=0.8)
    over.refresh_from_db()
    view = game_view(over).replay
    assert view is not None
    assert (view.position, view.speed, view.without, view.limit) == (3.5, 50, team.pk, 0.8)
    work(over)
    replay = loaded(browser.get(for_host(over)))
    assert ([one.name for one in replay.teams], replay.without, replay.limit) == (["Red Foxes"], team.pk, 0.8)


def test_a_what_if_of_what_is_not_there_is_refused(over: Game, make_game: Any) -> None:
    stranger = new_team(make_game())
    with pytest.raises(Refusal, match=f"Team {stranger.pk} is not in this game"):
        replays.show_replay(over.pk, 0, 1, without=stranger.pk)
    host_commands.set_mode(over.pk, "aqmjoe")
    with pytest.raises(Refusal, match="no other limit"):
        replays.show_replay(over.pk, 0, 1, limit=0.8)


def test_a_game_without_rounds_has_no_replay(game: Game) -> None:
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    with pytest.raises(Refusal, match="nothing to replay"):
        replays.show_replay(game.pk, 0, 1)


def test_without_its_only_team_nothing_is_left(game: Game, browser: Client) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    host_commands.finish(game.pk)
    play_round(team)
    recompute(stale_games())
    replays.show_replay(game.pk, 0, 1, without=team.pk)
    work(game)
    assert browser.get(for_host(game)).status_code == 204


def test_a_game_that_finished_a_year_ago_and_is_archived_is_replayed(over: Game, browser: Client) -> None:
    year = timedelta(days=365)
    over.rounds.update(asked_at=F("asked_at") - year, closed_at=F("closed_at") - year)
    Game.objects.filter(pk=over.pk).update(finished_at=timezone.now() - year)
    retention.archive(Game.objects.filter(pk=over.pk))
    replays.show_replay(over.pk, 0, 1)
    work(over)
    replay = loaded(browser.get(for_host(over)))
    assert timezone.now() - replay.at[1] > timedelta(days=364)
    assert replay.frames[-1].room.rounds == 14


def test_an_imported_export_is_replayed_to_the_same_numbers(
    over: Game, host: User, browser: Client, web_process: Web
) -> None:
    file = io.StringIO(fetch(web_process, host, f"/dashboard/{over.code}/export/rounds.csv"))
    again = imports.import_rounds(host, "A year later", rounds_file.read(file, over.declared), lambda written: None)
    recompute([again.pk])
    replays.show_replay(again.pk, 0, 1)
    work(again)
    replay = loaded(browser.get(for_host(again)))
    stored = RoomStatistics.objects.get(game=over).report
    last = replay.frames[-1].room.report
    assert (last.issued, last.estimates, last.evidence.log10_e) == (
        stored.issued, stored.estimates, stored.evidence.log10_e,
    )  # fmt: skip
    # A file has no times: the frames come evenly.
    assert [frame.seconds for frame in replay.frames] == list(range(14))
