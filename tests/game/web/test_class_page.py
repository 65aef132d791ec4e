"""The class on a pupil's phone: its own team is marked, and nothing is told before the host tells it."""

import re
from typing import Any

import pytest
from django.test import Client

from dashboard.live import snapshots
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands, qubits
from game.models import Game, Player, Team
from game.web import class_page, identity
from tests.support.people import new_team, open_round
from tests.support.rounds import give_answers

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("Red Foxes", "Blue Owls", "Green Frogs")
ROUNDS = 24


def play(game: Game, losses: int, team: Team) -> None:
    for number in range(ROUNDS):
        differ = open_round(team).questions == "BY"
        give_answers(team, "TF" if differ == (number >= losses) else "TT")


@pytest.fixture
def teams(game: Game) -> list[Team]:
    """A finished game of three teams: the first loses no round, the next ones more."""
    teams = [new_team(game, name) for name in NAMES]
    host_commands.set_options(game.pk, round_limit=ROUNDS)
    host_commands.start(game.pk)
    for losses, team in zip((0, 6, 12), teams, strict=True):
        play(game, losses, team)
    host_commands.finish(game.pk)
    recompute([game.pk])
    return teams


def phone_of(team: Team) -> Client:
    secret = identity.new_secret()
    Player.objects.filter(team=team, seat=1).update(identity=identity.hashed(secret))
    phone = Client()
    phone.cookies[identity.COOKIE] = identity.sign(secret)
    return phone


def text(phone: Client, game: Game) -> str:
    page = phone.get(f"/g/{game.code}/class/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_pupil_sees_the_own_team_its_place_and_the_room(game: Game, teams: list[Team]) -> None:
    host_commands.show_podium(game.pk, 3)
    said = text(phone_of(teams[1]), game)
    assert "Together you won 54 of 72 rounds" in said
    assert "Blue Owls Your team: place 2 of 3" in said
    assert "Red Foxes 24 of 24" in said and "Blue Owls your team 18 of 24" in said
    assert "The best plan 75 %" in said and "All together 75 %" in said and "Back to your own result" in said


def test_places_that_the_host_has_not_told_keep_their_secret(game: Game, teams: list[Team]) -> None:
    phone = phone_of(teams[1])
    said = text(phone, game)
    assert "Red Foxes" not in said and "Green Frogs" not in said and "The big screen tells it." in said
    # Its own place a phone knows from its results.
    assert "Blue Owls your team" in said
    for shown in ("Green Frogs", None, "Red Foxes"):
        game.refresh_from_db()
        host_commands.show_podium(game.pk, game.podium + 1)
        assert shown is None or shown in text(phone, game)


def test_before_the_reveal_a_lesson_names_no_limit(make_game: Any) -> None:
    game = make_game(lesson=["join", "play", "reveal"])
    team = new_team(game, "Red Foxes")
    host_commands.set_options(game.pk, round_limit=ROUNDS)
    host_commands.start(game.pk)
    play(game, 0, team)
    recompute([game.pk])
    said = text(phone_of(team), game)
    assert "So far you won 24 of 24 rounds together" in said and "Back to the game" in said
    assert "best plan" not in said.lower() and "Quantum" not in said


def test_teams_that_the_host_hides_are_not_listed(game: Game, teams: list[Team]) -> None:
    host_commands.set_options(game.pk, public_scoreboard=False)
    said = text(phone_of(teams[1]), game)
    assert "Together you won 54 of 72" in said and "Red Foxes" not in said and "place" not in said


@pytest.mark.parametrize(
    ("design", "said"), [("qubits", "Rounds with borrowed qubits"), ("deck", "Loophole open: deck")]
)
def test_rounds_that_stand_apart_have_their_name(make_game: Any, design: str, said: str) -> None:
    game = make_game(question_design=design, design_before="uniform")
    assert said in text(Client(), game)
    assert said not in text(Client(), make_game())


def test_after_the_end_rounds_with_borrowed_qubits_are_told_apart(make_game: Any) -> None:
    game = make_game()
    team = new_team(game, "Red Foxes")
    host_commands.set_options(game.pk, round_limit=ROUNDS)
    host_commands.start(game.pk)
    play(game, 6, team)
    qubits.lend(game.pk, True)
    for _ in range(3):
        play_best(team)
    recompute([game.pk])
    assert "Rounds with borrowed qubits" in text(phone_of(team), game)
    host_commands.finish(game.pk)
    recompute([game.pk])
    said = text(phone_of(team), game)
    assert "Together you won" in said
    won = re.search(r"With borrowed qubits, apart from these: (\d) of \1 rounds won\.", said)
    assert won is not None, said
    shown = snapshots.watch(game.pk).qubits
    assert shown is not None and shown.report is not None and shown.report.played.good == int(won[1])


def play_best(team: Team) -> None:
    give_answers(team, "TF" if open_round(team).questions == "BY" else "TT")


def test_somebody_without_a_team_and_a_game_without_rounds(game: Game) -> None:
    said = text(Client(), game)
    assert "No round is counted yet" in said and "Here the teams will stand" in said
    assert Client().get("/g/NOPE22/class/").status_code == 404


def test_a_name_that_is_read_from_the_right_stands_by_itself(game: Game, teams: list[Team]) -> None:
    Team.objects.filter(pk=teams[1].pk).update(name="ינשופים כחולים")
    page = phone_of(teams[1]).get(f"/g/{game.code}/class/").content.decode()
    assert page.count("ינשופים כחולים") == page.count('<bdi translate="no">ינשופים כחולים</bdi>') == 2


def ask(phone: Client, game: Game, tag: str = "") -> Any:
    return phone.get(f"/g/{game.code}/class/numbers/", headers={"If-None-Match": tag})


def test_a_phone_that_has_the_newest_numbers_gets_none(game: Game, teams: list[Team]) -> None:
    phone = phone_of(teams[1])
    [page_tag] = re.findall(r'data-tag="&quot;(\w+)&quot;"', phone.get(f"/g/{game.code}/class/").content.decode())
    same = ask(phone, game, f'"{page_tag}"')
    assert (same.status_code, same.content) == (304, b"")
    host_commands.show_podium(game.pk, 3)
    newer = ask(phone, game, f'"{page_tag}"')
    assert newer.status_code == 200 and "Red Foxes" in newer.content.decode()
    assert "<html" not in newer.content.decode()
    assert ask(phone, game, newer.headers["ETag"]).status_code == 304
    # Another team's phone has other words.
    assert ask(phone_of(teams[0]), game, newer.headers["ETag"]).status_code == 200


def test_phones_of_a_large_game_ask_less_often(game: Game, teams: list[Team]) -> None:
    assert ask(Client(), game).headers["X-Next-Seconds"] == "3"
    assert [class_page.seconds_for(phones) for phones in (30, 1000, 5000)] == [3, 10, 50]


def test_numbers_of_no_game_are_not_found(db: None) -> None:
    assert Client().get("/g/NOPE22/class/numbers/").status_code == 404
