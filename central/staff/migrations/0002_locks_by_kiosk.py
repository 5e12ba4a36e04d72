"""Where a PIN was blocked, and which badge a try was made with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0002_guessing"),
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staff",
            name="pin_blocked_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Thirty wrong PINs in a day: until `central staff pin`.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="staff",
            name="pin_blocked_device",
            field=models.ForeignKey(
                blank=True,
                help_text="Where the last of them was tried.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="devices.device",
            ),
        ),
        # A try that is being verified right now has version 0: it lets nobody in.
        migrations.AddField(
            model_name="stafftry",
            name="badge_version",
            field=models.IntegerField(
                default=0,
                help_text="A badge that is replaced while its PIN is verified lets nobody in.",
            ),
            preserve_default=False,
        ),
    ]
