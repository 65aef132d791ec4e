from django.db import migrations, models

# Whoever is there has a new last_seen every ten seconds: room on the page keeps the row there, and out of its indexes.
ROOM = "ALTER TABLE game_player SET (fillfactor = 70)"
FULL = "ALTER TABLE game_player RESET (fillfactor)"


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0007_statistics_without_samples"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="player", name="player_present"),
        migrations.AddIndex(
            model_name="player",
            index=models.Index(condition=~models.Q(presence="away"), fields=["id"], name="player_present"),
        ),
        migrations.RunSQL(ROOM, FULL),
    ]
