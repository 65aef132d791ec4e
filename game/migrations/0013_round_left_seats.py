"""A round stores which seats were left while it was open: it waits for the answers of the others only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("game", "0012_typed_reports")]
    operations = [
        migrations.AddField(
            "round", "left_seats",
            models.CharField(
                blank=True, db_default="", help_text="The seats that players left while it was open, as digits.",
                max_length=3,
            ),
        ),
    ]
