"""What the service may not say to staff: times without a zone, less than nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceBroken
from tests.kiosk.staff.desk import BADGE, PIN, Desk, staffed_desk
from wire.api.staff import (
    ClockDirection,
    ClockRequest,
    FindRequest,
    HandoverCounts,
    HandoverRequest,
    LoginRequest,
)
from wire.ids import new_id

NAIVE, GOOD = "2026-03-04T12:00:00", "2026-03-04T12:00:00Z"
ID = str(new_id())
LOGIN = {"staff_token": "t", "login": ID, "staff_ref": "0a", "role": "clerk", "display": "李**"}
FOUND = {
    "id": ID,
    "state": "ISSUED",
    "reward": {"zh-Hans": "茶", "zh-Hant": "茶", "en": "Tea"},
    "points": 5,
    "tail": "5W8C",
    "at": GOOD,
    "device_no": "K1",
    "here": True,
    "copies": 0,
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with staffed_desk(tmp_path) as desk:
        yield desk


async def ask(client: ServiceClient, what: str) -> object:
    match what:
        case "login":
            return await client.staff_login(LoginRequest(BADGE, PIN))
        case "clock":
            request = ClockRequest("t", ClockDirection.IN, datetime.now(UTC))
            return await client.staff_clock(request, new_id())
        case "handover":
            signed = HandoverRequest("t", "u", HandoverCounts(0, 0, 0))
            return await client.staff_handover(signed, new_id())
        case _:
            return await client.staff_redemptions(FindRequest(staff_token="t"))


@pytest.mark.parametrize(
    ("what", "good", "spoilt"),
    [
        ("login", LOGIN, {"on_shift_since": NAIVE}),
        ("login", LOGIN, {"hours_today_min": -1}),
        ("clock", {"hours_today_min": 1}, {"on_shift_since": NAIVE}),
        ("clock", {"hours_today_min": 1}, {"hours_today_min": -1}),
        ("handover", {"handover_id": ID, "at": GOOD}, {"at": NAIVE}),
        ("found", FOUND, {"at": NAIVE}),
        ("found", FOUND, {"used_at": NAIVE}),
        ("found", FOUND, {"copies": -1}),
        ("found", FOUND, {"points": -1}),
    ],
)
async def test_what_makes_no_sense_is_no_answer(
    desk: Desk, what: str, good: dict[str, Any], spoilt: dict[str, Any]
) -> None:
    said = good

    def says(*_: object) -> tuple[int, bytes]:
        return 200, msgspec.json.encode({"redemptions": [said]} if what == "found" else said)

    desk.service._once = says
    await ask(desk.half.client, what)
    said = good | spoilt
    with pytest.raises(ServiceBroken):
        await ask(desk.half.client, what)
