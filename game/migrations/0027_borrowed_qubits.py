
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('game', '0026_rounds_in_the_room'),
    ]

    operations = [
        migrations.AddField(
            model_name='deviceoutcome',
            name='visibility',
            field=models.FloatField(help_text='Of borrowed qubits, fixed when the first seat measures.', null=True),
        ),
        migrations.AddField(
            model_name='game',
            name='design_before',
            field=models.CharField(blank=True, db_default='', default='', editable=False, help_text="The design to which the host's switch goes back; empty: nothing is switched on.", max_length=10),
        ),
        migrations.AddField(
            model_name='game',
            name='limit_before',
            field=models.PositiveIntegerField(editable=False, help_text="The round_limit to which the host's switch goes back.", null=True),
        ),
        migrations.AddField(
            model_name='game',
            name='visibility',
            field=models.FloatField(db_default=1.0, default=1.0, editable=False, help_text='Of the pairs of borrowed qubits that nobody has measured yet.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)]),
        ),
        migrations.AddField(
            model_name='statisticssample',
            name='design',
            field=models.CharField(db_default='', help_text='Empty for points of an earlier version.', max_length=10),
        ),
        migrations.AlterField(
            model_name='game',
            name='question_design',
            field=models.CharField(choices=[('uniform', 'uniform'), ('quota', 'quota'), ('adaptive', 'adaptive'), ('qubits', 'qubits')], default='uniform', max_length=10),
        ),
    ]
