"""Redemptions, and the voucher that each of them is. Written by the SQL functions only."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Right

from central.devices.models import Device
from central.ledger.models import Hold
from central.members.models import Member, MemberSession
from central.programme.limits import Campaign
from central.programme.models import Reward, Store
from central.programme.stock import StockBucket
from wire.api.redemptions import State
from wire.ids import new_id

_STATES = [state.value for state in State]


class Redemption(models.Model):
    id = models.UUIDField(primary_key=True, help_text="UUIDv7 made by the kiosk")
    member = models.ForeignKey(Member, models.PROTECT)
    reward = models.ForeignKey(Reward, models.PROTECT)
    reward_rev = models.IntegerField()
    points = models.BigIntegerField()
    hold = models.OneToOneField(Hold, models.PROTECT)
    state = models.TextField(choices=[(s, s) for s in _STATES])
    channel = models.TextField(default="kiosk", db_default="kiosk")
    device = models.ForeignKey(Device, models.PROTECT, related_name="redemptions")
    device_seq = models.BigIntegerField()
    store = models.ForeignKey(Store, models.PROTECT)
    printer = models.ForeignKey(
        Device, models.PROTECT, related_name="printed", help_text="The device that printed last"
    )
    session = models.ForeignKey(
        MemberSession, models.SET_NULL, null=True, blank=True, db_constraint=False
    )
    stock_counted = models.BooleanField()
    bucket = models.ForeignKey(
        StockBucket,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        help_text="Where its goods were taken from; there they go back",
    )
    choice = models.TextField(null=True, blank=True)
    reserved_at = models.DateTimeField()
    printing_at = models.DateTimeField(null=True, blank=True)
    uncertain_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="RELEASED, EXPIRED or VOIDED")
    reason = models.TextField(default="", db_default="", help_text="Why it was released or voided")
    operator = models.TextField(default="", db_default="")
    paper_mm = models.IntegerField(default=0, db_default=0)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the member was told that it had not finished"
    )

    class Meta:
        db_table = "redemption"
        indexes = [
            models.Index(
                fields=["state", "reserved_at"],
                name="redemption_unsettled",
                condition=Q(state__in=["RESERVED", "PRINTING", "UNCERTAIN"]),
            ),
            models.Index(fields=["member", "reserved_at"], name="redemption_member"),
            models.Index(fields=["store", "reserved_at"], name="redemption_store"),
            models.Index(
                fields=["bucket"],
                name="redemption_promised",
                condition=Q(state__in=["RESERVED", "PRINTING", "UNCERTAIN", "ISSUED"])
                & Q(bucket__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["device", "device_seq"], name="redemption_device_seq"),
            models.CheckConstraint(condition=Q(state__in=_STATES), name="redemption_state_known"),
            models.CheckConstraint(
                condition=Q(stock_counted=True, bucket__isnull=False)
                | Q(stock_counted=False, bucket=None),
                name="redemption_bucket_if_counted",
            ),
        ]


class Tombstone(models.Model):
    """An id that was released before it was ever reserved; a late reserve is refused."""

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, models.PROTECT)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "tombstone"


class CampaignCount(models.Model):
    """What a redemption took of a campaign's budget; a release or a void gives it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="campaign_counts")
    campaign = models.ForeignKey(Campaign, models.PROTECT)
    points = models.BigIntegerField()
    given_back = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "campaign_count"
        constraints = [
            models.UniqueConstraint(fields=["redemption", "campaign"], name="campaign_count_once")
        ]


class Voucher(models.Model):
    """The value that the paper points to. `state` follows the redemption's, move by move."""

    class State(models.TextChoices):
        LIVE = "live"
        RESERVED = "reserved"
        USED = "used"
        REVOKED = "revoked"
        EXPIRED = "expired"
        VOIDED = "voided"

    redemption = models.OneToOneField(Redemption, models.PROTECT, primary_key=True)
    code = models.TextField()
    state = models.TextField(choices=State.choices)
    reward_name = models.JSONField(help_text="As it was when reserved")
    value_fen = models.BigIntegerField()
    min_spend_fen = models.BigIntegerField()
    conditions = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="`wire.api.vouchers.UseConditions` as they were when reserved",
    )
    print_fields = models.JSONField(help_text="`wire.api.redemptions.PrintFields`")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(help_text="When its last day is over: it works before it")
    copies = models.IntegerField(default=0, db_default=0, help_text="Reprints so far, at most 2")
    used_at = models.DateTimeField(null=True, blank=True)
    used_store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True)
    used_pos = models.TextField(null=True, blank=True)
    used_receipt = models.TextField(null=True, blank=True)
    used_line = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "voucher"
        indexes = [
            models.Index(fields=["valid_to"], name="voucher_expiry", condition=Q(state="live")),
            models.Index(Right("code", 4), name="voucher_tail"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="voucher_code"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$"), name="voucher_code_form"
            ),
            models.CheckConstraint(
                condition=Q(copies__gte=0, copies__lte=2), name="voucher_copies_limit"
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False, used_receipt__isnull=False)
                | (~Q(state="used") & Q(used_at=None, used_receipt=None)),
                name="voucher_used_once",
            ),
        ]


class VoucherEvent(models.Model):
    """What happened to a voucher, by whom, where."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="events")
    kind = models.TextField(
        help_text="print, reprint, captured, uncertain, use, restore, void, revoke, expire"
    )
    at = models.DateTimeField()
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True)
    operator = models.TextField(default="", db_default="")
    reference = models.TextField(
        default="", db_default="", help_text="pos:receipt:line, or a reason"
    )
    signed_at = models.DateTimeField(
        null=True, blank=True, help_text="use, restore: when the till last signed it, by its clock"
    )

    class Meta:
        db_table = "voucher_event"
