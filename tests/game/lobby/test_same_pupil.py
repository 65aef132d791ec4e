"""The host's "this is the same pupil": a pupil who came back in another browser gets the seat of the first one."""

from typing import Any

import pytest

from dashboard.live.radar import radar
from game.lesson.class_view import class_view
from game.lobby import bots, ghosts, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import play_round
from tests.support.server import Web, two_phones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(game: Game) -> Team:
    return new_team(game, "Blue Owls")


def away(player: Player) -> Player:
    Player.objects.filter(pk=player.pk).update(presence="away")
    return player


def refused(team: Team, seat: int, player: Player) -> str:
    with pytest.raises(Refusal) as refusal:
        host_commands.same_pupil(team.game_id, team.pk, seat, player.pk)
    return refusal.value.reason


def seats(team: Team) -> list[int]:
    return list(team.players.order_by("seat").values_list("pk", flat=True))


def test_the_new_browser_plays_on_in_the_seat_and_the_old_one_sits_nowhere(game: Game, team: Team) -> None:
    in_app, partner = team.players.order_by("seat")
    host_commands.start(game.pk)
    play_round(team)
    left_open = open_round(team)
    browser = new_player(game)
    host_commands.same_pupil(game.pk, team.pk, 1, browser.pk)
    assert seats(team) == [browser.pk, partner.pk]
    left_open.refresh_from_db()
    assert (left_open.closed_by, left_open.answers) == (Round.ClosedBy.KICK, "--")
    assert open_round(team).players == [browser.pk, partner.pk]
    in_app.refresh_from_db()
    assert (in_app.team_id, in_app.seat, in_app.left_team, in_app.teams_left) == (None, None, team.pk, 0)
    # And back again, when that was the wrong one.
    host_commands.same_pupil(game.pk, team.pk, 1, in_app.pk)
    assert seats(team) == [in_app.pk, partner.pk]


def test_a_locked_lobby_and_a_full_game_keep_no_pupil_from_the_own_seat(make_game: Any) -> None:
    game = make_game(max_teams=1)
    team = new_team(game)
    browser = new_player(game)
    Game.objects.filter(pk=game.pk).update(locked=True)
    host_commands.same_pupil(game.pk, team.pk, 2, browser.pk)
    assert seats(team)[1] == browser.pk


def test_what_the_pupil_said_moves_along_and_counts_once(game: Game, team: Team) -> None:
    in_app = team.players.get(seat=1)
    Player.objects.filter(pk=in_app.pk).update(first_name="Ada", prediction=80, plan="TF", explained="yn")
    browser = new_player(game, prediction=70)
    host_commands.same_pupil(game.pk, team.pk, 1, browser.pk)
    browser.refresh_from_db()
    assert (browser.first_name, browser.prediction, browser.plan, browser.explained) == ("Ada", 70, "TF", "yn")
    in_app.refresh_from_db()
    assert (in_app.first_name, in_app.prediction, in_app.plan, in_app.explained) == ("", None, "", "")
    assert class_view(game, True).explained == 1


def test_only_a_present_player_without_a_seat_gets_one(game: Game, team: Team, make_game: Any) -> None:
    assert refused(team, 1, away(new_player(game))) == "not_waiting"
    assert refused(team, 1, new_player(game, banned=True)) == "not_waiting"
    assert refused(team, 1, new_team(game).players.get(seat=1)) == "not_waiting"
    assert refused(team, 1, team.players.get(seat=2)) == "not_waiting"
    assert refused(team, 1, new_player(make_game(title="Another game"))) == "not_waiting"


def test_only_the_seat_of_a_person_is_given_and_not_after_the_end(game: Game, team: Team, make_game: Any) -> None:
    browser = new_player(game)
    host_commands.kick(game.pk, team.pk, 2)
    assert refused(team, 2, browser) == "empty_seat"
    bots.give_bot(game.pk, team.pk)
    assert refused(team, 2, browser) == "empty_seat"
    ghosts.add_ghost(game.pk, "random")
    assert refused(Team.objects.get(game=game, ghost=True), 1, browser) == "empty_seat"
    foreign = new_team(make_game(title="Another game"))
    with pytest.raises(Refusal, match="No pupil sits in seat 1"):
        host_commands.same_pupil(game.pk, foreign.pk, 1, browser.pk)
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    assert refused(team, 1, browser) == "finished"


def test_the_radar_offers_newcomers_for_a_seat_whose_phone_is_not_in_use(game: Game, team: Team) -> None:
    waited_before = new_player(game)
    Player.objects.filter(pk=waited_before.pk).update(created_at="2020-01-01T00:00:00Z")
    in_app = team.players.get(seat=1)
    browser, other = new_player(game, first_name="Ada"), new_player(game)
    away(new_player(game))
    new_player(game, banned=True)
    assert radar(game.pk) == []
    Player.objects.filter(pk=in_app.pk).update(presence="idle")
    (thing,) = radar(game.pk)
    assert (thing.kind, thing.team, thing.seat) == ("came_back", team.pk, 1)
    assert [(one.player, one.first_name) for one in thing.newcomers] == [(other.pk, ""), (browser.pk, "Ada")]
    moves.find_partner(game.pk, other.pk)
    host_commands.same_pupil(game.pk, team.pk, 1, browser.pk)
    assert "came_back" not in {thing.kind for thing in radar(game.pk)}


def test_a_browser_that_was_there_before_is_offered_its_team_again(game: Game, team: Team) -> None:
    in_app = team.players.get(seat=1)
    host_commands.start(game.pk)
    play_round(team)
    browser = new_player(game)
    host_commands.same_pupil(game.pk, team.pk, 1, browser.pk)
    away(browser)
    (thing,) = [thing for thing in radar(game.pk) if thing.kind == "came_back"]
    assert [one.player for one in thing.newcomers] == [in_app.pk]


def test_phones_and_dashboard_hear_of_it(web_process: Web, transactional_db: None, game: Game, host: Any) -> None:
    dashboard = web_process.host(game.code, host)
    first, second = two_phones(web_process, game)
    host_commands.start(game.pk)
    open_before = second.asked()["round"]
    first.asked()
    team = Team.objects.get(game=game)
    third = web_process.phone(game.code)
    assert third.hear("player_snapshot")["me"] is None
    newcomer = Player.objects.get(game=game, team=None)
    dashboard.say("same_pupil", team=team.pk, seat=1, player=newcomer.pk)
    assert dashboard.hear("done")["of"] == "same_pupil"
    assert third.seated()["seat"] == 1
    asked = Round.objects.get(team=team, closed_at=None)
    assert second.asked()["round"] == asked.pk != open_before
    while first.hear("player_snapshot")["me"] is not None:
        pass
    for phone in (third, second):
        phone.say("answer", round=asked.pk, answer="T")
        phone.hear("answer_recorded", round=asked.pk)
