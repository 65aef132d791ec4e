from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('game', '0008_presence_in_place'),
    ]

    operations = [
        migrations.RenameField(model_name='player', old_name='guess', new_name='prediction'),
        migrations.AlterField(
            model_name='player',
            name='prediction',
            field=models.PositiveSmallIntegerField(
                blank=True, help_text='The best possible win rate in per cent, as predicted before playing.', null=True
            ),
        ),
    ]
