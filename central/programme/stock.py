"""Pieces of counted rewards: where they lie, and every change that people made to them.

Written by the SQL functions only (central/ledger/sql/stock*.sql).
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from wire.ids import new_id


class StockBucket(models.Model):
    """What one place has of one reward: a store, a kiosk's own box, or (neither) the chain itself.

    on hand + reserved + issued = received - written off. `received` is net of what went on to
    another place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey("programme.Reward", models.PROTECT)
    store = models.ForeignKey(
        "programme.Store", models.PROTECT, null=True, blank=True, help_text="A store's shelf"
    )
    kiosk = models.ForeignKey(
        "devices.Device", models.PROTECT, null=True, blank=True, help_text="A kiosk's own box"
    )
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
            models.UniqueConstraint(
                fields=["reward", "store", "kiosk"],
                name="stock_bucket_one_per_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(store=None) | Q(kiosk=None), name="stock_bucket_one_place"
            ),
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


class StockMove(models.Model):
    """One change of a bucket by people. A move between two places is two rows."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        WRITTEN_OFF = "written_off"
        MOVED = "moved"
        COUNTED = "counted"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bucket = models.ForeignKey(StockBucket, models.PROTECT, related_name="moves")
    kind = models.TextField(choices=Kind.choices)
    pieces = models.IntegerField(help_text="> 0 more, < 0 fewer; counted: 0 where it was right")
    on_hand = models.IntegerField(help_text="After it")
    other = models.ForeignKey(
        StockBucket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="moved: where to, or where from",
    )
    redemption = models.UUIDField(
        null=True, blank=True, help_text="written_off: its goods came back broken"
    )
    at = models.DateTimeField()
    operator = models.TextField()
    reason = models.TextField()

    class Meta:
        db_table = "stock_move"
        indexes = [models.Index(fields=["bucket", "at"], name="stock_move_bucket_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="received", pieces__gt=0, other=None)
                | Q(kind="written_off", pieces__lt=0, other=None)
                | Q(kind="moved", other__isnull=False) & ~Q(pieces=0)
                | Q(kind="counted", other=None),
                name="stock_move_kind_known",
            ),
        ]
