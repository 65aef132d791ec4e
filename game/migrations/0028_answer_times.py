import django.db.models.deletion
from django.db import migrations, models

import game.fields


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0027_borrowed_qubits"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerTimes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run", models.PositiveIntegerField()),
                ("through_number", models.PositiveIntegerField()),
                ("state", game.fields.JSON(help_text="game.physics.answer_times.Coupling.")),
                (
                    "seats",
                    models.CharField(
                        help_text="The seats whose times agree most; empty: nothing compared yet.", max_length=2
                    ),
                ),
                ("log10_e", models.FloatField(help_text="The evidence of seats that answer in step.")),
                ("log10_e_max", models.FloatField(help_text="The highest so far.")),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer_times",
                        to="game.team",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "answer times",
                "constraints": [models.UniqueConstraint(fields=("team", "run"), name="answer_times_unique")],
            },
        ),
    ]
