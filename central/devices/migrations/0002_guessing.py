from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0001_initial"),
    ]

    operations = [
        # Kiosks are paused by it too, since they read cards that can be guessed.
        migrations.RenameField(
            model_name="device",
            old_name="till_paused_until",
            new_name="guessing_paused_until",
        ),
        migrations.AlterField(
            model_name="device",
            name="guessing_paused_until",
            field=models.DateTimeField(
                blank=True,
                help_text="After too many bad codes: of a till all vouchers, of a kiosk plain cards.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="badcode",
            name="card_hash",
            field=models.BinaryField(
                blank=True,
                help_text="SHA-256 of a plain card's number: once each is enough.",
                null=True,
            ),
        ),
    ]
