"""What the chain offers. Texts are JSON with `zh-Hans`, `zh-Hant`, `en` (`wire.api.text`)."""

from django.db import models
from django.db.models import F, Q

import central.programme.limits
import central.programme.stock  # noqa: F401  # models in files of their own
from wire.api.catalogue import RewardKind
from wire.ids import new_id


class Programme(models.Model):
    """The one programme of this database (one schema per chain)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    singleton = models.BooleanField(default=True, db_default=True, editable=False)
    timezone = models.TextField(default="Asia/Shanghai", db_default="Asia/Shanghai")
    name = models.JSONField()
    brand_colour = models.TextField(default="#0B5F4B", db_default="#0B5F4B")
    point_unit = models.JSONField()
    fen_per_point = models.IntegerField(null=True, blank=True)
    pin_over_points = models.IntegerField(
        null=True,
        blank=True,
        default=300,
        db_default=300,
        help_text="A redemption of more points asks for the PIN; empty or 0: never.",
    )
    idle_s = models.IntegerField(default=45, db_default=45)
    hotline = models.TextField(default="", db_default="", blank=True)
    voucher_terms = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    min_app_version = models.TextField(default="0.1.0", db_default="0.1.0")
    config_rev = models.BigIntegerField(default=1, db_default=1)
    clawback_policy = models.TextField(
        choices=[(p, p) for p in ("only_pending", "within_balance", "debt")],
        default="debt",
        db_default="debt",
        help_text="How far a return reaches when the sale's own points are gone.",
    )
    grace_days = models.IntegerField(
        default=30, db_default=30, help_text="How long points live that come back to a dead lot."
    )
    cooling_off_days = models.IntegerField(
        default=15, db_default=15, help_text="From closing an account to its points' end."
    )
    adjust_limit_points = models.BigIntegerField(
        default=1000,
        db_default=1000,
        help_text="A manual adjustment of more points needs a second person.",
    )
    void_days = models.IntegerField(
        null=True,
        blank=True,
        help_text="For so many days staff may void a voucher that is out; empty: until it expires.",
    )
    return_days = models.IntegerField(
        null=True,
        blank=True,
        help_text="For so many days after a voucher's use its goods may come back; empty: always.",
    )

    class Meta:
        db_table = "programme"
        constraints = [
            models.UniqueConstraint(fields=["singleton"], name="programme_only_one"),
            models.CheckConstraint(condition=Q(singleton=True), name="programme_only_true"),
            models.CheckConstraint(
                condition=Q(clawback_policy__in=["only_pending", "within_balance", "debt"]),
                name="programme_clawback_policy_known",
            ),
            models.CheckConstraint(
                condition=Q(grace_days__gt=0, cooling_off_days__gte=0, adjust_limit_points__gte=0),
                name="programme_spans_forward",
            ),
        ]


class PointType(models.Model):
    """A kind of points: when what was earned may be spent, and when it dies.

    Both count in the programme's zone, expiry from activation. The words are those of
    `lot_available` and `lot_expires` (central/ledger/sql/expiry.sql), where the table stands.
    """

    class Expiry(models.TextChoices):
        NONE = "none"
        ROLLING = "rolling"
        SLIDING = "sliding"
        DATE = "date"
        YEARLY = "yearly"
        QUARTER = "quarter"

    class Unit(models.TextChoices):
        DAY = "day"
        MONTH = "month"
        YEAR = "year"

    class Round(models.TextChoices):
        EXACT = "exact"
        DAY = "day"
        MONTH = "month"
        QUARTER = "quarter"
        HALF = "half"
        YEAR = "year"

    code = models.TextField(primary_key=True)
    name = models.JSONField()
    expiry = models.TextField(
        choices=Expiry.choices,
        default=Expiry.NONE,
        db_default=Expiry.NONE.value,
        help_text="rolling: from activation; sliding: from the member's last earning or spending;"
        " date: one day for all; yearly: that day each year; quarter: end of the calendar quarter.",
    )
    expiry_length = models.IntegerField(
        null=True,
        blank=True,
        help_text="rolling, sliding: how many units; yearly: how many years on; quarter: quarters"
        " beyond the present one.",
    )
    expiry_unit = models.TextField(choices=Unit.choices, default="", db_default="", blank=True)
    expiry_round = models.TextField(
        choices=Round.choices,
        default=Round.DAY,
        db_default=Round.DAY.value,
        help_text="rolling, sliding: through the end of which period; exact: to the second.",
    )
    expiry_on = models.DateField(
        null=True, blank=True, help_text="date: its last day; yearly: the month and day of it."
    )
    pending_days = models.IntegerField(default=0, db_default=0)
    pending_round = models.TextField(
        choices=[(r, r) for r in ("exact", "day", "month")],
        default="exact",
        db_default="exact",
        help_text="Pending through the end of which period; exact: to the second.",
    )
    qualifying = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "point_type"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    expiry__in=["rolling", "sliding"],
                    expiry_length__isnull=False,
                    expiry_length__gt=0,
                    expiry_unit__in=["day", "month", "year"],
                )
                | Q(expiry__in=["date", "yearly"], expiry_on__isnull=False, expiry_unit="")
                | Q(expiry__in=["none", "quarter"], expiry_on=None, expiry_unit=""),
                name="point_type_expiry_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    expiry_round__in=["exact", "day", "month", "quarter", "half", "year"],
                    pending_round__in=["exact", "day", "month"],
                ),
                name="point_type_rounds_known",
            ),
            models.CheckConstraint(
                condition=Q(pending_days__gte=0)
                & (Q(expiry_length=None) | Q(expiry_length__gte=0, expiry_length__lte=1000)),
                name="point_type_spans_forward",
            ),
        ]


class Tier(models.Model):
    id = models.TextField(primary_key=True, help_text="Short name, e.g. `gold`.")
    name = models.JSONField()
    rank = models.IntegerField(help_text="0 is the lowest.")
    threshold = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Points, or fen, within a period that reach it; empty: never reached by earning.",
    )
    life_threshold = models.BigIntegerField(
        null=True, blank=True, help_text="The same over all time: reached once, never lost."
    )

    class Meta:
        db_table = "tier"
        constraints = [
            models.UniqueConstraint(fields=["rank"], name="tier_rank"),
            models.CheckConstraint(
                condition=(Q(threshold=None) | Q(threshold__gt=0))
                & (Q(life_threshold=None) | Q(life_threshold__gt=0)),
                name="tier_thresholds_positive",
            ),
        ]


class TierPolicy(models.Model):
    """How tiers are reached and lost (docs/tiers.md); without its one row only by hand.

    Periods are the calendar's in the programme's zone; `rolling` is the last `period_months`.
    """

    class Measure(models.TextChoices):
        POINTS = "points"
        SPEND = "spend"

    class Period(models.TextChoices):
        YEAR = "year"
        HALF = "half"
        QUARTER = "quarter"
        ROLLING = "rolling"
        EVER = "ever"

    class Downgrade(models.TextChoices):
        NONE = "none"
        STEP = "step"
        FULL = "full"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    singleton = models.BooleanField(default=True, db_default=True, editable=False)
    measure = models.TextField(
        choices=Measure.choices,
        default=Measure.POINTS,
        db_default=Measure.POINTS.value,
        help_text="points: of qualifying point types, granted; spend: fen of the sales.",
    )
    period = models.TextField(
        choices=Period.choices, default=Period.YEAR, db_default=Period.YEAR.value
    )
    period_months = models.IntegerField(null=True, blank=True, help_text="rolling: how many.")
    downgrade = models.TextField(
        choices=Downgrade.choices,
        default=Downgrade.FULL,
        db_default=Downgrade.FULL.value,
        help_text="When a period did not reach the tier: it stays, one step down, or to what it did"
        " reach.",
    )
    grace_days = models.IntegerField(
        default=0, db_default=0, help_text="Days after the period's end in which the tier is kept."
    )
    version = models.IntegerField(
        default=1,
        db_default=1,
        help_text="Rises with every change of it or of a tier; by a trigger.",
    )

    class Meta:
        db_table = "tier_policy"
        constraints = [
            models.UniqueConstraint(fields=["singleton"], name="tier_policy_only_one"),
            models.CheckConstraint(condition=Q(singleton=True), name="tier_policy_only_true"),
            models.CheckConstraint(
                condition=Q(
                    measure__in=["points", "spend"], downgrade__in=["none", "step", "full"]
                ),
                name="tier_policy_words_known",
            ),
            models.CheckConstraint(
                condition=Q(period__in=["year", "half", "quarter", "ever"], period_months=None)
                | Q(period="rolling", period_months__isnull=False, period_months__gt=0),
                name="tier_policy_period_whole",
            ),
            models.CheckConstraint(  # shorter than the shortest period
                condition=Q(grace_days__gte=0, grace_days__lt=90),
                name="tier_policy_grace_within_period",
            ),
        ]


class Store(models.Model):
    """One shop of the chain."""

    id = models.TextField(primary_key=True, help_text="The chain's own short id, e.g. `S0123`.")
    name = models.JSONField()
    address = models.JSONField()
    phone = models.TextField(default="", db_default="", blank=True)
    franchise = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "store"


class Category(models.Model):
    id = models.TextField(primary_key=True)
    name = models.JSONField()
    position = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "category"


class RewardImage(models.Model):
    """A picture by its content; never changed, so it can be cached for ever."""

    sha256 = models.TextField(primary_key=True)
    media_type = models.TextField(default="image/png", db_default="image/png")
    content = models.BinaryField()

    class Meta:
        db_table = "reward_image"


class Reward(models.Model):
    """What points can be turned into. `rev` rises with every change, by a trigger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rev = models.IntegerField(default=1, db_default=1)
    catalogue_rev = models.BigIntegerField(
        default=0, db_default=0, help_text="The cursor's number of the last change; by a trigger."
    )
    position = models.IntegerField(default=0, db_default=0)
    kind = models.TextField(choices=[(k.value, k.name) for k in RewardKind] + [("tier", "TIER")])
    category = models.ForeignKey(Category, models.PROTECT)
    name = models.JSONField()
    description = models.JSONField()
    value_fen = models.BigIntegerField()
    image = models.ForeignKey(RewardImage, models.PROTECT, db_column="image_sha256")
    price_points = models.BigIntegerField()
    per_member_per_day = models.IntegerField(null=True, blank=True)
    per_member_per_month = models.IntegerField(null=True, blank=True)
    per_member_ever = models.IntegerField(null=True, blank=True)
    stock_counted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Only what lies in the kiosk's box or on the store's shelf can be had there.",
    )
    from_central = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Counted and gone here: the chain's own stock gives it (sent to the shopper).",
    )
    few_below = models.IntegerField(
        default=6, db_default=6, help_text="With less on hand the kiosk tells how many are left."
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    voucher_days = models.IntegerField(default=30, db_default=30)
    min_spend_fen = models.BigIntegerField(default=0, db_default=0)
    conditions = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="Further words on the voucher, behind those of the conditions that tills check.",
    )
    use_conditions = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="`wire.api.vouchers.UseConditions`: what a till checks, beside `min_spend_fen`.",
    )
    offline_ok = models.BooleanField(default=False, db_default=False)
    gives_tier = models.ForeignKey(
        Tier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="given_by",
        help_text="kind tier: which; nothing is printed.",
    )
    tier_days = models.IntegerField(
        null=True,
        blank=True,
        help_text="kind tier: for so many days after today; empty: to the end of the period.",
    )
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="A tombstone: kiosks are told to forget it."
    )
    stores = models.ManyToManyField(Store, through="RewardStore", related_name="rewards")
    tiers = models.ManyToManyField(Tier, through="RewardTier", related_name="rewards")

    class Meta:
        db_table = "reward"
        indexes = [models.Index(fields=["catalogue_rev"], name="reward_catalogue_rev")]
        constraints = [
            models.CheckConstraint(condition=Q(price_points__gt=0), name="reward_price_positive"),
            models.CheckConstraint(condition=Q(value_fen__gte=0), name="reward_value_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                name="reward_window_forward",
            ),
            models.CheckConstraint(
                condition=Q(kind="tier", gives_tier__isnull=False)
                | (~Q(kind="tier") & Q(gives_tier=None, tier_days=None)),
                name="reward_tier_told",
            ),
            models.CheckConstraint(
                condition=Q(tier_days=None) | Q(tier_days__gt=0), name="reward_tier_days_positive"
            ),
            models.CheckConstraint(
                condition=Q(voucher_days__gte=0, min_spend_fen__gte=0),
                name="reward_voucher_not_negative",
            ),
            models.CheckConstraint(
                condition=(Q(per_member_per_day=None) | Q(per_member_per_day__gte=0))
                & (Q(per_member_per_month=None) | Q(per_member_per_month__gte=0))
                & (Q(per_member_ever=None) | Q(per_member_ever__gte=0)),
                name="reward_limits_not_negative",
            ),
        ]


class RewardStore(models.Model):
    """Where a reward can be had; a reward without any such row can be had everywhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, models.CASCADE)
    store = models.ForeignKey(Store, models.PROTECT)

    class Meta:
        db_table = "reward_store"
        constraints = [
            models.UniqueConstraint(fields=["reward", "store"], name="reward_store_once")
        ]


class RewardTier(models.Model):
    """Who may have a reward; a reward without any such row is for everybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, models.CASCADE)
    tier = models.ForeignKey(Tier, models.PROTECT)

    class Meta:
        db_table = "reward_tier"
        constraints = [models.UniqueConstraint(fields=["reward", "tier"], name="reward_tier_once")]


class RewardPrice(models.Model):
    """One step of the price ladder; the cheapest that applies counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, models.CASCADE, related_name="prices")
    points = models.BigIntegerField()
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reward_price"
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="reward_price_step_positive")
        ]
