"""A year in the chain's life, told to the real ledger through its real functions."""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from central.demo_chain.people import MAIN, DemoMember
from central.demo_chain.rewards import REWARDS
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from wire.api.redemptions import (
    CaptureRequest,
    PrintingRequest,
    PrintResult,
    ReserveRequest,
)
from wire.api.vouchers import UseRequest
from wire.ids import new_id

_ZONE = ZoneInfo("Asia/Shanghai")
_CLIENT = "demo"
_MAIN_LOTS = ((300, 4000), (180, 3660), (25, 4000))
"""Days ago, and points: with the 1,200 that expire soon they make 12,860."""
_EXPIRING_POINTS = 1200
_EXPIRES_IN_DAYS = 39
_RETURNED_POINTS = 600
"""Of a sale that was spent before it was brought back."""
_SPENT_ON = "toast"
_EARN = {"plain": (20, 160), "silver": (60, 320), "gold": (120, 700)}
"""Points of one sale, from and to."""
_REDEEM_EVERY = 5
"""Sales between two redemptions of a busy member."""
_USED_SHARE = 0.8
_PRICES = {reward.picture: reward.points for reward in REWARDS if reward.stock is None}


@dataclass(slots=True)
class PastClock:
    """What the ledger takes for now while history is told."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Devices:
    """Two kiosks that have done their duty, and the till beside them; nobody has their keys."""

    kiosks: list[UUID] = field(default_factory=list)
    till: UUID = field(default_factory=new_id)


class History:
    """Tells it member by member, each in the order of time.

    Args:
        owner: a connection as central_owner, for rows that a back office would write.
        ledger: as central_app, with `clock` as its clock.
    """

    def __init__(
        self,
        owner: "asyncpg.Connection[Any]",
        ledger: Ledger,
        clock: PastClock,
        rewards: dict[str, UUID],
        rng: random.Random,
    ) -> None:
        self._owner = owner
        self._ledger = ledger
        self._clock = clock
        self._rewards = rewards
        self._rng = rng
        self._now = clock.at
        self._devices = Devices()
        self._seq = 0

    async def tell(self, members: list[DemoMember], progress: Callable[[int], None]) -> None:
        """All members; `progress` gets how many are done."""
        await self._old_devices()
        for done, member in enumerate(members, 1):
            row = await self._join(member)
            if member is MAIN:
                await self._main(row)
            else:
                await self._year(row, member)
            progress(done)
        self._clock.at = self._now
        await self._odd_ones(members)

    async def _old_devices(self) -> None:
        for number, role, store in (
            ("K01", "kiosk", "S0101"),
            ("K02", "kiosk", "S0102"),
            ("T01", "till", "S0101"),
        ):
            device = new_id()
            await self._owner.execute(
                "INSERT INTO device (id, number, role, store_id, public_key)"
                " VALUES ($1, $2, $3, $4, $5)",
                device,
                number,
                role,
                store,
                secrets.token_bytes(32),
            )
            if role == "kiosk":
                self._devices.kiosks.append(device)
            else:
                self._devices.till = device

    async def _join(self, member: DemoMember) -> UUID:
        row = new_id()
        await self._owner.execute(
            "INSERT INTO member (id, number, display, tier_id) VALUES ($1, $2, $3, $4)",
            row,
            member.number,
            member.display,
            member.tier,
        )
        await self._owner.execute(
            "INSERT INTO member_ref (ref, member_id) VALUES ($1, $2)", secrets.token_bytes(6), row
        )
        await self._owner.execute(
            "INSERT INTO member_card (card_ref, member_id) VALUES ($1, $2)",
            secrets.token_bytes(8),
            row,
        )
        return row

    async def _award(self, row: UUID, points: int, expires_at: datetime | None = None) -> str:
        reference = f"S0101:1:{self._clock.at:%Y%m%d}-{self._rng.randrange(10**4):04d}"
        await self._ledger.award(
            client=_CLIENT,
            key=str(new_id()),
            member=row,
            points=points,
            point_type="base",
            source="sale",
            reference=reference,
            expires_at=expires_at,
        )
        return reference

    async def _main(self, row: UUID) -> None:
        last_day = (self._now + timedelta(days=_EXPIRES_IN_DAYS)).astimezone(_ZONE).date()
        end = datetime.combine(last_day, time(23, 59, 59), _ZONE)
        lots = [*((days, points, None) for days, points in _MAIN_LOTS), (90, _EXPIRING_POINTS, end)]
        for days_ago, points, expires_at in sorted(lots, key=lambda lot: -lot[0]):
            self._clock.at = self._now - timedelta(days=days_ago)
            await self._award(row, points, expires_at)

    async def _year(self, row: UUID, member: DemoMember) -> None:
        """Sales over 350 days, and now and then a redemption, most of them used at a till."""
        days = sorted(self._rng.sample(range(2, 352), member.visits), reverse=True)
        low, high = _EARN[member.tier]
        balance = 0
        for visit, days_ago in enumerate(days, 1):
            self._clock.at = self._now - timedelta(days=days_ago, minutes=self._rng.randrange(600))
            points = self._rng.randrange(low, high)
            await self._award(row, points)
            balance += points
            if visit % _REDEEM_EVERY == 0:
                affordable = [p for p, price in _PRICES.items() if price <= balance]
                if affordable:
                    picked = self._rng.choice(affordable)
                    await self._redeem(row, picked, used=self._rng.random() < _USED_SHARE)
                    balance -= _PRICES[picked]

    async def _redeem(self, row: UUID, picked: str, *, used: bool) -> None:
        try:
            code = await self._print(row, picked, PrintResult.OK)
        except LedgerRefused:
            return  # a limit, or points that died meanwhile: so it goes in shops
        if used:
            self._clock.at += timedelta(hours=2)
            receipt = f"{self._clock.at:%Y%m%d}-{self._seq:04d}"
            request = UseRequest("1", receipt, 1, 50000)
            await self._ledger.use_voucher(self._devices.till, code, f"use:{receipt}", request)

    async def _print(self, row: UUID, picked: str, result: PrintResult) -> str:
        """Redeems at one of the kiosks; the voucher's code.

        Raises:
            LedgerRefused
        """
        device = self._rng.choice(self._devices.kiosks)
        at = self._clock.at
        session = new_id()
        await self._owner.execute(
            "INSERT INTO member_session (id, member_id, device_id, read_only, created_at,"
            " expires_at) VALUES ($1, $2, $3, false, $4, $5)",
            session,
            row,
            device,
            at,
            at + timedelta(minutes=20),
        )
        self._seq += 1
        request = ReserveRequest(
            id=new_id(),
            session=session,
            item_id=self._rewards[picked],
            item_rev=1,
            expected_points=_PRICES[picked],
            device_seq=self._seq,
        )
        reserved = await self._ledger.reserve(device, request)
        if reserved.voucher is None:
            raise LookupError("a reward of the demo is printed, so reserving it gives a code")
        await self._ledger.printing(device, request.id, str(new_id()), PrintingRequest(at))
        capture = CaptureRequest(print_result=result, paper_mm=98, printed_at=at)
        await self._ledger.capture(device, request.id, str(new_id()), capture)
        return reserved.voucher.code

    async def _odd_ones(self, members: list[DemoMember]) -> None:
        """One uncertain voucher, one frozen account, one in debt.

        Raises:
            LedgerRefused: the uncertain one could not be made, or points could not be spent.
        """
        uncertain, frozen, indebted = members[1], members[2], members[3]
        self._clock.at = self._now - timedelta(hours=3)
        await self._award(await self._id(uncertain), 900)
        await self._print(await self._id(uncertain), "latte", PrintResult.UNKNOWN)
        self._clock.at = self._now - timedelta(hours=2)
        await self._owner.execute(
            "UPDATE member SET status = 'frozen' WHERE number = $1", frozen.number
        )
        row = await self._id(indebted)
        reference = await self._award(row, _RETURNED_POINTS)
        while await self._available(row) >= _PRICES[_SPENT_ON]:
            await self._print(row, _SPENT_ON, PrintResult.OK)
        await self._ledger.clawback(
            client=_CLIENT,
            key=str(new_id()),
            member=row,
            points=_RETURNED_POINTS,
            reference=reference,
            reason="goods returned",
        )

    async def _available(self, row: UUID) -> int:
        points: int = await self._owner.fetchval(
            "SELECT available FROM balance WHERE member_id = $1", row
        )
        return points

    async def _id(self, member: DemoMember) -> UUID:
        found = await self._owner.fetchval("SELECT id FROM member WHERE number = $1", member.number)
        return UUID(int=found.int)
