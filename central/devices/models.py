"""Kiosks and tills, how they became known, and what they tell of themselves."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from central.programme.models import Store
from wire.api.devices import Role
from wire.ids import new_id

_ROLES = [(role.value, role.name) for role in Role]
_ROLE_VALUES = [role.value for role in Role]


class Device(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.TextField(help_text="For people, e.g. `K07`; printed on vouchers.")
    role = models.TextField(choices=_ROLES)
    store = models.ForeignKey(Store, models.PROTECT)
    public_key = models.BinaryField(help_text="Raw Ed25519 public key, 32 bytes")
    hw_serial = models.TextField(default="", db_default="", blank=True)
    image_version = models.TextField(default="", db_default="", blank=True)
    enrolled_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False, db_default=False)
    acked_seq = models.BigIntegerField(
        default=0, db_default=0, help_text="All events up to this one are applied."
    )
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    heartbeat = models.JSONField(null=True, blank=True)
    guessing_paused_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="After too many bad codes: of a till all vouchers, of a kiosk plain cards.",
    )

    class Meta:
        db_table = "device"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="device_number"),
            models.UniqueConstraint(fields=["public_key"], name="device_public_key"),
            models.CheckConstraint(condition=Q(role__in=_ROLE_VALUES), name="device_role_known"),
        ]


class EnrolCode(models.Model):
    """One use; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code_hash = models.BinaryField(help_text="SHA-256 of the code")
    store = models.ForeignKey(Store, models.PROTECT)
    role = models.TextField(choices=_ROLES)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Device, models.PROTECT, null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "enrol_code"
        constraints = [models.UniqueConstraint(fields=["code_hash"], name="enrol_code_hash")]


class DeviceEvent(models.Model):
    """What a device told, once each, in the order of its own numbers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey(Device, models.PROTECT)
    seq = models.BigIntegerField()
    type = models.TextField()
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    mono_ms = models.BigIntegerField()
    boot_id = models.UUIDField()
    payload = models.JSONField()
    status = models.TextField(default="applied", db_default="applied")

    class Meta:
        db_table = "device_event"
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="device_event_seq"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="device_event_seq_positive"),
        ]


class BadCode(models.Model):
    """A voucher code that a till tried, or a plain card that a kiosk read, and that is none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey(Device, models.PROTECT)
    at = models.DateTimeField()
    card_hash = models.BinaryField(
        null=True, blank=True, help_text="SHA-256 of a plain card's number: once each is enough."
    )

    class Meta:
        db_table = "bad_code"
        indexes = [models.Index(fields=["device", "at"], name="bad_code_device_at")]
