from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0027_borrowed_qubits"),
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
