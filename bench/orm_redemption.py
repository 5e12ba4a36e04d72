"""A redemption as one would write it with Django's ORM: the peer of the ledger's functions.

The same work over the same tables, with the same locks, checks, three commits and answers; plain
objects, `select_for_update` on the member's balance, no SQL by hand. The branches that the
benchmark's data never reach (prices by tier, limits, tiers as rewards) are asked for and found
empty, as in the functions; what would follow is left out.
"""

import hashlib
import json
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Min, Q, Sum
from django.utils import timezone

from central.devices.models import Device
from central.ledger.models import (
    Balance,
    Hold,
    HoldAllocation,
    IdempotencyKey,
    Journal,
    Lot,
    PointClearing,
    Posting,
)
from central.members.models import MemberSession
from central.programme.limits import CampaignReward, RewardLimit
from central.programme.models import PointType, Programme, Reward, RewardPrice
from central.programme.stock import StockBucket
from central.redemption.models import Redemption, Tombstone, Voucher, VoucherEvent

_HOLD = timedelta(minutes=15)
_MEMBERS_ACCOUNTS = ("pending", "available", "held", "debt")
Answer = dict[str, Any]


class OrmRefused(Exception):
    """What the ledger's functions refuse, too."""


@transaction.atomic
def reserve(
    device_id: UUID,
    redemption_id: UUID,
    session_id: UUID,
    item_id: UUID,
    points: int,
    device_seq: int,
    code: str,
) -> Answer:
    now = timezone.now()
    content = ["reserve", redemption_id, session_id, item_id, points, device_seq]
    if answer := _replay(device_id, str(redemption_id), content):
        return answer
    if Tombstone.objects.filter(pk=redemption_id).exists():
        raise OrmRefused("redemption_released")
    if Redemption.objects.filter(pk=redemption_id).exists():
        raise OrmRefused("idempotency_mismatch")
    device = Device.objects.get(pk=device_id)
    if device.revoked_at is not None or device.role != "kiosk" or device.paused:
        raise OrmRefused("device")
    session = MemberSession.objects.select_related("member").get(pk=session_id, device=device)
    if session.expires_at <= now or session.read_only:
        raise OrmRefused("session_expired")
    balance = Balance.objects.select_for_update(no_key=True).get(member_id=session.member_id)
    member = session.member
    member.refresh_from_db()
    if member.status != "active":
        raise OrmRefused("member_frozen")
    if Redemption.objects.filter(device=device, device_seq=device_seq).exists():
        raise OrmRefused("idempotency_mismatch")
    reward = Reward.objects.get(pk=item_id)
    _must_be_offered(reward, device, member.tier_id, points, now)
    programme = Programme.objects.get()
    if 0 < (programme.pin_over_points or 0) < points:
        raise OrmRefused("pin_required")
    _settle(member.pk, now)
    if _spendable(balance, now) < points:
        raise OrmRefused("insufficient")
    bucket = _stock_seen(reward, device) if reward.stock_counted else None

    hold = Hold.objects.create(
        member=member, points=points, state="open", created_at=now, deadline=now + _HOLD
    )
    _take_lots(hold, now)
    _post("reserve", balance, now, {"available": -points, "held": points}, redemption_id)
    spendable = _spendable(balance, now)
    zone = ZoneInfo(programme.timezone)
    last_day = now.astimezone(zone).date() + timedelta(days=reward.voucher_days)
    valid_to = datetime.combine(last_day, time(23, 59, 59), zone)
    redemption = Redemption.objects.create(
        id=redemption_id,
        member=member,
        reward=reward,
        reward_rev=reward.rev,
        points=points,
        hold=hold,
        state="RESERVED",
        device=device,
        device_seq=device_seq,
        store=device.store,
        printer=device,
        session=session,
        stock_counted=reward.stock_counted,
        bucket=bucket,
        reserved_at=now,
    )
    voucher = Voucher.objects.create(
        redemption=redemption,
        code=code,
        state="reserved",
        reward_name=reward.name,
        value_fen=reward.value_fen,
        min_spend_fen=reward.min_spend_fen,
        conditions=reward.use_conditions,
        print_fields={
            "reward": reward.name,
            "value_fen": reward.value_fen,
            "points": points,
            "balance_after": spendable,
            "balance_as_of": now.isoformat(),
            "valid_to": valid_to.isoformat(),
            "issued_at": now.isoformat(),
            "member_tail": member.number[-4:],
            "conditions": reward.conditions,
        },
        valid_from=now,
        valid_to=valid_to,
    )
    campaigns = CampaignReward.objects.filter(reward=reward).select_related("campaign")
    if list(RewardLimit.objects.filter(reward=reward)) or len(campaigns):
        raise OrmRefused("limits are not measured here")
    if bucket is not None:
        taken = StockBucket.objects.filter(pk=bucket.pk, on_hand__gte=1).update(
            on_hand=F("on_hand") - 1, reserved=F("reserved") + 1
        )
        if not taken:
            raise OrmRefused("out_of_stock")
    answer = _answer(redemption, hold, voucher, spendable)
    return _remember(device_id, str(redemption_id), content, answer, now)


@transaction.atomic
def printing(device_id: UUID, redemption_id: UUID, key: str, at: datetime) -> Answer:
    now = timezone.now()
    content = ["printing", redemption_id, at]
    if answer := _replay(device_id, key, content):
        return answer
    redemption, balance = _locked(redemption_id, device_id)
    if redemption.state not in ("RESERVED", "PRINTING"):
        raise OrmRefused("redemption_state")
    voucher = Voucher.objects.get(redemption=redemption)
    if redemption.state == "RESERVED":
        redemption.state, redemption.printing_at = "PRINTING", now
        redemption.save(update_fields=["state", "printing_at"])
        voucher.state = "live"
        voucher.save(update_fields=["state"])
        VoucherEvent.objects.create(
            voucher=voucher,
            kind="print",
            at=now,
            device_id=device_id,
            store_id=redemption.store_id,
        )
    answer = _answer(redemption, redemption.hold, voucher, _spendable(balance, now))
    return _remember(device_id, key, content, answer, now)


@transaction.atomic
def capture(device_id: UUID, redemption_id: UUID, key: str, paper_mm: int, at: datetime) -> Answer:
    now = timezone.now()
    content = ["capture", redemption_id, "ok", paper_mm, at]
    if answer := _replay(device_id, key, content):
        return answer
    redemption, balance = _locked(redemption_id, device_id)
    if redemption.state not in ("PRINTING", "UNCERTAIN"):
        raise OrmRefused("redemption_state")
    hold = redemption.hold
    hold.state, hold.ended_at = "captured", now
    hold.save(update_fields=["state", "ended_at"])
    for allocation in hold.allocations.select_related("lot"):
        lot = allocation.lot
        lot.held -= allocation.points
        lot.remaining -= allocation.points
        lot.redeemed += allocation.points
        lot.save(update_fields=["held", "remaining", "redeemed"])
    kind = f"redeemed:{redemption.reward.kind}"
    _post("capture", balance, now, {"held": -hold.points, kind: hold.points}, redemption_id)
    if PointType.objects.filter(expiry="sliding").exists():
        raise OrmRefused("sliding points are not measured here")
    redemption.state, redemption.issued_at = "ISSUED", now
    redemption.paper_mm += paper_mm
    redemption.save(update_fields=["state", "issued_at", "paper_mm"])
    voucher = Voucher.objects.get(redemption=redemption)
    VoucherEvent.objects.create(
        voucher=voucher,
        kind="captured",
        at=now,
        device_id=device_id,
        store_id=redemption.store_id,
        reference="printed",
    )
    if redemption.bucket_id is not None:
        StockBucket.objects.filter(pk=redemption.bucket_id).update(
            reserved=F("reserved") - 1, issued=F("issued") + 1
        )
    answer = _answer(redemption, hold, voucher, _spendable(balance, now))
    return _remember(device_id, key, content, answer, now)


def _locked(redemption_id: UUID, device_id: UUID) -> tuple[Redemption, Balance]:
    """The redemption as it stands under its member's lock."""
    member = Redemption.objects.values_list("member_id", flat=True).get(pk=redemption_id)
    balance = Balance.objects.select_for_update(no_key=True).get(member_id=member)
    redemption = Redemption.objects.select_related("hold", "reward").get(pk=redemption_id)
    if device_id not in (redemption.device_id, redemption.printer_id):
        raise OrmRefused("forbidden")
    return redemption, balance


def _must_be_offered(reward: Reward, device: Device, tier: str, points: int, now: datetime) -> None:
    stores = list(reward.stores.values_list("pk", flat=True))
    tiers = list(reward.tiers.values_list("pk", flat=True))
    if (
        reward.deleted_at is not None
        or (stores and device.store_id not in stores)
        or (tiers and tier not in tiers)
        or (reward.valid_from is not None and reward.valid_from > now)
        or (reward.valid_to is not None and reward.valid_to <= now)
    ):
        raise OrmRefused("reward_unavailable")
    step = RewardPrice.objects.filter(
        Q(tier=None) | Q(tier=tier),
        Q(valid_from=None) | Q(valid_from__lte=now),
        Q(valid_to=None) | Q(valid_to__gt=now),
        reward=reward,
    ).aggregate(least=Min("points"))["least"]
    if min(reward.price_points, step or reward.price_points) != points:
        raise OrmRefused("price_changed")


def _settle(member: UUID, now: datetime) -> None:
    """Nothing is due in the benchmark; asked for as always."""
    alive = Lot.objects.filter(member_id=member, remaining__gt=0)
    due = alive.filter(state="pending", available_at__lte=now)
    dead = alive.filter(state="active", remaining__gt=F("held"), expires_at__lte=now)
    if PointClearing.objects.exists() or list(due) or list(dead):
        raise OrmRefused("lots that are due are not measured here")


def _spendable(balance: Balance, now: datetime) -> int:
    dead = Lot.objects.filter(
        member_id=balance.member_id, state="active", remaining__gt=0, expires_at__lte=now
    ).aggregate(points=Sum(F("remaining") - F("held")))["points"]
    return 0 if balance.debt < 0 else balance.available - (dead or 0)


def _stock_seen(reward: Reward, device: Device) -> StockBucket:
    bucket = (
        StockBucket.objects.filter(
            Q(kiosk=device) | Q(store=device.store_id), reward=reward, on_hand__gte=1
        )
        .order_by(F("kiosk").asc(nulls_last=True))
        .first()
    )
    if bucket is None:
        raise OrmRefused("out_of_stock")
    return bucket


def _take_lots(hold: Hold, now: datetime) -> None:
    """FEFO, under the member's lock."""
    left = hold.points
    lots = Lot.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        member_id=hold.member_id,
        state="active",
        remaining__gt=F("held"),
    ).order_by(F("expires_at").asc(nulls_last=True), "available_at", "id")
    for lot in lots:
        if left == 0:
            break
        part = min(left, lot.remaining - lot.held)
        lot.held += part
        lot.save(update_fields=["held"])
        HoldAllocation.objects.create(hold=hold, lot=lot, points=part)
        left -= part
    if left:
        raise OrmRefused("insufficient")


def _post(
    kind: str, balance: Balance, now: datetime, moved: dict[str, int], redemption: UUID
) -> None:
    journal = Journal.objects.create(
        kind=kind, member_id=balance.member_id, at=now, redemption=redemption
    )
    postings = []
    for name, points in moved.items():
        account, _, detail = name.partition(":")
        own = account in _MEMBERS_ACCOUNTS
        member = balance.member_id if own else None
        postings.append(
            Posting(
                journal=journal, account=account, detail=detail, member_id=member, points=points
            )
        )
        if own:
            setattr(balance, account, getattr(balance, account) + points)
    Posting.objects.bulk_create(postings)
    balance.save(update_fields=list(_MEMBERS_ACCOUNTS))


def _answer(redemption: Redemption, hold: Hold, voucher: Voucher, spendable: int) -> Answer:
    reserved = redemption.state == "RESERVED"
    open_ = redemption.state in ("RESERVED", "PRINTING", "UNCERTAIN")
    return {
        "id": str(redemption.pk),
        "state": redemption.state,
        "points": redemption.points,
        "hold_expires_at": hold.deadline.isoformat() if reserved else None,
        "voucher": {
            "code": voucher.code,
            "payload": f"V1{voucher.code}",
            "print_fields": voucher.print_fields,
        }
        if open_
        else None,
        "spendable": spendable,
        "copy": voucher.copies,
    }


def _replay(device: UUID, key: str, content: list[Any]) -> Answer | None:
    stored = IdempotencyKey.objects.filter(client=str(device), key=key).first()
    if stored is None:
        return None
    if bytes(stored.content_hash) != _hash(content):
        raise OrmRefused("idempotency_mismatch")
    answer: Answer = stored.response
    return answer


def _remember(device: UUID, key: str, content: list[Any], answer: Answer, now: datetime) -> Answer:
    IdempotencyKey.objects.create(
        client=str(device), key=key, content_hash=_hash(content), response=answer, created_at=now
    )
    return answer


def _hash(content: list[Any]) -> bytes:
    return hashlib.sha256(json.dumps(content, default=str).encode()).digest()
