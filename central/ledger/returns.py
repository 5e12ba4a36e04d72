"""What was told of a sale's returns: by tills, and by people when a till was not heard."""

from django.db import models
from django.db.models import F, Q

from central.members.models import Member
from wire.ids import new_id


class SaleReturn(models.Model):
    """One return of a sale that is known, whatever a policy then took for it.

    All of a sale together are never more than it gave. What a till tells is first set against
    what was booked by hand: it is the same return, heard late.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    reference = models.TextField(help_text="The receipt")
    at = models.DateTimeField()
    points = models.BigIntegerField()
    spend_fen = models.BigIntegerField()
    operator = models.TextField(help_text="Who booked it by hand; empty: a till")
    heard_points = models.BigIntegerField(
        default=0, db_default=0, help_text="By hand: of these a till has told since"
    )
    heard_fen = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "sale_return"
        indexes = [models.Index(fields=["member", "reference"], name="sale_return_receipt")]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, spend_fen__gte=0, heard_points__gte=0, heard_fen__gte=0)
                & Q(heard_points__lte=F("points"), heard_fen__lte=F("spend_fen")),
                name="sale_return_heard_within",
            ),
            models.CheckConstraint(
                condition=Q(heard_points=0, heard_fen=0) | ~Q(operator=""),
                name="sale_return_heard_by_hand",
            ),
        ]
