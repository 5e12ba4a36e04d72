"""A pytest plugin: a small chain in a real database, and the ledger's faces over it.

Fixtures: `clock` (set by hand), `pool` (as central_app), `ledger`, `desk`, `timekeeper`, and
`chain`, with which a test makes members, rewards, devices and redemptions.
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.ledger.timekeeper import Timekeeper
from central.members.desk import MemberDesk
from tests.postgres import Database
from wire.api.redemptions import (
    CaptureRequest,
    PrintingRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    ReserveRequest,
    State,
)
from wire.api.text import Text
from wire.api.vouchers import UseRequest
from wire.ids import new_id
from wire.tokens import MemberCode, slot_of

START = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


@dataclass(slots=True)
class HandClock:
    """Stands still until a test moves it."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


def text(words: str) -> str:
    """A text in three languages, as the JSON of a column."""
    return msgspec.json.encode(Text(words, words, words)).decode()


@dataclass(slots=True)
class Chain:
    """Rows are made as the owner, as a merchant's back office would; points move by `ledger`."""

    owner: "asyncpg.Pool[Any]"
    ledger: Ledger
    desk: MemberDesk
    clock: HandClock
    kiosk: UUID = field(default_factory=new_id)
    kiosk_2: UUID = field(default_factory=new_id)
    till: UUID = field(default_factory=new_id)
    till_2: UUID = field(default_factory=new_id)
    _seq: int = 0

    async def open(self) -> None:
        """The chain itself: programme without PIN, 2 tiers, 2 stores, 2 kiosks, 2 tills."""
        await self.execute(
            "INSERT INTO programme (id, name, point_unit, pin_over_points) VALUES ($1, $2, $3, 0)",
            new_id(),
            text("青禾生活"),
            text("分"),
        )
        await self.execute(
            "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit, expiry_round)"
            " VALUES ('base', $1, 'rolling', 12, 'month', 'exact'),"
            " ('forever', $1, 'none', NULL, '', 'day')",
            text("积分"),
        )
        await self.execute(
            "INSERT INTO tier (id, name, rank) VALUES ('plain', $1, 0), ('gold', $1, 1)", text("卡")
        )
        await self.execute(
            "INSERT INTO store (id, name, address) VALUES ('S1', $1, $1), ('S2', $1, $1)",
            text("店"),
        )
        await self.execute("INSERT INTO category (id, name) VALUES ('home', $1)", text("居家"))
        await self.execute("INSERT INTO reward_image (sha256, content) VALUES ('00', '')")
        for device, number, role, store in (
            (self.kiosk, "K01", "kiosk", "S1"),
            (self.kiosk_2, "K02", "kiosk", "S2"),
            (self.till, "T01", "till", "S1"),
            (self.till_2, "T02", "till", "S2"),
        ):
            await self.execute(
                "INSERT INTO device (id, number, role, store_id, public_key)"
                " VALUES ($1, $2, $3, $4, $5)",
                device,
                number,
                role,
                store,
                secrets.token_bytes(32),
            )

    async def manager(self, number: str = "M1") -> str:
        """A second person for what takes two; the staff number."""
        await self.execute(
            "INSERT INTO staff (ref, staff_no, display, role, every_store, active)"
            " VALUES ($1, $2, '李**', 'manager', true, true) ON CONFLICT DO NOTHING",
            secrets.token_bytes(6),
            number,
        )
        return number

    async def execute(self, statement: str, *arguments: object) -> None:
        await self.owner.execute(statement, *arguments)

    async def value(self, query: str, *arguments: object) -> Any:
        return await self.owner.fetchval(query, *arguments)

    async def rows(self, query: str, *arguments: object) -> list[Any]:
        rows: list[Any] = await self.owner.fetch(query, *arguments)
        return rows

    # --- Members -------------------------------------------------------------------------

    async def member(self, points: int = 0, *, tier: str = "plain", status: str = "active") -> UUID:
        """A member, with one lot of `points` that lives for a year if any."""
        member = new_id()
        await self.execute(
            "INSERT INTO member (id, number, display, tier_id, status) VALUES ($1, $2, $3, $4, $5)",
            member,
            str(member.int % 10**10).zfill(10),
            "张*明",
            tier,
            status,
        )
        if points:
            await self.award(member, points)
        return member

    async def award(self, member: UUID, points: int, **more: Any) -> UUID:
        awarded = await self.ledger.award(
            client="test",
            key=str(new_id()),
            member=member,
            points=points,
            **({"point_type": "base", "source": "sale"} | more),
        )
        return awarded.lot

    async def ref(self, member: UUID) -> bytes:
        """A fresh pseudonym for rotating codes."""
        ref = secrets.token_bytes(6)
        await self.execute("INSERT INTO member_ref (ref, member_id) VALUES ($1, $2)", ref, member)
        return ref

    def code(self, ref: bytes) -> MemberCode:
        return MemberCode(kid=1, ref=ref, slot=slot_of(self.clock()), balance=0, as_of_min=0)

    async def session(
        self, member: UUID, *, device: UUID | None = None, read_only: bool = False
    ) -> UUID:
        """A session as a lookup makes it, without the code."""
        session = new_id()
        await self.execute(
            "INSERT INTO member_session (id, member_id, device_id, read_only, created_at,"
            " expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            session,
            member,
            device or self.kiosk,
            read_only,
            self.clock(),
            self.clock() + timedelta(minutes=20),
        )
        return session

    async def balance(self, member: UUID) -> dict[str, int]:
        row = await self.owner.fetchrow(
            "SELECT pending, available, held, debt FROM balance WHERE member_id = $1", member
        )
        return dict(row)

    # --- Rewards -------------------------------------------------------------------------

    async def reward(
        self,
        points: int = 100,
        *,
        stock: int | None = None,
        stores: tuple[str, ...] = (),
        tiers: tuple[str, ...] = (),
        **columns: Any,
    ) -> UUID:
        """A reward; `stock` makes it counted, with that much in store S1."""
        reward = new_id()
        values = {
            "id": reward,
            "kind": "goods",
            "category_id": "home",
            "name": text("雨伞"),
            "description": text("一把雨伞"),
            "value_fen": 1500,
            "image_sha256": "00",
            "price_points": points,
            "stock_counted": stock is not None,
        } | columns
        places = ", ".join(f"${i}" for i in range(1, len(values) + 1))
        await self.execute(
            f"INSERT INTO reward ({', '.join(values)}) VALUES ({places})", *values.values()
        )
        for store in stores:
            await self.execute(
                "INSERT INTO reward_store (id, reward_id, store_id) VALUES ($1, $2, $3)",
                new_id(),
                reward,
                store,
            )
        for tier in tiers:
            await self.execute(
                "INSERT INTO reward_tier (id, reward_id, tier_id) VALUES ($1, $2, $3)",
                new_id(),
                reward,
                tier,
            )
        if stock is not None:
            await self.stock(reward, stock)
        return reward

    async def stock(
        self, reward: UUID, pieces: int, store: str | None = "S1", kiosk: UUID | None = None
    ) -> None:
        """Goods come in at a place; without a store and a kiosk at the chain's own."""
        if pieces:
            await self.value(
                "SELECT stock_receive('test', $1, $2, $3, $4, $5, 'delivery', $6)",
                str(new_id()),
                reward,
                store,
                kiosk,
                pieces,
                self.clock(),
            )

    async def limit(self, reward: UUID, scope: str, period: str, cap: int) -> None:
        """By one `member`, in one `store`, or in the whole `chain`."""
        await self.execute(
            "INSERT INTO reward_limit (id, reward_id, scope, period, cap)"
            " VALUES ($1, $2, $3, $4, $5)",
            *(new_id(), reward, scope, period, cap),
        )

    async def campaign(
        self,
        name: str,
        *rewards: UUID,
        points: int | None = None,
        pieces: int | None = None,
        days: int = 7,
    ) -> None:
        """A budget over rewards, from an hour ago on for some days."""
        starts = self.clock() - timedelta(hours=1)
        await self.execute(
            "INSERT INTO campaign (id, name, starts_at, ends_at, points_budget, pieces_budget)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            *(name, text(name), starts, starts + timedelta(days=days), points, pieces),
        )
        for reward in rewards:
            await self.execute(
                "INSERT INTO campaign_reward (id, campaign_id, reward_id) VALUES ($1, $2, $3)",
                *(new_id(), name, reward),
            )

    # --- Redemptions ---------------------------------------------------------------------

    async def request(
        self, member: UUID, reward: UUID, points: int = 100, **more: Any
    ) -> ReserveRequest:
        """What a kiosk would send; a new session unless one is given."""
        self._seq += 1
        device = more.pop("device", None)
        fields: dict[str, Any] = {
            "id": new_id(),
            "item_id": reward,
            "item_rev": 1,
            "expected_points": points,
            "device_seq": self._seq,
        } | more
        if "session" not in fields:
            fields["session"] = await self.session(member, device=device)
        return ReserveRequest(**fields)

    async def reserve(
        self, member: UUID, reward: UUID, points: int = 100, **more: Any
    ) -> Redemption:
        device = more.get("device", self.kiosk)
        return await self.ledger.reserve(device, await self.request(member, reward, points, **more))

    async def printing(self, redemption: UUID, key: str | None = None) -> Redemption:
        return await self.ledger.printing(
            self.kiosk, redemption, key or str(new_id()), PrintingRequest(self.clock())
        )

    async def capture(
        self, redemption: UUID, result: PrintResult = PrintResult.OK, key: str | None = None
    ) -> Redemption:
        request = CaptureRequest(print_result=result, paper_mm=80, printed_at=self.clock())
        return await self.ledger.capture(self.kiosk, redemption, key or str(new_id()), request)

    async def release(self, redemption: UUID, key: str | None = None) -> Redemption:
        request = ReleaseRequest(ReleaseReason.CANCELLED)
        return await self.ledger.release(self.kiosk, redemption, key or str(new_id()), request)

    async def code_of(self, redemption: UUID) -> str:
        code: str = await self.value(
            "SELECT code FROM voucher WHERE redemption_id = $1", redemption
        )
        return code

    async def state(self, redemption: UUID) -> State:
        return State(await self.value("SELECT state FROM redemption WHERE id = $1", redemption))

    async def in_state(self, state: State, reward: UUID, member: UUID, points: int = 100) -> UUID:
        """A redemption brought to a state by the calls that lead there."""
        redemption = (await self.reserve(member, reward, points)).id
        if state is State.RESERVED:
            return redemption
        if state is State.RELEASED:
            await self.release(redemption)
            return redemption
        await self.printing(redemption)
        if state is State.PRINTING:
            return redemption
        if state is State.UNCERTAIN:
            await self.capture(redemption, PrintResult.UNKNOWN)
            return redemption
        await self.capture(redemption)
        if state is State.USED:
            code = await self.code_of(redemption)
            await self.ledger.use_voucher(
                self.till, code, str(new_id()), UseRequest(pos="1", receipt="R1")
            )
        elif state is State.VOIDED:
            await self.ledger.void(
                operator="E0001", key=str(new_id()), redemption=redemption, reason="test"
            )
        elif state is State.EXPIRED:
            before = self.clock.at
            self.clock.forward(days=60)
            await self.value("SELECT redemption_settle($1, $2)", redemption, self.clock())
            self.clock.at = before
        return redemption


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def pool(database: Database) -> "AsyncIterator[asyncpg.Pool[Any]]":
    """Connections as central_app."""
    opened = await open_pool(database.app)
    yield opened
    await opened.close()


@pytest.fixture
def ledger(pool: "asyncpg.Pool[Any]", clock: HandClock) -> Ledger:
    return Ledger(pool, clock)


@pytest.fixture
def timekeeper(pool: "asyncpg.Pool[Any]", clock: HandClock) -> Timekeeper:
    return Timekeeper(pool, clock)


@pytest.fixture
def desk(pool: "asyncpg.Pool[Any]", clock: HandClock) -> MemberDesk:
    return MemberDesk(pool, clock)


@pytest.fixture
async def chain(
    database: Database, ledger: Ledger, desk: MemberDesk, clock: HandClock
) -> AsyncIterator[Chain]:
    """An open chain without members and rewards."""
    owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
    made = Chain(owner, ledger, desk, clock)
    await made.open()
    yield made
    await owner.close()
