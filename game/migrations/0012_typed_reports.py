"""Statistics are stored as the structs of game.physics.report_types: every number stays what it was."""

import json

import msgspec
from django.db import migrations, models

import game.models
from game.analysis.stored_reports import from_keys
from game.games import GAMES

BATCH = 500


def typed(stored, mode):
    """Return a stored dictionary of the first edition as JSON of a Report; None where there is no report."""
    return msgspec.json.encode(from_keys(stored, GAMES[mode])).decode() if stored else None


def running(stored):
    """Return a path of the first edition as the running evidence; no NumPy, which /ready would load with this file."""
    good = stored.get("wins", 0) + stored.get("plus", 0)
    bad = stored.get("scored", 0) - stored.get("wins", 0) + stored.get("minus", 0)
    return json.dumps(
        {
            "through_number": stored.get("through_number", 0), "good": good, "bad": bad,
            "log_evidence_max": stored.get("log_evidence_max", 0.0), "rate_lower": stored.get("win_rate_lower", 0.0),
            "log_bets": stored.get("log_bets", [0.0] * 4),
        }
    )


def alarm_inputs(stored):
    """Return what alarms read under its present names: seat and questions, not player and question."""
    if not stored:
        return None
    names = {"player": "seat", "question": "questions"}
    return json.dumps({names.get(name, name): value for name, value in stored.items()})


def rows(connection, table, columns):
    """Yield every row of a table, a batch at a time."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(f'{name}::text' if name in JSON else name for name in ('id', *columns))} "
                f"FROM {table} WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH],
            )
            found = [dict(zip(("id", *columns), row)) for row in cursor.fetchall()]
        for row in found:
            yield {name: json.loads(value) if name in JSON and value else value for name, value in row.items()}
        if len(found) < BATCH:
            return
        last = found[-1]["id"]


JSON = {"live_report", "report", "running", "provisional", "alarm_inputs", "alarms"}
OF_TEAM = (
    "mode", "live_report", "report", "running", "provisional", "alarm_inputs",
    "through_number", "scored", "wins", "log_evidence_max",
)


def convert(apps, schema_editor):
    connection = schema_editor.connection
    for row in rows(connection, "game_teamstatistics", OF_TEAM):
        state = {name: row[name] for name in ("through_number", "scored", "wins", "log_evidence_max")}
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE game_teamstatistics SET live_report = %s, report = %s, running = %s, provisional = %s,"
                " alarm_inputs = %s WHERE id = %s",
                [
                    typed(row["live_report"], row["mode"]), typed(row["report"], row["mode"]),
                    running(row["running"] | state), running(row["provisional"] or {}),
                    alarm_inputs(row["alarm_inputs"]), row["id"],
                ],
            )
    for row in rows(connection, "game_roomstatistics", ("mode", "report", "running", "alarms")):
        alarms = [{("questions" if name == "question" else name): v for name, v in one.items()} for one in row["alarms"]]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE game_roomstatistics SET report = %s, running = %s, alarms = %s WHERE id = %s",
                [typed(row["report"], row["mode"]), running(row["running"] or {}), json.dumps(alarms), row["id"]],
            )


class Migration(migrations.Migration):
    dependencies = [("game", "0011_seats_as_lists")]
    operations = [
        migrations.RenameField("statisticssample", "s", "value"),
        migrations.AlterField(
            "statisticssample", "value",
            models.FloatField(help_text="Of the estimate that the game's curves show.", null=True),
        ),
        migrations.RemoveField("statisticssample", "scored"),
        migrations.RemoveField("statisticssample", "wins"),
        migrations.AlterField("roomstatistics", "report", game.models.ReportField(null=True)),
        migrations.AlterField("teamstatistics", "report", game.models.ReportField(null=True)),
        migrations.AlterField(
            "teamstatistics", "live_report",
            game.models.ReportField(help_text="The part of the report that live pages show.", null=True),
        ),
        migrations.AlterField(
            "teamstatistics", "alarm_inputs",
            game.models.JSON(help_text="What alarms read: game.physics.report_types.AlarmInputs.", null=True),
        ),
        migrations.AlterField(
            "teamstatistics", "running",
            game.models.JSON(default=dict, help_text="game.physics.evidence_state.RunningEvidence."),
        ),
        migrations.RunPython(convert),
        migrations.RemoveField("teamstatistics", "log_evidence_max"),
        migrations.RemoveField("teamstatistics", "scored"),
        migrations.RemoveField("teamstatistics", "wins"),
    ]
