"""Teams of bots that a host adds: they show what a strategy reaches, and are none of the class."""

from typing import Any, get_args

import pytest

from dashboard.live import snapshots
from dashboard.statistics.recompute import recompute
from game.bots import runner
from game.bots.strategies import STRATEGIES
from game.games import GAMES
from game.lobby import bots, ghosts, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import GHOST_ROUNDS, Game, Player, Round, Team
from game.physics.theory.quantum import value
from game.realtime import announce
from game.realtime.messages.host import GhostStrategy
from tests.support.people import new_player, new_team
from tests.support.rounds import play_round
from tests.support.server import Tab, Web, eventually, running
from tests.support.statistics import stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ghosts think no time at all."""
    monkeypatch.setattr(ghosts, "THINK_SECONDS", 0)


def ghost(game: Game, strategy: str = "quantum", visibility: float = 1.0) -> Team:
    return Team.objects.get(pk=ghosts.add_ghost(game.pk, strategy, visibility))


def play(team: Team, rounds: int) -> float:
    """Let the bots play; return the share of won rounds."""
    played = Round.objects.filter(team=team, closed_by="answers")
    eventually(lambda: runner.answer_due() is not None and played.count() >= rounds, 60)
    game = team.game.declared
    verdicts = [game.counts(*cell) for cell in played.values_list("questions", "answers")]
    return verdicts.count(True) / (verdicts.count(True) + verdicts.count(False))


def test_the_host_may_add_every_strategy_that_there_is() -> None:
    assert set(get_args(GhostStrategy)) == set(STRATEGIES) == set(ghosts.NAMES)


@pytest.mark.parametrize("mode", ["simplified", "ghz", "magic_square"])
def test_a_quantum_and_a_best_plan_team_reach_their_values(at_once: None, make_game: Any, mode: str) -> None:
    game = make_game(mode=mode, round_limit=3)
    host_commands.start(game.pk)
    quantum, plan = ghost(game), ghost(game, "best_classical")
    assert quantum.players.count() == game.declared.seat_count
    rounds = 120
    reached, planned = play(quantum, rounds), play(plan, rounds)
    # Five standard deviations; pure states of GHZ and of the magic square win always.
    for share, law in ((reached, game.declared.quantum_value), (planned, float(game.declared.classical_value))):
        assert abs(share - law) <= 5 * (law * (1 - law) / rounds) ** 0.5 + 1e-9


def test_a_ghost_plays_beyond_the_games_limit_up_to_its_own_and_then_rests(at_once: None, make_game: Any) -> None:
    for design in ("uniform", "quota"):
        game = make_game(round_limit=1, question_design=design)
        host_commands.start(game.pk)
        team, people = ghost(game, "best_classical"), new_team(game)
        play(team, 3)
        play_round(people)
        assert not Round.objects.filter(team=people, closed_at=None).exists()
        Round.objects.filter(team=team, closed_at=None).update(number=GHOST_ROUNDS)
        eventually(lambda team=team: runner.answer_due() == 0 or Round.objects.get(team=team, number=GHOST_ROUNDS))
        assert Round.objects.get(team=team, number=GHOST_ROUNDS).closed_by == "answers"
        assert not Round.objects.filter(team=team, closed_at=None).exists()


def test_ghosts_are_never_in_the_numbers_of_the_class(at_once: None, game: Game) -> None:
    host_commands.start(game.pk)
    team = ghost(game, "pr_box")
    play(team, 40)
    recompute([game.pk])
    before = snapshots.dashboard(game.pk)
    assert (before.room.rounds, before.room.bots_only) == (0, False)
    assert before.room.report is None or before.room.report.issued == 0
    assert stored(team).live_report.played.rounds >= 40
    people = new_team(game)
    play_round(people)
    recompute([game.pk])
    after = snapshots.dashboard(game.pk)
    assert (after.room.rounds, after.room.report.played.rounds, after.room.report.room.teams) == (1, 1, 1)
    assert (after.counts.teams, after.counts.players, after.counts.present) == (1, 2, 2)
    assert {row.id: row.ghost for row in after.teams} == {team.pk: True, people.pk: False}
    assert after.alarms == []


def test_a_room_of_bots_is_shown_without_the_ghosts(at_once: None, game: Game) -> None:
    bots.seat_bots(game.pk, 1, "best_classical", {"think_seconds": 0})
    host_commands.start(game.pk)
    play(ghost(game), 5)
    recompute([game.pk])
    room = snapshots.dashboard(game.pk).room
    own = Round.objects.filter(team__ghost=False, closed_at__isnull=False).count()
    assert (room.bots_only, room.rounds) == (True, own)


def test_there_are_at_most_six_and_a_removed_one_makes_room(game: Game) -> None:
    added = [ghost(game, "random") for _ in range(ghosts.MOST_GHOSTS)]
    assert len({team.name for team in added}) == ghosts.MOST_GHOSTS
    with pytest.raises(Refusal) as refused:
        ghosts.add_ghost(game.pk, "quantum")
    assert refused.value.reason == "ghosts_full"
    host_commands.start(game.pk)
    ghosts.remove_ghost(game.pk, added[0].pk)
    assert not Team.objects.get(pk=added[0].pk).active
    assert not Round.objects.filter(team=added[0], closed_at=None).exists()
    assert Player.objects.count() == 2 * (ghosts.MOST_GHOSTS - 1)
    ghosts.add_ghost(game.pk, "quantum")


def test_a_ghost_takes_no_place_and_nobody_sits_down_in_it(make_game: Any) -> None:
    game = make_game(max_teams=1)
    added = ghost(game)
    new_team(game)
    person = new_player(game)
    with pytest.raises(Refusal, match="not there"):
        moves.join_team(game.pk, person.pk, added.pk)
    with pytest.raises(Refusal, match="whole team"):
        host_commands.kick(game.pk, added.pk, 1)
    with pytest.raises(Refusal, match="not there"):
        ghosts.remove_ghost(game.pk, Team.objects.get(ghost=False).pk)
    assert announce.counts(game.pk, 2).teams == 1


def test_another_number_of_seats_takes_the_ghosts_out(game: Game) -> None:
    ghost(game)
    host_commands.set_mode(game.pk, "ghz")
    assert not Team.objects.filter(ghost=True, active=True).exists()
    assert ghost(Game.objects.get()).players.count() == 3


def test_a_ghost_is_added_over_the_socket_with_limits_and_no_phone_is_offered_a_seat(
    web: Web, game: Game, host: Any
) -> None:
    tab, phone = web.host(game.code, host), web.phone(game.code)
    tab.hear("dashboard_snapshot")
    assert phone.hear("player_snapshot")["lobby"] == []
    for wrong in ({"strategy": "quantum", "visibility": 1.5}, {"strategy": "person"}):
        tab.say("add_team", **wrong)
        assert tab.hear("refused")["reason"] == "not_understood"
    tab.say("add_team", strategy="quantum", visibility=0.8)
    tab.hear("done", of="add_team")
    team = Team.objects.get()
    assert (team.name, team.players.first().parameters["visibility"]) == ("Quantum team 80 %", 0.8)
    phone.say("create_team", name="Blue Owls")
    phone.seated()
    late: Tab = web.phone(game.code)
    # The list of a lobby is a moment old at most.
    listed = late.hear("player_snapshot")["lobby"] or late.hear("lobby_changed")["teams"]
    assert [one["name"] for one in listed] == ["Blue Owls"]


def test_ghosts_go_on_after_the_process_of_the_bots_was_killed(game: Game) -> None:
    team = ghost(game)
    host_commands.start(game.pk)
    played = Round.objects.filter(team=team, closed_by="answers")
    serve = ["django", "bots", "--serve", "--settings", "chsh_project.settings"]
    for _ in range(2):
        before = played.count()
        with running(*serve) as process:
            eventually(lambda before=before: played.count() >= before + 3, 60)
            process.kill()
    numbers = list(played.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("mode", GAMES)
def test_the_threshold_of_visibility_is_where_quantum_passes_every_plan(mode: str) -> None:
    game = GAMES[mode]
    threshold = game.visibility_threshold
    assert threshold is not None and 0 < threshold < 1
    assert value(game, threshold) == pytest.approx(float(game.classical_value))


def test_the_threshold_of_the_chsh_game_is_one_over_root_two() -> None:
    assert GAMES["simplified"].visibility_threshold == pytest.approx(2**-0.5)
