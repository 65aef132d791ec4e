"""What pages show of a game: everybody the own, nobody anything of a round that is open to somebody else."""

import re
from typing import Any

import msgspec

from dashboard.live import snapshots as dashboards
from game.models import Game
from game.realtime import announce, snapshots
from game.realtime.hub.broadcast import Broadcast
from tests.model.world import Person, Trial, World

# These kinds tell of a round; what the others say has no question and no answer.
OF_ROUNDS = ("asked", "closed")


class Heard:
    """A hub without sockets that keeps what it is told to tell."""

    def __init__(self) -> None:
        self.broadcasts: list[Broadcast] = []

    def announce(self, broadcasts: Any) -> None:
        self.broadcasts += broadcasts

    def close(self) -> None:
        self.broadcasts = []


def phones(game: Game, world: World, identities: dict[int, str]) -> dict[int, str]:
    """Check the snapshot of every person; return the encoded ones by id."""
    persons = world.persons
    found = snapshots.arrivals([snapshots.Request(game.pk, identities[one.id], True) for one in persons])
    open_teams = {
        (team.id, world.seats - team.taken)
        for team in world.teams
        if team.active and not team.ghost and team.players and team.taken < world.seats
    }
    texts = {}
    for one, arrival in zip(persons, found, strict=True):
        assert arrival is not None and arrival.player == one.id
        check_phone(world, one, msgspec.json.decode(arrival.text), open_teams)
        texts[one.id] = re.sub(r'"now":"[^"]+"', "", arrival.text)
    return texts


def check_phone(world: World, one: Person, shown: dict[str, Any], open_teams: set[tuple[int, int]]) -> None:
    assert (shown["prediction"], shown["plan"]) == (one.prediction, one.plan)
    if one.team is None:
        assert shown["me"] is None and shown["question"] is None and shown["last_round"] is None
        assert {(team["id"], team["free"]) for team in shown["lobby"] if team["active"]} == open_teams
        return
    me, trial = shown["me"], one.team.trial
    for partner in me["partners"]:
        holder = one.team.players.get(partner["seat"])
        # While a round is open a name that is missing would tell of a seat that was left.
        name = holder.first_name if holder is not None and trial is None else ""
        assert partner.get("name", "") == name, partner
    assert (me["team"], me["team_name"], me["seat"]) == (one.team.id, one.team.name, one.seat)
    if trial is None or one.id not in trial.players:
        assert shown["question"] is None
        return
    own = trial.players.index(one.id)
    question = shown["question"]
    assert (question["round"], question["question"]) == (trial.id, trial.questions[own])
    told = trial.questions if trial.design == "telephone" else None
    assert (question.get("told"), question.get("may_pass")) == (told, trial.design == "pass" or None)
    if trial.design == "qubits":
        assert question["outcome"] == trial.outcomes.get(own + 1)
    assert question.get("answer") == (None if trial.answers[own] == "-" else trial.answers[own])
    if trial.answers[own] == "-":
        for partner in me["partners"]:
            as_asked = {"presence": "connected", "is_bot": str(partner["seat"]) in trial.bots}
            assert {key: partner[key] for key in as_asked} == as_asked and not partner.get("plan"), partner
    if shown["last_round"] is not None:
        assert shown["last_round"]["round"] != trial.id


def waiting_phones(world: World, texts: dict[int, str]) -> dict[tuple[int, int], str]:
    """Return the snapshots of players whose open round waits for their answer, by round and player."""
    waiting = {}
    for trial in world.open_trials():
        for seat, player in enumerate(trial.players, start=1):
            if seat in trial.waits_for() and player in texts and world.people[player].team is trial.team:
                waiting[trial.id, player] = texts[player]
    return waiting


def screens(game: Game, world: World) -> None:
    """Check that dashboards and projector show the seats of an open round as it found them, and what is true now."""
    fresh = Game.objects.get(pk=game.pk)
    shown = dashboards.dashboard(game.pk)
    rows = dashboards.rows(fresh)
    assert (shown.game, shown.teams) == (announce.game_view(fresh), rows), "a dashboard shows what was before"
    assert shown.counts == announce.counts(game.pk, world.seats), "a dashboard counts what was before"
    teams = {team.id: team for team in world.teams}
    for row in rows:
        if (trial := teams[row.id].trial) is not None:
            assert [seat and seat.presence for seat in row.seats] == ["connected"] * world.seats, row
            assert trial.id  # the row has no field for its round
    names = {team.id: {seat: one.first_name for seat, one in team.players.items()} for team in world.teams}
    assert [row.names for row in rows if not teams[row.id].trial] == [
        [names[row.id].get(seat, "") for seat in range(1, world.seats + 1)] for row in rows if not teams[row.id].trial
    ], "a dashboard names who sat there before"
    assert {row.id for row in rows if row.left_out} == {team.id for team in world.teams if team.left_out}
    if world.state != "lobby":
        projector = dashboards.watch(game.pk)
        assert projector.counts is None
        assert all(row.seats is msgspec.UNSET and row.names is msgspec.UNSET for row in projector.teams)


def told(world: World, broadcasts: list[Broadcast]) -> None:
    """Check that only the players of a round are told of it, each the own question, and all only when it has closed."""
    trials = {trial.id: trial for trial in world.rounds}
    for kind, _game, player, payload in broadcasts:
        if kind not in OF_ROUNDS:
            assert '"question"' not in str(payload) and '"answers"' not in str(payload), (kind, payload)
            continue
        round_id, text = payload
        if (trial := trials.get(round_id)) is not None:
            _check_letter(kind, trial, player, msgspec.json.decode(text))


def _check_letter(kind: str, trial: Trial, player: int, letter: dict[str, Any]) -> None:
    assert player in trial.players, (kind, trial)
    if kind == "asked":
        question = letter["question"]
        assert question["question"] == trial.questions[trial.players.index(player)]
        assert question.get("answer") is None and "questions" not in question and "answers" not in question
    else:
        assert trial.closed_by is not None, trial
