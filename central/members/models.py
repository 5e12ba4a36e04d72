"""Members as this service knows them: no name, no phone; a masked display and a number."""

from django.db import models
from django.db.models import BigIntegerField, F, Q
from django.db.models.functions import Cast, Mod, Now
from django.db.models.lookups import Exact

from central.devices.models import Device
from central.programme.models import Tier
from wire.ids import new_id


class Member(models.Model):
    class Status(models.TextChoices):
        ACTIVE = "active"
        FROZEN = "frozen"
        CLOSED = "closed"
        MERGED = "merged"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.TextField(
        help_text="The member number of the chain; only its tail is ever shown."
    )
    display = models.TextField(help_text="Masked name, e.g. `张*明`; the full name is not kept.")
    status = models.TextField(
        choices=Status.choices, default=Status.ACTIVE, db_default=Status.ACTIVE.value
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    tier = models.ForeignKey(Tier, models.PROTECT)
    facts_version = models.IntegerField(
        default=1, db_default=1, help_text="Rises with every fact that rules look at."
    )
    joined_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "member"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="member_number"),
            models.CheckConstraint(
                condition=Q(status__in=["active", "frozen", "closed", "merged"]),
                name="member_status_known",
            ),
        ]


class MemberRef(models.Model):
    """A pseudonym inside rotating codes (M2); may be replaced at any time."""

    ref = models.BinaryField(primary_key=True, help_text="6 random bytes")
    member = models.ForeignKey(Member, models.PROTECT)
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "member_ref"


class MemberCard(models.Model):
    """A printed card (C1). Raising `version` makes every older print of it worthless."""

    card_ref = models.BinaryField(primary_key=True, help_text="8 random bytes")
    member = models.ForeignKey(Member, models.PROTECT)
    version = models.IntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "member_card"


class PlainCard(models.Model):
    """A card from before the member codes, known by the number in its bars (`wire.plain_card`)."""

    number = models.TextField(primary_key=True, help_text="Twelve digits, the last two check them.")
    member = models.ForeignKey(Member, models.PROTECT)
    created_at = models.DateTimeField(db_default=Now())
    blocked_at = models.DateTimeField(
        null=True, blank=True, help_text="Lost or stolen: from then on nobody's."
    )

    class Meta:
        db_table = "plain_card"
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^2[0-9]{11}$")
                & Q(Exact(Mod(Cast("number", BigIntegerField()), 97), 1))
                & ~Q(number__regex=r"0[01]$"),  # leave the remainders of 97 and 98
                name="plain_card_form",
            )
        ]


class MemberSession(models.Model):
    """One shopper before one kiosk, for at most 20 minutes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT)
    device = models.ForeignKey(Device, models.PROTECT)
    read_only = models.BooleanField(help_text="A card, or a code seen just before: balance only.")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "member_session"
        indexes = [models.Index(fields=["expires_at"], name="member_session_expires_at")]


class SeenCode(models.Model):
    """A rotating code that was used, so that a photo of it is worth nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.BinaryField()
    slot = models.IntegerField(help_text="Minutes since 2026-01-01 UTC")
    device = models.ForeignKey(Device, models.PROTECT)
    first_at = models.DateTimeField()

    class Meta:
        db_table = "seen_code"
        constraints = [models.UniqueConstraint(fields=["ref", "slot"], name="seen_code_once")]


class TokenKey(models.Model):
    """A public key with which member codes, cards and the time are verified.

    The private half is a file of the data folder (`central.members.token_keys`), never a row.
    """

    kid = models.SmallIntegerField(primary_key=True)
    public_key = models.BinaryField(help_text="Raw Ed25519 public key, 32 bytes")
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "token_key"
        constraints = [
            models.CheckConstraint(condition=Q(kid__gte=0, kid__lte=255), name="token_key_kid_byte")
        ]


class TierEntry(models.Model):
    """What one award, or one return of it, counts towards tiers. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    reference = models.TextField(default="", db_default="", help_text="The receipt")
    at = models.DateTimeField(help_text="When it was sold: in the period of this it counts")
    made_at = models.DateTimeField()
    points = models.BigIntegerField(help_text="Granted; a return: taken back, negative")
    qualifying = models.BigIntegerField(help_text="Of these, of types that qualify")
    spend_fen = models.BigIntegerField(default=0, db_default=0)
    returns = models.ForeignKey("self", models.PROTECT, null=True, blank=True)

    class Meta:
        db_table = "tier_entry"
        indexes = [
            models.Index(
                fields=["member", "at"], include=["qualifying", "spend_fen"], name="tier_entry_sum"
            ),
            models.Index(
                fields=["reference"],
                name="tier_entry_receipt",
                condition=~Q(reference=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(returns=None, points__gte=F("qualifying"), qualifying__gte=0)
                & Q(spend_fen__gte=0)
                | Q(returns__isnull=False, points__lte=F("qualifying"), qualifying__lte=0)
                & Q(spend_fen__lte=0),
                name="tier_entry_signs",
            )
        ]


class TierGrant(models.Model):
    """A tier that was given, not earned: by staff, or for points. Holds until its end."""

    class Source(models.TextChoices):
        STAFF = "staff"
        REWARD = "reward"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT)
    tier = models.ForeignKey(Tier, models.PROTECT)
    source = models.TextField(choices=Source.choices)
    made_at = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True, help_text="Empty: for life")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Withdrawn, or voided")
    redemption = models.UUIDField(null=True, blank=True, unique=True)
    reason = models.TextField(default="", db_default="")
    operator = models.TextField(default="", db_default="")

    class Meta:
        db_table = "tier_grant"
        indexes = [
            models.Index(
                fields=["valid_to"], name="tier_grant_ends", condition=Q(valid_to__isnull=False)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("made_at")),
                name="tier_grant_window_forward",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["staff", "reward"]), name="tier_grant_source_known"
            ),
        ]


class TierStanding(models.Model):
    """What a member has by earning alone, and when that is looked at again."""

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True)
    base_tier = models.ForeignKey(Tier, models.PROTECT, help_text="Without what was given")
    review_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on a night may lower it; empty: nothing to ask"
    )
    seen_at = models.DateTimeField(help_text="When the sums were last looked at")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Up to when a night has ended what was given"
    )
    policy_version = models.IntegerField(help_text="By which it was last looked at")

    class Meta:
        db_table = "tier_standing"
        indexes = [
            models.Index(
                fields=["review_at"],
                name="tier_standing_review",
                condition=Q(review_at__isnull=False),
            )
        ]


class TierChange(models.Model):
    """One change of a member's tier, and why: what they can be told. Never changed."""

    class Cause(models.TextChoices):
        EARNED = "earned"
        LIFE = "life"
        GIVEN = "given"
        BOUGHT = "bought"
        MERGED = "merged"
        REVIEW = "review"
        ENDED = "ended"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    seq = models.IntegerField(help_text="1, 2, ... of this member")
    at = models.DateTimeField()
    from_tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    to_tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    cause = models.TextField(choices=Cause.choices)
    valid_to = models.DateTimeField(
        null=True, blank=True, help_text="Held at least until then; empty: until something happens"
    )
    measure = models.TextField(
        default="", db_default="", help_text="points or spend, if it counted"
    )
    amount = models.BigIntegerField(null=True, blank=True, help_text="What was reached")
    threshold = models.BigIntegerField(null=True, blank=True, help_text="What was to be reached")
    period_from = models.DateTimeField(null=True, blank=True)
    period_to = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(default="", db_default="")
    operator = models.TextField(default="", db_default="")

    class Meta:
        db_table = "tier_change"
        constraints = [
            models.UniqueConstraint(fields=["member", "seq"], name="tier_change_seq"),
            models.CheckConstraint(
                condition=~Q(from_tier=F("to_tier")), name="tier_change_is_a_change"
            ),
        ]
