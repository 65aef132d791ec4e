"""What the database has of a game, learned by the model where chance decided, and compared with it where rules do."""

from typing import Any

import msgspec
from django.db import connection

from game.models import LEAST_CAP
from tests.model import world as model
from tests.model.seating import MADE_UP

PLAYER = (
    "id", "team_id", "seat", "presence", "banned", "left_team", "teams_left", "prediction", "plan", "kind",
    "first_name",
)  # fmt: skip
TEAM = ("id", "name", "active", "ghost", "bots", "taken", "version", "card", "left_out_at IS NOT NULL AS left_out")
ROUND = (
    "id", "team_id", "run", "number", "mode", "theme", "design", "players", "bots", "left_seats", "questions",
    "answers", "closed_by", "in_room",
)  # fmt: skip
GAME = (
    "mode", "theme", "question_design", "state", "run", "step", "revealed", "podium", "locked", "max_teams",
    "round_limit", "active_teams", "show_last_round", "design_before", "limit_before", "visibility",
    "replay - 'at' AS replay",
)  # fmt: skip


def _json(columns: tuple[str, ...], table: str, of_game: str) -> str:
    return (
        f"(SELECT coalesce(json_agg(r), '[]')::text FROM (SELECT {', '.join(columns)} FROM {table} WHERE {of_game}) r)"
    )


# One statement is one snapshot, and quicker than four.
_ALL = "SELECT " + ", ".join(
    [
        _json(GAME, "game_game", "id = %(game)s"),
        _json(PLAYER, "game_player", "game_id = %(game)s"),
        _json(TEAM, "game_team", "game_id = %(game)s"),
        _json(ROUND, "game_round", "game_id = %(game)s"),
        "EXISTS (SELECT FROM game_roomstatistics WHERE game_id = %(game)s)",
    ]
)


class Rows:
    """The rows of a game after a step, by id."""

    def __init__(self, game: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_ALL, {"game": game})
            *columns, self.has_statistics = cursor.fetchone()
            [[self.game], players, teams, rounds] = map(msgspec.json.decode, columns)
        self.players, self.teams, self.rounds = map(_by_id, (players, teams, rounds))

    def learn(self, world: model.World) -> None:
        """Give the model the ids of new rows, made-up names, and the questions that were drawn."""
        world.has_statistics = self.has_statistics
        for team in world.teams:
            if not team.id:
                player = next(iter(team.players.values()))
                team.id = team.age = self.players[player.id]["team_id"] or 0
                assert team.id, f"player={player.id} has no team, the model seats it in {team.name!r}"
            if team.name == MADE_UP:
                team.name = self.teams[team.id]["name"]
        by_number = {(row["team_id"], row["run"], row["number"]): row for row in self.rounds.values()}
        for trial in world.rounds:
            if not trial.id and (row := by_number.get((trial.team.id, trial.run, trial.number))) is not None:
                trial.id, trial.questions = row["id"], row["questions"]
                if trial.number > LEAST_CAP:
                    # A team that is ahead of its room: how far is a matter of statistics.
                    trial.in_room = row["in_room"]
                contexts = model.GAMES[trial.mode].contexts
                assert trial.questions in {"".join(one.questions) for one in contexts}, trial

    def learn_bots(self, answered: list[tuple[model.Trial, int]]) -> None:
        """Take over what bots answered, one of the letters of their seat."""
        for trial, seat in answered:
            letter = self.rounds[trial.id]["answers"][seat - 1]
            assert letter in model.GAMES[trial.mode].seats[seat - 1].answers, (trial, seat, letter)
            trial.answers[seat - 1] = letter

    def compare(self, world: model.World) -> None:
        """Compare every row with the model."""
        assert self.game == _game(world)
        assert self.players == {one.id: _player(one) for one in world.people.values()}
        versions = {pk: row.pop("version") for pk, row in self.teams.items()}
        assert self.teams == {team.id: _team(team) for team in world.teams}
        assert self.rounds == {trial.id: _round(trial) for trial in world.rounds}
        for pk, row in self.teams.items():
            row["version"] = versions[pk]


def _by_id(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def _named(column: str) -> str:
    return column.rpartition(" AS ")[2]


def _game(world: model.World) -> dict[str, Any]:
    names = {"question_design": "design"}
    return {name: getattr(world, names.get(name, name)) for name in map(_named, GAME)}


def _player(one: model.Person) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PLAYER if name != "team_id"} | {"team_id": one.team and one.team.id}


def _team(team: model.Team) -> dict[str, Any]:
    own = {name: getattr(team, name) for name in map(_named, TEAM) if name not in ("taken", "version")}
    return own | {"taken": len(team.players)}


def _round(trial: model.Trial) -> dict[str, Any]:
    lists = {"left_seats": "".join(map(str, trial.left)), "answers": "".join(trial.answers)}
    same = {name: getattr(trial, name) for name in ROUND if name not in ("team_id", *lists)}
    return same | lists | {"team_id": trial.team.id}
