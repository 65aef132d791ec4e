from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('game', '0014_bots_by_round'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='ghost',
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text='A team of bots that the host added to show what a strategy reaches: never one of the class.',
            ),
        ),
    ]
