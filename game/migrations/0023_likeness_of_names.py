from django.db import migrations, models
from django.db.models.functions import Now
import django.db.models.deletion
import game.fields

from game.names.text import likeness


def fill(apps, schema_editor):
    """Give every team its likeness; of teams of one game that look the same only the first gets it."""
    Team = apps.get_model("game", "Team")
    taken = set()
    batch = []
    for team in Team.objects.filter(likeness="").order_by("pk").iterator(1000):
        key = likeness(team.name)
        if (team.game_id, key) in taken:
            continue
        taken.add((team.game_id, key))
        team.likeness = key
        batch.append((team.pk, key))
        if len(batch) == 1000:
            write(schema_editor, batch)
    write(schema_editor, batch)


def write(schema_editor, batch):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE game_team t SET likeness = new.likeness FROM unnest(%s::bigint[], %s::text[]) AS new(id, likeness)"
            " WHERE t.id = new.id",
            [[pk for pk, _ in batch], [key for _, key in batch]],
        )
    batch.clear()


class Migration(migrations.Migration):

    dependencies = [
        ("game", "0020_waiting_seats"),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='likeness',
            field=game.fields.LikenessField(db_default='', editable=False, help_text='Names of one game that look the same share it: no two teams do.', max_length=32),
        ),
        migrations.AlterField(
            model_name='team',
            name='name',
            field=models.CharField(max_length=600),
        ),
        migrations.AlterField(
            model_name='player',
            name='banned_from',
            field=models.CharField(blank=True, db_default='', help_text="The team's name at the ban.", max_length=600),
        ),
        migrations.AlterField(
            model_name='game',
            name='title',
            field=models.CharField(max_length=600),
        ),
        migrations.AlterField(
            model_name='ownpreset',
            name='name',
            field=models.CharField(max_length=600),
        ),
        migrations.CreateModel(
            name='RefusedName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=600)),
                ('likeness', game.fields.LikenessField(db_default='', editable=False, max_length=32)),
                ('allowed', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=Now(), editable=False)),
                ('game', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='refused_names', to='game.game')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('game', 'likeness'), name='refused_name_unique_in_game')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(condition=models.Q(('likeness', ''), _negated=True), fields=('game', 'likeness'), name='team_likeness_unique_in_game'),
        ),
    ]
