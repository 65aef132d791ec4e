from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0033_own_game"),
    ]

    operations = [
        migrations.AddField(
            model_name="player",
            name="first_name",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Optional: for the own team and the hosts of the game, and nobody else.",
                max_length=600,
            ),
        ),
    ]
