"""Check digits 00 and 01 leave the same remainder as 97 and 98, and are never issued.

No command has ever registered such a number; a row of that kind was planted, and stops this.
"""

import django.db.models.functions.comparison
import django.db.models.functions.math
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_plain_card"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="plaincard", name="plain_card_form"),
        migrations.AddConstraint(
            model_name="plaincard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__regex", "^2[0-9]{11}$"),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.math.Mod(
                            django.db.models.functions.comparison.Cast(
                                "number", models.BigIntegerField()
                            ),
                            97,
                        ),
                        1,
                    ),
                    models.Q(("number__regex", "0[01]$"), _negated=True),
                ),
                name="plain_card_form",
            ),
        ),
    ]
