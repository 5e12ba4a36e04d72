"""What devices tell of themselves: once each, in their own order."""

import asyncio
from datetime import UTC, datetime

import msgspec

from tests.service import Api, SignedDevice, answered, refused
from wire.api.devices import (
    Event,
    EventBatch,
    EventsAnswer,
    EventStatus,
    Heartbeat,
    HeartbeatAnswer,
)
from wire.errors import ErrorCode
from wire.ids import new_id

BOOT = new_id()


def event(seq: int) -> Event:
    return Event(seq, new_id(), "started", datetime.now(UTC), 1000 + seq, BOOT, {"paper": True})


async def tell(device: SignedDevice, *events: Event) -> EventsAnswer:
    answer = await device.post("/v1/devices/me/events", EventBatch(list(events)))
    return answered(answer, EventsAnswer)


async def count(api: Api, device: SignedDevice) -> int:
    found: int = await api.chain.value(
        "SELECT count(*) FROM device_event WHERE device_id = $1", device.id
    )
    return found


async def test_applied_in_sequence(api: Api) -> None:
    one, two, three = event(1), event(2), event(3)
    told = await tell(api.kiosk, two, one)
    assert told.acked_seq == 2
    assert [(r.seq, r.status) for r in told.results] == [
        (1, EventStatus.APPLIED),
        (2, EventStatus.APPLIED),
    ]
    assert (await tell(api.kiosk, three)).acked_seq == 3


async def test_a_gap_waits(api: Api) -> None:
    one, two, three = event(1), event(2), event(3)
    told = await tell(api.kiosk, one, three)
    assert told.acked_seq == 1
    assert await count(api, api.kiosk) == 1
    assert (await tell(api.kiosk, two, three)).acked_seq == 3


async def test_a_duplicate_gets_the_same_answer_and_is_kept_once(api: Api) -> None:
    events = [event(1), event(2)]
    await tell(api.kiosk, *events)
    told = await tell(api.kiosk, *events)
    assert told.acked_seq == 2
    assert {r.status for r in told.results} == {EventStatus.DUPLICATE}
    assert await count(api, api.kiosk) == 2


async def test_another_event_under_a_number_that_is_taken(api: Api) -> None:
    """A journal was rolled back or copied: for review, not applied."""
    await tell(api.kiosk, event(1), event(2))
    told = await tell(api.kiosk, event(2), event(3))
    assert [r.status for r in told.results] == [EventStatus.REVIEW, EventStatus.APPLIED]
    assert await count(api, api.kiosk) == 3


async def test_the_same_batch_many_times_at_once(api: Api) -> None:
    events = [event(n) for n in range(1, 21)]
    answers = await asyncio.gather(*(tell(api.kiosk, *events) for _ in range(8)))
    assert {a.acked_seq for a in answers} == {20}
    assert sum(r.status is EventStatus.APPLIED for a in answers for r in a.results) == 20
    assert await count(api, api.kiosk) == 20


async def test_an_id_that_another_device_used(api: Api) -> None:
    """Ids are made by clients: a clone must not stop the service or itself."""
    other = await api.device()
    same = event(1)
    await tell(api.kiosk, same)
    for _ in range(2):
        told = await tell(other, same)
        assert [(r.seq, r.status) for r in told.results] == [(1, EventStatus.REVIEW)]
        assert told.acked_seq == 1
    assert await count(api, other) == 1
    assert (await tell(other, event(2))).acked_seq == 2


async def test_at_most_a_hundred(api: Api) -> None:
    batch = EventBatch([event(n) for n in range(1, 102)])
    answer = await api.kiosk.post("/v1/devices/me/events", batch)
    assert "at most 100" in refused(answer, ErrorCode.BAD_REQUEST).detail
    assert await count(api, api.kiosk) == 0


async def test_a_number_below_one(api: Api) -> None:
    for seq in (0, -5, 2**63):
        answer = await api.kiosk.post("/v1/devices/me/events", EventBatch([event(seq)]))
        assert "seq" in refused(answer, ErrorCode.BAD_REQUEST).detail


async def test_a_heartbeat_is_kept(api: Api) -> None:
    beat = Heartbeat(
        app="0.1.0",
        image="0.1.0",
        uptime_s=60,
        queue_depth=0,
        last_acked=0,
        printer_state="ok",
        camera_ok=True,
        disk_free_mb=1000,
    )
    told = answered(await api.kiosk.post("/v1/devices/me/heartbeat", beat), HeartbeatAnswer)
    assert told.next_s > 0
    kept = await api.chain.value("SELECT heartbeat FROM device WHERE id = $1", api.kiosk.id)
    assert msgspec.json.decode(kept, type=Heartbeat) == beat


async def test_an_event_of_a_later_kind_is_kept(api: Api) -> None:
    later = msgspec.structs.replace(event(1), type="lottery_drawn")
    assert (await tell(api.kiosk, later)).acked_seq == 1
