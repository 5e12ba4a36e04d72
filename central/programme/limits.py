"""How often a reward may be had, and what a campaign may cost."""

from django.db import models
from django.db.models import F, Q

from wire.ids import new_id

PERIODS = ["day", "week", "month", "quarter", "year", "ever"]
"""Calendar periods in the programme's zone; weeks begin on Monday."""


class RewardLimit(models.Model):
    """At most `cap` redemptions of a reward in each period: by one member, in one store, in all.

    What was released or voided does not count. Beside `Reward.per_member_*`; of two caps on the
    same the lower counts.
    """

    class Scope(models.TextChoices):
        MEMBER = "member"
        STORE = "store"
        CHAIN = "chain"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey("programme.Reward", models.CASCADE, related_name="further_limits")
    scope = models.TextField(choices=Scope.choices)
    period = models.TextField(choices=[(p, p) for p in PERIODS])
    cap = models.IntegerField()

    class Meta:
        db_table = "reward_limit"
        constraints = [
            models.UniqueConstraint(fields=["reward", "scope", "period"], name="reward_limit_once"),
            models.CheckConstraint(condition=Q(cap__gte=0), name="reward_limit_not_negative"),
            models.CheckConstraint(
                condition=Q(scope__in=["member", "store", "chain"], period__in=PERIODS),
                name="reward_limit_known",
            ),
        ]


class Campaign(models.Model):
    """A named budget over a window [from, to): its row is the lock on it.

    Each of its rewards that is redeemed within the window takes its points and one piece; a
    release or a void gives them back. Outside the window it limits nothing.
    """

    id = models.TextField(primary_key=True, help_text="The chain's own short id, e.g. `double11`.")
    name = models.JSONField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    points_budget = models.BigIntegerField(null=True, blank=True, help_text="Empty: no limit")
    pieces_budget = models.BigIntegerField(null=True, blank=True, help_text="Empty: no limit")
    points_used = models.BigIntegerField(default=0, db_default=0)
    pieces_used = models.BigIntegerField(default=0, db_default=0)
    rewards = models.ManyToManyField(
        "programme.Reward", through="programme.CampaignReward", related_name="campaigns"
    )

    class Meta:
        db_table = "campaign"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="campaign_window_forward"
            ),
            models.CheckConstraint(
                condition=Q(points_used__gte=0, pieces_used__gte=0)
                & (Q(points_budget=None) | Q(points_used__lte=F("points_budget")))
                & (Q(pieces_budget=None) | Q(pieces_used__lte=F("pieces_budget"))),
                name="campaign_within_budget",
            ),
        ]


class CampaignReward(models.Model):
    """What a campaign is about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    reward = models.ForeignKey("programme.Reward", models.CASCADE)

    class Meta:
        db_table = "campaign_reward"
        constraints = [
            models.UniqueConstraint(fields=["reward", "campaign"], name="campaign_reward_once")
        ]
