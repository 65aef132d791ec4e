from django.db import migrations, models

# No query looks into them, and ANALYZE took seven times as long for what the planner cannot use.
COLUMNS = "headline", "signs", "report", "path", "counted"


def sampled(target: int) -> str:
    altered = ", ".join(f"ALTER COLUMN {name} SET STATISTICS {target}" for name in COLUMNS)
    return f"ALTER TABLE game_teamstatistics {altered}"


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0006_statistics_in_place"),
    ]

    operations = [
        migrations.RunSQL(sampled(0), sampled(-1)),
        migrations.AlterField(
            model_name="roomstatistics",
            name="seconds",
            field=models.FloatField(default=0, help_text="What the last recompute of the game cost."),
        ),
    ]
