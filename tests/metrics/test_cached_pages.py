"""What pages and sockets show from the cache: never something old."""

import secrets
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from dashboard.live import snapshots
from dashboard.statistics.recompute import recompute
from game import cache
from game.lobby import host_commands
from game.models import Game, Player
from game.realtime import announce, emergency
from metrics.cache import care
from metrics.cache.counters import SUMS
from metrics.cache.domains import DOMAINS
from metrics.cache.levels import Levels
from tests.support.people import new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import Web, eventually, fetch


@pytest.fixture
def running_game(transactional_db: None, make_game: Any) -> Game:
    game = make_game()
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    return game


def shown(game: Game) -> tuple[Any, Any]:
    return snapshots.watch(game.pk), snapshots.dashboard(game.pk)


def test_switched_mode_is_shown_at_once(running_game: Game) -> None:
    cache.find_game(running_game.code)
    shown(running_game)
    host_commands.set_mode(running_game.pk, "classic")
    assert {snapshot.game.mode for snapshot in shown(running_game)} == {"classic"}
    found = cache.find_game(running_game.code)
    assert found is not None and found.mode == "classic"


def test_kicked_player_is_gone_at_once(running_game: Game) -> None:
    team = running_game.teams.get()
    assert snapshots.dashboard(running_game.pk).counts.players == 2
    host_commands.kick(running_game.pk, team.pk, 1)
    snapshot = snapshots.dashboard(running_game.pk)
    assert snapshot.counts.players == 1
    assert snapshot.teams[0].seats[0] is None


def test_finished_game_is_shown_at_once(running_game: Game) -> None:
    shown(running_game)
    host_commands.finish(running_game.pk)
    assert {snapshot.game.state for snapshot in shown(running_game)} == {"finished"}


def test_new_statistics_are_shown_at_once(running_game: Game) -> None:
    assert {snapshot.teams[0].report.played.rounds for snapshot in shown(running_game)} == {1}
    play_round(running_game.teams.get())
    recompute([running_game.pk])
    assert {snapshot.teams[0].report.played.rounds for snapshot in shown(running_game)} == {2}


def test_deleted_game_is_not_found(running_game: Game) -> None:
    assert cache.find_game(running_game.code) is not None
    running_game.delete()
    assert cache.find_game(running_game.code) is None


def test_time_of_a_snapshot_is_when_it_is_sent(running_game: Game) -> None:
    first, second = snapshots.watch(running_game.pk), snapshots.watch(running_game.pk)
    assert first.teams is second.teams
    assert first.now < second.now


def test_open_rounds_and_secrets_are_never_kept(running_game: Game, client: Client, here: Levels) -> None:
    trial = open_round(running_game.teams.get())
    client.force_login(running_game.owner, backend="django.contrib.auth.backends.ModelBackend")
    shown(running_game)
    for page in ("room.json", f"teams/{trial.team_id}.json", "samples.json"):
        client.get(f"/dashboard/{running_game.code}/{page}")
    client.get(f"/g/{running_game.code}/")
    client = here.shared.client
    keys = [key for key in client.scan_iter() if not key.startswith(b"version:") and key != SUMS.encode()]
    assert len(keys) > 4
    secret = [player.identity.encode() for player in Player.objects.filter(game=running_game)]
    for key in keys:
        assert key.decode().split(":")[0] in DOMAINS
        kept = client.get(key) or b""
        assert not any(identity in kept for identity in secret)
        assert b"deadline" not in kept
        assert b"OpenQuestion" not in kept


def test_other_process_shows_what_was_changed_here(web_process: Web, running_game: Game) -> None:
    def page() -> str:
        return fetch(web_process, running_game.owner, f"/g/{running_game.code}/")

    assert running_game.title in page()
    running_game.title = "A new title"
    running_game.save()
    announce.game_changed(running_game)
    eventually(lambda: "A new title" in page())


def test_this_process_shows_what_was_changed_elsewhere(web_process: Web, running_game: Game) -> None:
    shown(running_game)
    host = web_process.host(running_game.code, running_game.owner)
    host.hear("dashboard_snapshot")
    host.say("set_mode", mode="classic")
    host.hear("done", of="set_mode")
    # Without waiting: the write was told before the host was.
    assert {snapshot.game.mode for snapshot in shown(running_game)} == {"classic"}
    host.close()


def test_emergency_is_said_on_dashboards_old_and_new(web_process: Web, running_game: Game, no_tuning: None) -> None:
    old = web_process.projector(running_game.code)
    old.hear("watch_snapshot")
    emergency.begin(60, "a test")
    assert old.hear("slowed")["until"] is not None
    new = web_process.projector(running_game.code)
    assert new.hear("slowed")["until"] is not None
    emergency.end("a test")
    # A snapshot says it again.
    while old.hear("slowed")["until"] is not None:
        pass
    old.close()
    new.close()


@pytest.mark.parametrize("how", ["off", "dead"])
def test_game_goes_on_without_the_cache(running_game: Game, client: Client, how: str) -> None:
    off = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    dead = {**settings.CACHES["derived"], "LOCATION": f"redis://127.0.0.1:1/{secrets.randbelow(10**6)}"}
    with override_settings(CACHES={**settings.CACHES, "derived": off if how == "off" else dead}):
        client.force_login(running_game.owner, backend="django.contrib.auth.backends.ModelBackend")
        for page in ("", "watch/", "qr.svg"):
            assert client.get(f"/g/{running_game.code}/{page}").status_code == 200
        assert client.get(f"/dashboard/{running_game.code}/room.json").status_code == 200
        for mode in ("classic", "simplified"):
            host_commands.set_mode(running_game.pk, mode)
            assert {snapshot.game.mode for snapshot in shown(running_game)} == {mode}


def test_warming_makes_what_pages_of_running_games_ask_for(running_game: Game, django_assert_num_queries: Any) -> None:
    care.rebuild()
    with django_assert_num_queries(0):
        shown(running_game)
        cache.find_game(running_game.code)
    cache.invalidate_game(running_game.pk, running_game.code)
    with django_assert_num_queries(1):
        cache.find_game(running_game.code)


def test_answer_log_rests_in_an_emergency(running_game: Game, client: Client, no_tuning: None) -> None:
    client.force_login(running_game.owner, backend="django.contrib.auth.backends.ModelBackend")
    log = f"/dashboard/{running_game.code}/answers.json"
    assert client.get(log).status_code == 200
    emergency.begin(60, "a test")
    assert client.get(log).status_code == 503
    emergency.end("a test")
    assert client.get(log).status_code == 200
