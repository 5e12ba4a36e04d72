from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0004_tiers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='tierentry',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='tier_entry_receipt'),
        ),
    ]
