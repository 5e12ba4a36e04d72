"""What the chain offers. Texts are JSON with `zh-Hans`, `zh-Hant`, `en` (`wire.api.text`)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

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

    class Meta:
        db_table = "programme"
        constraints = [
            models.UniqueConstraint(fields=["singleton"], name="programme_only_one"),
            models.CheckConstraint(condition=Q(singleton=True), name="programme_only_true"),
        ]


class PointType(models.Model):
    """A kind of points and its simple expiry policy; counted from activation."""

    code = models.TextField(primary_key=True)
    name = models.JSONField()
    expiry_months = models.IntegerField(null=True, blank=True, help_text="Rolling; empty: never.")
    pending_days = models.IntegerField(default=0, db_default=0)
    qualifying = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "point_type"


class Tier(models.Model):
    id = models.TextField(primary_key=True, help_text="Short name, e.g. `gold`.")
    name = models.JSONField()
    rank = models.IntegerField(help_text="0 is the lowest.")

    class Meta:
        db_table = "tier"
        constraints = [models.UniqueConstraint(fields=["rank"], name="tier_rank")]


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
    kind = models.TextField(choices=[(k.value, k.name) for k in RewardKind])
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
        help_text="Only what a store's bucket holds can be had there.",
    )
    few_below = models.IntegerField(
        default=6, db_default=6, help_text="With less on hand the kiosk tells how many are left."
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    voucher_days = models.IntegerField(default=30, db_default=30)
    min_spend_fen = models.BigIntegerField(default=0, db_default=0)
    conditions = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    offline_ok = models.BooleanField(default=False, db_default=False)
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


class StockBucket(models.Model):
    """What one store has of one reward. on hand + reserved + issued = received - written off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, models.PROTECT)
    store = models.ForeignKey(Store, models.PROTECT)
    on_hand = models.IntegerField()
    reserved = models.IntegerField(default=0, db_default=0)
    issued = models.IntegerField(default=0, db_default=0)
    received = models.IntegerField()
    written_off = models.IntegerField(default=0, db_default=0)
    catalogue_rev = models.BigIntegerField(
        default=0, db_default=0, help_text="Rises when what the kiosk tells of the stock changes."
    )
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "stock_bucket"
        indexes = [models.Index(fields=["catalogue_rev"], name="stock_bucket_catalogue_rev")]
        constraints = [
            models.UniqueConstraint(fields=["reward", "store"], name="stock_bucket_once"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, reserved__gte=0, issued__gte=0)
                & Q(received__gte=0, written_off__gte=0),
                name="stock_bucket_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(received=F("on_hand") + F("reserved") + F("issued") + F("written_off")),
                name="stock_bucket_adds_up",
            ),
        ]
