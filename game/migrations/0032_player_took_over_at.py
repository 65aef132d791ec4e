from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0031_pulse"),
    ]

    operations = [
        migrations.AddField(
            model_name="player",
            name="took_over_at",
            field=models.DateTimeField(
                editable=False, help_text="When the player took the seat of a phone that was not connected.", null=True
            ),
        ),
    ]
