"""The double-entry ledger and its sub-ledger of lots. Written by the SQL functions only."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

import central.ledger.returns  # noqa: F401  # a model in a file of its own
from central.members.models import Member
from central.programme.limits import PERIODS
from central.programme.models import PointType, Reward, Store
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
    adjusted = models.BigIntegerField(
        default=0, db_default=0, help_text="Taken out by hand, with a reason"
    )
    merged_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_to",
        help_text="The lot of another account that went on in this one",
    )
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    clearing = models.ForeignKey(
        "PointClearing",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        help_text="The announced clearing that ends it sooner",
    )
    own_end = models.DateTimeField(
        null=True, blank=True, help_text="Under a clearing: the end that it had, or would have"
    )
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
                    + F("adjusted")
                ),
                name="lot_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(granted__gt=0, redeemed__gte=0, expired__gte=0, clawed__gte=0)
                & Q(forfeited__gte=0, merged_out__gte=0, settled_debt__gte=0, adjusted__gte=0),
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
    seq = models.BigIntegerField(
        db_default=Func(Value("journal_seq"), function="nextval"),
        help_text="Rises with every transaction of a member: the order of their statement",
    )
    kind = models.TextField(help_text="award, activate, reserve, capture, release, expire, ...")
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    redemption = models.UUIDField(null=True, blank=True, db_index=True)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    reason = models.TextField(default="", db_default="")
    reference = models.TextField(
        default="", db_default="", help_text="Of a clawback: the receipt that was returned"
    )
    operator = models.TextField(default="", db_default="")
    approver = models.TextField(
        default="", db_default="", help_text="The second person, where one is needed"
    )

    class Meta:
        db_table = "journal"
        indexes = [models.Index(fields=["member", "seq"], name="journal_member_seq")]


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
    """How often a reward was had in one period of the programme's zone: by a member, in a store,
    or (neither) in the whole chain. This row is the lock on that limit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, models.PROTECT)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True)
    period = models.TextField(choices=[(p, p) for p in PERIODS])
    starts_on = models.DateField(help_text="First day of the period; 1970-01-01 for `ever`")
    used = models.IntegerField()

    class Meta:
        db_table = "limit_counter"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "store", "reward", "period", "starts_on"],
                name="limit_counter_one_each",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(used__gte=0), name="limit_counter_not_negative"),
            models.CheckConstraint(
                condition=Q(member=None) | Q(store=None), name="limit_counter_one_scope"
            ),
            models.CheckConstraint(
                condition=Q(period__in=PERIODS), name="limit_counter_period_known"
            ),
        ]


class AwardCounter(models.Model):
    """Points granted by one rule within one limit or budget; this row is the lock on it."""

    class Scope(models.TextChoices):
        MEMBER = "member"
        STORE = "store"
        ALL = "all"
        CAMPAIGN = "campaign"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.TextField(choices=Scope.choices)
    subject = models.TextField(help_text="The member's id, the store, the campaign; empty for all")
    rule = models.TextField(help_text="The rule or the budget that it is of")
    period = models.TextField(help_text="day, week, month, quarter, year, ever")
    starts_on = models.DateField(help_text="First day of the period; 1970-01-01 for `ever`")
    used = models.BigIntegerField(help_text="Granted and not clawed back")
    cap = models.BigIntegerField(
        help_text="As the newest version of its rule told it; never below what is used"
    )
    cap_version = models.IntegerField(
        default=0, db_default=0, help_text="The version of the rule that told the cap"
    )

    class Meta:
        db_table = "award_counter"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "subject", "rule", "period", "starts_on"],
                name="award_counter_once",
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("cap")), name="award_counter_within_cap"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["member", "store", "all", "campaign"]),
                name="award_counter_scope_known",
            ),
        ]


class LotCount(models.Model):
    """A lot's points in a counter; what is clawed back of the lot is given back there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="counts")
    counter = models.ForeignKey(AwardCounter, models.PROTECT)
    points = models.BigIntegerField()
    returned = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "lot_count"
        constraints = [
            models.UniqueConstraint(fields=["lot", "counter"], name="lot_count_once"),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("points")), name="lot_count_within"
            ),
        ]


class PointClearing(models.Model):
    """A redemption window's end (固定时段兑换后清空): what is not held by then dies."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    type = models.ForeignKey(PointType, models.PROTECT, db_column="type")
    clears_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    operator = models.TextField()
    reason = models.TextField()
    applied_at = models.DateTimeField(
        null=True, blank=True, help_text="When a night had given every lot this end"
    )
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="It does not take place: lots have their own end again"
    )

    class Meta:
        db_table = "point_clearing"
        constraints = [
            models.UniqueConstraint(fields=["type", "clears_at"], name="point_clearing_once")
        ]


class AccountClosing(models.Model):
    """A closed account: until `forfeits_at` it may be opened again, then its points go."""

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True)
    asked_at = models.DateTimeField()
    forfeits_at = models.DateTimeField()
    operator = models.TextField()
    reason = models.TextField()
    was_frozen = models.BooleanField(
        default=False, db_default=False, help_text="And is again, when it is opened again"
    )

    class Meta:
        db_table = "account_closing"


class Night(models.Model):
    """One nightly run: up to when, how far it has come, and what it did."""

    day = models.DateField(primary_key=True)
    due_at = models.DateTimeField(help_text="What is due by then is settled")
    started_at = models.DateTimeField()
    journal_seq = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="The last transaction before it began: what came later was not its to settle",
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    members = models.BigIntegerField(help_text="How many there are to settle")
    settled = models.BigIntegerField(default=0, db_default=0)
    failed = models.BigIntegerField(
        default=0, db_default=0, help_text="Left as they were, for an engineer and the next night"
    )
    cleared = models.BigIntegerField(default=0, db_default=0, help_text="Lots")
    activated = models.BigIntegerField(default=0, db_default=0, help_text="Lots")
    expired = models.BigIntegerField(default=0, db_default=0, help_text="Lots")
    forfeited = models.BigIntegerField(default=0, db_default=0, help_text="Lots")

    class Meta:
        db_table = "night"


class NightMember(models.Model):
    """Somebody whom a night has still to settle; gone in the commit that settles them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    night = models.ForeignKey(Night, models.CASCADE, db_column="day")
    member = models.ForeignKey(Member, models.PROTECT)

    class Meta:
        db_table = "night_member"
        constraints = [
            models.UniqueConstraint(fields=["night", "member"], name="night_member_once")
        ]


class AuditEvent(models.Model):
    """What people did by hand. Each row's hash covers the one before: none can be changed alone."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    detail = models.JSONField()
    hash = models.BinaryField(help_text="SHA-256 of the hash before and this row's content")

    class Meta:
        db_table = "audit_event"


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
