from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0030_replay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
