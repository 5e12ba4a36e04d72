"""The numbers of the catalogue's cursor."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("programme", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE catalogue_rev", "DROP SEQUENCE catalogue_rev"),
    ]
