from django.db import migrations

HALF = "ALTER TABLE game_teamstatistics SET (fillfactor = 50)"
WHOLE = "ALTER TABLE game_teamstatistics RESET (fillfactor)"


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0005_statistics_headline"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="teamstatistics", name="team_statistics_due"),
        migrations.RunSQL(HALF, WHOLE),
    ]
