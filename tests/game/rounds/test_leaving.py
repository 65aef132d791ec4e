"""Who leaves an open round: it goes on for the others, and the seat is free when it has closed."""

from typing import Any

import pytest

from game.lobby import bots, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Tally, Team
from game.realtime import announce
from game.realtime.lobby.open_teams import open_teams
from game.realtime.messages.watch import Counts
from game.rounds import close, commit
from game.rounds.rows import NotRecorded, Recorded
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import answer, expire, play_round

pytestmark = pytest.mark.django_db(transaction=True)


def started(game: Game) -> Team:
    team = new_team(game)
    host_commands.start(game.pk)
    return team


@pytest.fixture
def team(game: Game) -> Team:
    return started(game)


@pytest.fixture
def three(make_game: Any) -> Team:
    return started(make_game(mode="ghz"))


def leave(team: Team, *seats: int) -> None:
    for seat in seats:
        moves.leave_team(team.game_id, team.players.get(seat=seat).pk)


def test_a_round_goes_on_for_the_seat_that_stays_and_is_lost_by_its_answer(team: Team) -> None:
    trial = open_round(team)
    leave(team, 1)
    assert open_round(team).left_seats == "1"
    done = commit.commit_answers([answer(trial, 2, True)])
    assert done.answers == [Recorded(trial.pk, "T")]
    assert [(closed.closed_by, closed.answers, closed.left_seats) for closed in done.closed] == [("leave", "-T", "1")]
    assert done.opened == []
    assert Tally.objects.get(team=team).answers == "-T"


def test_an_answer_that_was_given_before_leaving_counts(team: Team) -> None:
    trial = open_round(team)
    commit.commit_answers([answer(trial, 1, True)])
    leave(team, 1)
    done = commit.commit_answers([answer(trial, 2, False)])
    assert [(closed.closed_by, closed.answers) for closed in done.closed] == [("answers", "TF")]
    assert done.opened == [], "the team is not complete"


def test_leaving_closes_a_round_that_waits_for_nobody_else(team: Team) -> None:
    trial = open_round(team)
    commit.commit_answers([answer(trial, 2, True)])
    leave(team, 1)
    trial.refresh_from_db()
    assert (trial.closed_by, trial.answers) == ("leave", "-T")


def test_a_round_that_all_have_left_is_closed_and_the_team_is_inactive(team: Team) -> None:
    trial = open_round(team)
    leave(team, 2)
    leave(team, 1)
    trial.refresh_from_db()
    team.refresh_from_db()
    assert (trial.closed_by, trial.left_seats, team.active) == ("leave", "21", False)


@pytest.mark.parametrize(
    ("left", "answered", "closed_by"),
    [((3,), (1,), None), ((3,), (1, 2), "leave"), ((1, 3), (2,), "leave"), ((1,), (), None), ((1, 2, 3), (), "leave")],
)
def test_a_round_of_three_ends_when_no_seat_is_waited_for(
    three: Team, left: tuple[int, ...], answered: tuple[int, ...], closed_by: str | None
) -> None:
    trial = open_round(three)
    leave(three, *left)
    for seat in answered:
        commit.commit_answers([answer(trial, seat, True)])
    trial.refresh_from_db()
    assert trial.closed_by == closed_by


def test_a_player_who_left_cannot_answer_any_more(team: Team) -> None:
    trial = open_round(team)
    left = answer(trial, 1, True)
    leave(team, 1)
    assert commit.commit_answers([left]).answers == [NotRecorded(trial.pk, "not_yours")]
    assert open_round(team).answers == "--"


def test_a_round_with_a_left_seat_ends_by_its_deadline_at_the_latest(team: Team) -> None:
    trial = open_round(team)
    leave(team, 1)
    expire(trial)
    assert [closed.closed_by for closed in close.close_due().closed] == ["timer"]


@pytest.mark.parametrize(
    ("act", "closed_by"),
    [
        (lambda team: host_commands.kick(team.game_id, team.pk, 2), "kick"),
        (lambda team: host_commands.skip_round(team.game_id, team.pk), "skip"),
    ],
)
def test_a_host_closes_a_round_at_once(team: Team, act: Any, closed_by: str) -> None:
    trial = open_round(team)
    leave(team, 1)
    act(team)
    trial.refresh_from_db()
    assert trial.closed_by == closed_by


def test_a_left_seat_is_taken_for_all_others_until_the_round_has_closed(team: Team) -> None:
    game, newcomer, trial = team.game, new_player(team.game), open_round(team)
    leave(team, 1)
    with pytest.raises(Refusal) as refused:
        moves.join_team(game.pk, newcomer.pk, team.pk)
    assert refused.value.reason == "team_full"
    assert team.pk not in open_teams(game).teams
    moves.find_partner(game.pk, newcomer.pk)
    newcomer.refresh_from_db()
    assert newcomer.team != team
    commit.commit_answers([answer(trial, 2, True)])
    assert open_teams(game).teams[team.pk].free == 1
    moves.join_team(game.pk, newcomer.pk, team.pk)
    assert open_round(team).number == 2


def test_a_bot_takes_a_left_seat_after_the_round_only(team: Team) -> None:
    trial = open_round(team)
    leave(team, 1)
    with pytest.raises(Refusal) as refused:
        bots.give_bot(team.game_id, team.pk)
    assert refused.value.reason == "round_open"
    commit.commit_answers([answer(trial, 2, True)])
    bots.give_bot(team.game_id, team.pk)
    assert (open_round(team).number, open_round(team).bots) == (2, "1")


@pytest.mark.parametrize(
    "move",
    [
        lambda game, player, team: moves.create_team(game, player, "Red Foxes"),
        lambda game, player, team: moves.join_team(game, player, team),
        lambda game, player, team: moves.join_team(game, player, 2**62),
        lambda game, player, team: moves.find_partner(game, player),
    ],
)
@pytest.mark.parametrize("presence", Player.Presence.values)
def test_every_other_move_is_refused_in_the_same_words_whatever_the_partner_does(
    team: Team, move: Any, presence: str
) -> None:
    """The refusal would tell whether the partner is there, or has made a team of that name."""
    player = team.players.get(seat=2)
    team.players.filter(seat=1).update(presence=presence)
    with pytest.raises(Refusal, match="Your round is still open") as refused:
        move(team.game_id, player.pk, team.pk)
    assert refused.value.reason == "round_open"


def test_a_player_looks_for_another_partner_when_the_round_has_closed(team: Team) -> None:
    game, (first, second), trial = team.game, team.players.order_by("seat"), open_round(team)
    waiting = new_player(game)
    moves.find_partner(game.pk, waiting.pk)
    leave(team, 1)
    commit.commit_answers([answer(trial, 2, True)])
    moves.find_partner(game.pk, second.pk)
    second.refresh_from_db()
    waiting.refresh_from_db()
    assert second.team == waiting.team != first.team


def test_of_an_open_round_in_doubt_only_those_who_have_answered_get_a_snapshot(team: Team) -> None:
    """A snapshot would tell that the partner has answered."""
    trial = open_round(team)
    first, second = ((team.game_id, player) for player in trial.players)
    assert commit.commit_answers([answer(trial, 1, True)]).players == (first,)
    assert commit.commit_answers([answer(trial, 2, True)]).players == (first, second)


def test_partners_see_a_left_seat_as_the_round_found_it(three: Team) -> None:
    commit.commit_answers([answer(open_round(three), 1, True)])
    leave(three, 3)
    trial = announce.open_rounds([three])[three.pk]
    players = {player.seat: player for player in three.players.all()}
    shown = announce.partners(1, players, 3, trial)  # type: ignore[arg-type]
    assert [(partner.seat, partner.presence) for partner in shown] == [(2, "connected"), (3, "connected")]


def test_a_team_goes_on_where_it_was_when_it_is_taken_up_again(team: Team) -> None:
    first, second = team.players.order_by("seat")
    play_round(team)
    leave(team, 2, 1)
    assert Round.objects.get(team=team, number=2).closed_by == "leave"
    moves.join_team(team.game_id, second.pk, team.pk)
    moves.join_team(team.game_id, first.pk, team.pk)
    assert open_round(team).number == 3


@pytest.mark.parametrize("mode", ["simplified", "ghz"])
def test_the_counts_of_a_dashboard_do_not_tell_who_has_left_an_open_round(make_game: Any, mode: str) -> None:
    team = started(make_game(mode=mode))
    seats = team.game.declared.seat_count
    before = announce.counts(team.game_id, seats)
    assert before == Counts(1, 1, seats, seats)
    leave(team, 1)
    assert announce.counts(team.game_id, seats) == before
    commit.commit_answers([answer(open_round(team), seat, True) for seat in range(2, seats + 1)])
    assert announce.counts(team.game_id, seats) == Counts(1, 0, seats - 1, seats - 1)
