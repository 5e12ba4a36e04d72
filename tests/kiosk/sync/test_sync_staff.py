"""The kiosk's real client against the real service: what staff need of it."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.members import token_keys
from kiosk.sync import badge_list
from kiosk.sync.errors import ServiceRefused
from tests.chain import Chain
from tests.kiosk.counter import Counter
from tests.kiosk.known_device import device
from tests.staff import PIN, StaffRoom
from wire.api.devices import ServerKey
from wire.api.redemptions import (
    ReleaseReason,
    ReleaseRequest,
    ReprintReason,
    ReprintRequest,
    State,
)
from wire.api.staff import (
    BADGES_DOMAIN,
    BadgeList,
    ClockDirection,
    ClockRequest,
    FindRequest,
    HandoverCounts,
    HandoverRequest,
    LoginRequest,
    RollChange,
    SignedBadgeList,
)
from wire.errors import ErrorCode
from wire.ids import new_id


@pytest.fixture
def room(chain: Chain, counter: Counter) -> StaffRoom:
    return StaffRoom(chain.owner, (1, token_keys.load(counter.database.data, 1)))


async def test_from_badge_to_handover(chain: Chain, counter: Counter, room: StaffRoom) -> None:
    now = datetime.now(UTC)
    going, coming = await room.person(now), await room.person(now)
    async with device(chain, counter) as (_, client):
        out = await client.staff_login(LoginRequest(room.text(going), PIN))
        in_ = await client.staff_login(LoginRequest(room.text(coming), PIN))
        clock = ClockRequest(out.staff_token, ClockDirection.IN, now)
        key = new_id()
        told = await client.staff_clock(clock, key)
        assert told.on_shift_since is not None
        assert await client.staff_clock(clock, key) == told
        signed = HandoverRequest(out.staff_token, in_.staff_token, HandoverCounts(900, 0, 0))
        key = new_id()
        first = await client.staff_handover(signed, key)
        assert await client.staff_handover(signed, key) == first
        await client.staff_logout(out.staff_token)
        with pytest.raises(ServiceRefused) as refused:
            await client.staff_redemptions(FindRequest(staff_token=out.staff_token))
        assert refused.value.problem.code == ErrorCode.STAFF_SESSION_EXPIRED
        nothing = FindRequest(staff_token=in_.staff_token, since=now + timedelta(days=1))
        assert await client.staff_redemptions(nothing) == []


async def test_a_wrong_pin_says_how_many_are_left(
    chain: Chain, counter: Counter, room: StaffRoom
) -> None:
    person = await room.person(datetime.now(UTC))
    async with device(chain, counter) as (_, client):
        for left in (4, 3, 2, 1, None):
            with pytest.raises(ServiceRefused) as refused:
                await client.staff_login(LoginRequest(room.text(person), "111222"))
            problem = refused.value.problem
            assert problem.left == left
        assert problem.code == ErrorCode.STAFF_PIN_LOCKED
        assert problem.until is not None
        assert problem.until > datetime.now(UTC)


async def test_the_badges_are_kept_as_they_were_signed(
    chain: Chain, counter: Counter, room: StaffRoom
) -> None:
    person = await room.person(datetime.now(UTC))
    async with device(chain, counter) as (id_, client):
        signed = await client.badge_list()
    key = token_keys.load(counter.database.data, 1).public_key().public_bytes_raw()
    on_disk = msgspec.json.decode(msgspec.json.encode(signed), type=SignedBadgeList)
    listed = badge_list.opened(on_disk, [ServerKey(1, key)])
    assert listed.device_id == id_
    assert person.ref.hex() in {entry.staff_ref for entry in listed.badges}
    for spoilt in (
        {"badges": signed.badges.replace(b"clerk", b"it")},
        {"signature": bytes(64)},
        {"kid": 2},
    ):
        with pytest.raises(badge_list.BadgeListForged):
            badge_list.opened(msgspec.structs.replace(signed, **spoilt), [ServerKey(1, key)])
    with pytest.raises(badge_list.BadgeListForged):
        badge_list.opened(signed, [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        msgspec.json.encode({"badges": []}),
        msgspec.json.encode(
            BadgeList(new_id(), datetime(2026, 1, 1), datetime(2026, 1, 2), [])  # noqa: DTZ001  # without a zone, on purpose
        ),
    ],
)
def test_a_list_that_is_none_although_it_is_signed(content: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    signed = SignedBadgeList(content, 1, key.sign(BADGES_DOMAIN + content))
    keys = [ServerKey(1, key.public_key().public_bytes_raw())]
    with pytest.raises(badge_list.BadgeListForged):
        badge_list.opened(signed, keys)


async def test_a_roll_from_the_outbox(chain: Chain, counter: Counter, room: StaffRoom) -> None:
    person = await room.person(datetime.now(UTC))
    change = RollChange(
        id=new_id(),
        staff_ref=person.ref.hex(),
        offline=True,
        at=datetime.now(UTC) - timedelta(hours=3),
        roll_serial="R1",
        length_mm=30_000,
    )
    body = msgspec.json.encode(change)
    async with device(chain, counter) as (_, client):
        told = await client.roll(body, change.id)
        assert told.predicted_vouchers == 250
        assert await client.roll(body, change.id) == told
        with pytest.raises(ServiceRefused):
            await client.roll(body, new_id())


async def test_reprint_and_void(chain: Chain, counter: Counter, room: StaffRoom) -> None:
    person = await room.person(datetime.now(UTC))
    chain.clock.at = datetime.now(UTC)
    made = await chain.in_state(State.UNCERTAIN, await chain.reward(100), await chain.member(500))
    async with device(chain, counter) as (_, client):
        login = await client.staff_login(LoginRequest(room.text(person), PIN))
        (found,) = await client.staff_redemptions(
            FindRequest(staff_token=login.staff_token, uncertain_only=True)
        )
        assert (found.id, found.here) == (made, False)
        reprint = ReprintRequest(staff_token=login.staff_token, reason=ReprintReason.NOT_PRINTED)
        copied = await client.reprint(made, msgspec.json.encode(reprint), new_id())
        assert (copied.copy, copied.voucher.code[-4:]) == (1, found.tail)
        release = ReleaseRequest(ReleaseReason.STAFF_TORN, staff_token=login.staff_token)
        answer = await client.move(made, "release", msgspec.json.encode(release), new_id())
        assert answer.state is State.RELEASED
