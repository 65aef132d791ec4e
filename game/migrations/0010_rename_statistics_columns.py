import django.db.models.functions.datetime
from django.db import migrations, models

import game.models


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0009_player_prediction"),
    ]

    operations = [
        migrations.RenameField("teamstatistics", "headline", "live_report"),
        migrations.RenameField("teamstatistics", "signs", "alarm_inputs"),
        migrations.RenameField("teamstatistics", "path", "running"),
        migrations.RenameField("teamstatistics", "counted", "provisional"),
        migrations.RenameField("roomstatistics", "path", "running"),
        # Help texts alone.
        migrations.AlterField(
            "roomstatistics",
            "running",
            game.models.JSON(default=dict, help_text="The pooled running evidence, with the room's highest so far."),
        ),
        migrations.AlterField(
            "teamstatistics",
            "alarm_inputs",
            game.models.JSON(help_text="What alarms read of the team.", null=True),
        ),
        migrations.AlterField(
            "teamstatistics",
            "due_at",
            models.DateTimeField(help_text="When a round becomes evidence or the full report is due.", null=True),
        ),
        migrations.AlterField(
            "teamstatistics",
            "provisional",
            game.models.JSON(default=dict, help_text="The running evidence with an open round counted as a loss."),
        ),
        migrations.AlterField(
            "teamstatistics",
            "running",
            game.models.JSON(default=dict, help_text="The other fields of the running evidence."),
        ),
        migrations.AlterField(
            "teamstatistics",
            "updated_at",
            models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="The moment that these statistics describe."
            ),
        ),
        migrations.AlterField(
            "teamstatistics",
            "version",
            models.PositiveBigIntegerField(help_text="The team's version that these statistics include."),
        ),
    ]
