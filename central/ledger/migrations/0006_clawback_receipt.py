from django.db import migrations, models

# An earlier night could take a clearing as carried out although it had missed a lot. Each is looked
# at once more: the next night gives such lots their end, and writes down again that it is done.
_LOOK_AGAIN = "UPDATE point_clearing SET applied_at = NULL WHERE applied_at IS NOT NULL"


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_limit_scopes'),
    ]

    operations = [
        migrations.AddField(
            model_name='journal',
            name='reference',
            field=models.TextField(db_default='', default='', help_text='Of a clawback: the receipt that was returned'),
        ),
        migrations.AddField(
            model_name='night',
            name='journal_seq',
            field=models.BigIntegerField(blank=True, help_text='The last transaction before it began: what came later was not its to settle', null=True),
        ),
        migrations.RunSQL(_LOOK_AGAIN, migrations.RunSQL.noop),
    ]
