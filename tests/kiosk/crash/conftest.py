"""A kiosk to be killed, before the real service."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.members import token_keys
from kiosk.sync.identity import save_enrolment, save_key
from tests.chain import Chain
from tests.fault_proxy import FaultProxy
from tests.kiosk.counter import Counter, chain, counter
from tests.kiosk.crash.killed_kiosk import POINTS, PRICE, KilledKiosk
from tests.staff import StaffRoom
from wire.api.devices import EnrolAnswer, Role, Store
from wire.api.text import Text
from wire.ids import new_id

__all__ = ["chain", "counter", "kiosk"]


@pytest.fixture
async def badge(chain: Chain, counter: Counter) -> str:
    """The text on the badge of a clerk of this store."""
    room = StaffRoom(chain.owner, (1, token_keys.load(counter.database.data, 1)))
    return room.text(await room.person(datetime.now(UTC)))


@pytest.fixture
async def kiosk(chain: Chain, counter: Counter, tmp_path: Path) -> AsyncIterator[KilledKiosk]:
    """A device of its own, and a member with points before it."""
    device, key = new_id(), Ed25519PrivateKey.generate()
    await chain.execute(
        "INSERT INTO device (id, number, role, store_id, public_key)"
        " VALUES ($1, $2, 'kiosk', 'S1', $3)",
        device,
        f"K{device.hex[-8:]}",
        key.public_key().public_bytes_raw(),
    )
    shop = Text("店", "店", "Shop")
    save_key(tmp_path / "key.pem", key)
    save_enrolment(
        tmp_path / "device.json",
        EnrolAnswer(device, Role.KIOSK, Store("S1", shop, shop, ""), [], datetime.now(UTC)),
    )
    proxy = FaultProxy(counter.port)
    async with proxy.running():
        yield KilledKiosk(
            folder=tmp_path,
            chain=chain,
            proxy=proxy,
            device=device,
            member=await chain.member(POINTS),
            reward=await chain.reward(PRICE),
            redemption=new_id(),
        )
