from django.db import migrations

import game.fields


class Migration(migrations.Migration):
    dependencies = [
        ("game", "0026_rounds_in_the_room"),
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
