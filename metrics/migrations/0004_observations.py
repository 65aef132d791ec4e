from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("metrics", "0003_measurement_processes"),
    ]

    operations = [
        migrations.RenameField(model_name="optimizationrun", old_name="saw", new_name="observations"),
    ]
