from django.db import migrations

from metrics.tuning.schedule import create_missing


def create_schedules(apps, schema_editor):
    create_missing(
        apps.get_model("django_celery_beat", "PeriodicTask"), apps.get_model("django_celery_beat", "CrontabSchedule")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0001_what_running_leaves"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(create_schedules, migrations.RunPython.noop)]
