from django.db import migrations, models

import game.fields

# Reports count all rounds that are not the room's, with a bot or without.
RENAME = """
    UPDATE {table} SET {column} = {column} - '{old}' || jsonb_build_object('{new}', {column} -> '{old}')
    WHERE {column} ? '{old}'
"""
COLUMNS = (
    ("game_teamstatistics", "live_report"), ("game_teamstatistics", "report"), ("game_roomstatistics", "report"),
)  # fmt: skip


def renamed(old, new):
    return [RENAME.format(table=table, column=column, old=old, new=new) for table, column in COLUMNS]


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0025_run_seed"),
    ]

    operations = [
        migrations.AddField(
            model_name="game",
            name="invitation",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="game",
            name="invited_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="roomstatistics",
            name="cap",
            field=models.PositiveIntegerField(
                db_default=20,
                default=20,
                help_text="A team with this many rounds in the room adds no further ones; it never falls in a run.",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="in_room",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Fixed when it was asked: the team was not left out and had fewer rounds in the room than its cap.",
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="outside",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="How many of these rounds were asked outside the room."
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="left_out_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when a host leaves the team out of the class's numbers.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="player",
            name="device",
            field=models.CharField(
                blank=True,
                db_default="",
                editable=False,
                help_text="A keyed hash of game, address and browser of the newest tab, to find one device in all seats.",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="teamstatistics",
            name="persons",
            field=game.fields.JSON(
                help_text="Both, of the rounds in the room; null: as those of all rounds.", null=True
            ),
        ),
        migrations.RunSQL(renamed("bot_rounds", "outside_rounds"), renamed("outside_rounds", "bot_rounds")),
    ]
