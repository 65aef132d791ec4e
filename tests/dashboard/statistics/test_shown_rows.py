"""A dashboard names the rows that it shows, and gets these, the room and the order."""

import time

import pytest

from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, Team
from game.realtime.hub import shown
from game.realtime.hub.registry import Registry
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.server import Tab, Web, eventually, heard_within

pytestmark = pytest.mark.django_db(transaction=True)

TEAMS, WINDOW = 24, 20


class Screen:
    """A dashboard's socket as the registry knows it."""

    page, player, rows, order = "dashboard", 0, None, None

    def __init__(self, game: int) -> None:
        self.game = game


@pytest.fixture
def teams(game: Game) -> list[Team]:
    teams = [new_team(game) for _ in range(TEAMS)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    return teams


def dashboard(web: Web, game: Game, host, rows: list[int] | None, order: str | None = None) -> Tab:
    tab = web.host(game.code, host)
    tab.hear("dashboard_snapshot")
    tab.say("show_rows", rows=rows, order=order)
    tab.hear("delta")
    return tab


def play_on(game: Game, teams: list[Team]) -> None:
    for team in teams:
        play_round(team)
    recompute([game.pk])


def numbers_told(deltas: list[dict]) -> set[int]:
    return {row["id"] for delta in deltas for row in delta.get("teams", ()) if "report" in row or "seats" in row}


def deltas_until(tab: Tab, rounds: int) -> list[dict]:
    deltas = []
    while not deltas or deltas[-1].get("room", {}).get("rounds") != rounds:
        deltas.append(tab.hear("delta"))
    return deltas


def test_a_dashboard_that_shows_rows_1_to_20_gets_no_other_rows_numbers(
    web_process: Web, game: Game, teams: list[Team], host
) -> None:
    ids = [team.pk for team in teams]
    part, whole = dashboard(web_process, game, host, ids[:WINDOW]), web_process.host(game.code, host)
    whole.hear("dashboard_snapshot")
    play_on(game, teams)
    assert numbers_told(deltas_until(part, 2 * TEAMS)) == set(ids[:WINDOW])
    assert numbers_told(deltas_until(whole, 2 * TEAMS)) == set(ids)


def test_the_order_of_all_rows_comes_once_a_second(web_process: Web, game: Game, teams: list[Team], host) -> None:
    ids = [team.pk for team in teams]
    tab = dashboard(web_process, game, host, ids[:WINDOW], "rounds")
    last = teams[-1]
    deltas, began = [], time.monotonic()
    for _ in range(12):
        play_on(game, [last])
        deltas += [one for one in heard_within([tab], 0.25) if one["type"] == "delta"]
    orders = [delta["order"] for delta in deltas if "order" in delta]
    assert 1 <= len(orders) <= time.monotonic() - began + 1 < len(deltas) + 1
    assert orders[-1][0] == [last.pk] and sorted(orders[-1][1]) == ids[:-1]
    assert all(delta["awards"] == {"evidence": None, "consistency": None} for delta in deltas if "order" in delta)
    assert numbers_told(deltas) == set()


def test_after_a_jump_the_new_rows_come_at_once(web_process: Web, game: Game, teams: list[Team], host) -> None:
    ids = [team.pk for team in teams]
    tab = dashboard(web_process, game, host, ids[:WINDOW])
    play_on(game, teams)
    deltas_until(tab, 2 * TEAMS)
    # Nothing is played any more: what comes is the answer.
    tab.say("show_rows", rows=ids[WINDOW:], order="rounds")
    answer = tab.hear("delta")
    assert [row["id"] for row in answer["teams"]] == ids[WINDOW:]
    assert {row["report"]["played"]["rounds"] for row in answer["teams"]} == {2}
    assert answer["order"] == [ids]
    tab.say("show_rows", rows=None, order=None)
    assert [row["id"] for row in tab.hear("delta")["teams"]] == ids


def test_a_worker_builds_nothing_for_a_game_that_nobody_watches(
    web_process: Web, game: Game, teams: list[Team], host
) -> None:
    assert shown.read([game.pk])[game.pk].pages == 0
    tab = dashboard(web_process, game, host, [teams[0].pk], "first")
    seen = shown.read([game.pk])[game.pk]
    assert (seen.pages, seen.rows, seen.orders) == (1, {teams[0].pk}, {"first"})
    wall = web_process.projector(game.code)
    wall.hear("watch_snapshot")
    assert shown.read([game.pk])[game.pk].rows is None
    tab.close()
    wall.close()
    eventually(lambda: shown.read([game.pk])[game.pk].pages == 0)


def test_a_host_who_lost_the_game_learns_no_row(web_process: Web, game: Game, django_user_model) -> None:
    other = django_user_model.objects.create_user("other")
    game.co_instructors.add(other)
    tab = web_process.host(game.code, other)
    tab.hear("dashboard_snapshot")
    game.co_instructors.remove(other)
    tab.say("show_rows", rows=[new_team(game).pk], order=None)
    assert tab.hear("refused")["reason"] == "not_host"


def test_a_dashboard_that_workers_forgot_is_made_whole_by_a_snapshot(
    web_process: Web, game: Game, teams: list[Team], host
) -> None:
    """Valkey was emptied: the numbers of this moment are announced to nobody."""
    tab = web_process.host(game.code, host)
    tab.hear("dashboard_snapshot")
    for team in teams:
        play_round(team)
    shown._valkey.delete(shown._key(game.pk))
    recompute([game.pk])
    assert tab.hear("dashboard_snapshot")["room"]["rounds"] == 2 * TEAMS


def test_a_process_that_stood_still_for_too_long_reads_the_state_of_its_pages_again() -> None:
    missed: list[int] = []
    registry = Registry()
    registry.add(Screen(1))
    pages = shown.Pages(registry, "a process", missed.extend)
    pages.tell()
    pages.tell()
    assert missed == []
    pages._told[1] -= shown.FORGOTTEN_SECONDS + 1
    pages.tell()
    assert missed == [1]
    shown._valkey.delete(shown._key(1))
