"""The double-entry ledger and its sub-ledger of lots. Written by the SQL functions only."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from central.members.models import Member
from central.programme.models import PointType, Reward
from wire.ids import new_id

MEMBER_ACCOUNTS = ["pending", "available", "held", "debt"]
PROGRAMME_ACCOUNTS = ["issued", "redeemed", "expired", "clawed_back", "forfeited", "donated"]


class Balance(models.Model):
    """A member's four accounts; this row is the lock around every read-decide-write."""

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True)
    pending = models.BigIntegerField(default=0, db_default=0)
    available = models.BigIntegerField(default=0, db_default=0)
    held = models.BigIntegerField(default=0, db_default=0)
    debt = models.BigIntegerField(default=0, db_default=0, help_text="<= 0")

    class Meta:
        db_table = "balance"
        constraints = [
            models.CheckConstraint(
                condition=Q(pending__gte=0, available__gte=0, held__gte=0),
                name="balance_not_negative",
            ),
            models.CheckConstraint(condition=Q(debt__lte=0), name="balance_debt_not_positive"),
        ]


class Lot(models.Model):
    """One award's points, and where each of them went."""

    class State(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT)
    type = models.ForeignKey(PointType, models.PROTECT, db_column="type")
    source = models.TextField(help_text="sale, bonus, adjust, ...")
    reference = models.TextField(default="", db_default="", help_text="The receipt it came from")
    state = models.TextField(choices=State.choices)
    granted = models.BigIntegerField()
    remaining = models.BigIntegerField()
    held = models.BigIntegerField(default=0, db_default=0)
    redeemed = models.BigIntegerField(default=0, db_default=0)
    expired = models.BigIntegerField(default=0, db_default=0)
    clawed = models.BigIntegerField(default=0, db_default=0)
    forfeited = models.BigIntegerField(default=0, db_default=0)
    merged_out = models.BigIntegerField(default=0, db_default=0)
    settled_debt = models.BigIntegerField(default=0, db_default=0)
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lot"
        indexes = [
            models.Index(
                fields=["member", "expires_at", "available_at", "id"],
                name="lot_spend_order",
                condition=Q(remaining__gt=0),
            ),
            models.Index(
                fields=["expires_at"], name="lot_expires_at", condition=Q(remaining__gt=F("held"))
            ),
            models.Index(fields=["available_at"], name="lot_pending", condition=Q(state="pending")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("remaining"), remaining__lte=F("granted")),
                name="lot_held_within_remaining",
            ),
            models.CheckConstraint(
                condition=Q(
                    granted=F("remaining")
                    + F("redeemed")
                    + F("expired")
                    + F("clawed")
                    + F("forfeited")
                    + F("merged_out")
                    + F("settled_debt")
                ),
                name="lot_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(granted__gt=0, redeemed__gte=0, expired__gte=0, clawed__gte=0)
                & Q(forfeited__gte=0, merged_out__gte=0, settled_debt__gte=0),
                name="lot_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state="active") | Q(state="pending", held=0), name="lot_state_known"
            ),
        ]


class Hold(models.Model):
    """Points set aside for one redemption; ends exactly once."""

    class State(models.TextChoices):
        OPEN = "open"
        CAPTURED = "captured"
        RELEASED = "released"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT)
    points = models.BigIntegerField()
    state = models.TextField(choices=State.choices, default=State.OPEN, db_default="open")
    created_at = models.DateTimeField()
    deadline = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "hold"
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="hold_points_positive"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["captured", "released"], ended_at__isnull=False),
                name="hold_ends_once",
            ),
        ]


class HoldAllocation(models.Model):
    """Which lots a hold took from, and how much of each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="allocations")
    lot = models.ForeignKey(Lot, models.PROTECT)
    points = models.BigIntegerField()
    returned = models.BigIntegerField(
        default=0, db_default=0, help_text="Given back to this lot when the voucher was voided"
    )

    class Meta:
        db_table = "hold_allocation"
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], name="hold_allocation_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="hold_allocation_positive"),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("points")),
                name="hold_allocation_returned_within",
            ),
        ]


class Journal(models.Model):
    """One transaction; its postings sum to zero. Never changed: a correction is a new one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField(help_text="award, activate, reserve, capture, release, expire, ...")
    member = models.ForeignKey(Member, models.PROTECT)
    at = models.DateTimeField()
    redemption = models.UUIDField(null=True, blank=True, db_index=True)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    reason = models.TextField(default="", db_default="")
    operator = models.TextField(default="", db_default="")

    class Meta:
        db_table = "journal"
        indexes = [models.Index(fields=["member", "at"], name="journal_member_at")]


class Posting(models.Model):
    """Points out of (-) or into (+) one account. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="postings")
    account = models.TextField()
    detail = models.TextField(
        default="", db_default="", help_text="issued: the source; redeemed: the kind of reward"
    )
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True)
    points = models.BigIntegerField()

    class Meta:
        db_table = "posting"
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="posting_not_zero"),
            models.CheckConstraint(
                condition=Q(account__in=MEMBER_ACCOUNTS, member__isnull=False)
                | Q(account__in=PROGRAMME_ACCOUNTS, member__isnull=True),
                name="posting_account_known",
            ),
        ]


class LimitCounter(models.Model):
    """How often a member had a reward in one period of the programme's zone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, models.PROTECT)
    member = models.ForeignKey(Member, models.PROTECT)
    period = models.TextField(help_text="day, month, ever")
    starts_on = models.DateField(help_text="First day of the period; 1970-01-01 for `ever`")
    used = models.IntegerField()

    class Meta:
        db_table = "limit_counter"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "reward", "period", "starts_on"], name="limit_counter_once"
            ),
            models.CheckConstraint(condition=Q(used__gte=0), name="limit_counter_not_negative"),
            models.CheckConstraint(
                condition=Q(period__in=["day", "month", "ever"]), name="limit_counter_period_known"
            ),
        ]


class IdempotencyKey(models.Model):
    """The answer to a write, kept so that a repeated write moves nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.TextField(help_text="The device's id, or the name of a job")
    key = models.TextField()
    content_hash = models.BinaryField(help_text="SHA-256 of the operation and what it was given")
    response = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "idempotency_key"
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_created_at")]
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_key_once")
        ]


class FunctionSet(models.Model):
    """Which SQL functions `central migrate` last put into this database."""

    singleton = models.BooleanField(primary_key=True, default=True)
    source_hash = models.TextField(help_text="SHA-256 over central/ledger/sql")
    body_hash = models.TextField(help_text="SHA-256 over the functions as the database has them")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "function_set"
        constraints = [
            models.CheckConstraint(condition=Q(singleton=True), name="function_set_only_one")
        ]
