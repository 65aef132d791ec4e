from django.db import migrations

import game.fields


class Migration(migrations.Migration):
    dependencies = [
        ("game", "0029_loopholes"),
    ]

    operations = [
        migrations.AddField(
            model_name="game",
            name="replay",
            field=game.fields.JSON(
                editable=False, help_text="What projector and dashboard replay; null: nothing.", null=True
            ),
        ),
    ]
