"""Staff, and what they did at a kiosk. All but the people themselves is written by functions."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from central.devices.models import Device
from central.programme.models import Store
from wire.api.staff import StaffRole
from wire.ids import new_id

_ROLES = [(role.value, role.name) for role in StaffRole]
_ROLE_VALUES = [role.value for role in StaffRole]


class Staff(models.Model):
    """Somebody with a badge. The full name is not kept."""

    ref = models.BinaryField(primary_key=True, help_text="6 random bytes, as in the S1")
    staff_no = models.TextField(help_text="The chain's own number, e.g. `E0101`.")
    display = models.TextField(help_text="Masked name, e.g. `李**`.")
    role = models.TextField(choices=_ROLES)
    every_store = models.BooleanField(
        default=False, db_default=False, help_text="Else only the stores of `staff_store`."
    )
    active = models.BooleanField(default=True, db_default=True)
    badge_version = models.IntegerField(
        default=0, db_default=0, help_text="Of the one badge that is good; 0: none was made yet."
    )
    badge_last_day = models.DateField(null=True, blank=True)
    pin_hash = models.TextField(null=True, blank=True, help_text="argon2id")
    pin_set_at = models.DateTimeField(null=True, blank=True)
    pin_blocked_at = models.DateTimeField(
        null=True, blank=True, help_text="Thirty wrong PINs in a day: until `central staff pin`."
    )
    pin_blocked_device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, help_text="Where the last of them was tried."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "staff"
        constraints = [
            models.UniqueConstraint(fields=["staff_no"], name="staff_staff_no"),
            models.CheckConstraint(condition=Q(role__in=_ROLE_VALUES), name="staff_role_known"),
            models.CheckConstraint(
                condition=Q(badge_version__gte=0, badge_version__lte=65535),
                name="staff_badge_version_fits",
            ),
        ]


class StaffStore(models.Model):
    """Where somebody works."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT)
    store = models.ForeignKey(Store, models.PROTECT)

    class Meta:
        db_table = "staff_store"
        constraints = [models.UniqueConstraint(fields=["staff", "store"], name="staff_store_once")]


class StaffTry(models.Model):
    """A PIN that is being verified, or was wrong; a right one leaves no row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT)
    device = models.ForeignKey(Device, models.PROTECT)
    key = models.TextField(help_text="The Idempotency-Key: a repeated request counts once.")
    at = models.DateTimeField()
    open = models.BooleanField(help_text="Not yet known to be wrong; it counts like one.")
    cleared = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A right PIN came after it at this kiosk: it counts for the day only.",
    )
    badge_version = models.IntegerField(
        help_text="A badge that is replaced while its PIN is verified lets nobody in."
    )

    class Meta:
        db_table = "staff_try"
        indexes = [models.Index(fields=["staff", "at"], name="staff_try_staff_at")]
        constraints = [models.UniqueConstraint(fields=["device", "key"], name="staff_try_key")]


class StaffLogin(models.Model):
    """One person at one kiosk: 5 minutes without use, 8 hours in all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT)
    device = models.ForeignKey(Device, models.PROTECT)
    badge_version = models.IntegerField(help_text="A replaced badge ends what it has opened.")
    token_hash = models.BinaryField(help_text="SHA-256 of the token")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Logged out")

    class Meta:
        db_table = "staff_login"
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="staff_login_token")]


class TimeEntry(models.Model):
    """At work from `started_at` until just before `ended_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT)
    store = models.ForeignKey(Store, models.PROTECT)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    device_in = models.ForeignKey(Device, models.PROTECT, related_name="clocked_in")
    device_out = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="clocked_out"
    )
    review = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Longer than 16 hours: the clock-out was forgotten; in no sum of hours.",
    )

    class Meta:
        db_table = "time_entry"
        indexes = [models.Index(fields=["staff", "started_at"], name="time_entry_staff_started")]
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(ended_at=None), name="time_entry_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="time_entry_forwards",
            ),
        ]


class Handover(models.Model):
    """From one person to the next, with what was counted; both were logged in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, models.PROTECT)
    device = models.ForeignKey(Device, models.PROTECT)
    login_out = models.ForeignKey(StaffLogin, models.PROTECT, related_name="handed_over")
    login_in = models.ForeignKey(StaffLogin, models.PROTECT, related_name="taken_over")
    at = models.DateTimeField()
    paper_mm = models.IntegerField()
    open = models.IntegerField(help_text="Redemptions that waited for the service")
    uncertain = models.IntegerField()
    notes = models.JSONField(help_text="Codes of `wire.api.staff.HandoverNote`")

    class Meta:
        db_table = "handover"


class Roll(models.Model):
    """A roll of paper in a kiosk, from the day it was loaded."""

    id = models.UUIDField(primary_key=True, help_text="Of the change, made by the kiosk")
    device = models.ForeignKey(Device, models.PROTECT)
    serial = models.TextField()
    length_mm = models.IntegerField()
    loaded_at = models.DateTimeField(help_text="By the kiosk's clock")
    received_at = models.DateTimeField()
    staff_ref = models.TextField(help_text="As told: 12 hexadecimal digits")
    staff = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, help_text="Whoever goes by that reference"
    )
    login = models.ForeignKey(StaffLogin, models.PROTECT, null=True, blank=True)
    seconds = models.IntegerField(null=True, blank=True, help_text="That the change took")
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is in")
    mm_left = models.IntegerField(null=True, blank=True)
    printed = models.IntegerField(null=True, blank=True, help_text="Vouchers, by the kiosk")
    issued = models.IntegerField(null=True, blank=True, help_text="Vouchers, acknowledged")
    review = models.JSONField(
        help_text="Codes of why somebody should look: offline, staff_unknown, staff_elsewhere,"
        " login_unknown, removed_other, removed_untold, printed_not_issued"
    )

    class Meta:
        db_table = "roll"
        indexes = [models.Index(fields=["device", "loaded_at"], name="roll_device_loaded")]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(removed_at=None), name="roll_one_loaded"
            ),
            models.CheckConstraint(condition=Q(length_mm__gt=0), name="roll_has_paper"),
        ]
