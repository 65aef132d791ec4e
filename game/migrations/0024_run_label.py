from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("game", "0023_likeness_of_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run", models.PositiveIntegerField()),
                ("text", models.CharField(max_length=60)),
                (
                    "game",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.CASCADE,
                        related_name="run_labels",
                        to="game.game",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("game", "run"), name="run_label_unique")],
            },
        ),
    ]
