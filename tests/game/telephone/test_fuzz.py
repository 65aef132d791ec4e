"""Seat 1 says anything that can be said; seat 2 hears, byte for byte, what it hears beside a silent partner."""

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from game.lobby import cards, host_commands, moves
from game.models import Game, Round
from game.physics.designs import QUBITS
from game.realtime.messages.protocol import RECEIVED
from tests.support.people import new_player
from tests.support.server import PATIENCE_SECONDS, Tab, Web, heard_within, phones_of_team

pytestmark = pytest.mark.django_db(transaction=True)

# In each round as many messages: 1,000 in `make test`, 10,000 in `make physics`.
ROUNDS = [pytest.param(2, id="two"), pytest.param(20, id="twenty", marks=pytest.mark.physics)]
MESSAGES = 500
AT_ONCE = 50
# Presence is written and told once a second.
QUIET_SECONDS = 1.3


def some_card(chance: random.Random, teams: list[int], trial: int) -> dict[str, Any]:
    """A card's link of this game, or a changed one."""
    game = Game.objects.get(teams=teams[0])
    link = cards.Link(game.run, chance.randrange(1, 9), chance.randrange(1, 3), "en").signed(game)
    return {"card": chance.choice([link, f"9{link}"])}


# How each declared message is filled in by chance: with ids that are there, and with others.
FIELDS: dict[str, Callable[[random.Random, list[int], int], dict[str, Any]]] = {
    "create_team": lambda chance, teams, trial: {"name": f"Team {chance.randrange(30)}"},
    "join_team": lambda chance, teams, trial: {"team": chance.choice([*teams, 2**62])},
    "take_card_seat": some_card,
    "leave_team": lambda chance, teams, trial: {},
    "find_partner": lambda chance, teams, trial: {},
    "find_teams": lambda chance, teams, trial: {"text": chance.choice(["Team", "", str(chance.choice(teams))])},
    "answer": lambda chance, teams, trial: {
        "round": chance.choice([trial, trial - 1, trial + 1]), "answer": chance.choice([True, False, "T", "F", "Q"])
    },
    "measure": lambda chance, teams, trial: {"round": chance.choice([trial, trial - 1, trial + 1])},
    "pass": lambda chance, teams, trial: {"round": chance.choice([trial, trial - 1, trial + 1])},
    "prediction": lambda chance, teams, trial: {"percent": chance.randrange(101)},
    "tick_plan": lambda chance, teams, trial: {"answers": chance.choice(["", "TF", "TT", "T", "XY"])},
    "introduce": lambda chance, teams, trial: {"first_name": chance.choice(["Ada", "Bob", "", "shit"])},
    "explain": lambda chance, teams, trial: {"what": chance.choice("abz"), "message": chance.choice("abz")},
    "show_progress": lambda chance, teams, trial: {},
    "show_results": lambda chance, teams, trial: {},
    "heartbeat": lambda chance, teams, trial: {"visible": chance.random() < 0.5},
}  # fmt: skip
# A seat is left once, so most rounds have a partner who stays for a while.
LIMITS = (
    "SOCKET_MESSAGES_PER_SECOND", "SOCKET_MESSAGES_BURST", "SOCKET_MOVES_PER_SECOND", "SOCKET_MOVES_BURST",
)  # fmt: skip
WEIGHTS = {"leave_team": 0.05, "answer": 0.01}


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    """A web process without a limit of messages."""
    web = Web(**dict.fromkeys(LIMITS, "1000000"))
    web.start()
    yield web
    web.stop()


def test_every_declared_message_is_tried() -> None:
    assert FIELDS.keys() == {kind.__struct_config__.tag for kind in RECEIVED["play"]}


@pytest.mark.long
@pytest.mark.parametrize("rounds", ROUNDS)
def test_no_message_of_a_partner_reaches_a_seat_before_its_own_answer(
    web: Web, make_game: Callable[..., Game], rounds: int
) -> None:
    chance = random.Random(16)
    for n in range(rounds):
        # With borrowed qubits the partner may measure too.
        game = make_game(question_design=(QUBITS, "uniform")[n % 2])
        first, second = phones_of_team(web, game)
        elsewhere = new_player(game)
        moves.find_partner(game.pk, elsewhere.pk)
        host_commands.start(game.pk)
        trial = second.hear("question_asked")["question"]["round"]
        while heard_within([second], QUIET_SECONDS):
            pass
        silent, second = probe(web, game, second)
        babble(first, chance, list(game.teams.values_list("pk", flat=True)), trial)
        assert heard_within([second], QUIET_SECONDS) == []
        beside_noise, second = probe(web, game, second)
        assert beside_noise == silent
        second.say("answer", round=trial, answer=True)
        second.hear("answer_recorded")
        first.close()
        second.close()
    assert Round.objects.exclude(left_seats="").exists(), "nobody left an open round"


def probe(web: Web, game: Game, tab: Tab) -> tuple[list[str], Tab]:
    """Try everything that a seat with an open question can ask for; return the frames, and the tab that goes on."""
    tab.say("heartbeat", visible=False)
    tab.say("find_partner")
    tab.say("join_team", team=1)
    tab.say("create_team", name="Team 1")
    tab.say("take_card_seat", card="1.1.1.en.changed")
    tab.say("find_teams", text="Team")
    tab.say("show_results")
    tab.say("prediction", percent=50)
    tab.say("introduce", first_name="Zoe")
    tab.say("heartbeat")
    frames = [str(tab.socket.recv(timeout=PATIENCE_SECONDS)) for _ in range(10)]
    newer = Tab(web, f"/ws/play/{game.code}/", tab.headers)
    frames.append(str(newer.socket.recv(timeout=PATIENCE_SECONDS)))
    tab.close()
    return [without_time(frame) for frame in frames], newer


def without_time(frame: str) -> str:
    return re.sub(r'"now":"[^"]+"', "", frame)


def babble(tab: Tab, chance: random.Random, teams: list[int], trial: int) -> None:
    kinds = list(FIELDS)
    weights = [WEIGHTS.get(kind, 1.0) for kind in kinds]
    for _ in range(MESSAGES // AT_ONCE):
        said = chance.choices(kinds, weights, k=AT_ONCE)
        for kind in said:
            tab.say(kind, **FIELDS[kind](chance, teams, trial))
        for _ in range(said.count("heartbeat")):
            tab.hear("alive")
