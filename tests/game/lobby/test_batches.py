"""Moves of many players in one transaction: as if each had been made alone, and with as many statements as one."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from game.lesson import verbs
from game.lobby import cards, first_names, host_commands, moves
from game.lobby.refusal import Refusal
from game.lobby.seating import batch
from game.lobby.seating.batch import Act, Move, Outcome, carry_out
from game.models import Game, Player, Round, Team
from game.realtime import announce
from game.rounds import close
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import expire, give_answers

pytestmark = pytest.mark.django_db(transaction=True)

PLAYERS, TRIES = 12, 30


def together(game: Game, *wishes: tuple[Player, Act]) -> list[str | None]:
    """Make moves in one batch; return the reasons of those that were refused."""
    return reasons(carry_out([Move(game.pk, player.pk, act, "en") for player, act in wishes]))


def reasons(outcomes: Sequence[Outcome]) -> list[str | None]:
    assert all(outcome is None or isinstance(outcome, Refusal) for outcome in outcomes), outcomes
    return [outcome.reason if isinstance(outcome, Refusal) else None for outcome in outcomes]


def seats(game: Game) -> dict[int, tuple[str, int]]:
    """Return team and seat of each player who has one."""
    seated = game.players.filter(team__isnull=False)
    return {player: (team, seat) for player, team, seat in seated.values_list("pk", "team__name", "seat")}


def check_counts() -> None:
    """Check the counts that triggers keep."""
    for team in Team.objects.all():
        assert team.taken == team.players.count()
    for game in Game.objects.all():
        assert game.active_teams == game.teams.filter(active=True, ghost=False).count()


# -- as if each had been made alone ------------------------------------------------------------------------------------
def test_all_who_look_for_a_partner_at_once_are_paired_in_their_order(game: Game) -> None:
    players = [new_player(game) for _ in range(7)]
    assert together(game, *((player, moves.Find()) for player in players)) == [None] * 7
    found = seats(game)
    teams = [found[player.pk][0] for player in players]
    assert teams[0::2][:3] == teams[1::2] and len(set(teams)) == 4
    assert [found[player.pk][1] for player in players] == [1, 2, 1, 2, 1, 2, 1]
    check_counts()


def test_a_refused_move_changes_nothing_and_the_others_are_made(game: Game) -> None:
    first, second, third, fourth = (new_player(game) for _ in range(4))
    found = together(
        game,
        (first, moves.Create("Blue Owls")),
        (second, moves.Create("BLUE owls")),
        (third, moves.Create("")),
        (fourth, moves.Join(2**62)),
        (second, moves.Find()),
    )
    assert found == [None, "name_taken", "bad_name", "no_team", None]
    assert seats(game) == {first.pk: ("Blue Owls", 1), second.pk: ("Blue Owls", 2)}


def test_refusals_are_in_the_language_of_each_player(game: Game) -> None:
    host_commands.set_options(game.pk, locked=True)
    wishes = [Move(game.pk, new_player(game).pk, moves.Find(), language) for language in ("de", "fr", "en")]
    texts = {str(outcome) for outcome in carry_out(wishes)}
    assert len(texts) == 3 and "This game is locked. Ask the host for a seat." in texts


def test_a_seat_is_freed_and_taken_in_one_batch_and_players_change_places(game: Game) -> None:
    team, other = new_team(game, "Blue Owls"), new_team(game, "Red Foxes")
    one, two = team.players.get(seat=1), other.players.get(seat=2)
    found = together(
        game, (one, moves.Leave()), (two, moves.Join(team.pk)), (one, moves.Join(other.pk)), (one, moves.Join(team.pk))
    )
    assert found == [None, None, None, "team_full"]
    assert seats(game)[two.pk] == ("Blue Owls", 1) and seats(game)[one.pk] == ("Red Foxes", 2)
    check_counts()


def test_a_player_who_leaves_and_comes_back_in_one_batch_takes_the_own_team_up_again(game: Game) -> None:
    team, stranger = new_team(game, "Blue Owls"), new_player(game)
    host_commands.start(game.pk)
    first, second = team.players.order_by("seat")
    moves.leave_team(game.pk, second.pk)
    give_answers(team, "T")
    wishes = [(first, moves.Leave()), (stranger, moves.Join(team.pk)), (first, moves.Join(team.pk))]
    assert together(game, *wishes) == [None, "not_your_team", None]
    assert seats(game) == {first.pk: ("Blue Owls", 1)}
    check_counts()


def test_a_name_is_free_as_soon_as_its_team_is_gone(game: Game) -> None:
    first, second = new_player(game), new_player(game)
    moves.create_team(game.pk, first.pk, "Blue Owls")
    assert together(game, (first, moves.Leave()), (second, moves.Create("blue owls"))) == [None, None]
    assert seats(game) == {second.pk: ("blue owls", 1)}
    check_counts()


def test_a_team_that_was_founded_and_left_in_one_batch_never_was(game: Game) -> None:
    player = new_player(game)
    assert together(game, (player, moves.Create("Blue Owls")), (player, moves.Leave())) == [None, None]
    assert not Team.objects.exists()
    check_counts()


def test_a_game_takes_no_more_teams_than_it_may_have_also_in_one_batch(make_game: Any) -> None:
    game = make_game(max_teams=2)
    players = [new_player(game) for _ in range(4)]
    wishes = [(player, moves.Create(f"Team {n}")) for n, player in enumerate(players)]
    assert together(game, *wishes) == [None, None, "game_full", "game_full"]
    assert together(game, (players[0], moves.Leave()), (players[3], moves.Create("Team 3"))) == [None, None]
    check_counts()


def test_both_seats_of_a_card_are_taken_in_one_batch(game: Game) -> None:
    first, second, third = (new_player(game) for _ in range(3))
    links = [cards.Link(game.run, 1, seat, "en").signed(game) for seat in (2, 1)]
    found = together(
        game,
        (first, cards.TakeCardSeat(links[0])),
        (second, cards.TakeCardSeat(links[1])),
        (third, cards.TakeCardSeat(links[1])),
    )
    assert found == [None, None, "seat_taken"]
    assert {seat for _, seat in seats(game).values()} == {1, 2} and Team.objects.get().card == 1


def test_full_teams_of_a_running_game_are_asked_in_the_same_transaction(game: Game) -> None:
    host_commands.start(game.pk)
    players = [new_player(game) for _ in range(6)]
    together(game, *((player, moves.Find()) for player in players))
    assert Round.objects.filter(game=game, number=1).count() == 3


def test_players_of_one_team_who_leave_its_round_together_end_it(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    trial = open_round(team)
    first, second = team.players.order_by("seat")
    assert together(game, (second, moves.Leave()), (first, moves.Leave())) == [None, None]
    trial.refresh_from_db()
    team.refresh_from_db()
    assert (trial.closed_by, trial.left_seats, team.active) == ("leave", "21", False)
    check_counts()


def test_predictions_come_with_other_moves(game: Game) -> None:
    first, second = new_player(game), new_player(game)
    assert together(game, (first, moves.Predict(75)), (second, moves.Find()), (second, moves.Predict(80))) == [None] * 3
    assert set(game.players.values_list("prediction", flat=True)) == {75, 80}
    host_commands.start(game.pk)
    assert together(game, (second, moves.Predict(85)), (first, moves.Predict(70))) == ["too_late", None]


def test_plans_and_first_names_come_with_other_moves(game: Game) -> None:
    team, stranger = new_team(game), new_player(game)
    first, second = team.players.order_by("seat")
    found = together(
        game,
        (first, verbs.TickPlan("TF")),
        (second, verbs.TickPlan("TX")),
        (second, first_names.Introduce("Ada")),
        (stranger, verbs.TickPlan("TT")),
        (stranger, moves.Find()),
        (stranger, verbs.TickPlan("TT")),
        (first, moves.Leave()),
    )
    assert found == [None, "bad_plan", None, "no_seat", None, None, None]
    kept = {player.pk: (player.plan, player.first_name) for player in game.players.all()}
    assert kept == {first.pk: ("TF", ""), second.pk: ("", "Ada"), stranger.pk: ("TT", "")}


def test_a_plan_stays_behind_when_its_player_takes_another_seat(game: Game) -> None:
    player = new_player(game)
    found = together(game, (player, moves.Create("Blue Owls")), (player, verbs.TickPlan("TF")), (player, moves.Leave()))
    assert found == [None] * 3 and Player.objects.get(pk=player.pk).plan == "TF"
    assert together(game, (player, moves.Find())) == [None]
    assert Player.objects.get(pk=player.pk).plan == ""


class Twins:
    """Two games in which the same happens: in one each move alone, in the other all in one batch."""

    def __init__(self, make_game: Any, mode: str) -> None:
        self.games = [make_game(mode=mode, max_teams=8) for _ in range(2)]
        self.players = [[new_player(game) for _ in range(PLAYERS)] for game in self.games]

    def teams(self, twin: int) -> list[int]:
        return list(self.games[twin].teams.order_by("pk").values_list("pk", flat=True))

    def act(self, twin: int, chance: random.Random, step: int) -> Act:
        kind = chance.choice(["create", "join", "join", "find", "find", "leave", "plan", "name"])
        teams = self.teams(twin)
        number, name = chance.randrange(20), f"Name {chance.randrange(6)} of {step % 3}"
        if kind == "join":
            return moves.Join(teams[number % len(teams)] if teams else 2**62)
        plan, called = chance.choice(["TF", "TT", ""]), first_names.Introduce(chance.choice(["Ada", "Bo", ""]))
        acts = {"create": moves.Create(name), "find": moves.Find(), "leave": moves.Leave(), "name": called}
        return acts.get(kind) or verbs.TickPlan(plan)

    def picture(self, twin: int) -> list[Any]:
        """Return who sits with whom in which seat, and the state of each team, without ids and made-up names."""
        order = {player.pk: n for n, player in enumerate(self.players[twin])}
        said = [Player.objects.values_list("plan", "first_name").get(pk=pk) for pk in order]
        return [said] + [
            (team.active, sorted((seat, order[pk]) for seat, pk in team.players.values_list("seat", "pk")))
            for team in self.games[twin].teams.order_by("pk")
        ]

    def let_happen(self, chance: random.Random) -> None:
        """Change presences, ask rounds and let some end, the same in both games; both pause while players move."""
        what, who = chance.choice(["away", "idle", "connected", "rounds"]), chance.randrange(PLAYERS)
        for game, players in zip(self.games, self.players, strict=True):
            if what == "rounds":
                state = Game.objects.get(pk=game.pk).state
                host_commands.start(game.pk) if state == Game.State.LOBBY else host_commands.resume(game.pk)
                for trial in list(Round.objects.filter(game=game, closed_at=None).order_by("team"))[::2]:
                    expire(trial)
                Player.objects.filter(game=game).exclude(presence="connected").update(presence="away")
                close.close_due()
                host_commands.pause(game.pk)
            else:
                Player.objects.filter(pk=players[who].pk).update(presence=what)


@pytest.mark.parametrize("mode", ["simplified", "ghz"])
def test_a_batch_does_what_its_moves_do_one_after_the_other(make_game: Any, mode: str) -> None:
    chance, refused = random.Random(f"moves of {mode}"), set()
    twins = Twins(make_game, mode)
    for step in range(TRIES):
        seed = chance.random()
        wishes: list[list[Move]] = []
        for twin in (0, 1):
            own = random.Random(seed)
            movers = [own.randrange(PLAYERS) for _ in range(own.randrange(1, 9))]
            players, game = twins.players[twin], twins.games[twin]
            wishes.append([Move(game.pk, players[n].pk, twins.act(twin, own, step), "en") for n in movers])
        alone = [reason for move in wishes[0] for reason in reasons(carry_out([move]))]
        assert reasons(carry_out(wishes[1])) == alone, wishes
        assert twins.picture(1) == twins.picture(0), wishes
        refused |= {*alone}
        check_counts()
        twins.let_happen(chance)
    assert len(refused) > 4, "hardly anything was tried"


# -- when something goes wrong -----------------------------------------------------------------------------------------
@pytest.fixture
def cursed_name(transactional_db: None) -> Iterator[str]:
    """A name that the database refuses with an error that nobody foresaw."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE game_team ADD CONSTRAINT cursed CHECK (name <> 'Cursed')")
    yield "Cursed"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE game_team DROP CONSTRAINT cursed")


def test_a_move_that_the_database_rejects_fails_alone(game: Game, cursed_name: str) -> None:
    first, second, third = (new_player(game) for _ in range(3))
    names = {first: "Blue Owls", second: cursed_name, third: "Red Foxes"}
    outcomes = carry_out([Move(game.pk, player.pk, moves.Create(name), "en") for player, name in names.items()])
    assert outcomes[0] is None and outcomes[2] is None
    assert "cursed" in str(outcomes[1])
    assert set(seats(game)) == {first.pk, third.pk}


def test_moves_whose_commit_was_lost_are_seats_and_no_refusals(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (new_player(game) for _ in range(3))
    moves.create_team(game.pk, new_player(game).pk, "Red Foxes")
    at_first, told = batch._carry_out, []

    def lose_the_commit(wanted: Sequence[Move]) -> list[Outcome]:
        monkeypatch.setattr(batch, "_carry_out", at_first)
        at_first(wanted)
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(batch, "_carry_out", lose_the_commit)
    monkeypatch.setattr(announce, "in_doubt", told.append)
    found = together(
        game, (first, moves.Create("Blue Owls")), (second, moves.Find()), (third, moves.Create("Red Foxes"))
    )
    # The second one sits with a partner by now, and would be told that the partner is still here.
    assert found == [None, None, "name_taken"] and told == [{game.pk}]
    assert {*seats(game)} >= {first.pk, second.pk} and third.pk not in seats(game)


def test_a_team_that_is_founded_by_two_taps_is_one_team_and_no_refusal(game: Game) -> None:
    player = new_player(game)
    assert together(game, (player, moves.Create("Blue Owls")), (player, moves.Create("Blue Owls"))) == [None, None]
    assert together(game, (player, moves.Create("BLUE owls"))) == ["name_taken"] and game.teams.count() == 1


def test_players_and_games_that_are_gone_harm_nobody(game: Game, make_game: Any) -> None:
    gone, deleted, stays = make_game(), new_player(game), new_player(game)
    other = new_player(gone)
    wishes = [Move(gone.pk, other.pk, moves.Find(), "en"), Move(game.pk, deleted.pk, moves.Find(), "en")]
    deleted.delete()
    gone.delete()
    assert reasons(carry_out([*wishes, Move(game.pk, stays.pk, moves.Find(), "en")])) == ["no_game", "no_player", None]


# -- how much it costs -------------------------------------------------------------------------------------------------
def waiting_and_full(game: Game, teams: int) -> None:
    """Seat full teams, and one player in each of ten more."""
    made = Team.objects.bulk_create([Team(game=game, name=f"Team {n}") for n in range(teams)])
    Player.objects.bulk_create(
        Player(game=game, identity=f"{team.pk} {seat}", team=team, seat=seat, presence="connected")
        for n, team in enumerate(made)
        for seat in ((1,) if n < 10 else (1, 2))
    )
    check_counts()


@pytest.mark.parametrize("state", ["lobby", "running"])
def test_a_batch_of_a_hundred_takes_as_many_statements_as_one_whatever_the_number_of_teams(
    make_game: Any, state: str
) -> None:
    statements = {}
    for teams in (10, 2_000):
        game = make_game(max_teams=5_000)
        Game.objects.filter(pk=game.pk).update(state=state)
        waiting_and_full(game, teams)
        for size in (1, 100):
            players = [new_player(game) for _ in range(2 * size)]
            acts = [moves.Find(), moves.Create(f"New {size}")] + [
                act for n in range(size - 1) for act in (moves.Find(), moves.Create(f"New {size} {n}"))
            ]
            wishes = [Move(game.pk, player.pk, act, "en") for player, act in zip(players, acts, strict=True)]
            seated = game.players.filter(team__isnull=False).values_list("pk", flat=True)[: 2 * size]
            said = (verbs.TickPlan("TF"), first_names.Introduce(f"Ada {size}"))
            wishes += [Move(game.pk, pk, said[n % 2], "en") for n, pk in enumerate(seated)]
            with CaptureQueriesContext(connection) as captured:
                found = reasons(carry_out(wishes))
            # A few have been asked already.
            assert found[: 2 * size] == [None] * 2 * size and {*found} <= {None, "round_open"}
            statements[teams, size] = len(captured)
    assert len(set(statements.values())) == 1, statements
    assert max(statements.values()) <= 23, statements


def test_moves_of_many_games_take_as_many_statements_as_those_of_one(make_game: Any) -> None:
    counted = []
    for games in (1, 20):
        made = [make_game() for _ in range(games)]
        wishes = [Move(game.pk, new_player(game).pk, moves.Find(), "en") for game in made]
        with CaptureQueriesContext(connection) as captured:
            assert reasons(carry_out(wishes)) == [None] * games
        counted.append(len(captured))
    # One broadcast and one cached value a game, and no statement.
    assert counted[0] == counted[1]
