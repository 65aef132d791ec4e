from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from game.bots import runner
from game.bots.strategies import EXPLOITS
from game.games import GAMES
from game.lobby import bots, host_commands, moves
from game.lobby.loopholes import open_loophole
from game.lobby.refusal import Refusal
from game.management.commands import demo
from game.models import DeviceOutcome, Game, Player, Round, Tally, Team
from tests.support.people import new_player
from tests.support.rounds import play_round
from tests.support.server import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def test_bots_play_by_the_moves_of_people_and_are_marked(game: Game) -> None:
    bots.seat_bots(game.pk, 3, "quantum", {"visibility": 0.95, "think_seconds": 0})
    assert Team.objects.filter(game=game, bots=True).count() == 3
    host_commands.start(game.pk)
    eventually(lambda: runner.answer_due() and Tally.objects.count() and Round.objects.filter(number=5).count() == 3)
    assert set(Player.objects.values_list("kind", flat=True)) == {"quantum"}


@pytest.mark.parametrize("mode", GAMES)
@pytest.mark.parametrize(
    "strategy",
    ["always_true", "shared_coin", "random", "table", "best_classical", "rotating_loser", "card_counter",
     "noisy_human", "quantum", "pr_box", "signalling_cheater", "caller", "passer", "deck_counter", "learner"],
)  # fmt: skip
def test_every_strategy_plays_every_mode(make_game, mode: str, strategy: str) -> None:
    game = make_game(mode=mode)
    bots.seat_bots(game.pk, 1, strategy, {"think_seconds": 0})
    host_commands.start(game.pk)
    for _ in range(4):
        runner.answer_due()
    assert Round.objects.filter(game=game, closed_by="answers").count() == 4


@pytest.mark.parametrize("mode", GAMES)
@pytest.mark.parametrize(("loophole", "strategy"), EXPLOITS.items())
def test_the_bots_of_a_loophole_play_every_mode_while_it_is_open(
    make_game: Callable[..., Game], mode: str, loophole: str, strategy: str
) -> None:
    game = make_game(mode=mode)
    bots.seat_bots(game.pk, 1, strategy, {"think_seconds": 0})
    open_loophole(game.pk, loophole)
    host_commands.start(game.pk)
    eventually(lambda: runner.answer_due() and Round.objects.filter(closed_by="answers").count() >= 4)
    closed = Round.objects.filter(game=game, closed_at__isnull=False)
    # Who passes leaves a round unanswered: it is closed as skipped.
    assert set(closed.values_list("design", "closed_by")) <= {(loophole, "answers"), ("pass", "skip")}


def test_the_pr_box_wins_always_and_its_outcomes_are_rows(game: Game) -> None:
    bots.seat_bots(game.pk, 1, "pr_box", {"think_seconds": 0})
    host_commands.start(game.pk)
    for _ in range(12):
        runner.answer_due()
    for trial in Round.objects.filter(closed_by="answers"):
        assert (trial.answers[0] != trial.answers[1]) == (trial.questions == "BY")
        kept = dict(DeviceOutcome.objects.filter(round=trial).values_list("seat", "outcome"))
        assert kept == {1: trial.answers[0], 2: trial.answers[1]}


def test_a_device_that_is_asked_again_returns_the_stored_outcome(game: Game) -> None:
    bots.seat_bots(game.pk, 20, "quantum", {"think_seconds": 0})
    host_commands.start(game.pk)
    first = runner._measured(runner.turns())
    assert runner._measured(runner.turns()) == first
    assert len(first) == 40


def test_a_bot_beside_a_person_waits_for_the_person_and_makes_a_bot_team(game: Game) -> None:
    person = new_player(game)
    moves.create_team(game.pk, person.pk, "Half and half")
    team = Team.objects.get(game=game)
    bots.give_bot(game.pk, team.pk)
    host_commands.start(game.pk)
    eventually(lambda: runner.answer_due() or Round.objects.exclude(answers__endswith="-").exists())
    team.refresh_from_db()
    assert team.bots and Round.objects.get(team=team).closed_at is None


def test_a_bot_beside_a_person_plays_one_plan_that_the_person_can_learn(make_game) -> None:
    game = make_game(mode="classic")
    moves.create_team(game.pk, new_player(game).pk, "Half and half")
    bots.give_bot(game.pk, Team.objects.get(game=game).pk)
    bots.seat_bots(game.pk, 1, "best_classical", {})
    host_commands.start(game.pk)
    beside, *agreed = runner.turns()
    assert (beside.beside_person, [turn.beside_person for turn in agreed]) == (True, [False, False])
    said: dict[bool, set[str]] = {True: set(), False: set()}
    for turn in (beside, agreed[0]):
        rounds = [turn._replace(number=number) for number in range(1, 40)]
        said[turn.beside_person] = {answer for _, answer in runner._answers(rounds)}
    assert said == {True: {"T"}, False: {"T", "F"}}


def test_a_bot_that_gives_no_answer_says_nothing(game: Game) -> None:
    bots.seat_bots(game.pk, 2, "noisy_human", {"timeout": 1.0, "think_seconds": 0})
    host_commands.start(game.pk)
    assert len(runner.turns()) == 4
    assert runner.answer_due() == 0
    assert set(Round.objects.values_list("answers", flat=True)) == {"--"}


def test_a_bot_partner_takes_a_one_seat_strategy_only(game: Game) -> None:
    moves.create_team(game.pk, new_player(game).pk, "Alone")
    with pytest.raises(Refusal, match="quantum needs both seats"):
        bots.give_bot(game.pk, Team.objects.get(game=game).pk, "quantum")


def test_the_command_seats_teams_and_names_what_is_wrong(game: Game) -> None:
    with pytest.raises(CommandError, match="no game has this code"):
        call_command("bots", game="NOSUCH")
    with pytest.raises(CommandError, match=r"visibility=1\.5"):
        call_command("bots", game=game.code, strategy="quantum", visibility=1.5)
    assert not Team.objects.exists()


@pytest.mark.parametrize("mode", GAMES)
def test_the_command_and_the_demo_seat_whole_teams_of_every_game(make_game, host, mode: str, capsys) -> None:
    cache.set("alive:bots", True, timeout=60)
    game = make_game(mode=mode)
    call_command("bots", game=game.code, teams=2)
    assert "2 teams play quantum" in capsys.readouterr().out
    call_command("demo", mode=mode)
    seats = GAMES[mode].seat_count
    played = Game.objects.get(title=demo.TITLE)
    assert (game.players.count(), played.players.count()) == (2 * seats, 6 * seats)
    assert {len(questions) for questions in played.rounds.values_list("questions", flat=True)} == {seats}
    cache.delete("alive:bots")


def test_the_demo_makes_one_running_game_and_a_second_start_keeps_it(db: None, capsys) -> None:
    call_command("demo")
    first = capsys.readouterr().out
    assert '"password": "' in first
    call_command("demo")
    second = capsys.readouterr().out
    assert '"password": null' in second and first.splitlines()[1] == second.splitlines()[1]
    game = Game.objects.get()
    assert (game.state, game.run, game.round_limit) == ("running", 1, demo.ROUND_LIMIT)
    assert Round.objects.filter(closed_at=None, asked_at__lte=timezone.now()).count() == 6


def test_the_demo_ends_and_lives_again_at_the_next_start(transactional_db: None) -> None:
    call_command("demo")
    game = Game.objects.get()
    host_commands.set_options(game.pk, round_limit=1)
    for team in game.teams.all():
        play_round(team)
    assert not Round.objects.filter(closed_at=None).exists()
    call_command("demo")
    game = Game.objects.get()
    assert (game.state, game.run) == ("running", 2) and Round.objects.filter(run=2, closed_at=None).count() == 6
    Game.objects.update(round_limit=None)
    call_command("demo")
    assert Game.objects.get().round_limit == demo.ROUND_LIMIT, "a host took the limit away"
