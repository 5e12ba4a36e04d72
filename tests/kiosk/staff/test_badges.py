"""Who is let in by a badge alone: only by a list that is signed, ours, fresh, and names it."""

import asyncio
import logging
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import ManualClock
from kiosk.staff.badges import REFRESH_S, Badges
from kiosk.sync.errors import ServiceUnreachable
from wire.api.devices import ServerKey
from wire.api.staff import BADGES_DOMAIN, BadgeEntry, BadgeList, SignedBadgeList, StaffRole
from wire.tokens import MemberCard, StaffBadge, sign_member_card, sign_staff_badge

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
KID, DEVICE = 7, UUID(int=5)
STAFF = b"staff1"
BADGE = StaffBadge(KID, STAFF, 3, 1, date(2026, 11, 22))
ENTRY = BadgeEntry(STAFF.hex(), 3, StaffRole.CLERK, "李**")


def signed(key: Ed25519PrivateKey = KEY, kid: int = KID, **changes: object) -> SignedBadgeList:
    fields = {
        "device_id": DEVICE,
        "issued_at": NOW - timedelta(hours=1),
        "expires_at": NOW + timedelta(hours=23),
        "badges": [ENTRY],
    }
    raw = msgspec.json.encode(BadgeList(**(fields | changes)))
    return SignedBadgeList(raw, kid, key.sign(BADGES_DOMAIN + raw))


class Service:
    def __init__(self) -> None:
        self.list: SignedBadgeList | Exception = signed()
        self.asked = 0

    async def badge_list(self) -> SignedBadgeList:
        self.asked += 1
        if isinstance(self.list, Exception):
            raise self.list
        return self.list


class Room:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "badges.json"
        self.clock = ManualClock(NOW)
        self.service = Service()
        self.keys = [ServerKey(KID, KEY.public_key().public_bytes_raw())]
        self.badges = self.again()

    def again(self) -> Badges:
        """As after a restart."""
        return Badges(
            self.service,
            self.clock,
            self.file,
            DEVICE,
            lambda: self.keys,
            lambda: "Asia/Shanghai",
        )


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_a_badge_on_the_list_is_let_in(room: Room) -> None:
    await room.badges.refresh()
    badge = await room.badges.verified(sign_staff_badge(KEY, BADGE))
    assert badge == BADGE
    assert room.badges.listed(badge) == ENTRY


async def test_the_list_survives_a_restart_as_it_was_signed(room: Room) -> None:
    await room.badges.refresh()
    later = room.again()
    assert later.listed(BADGE) is None
    await later.restore()
    assert later.listed(BADGE) == ENTRY


@pytest.mark.parametrize(
    "bad",
    [
        signed(STRANGER),
        signed(kid=8),
        signed(device_id=UUID(int=6)),
        signed(expires_at=NOW),
        signed(issued_at=NOW + timedelta(minutes=5)),
        signed(badges=[]),
        signed(badges=[msgspec.structs.replace(ENTRY, version=4)]),
        signed(badges=[msgspec.structs.replace(ENTRY, version=2)]),
        signed(badges=[msgspec.structs.replace(ENTRY, staff_ref="00" * 6)]),
    ],
)
async def test_any_other_list_lets_nobody_in(room: Room, bad: SignedBadgeList) -> None:
    room.service.list = bad
    await room.badges.refresh()
    assert room.badges.listed(BADGE) is None


async def test_a_list_on_disk_that_was_tampered_with_lets_nobody_in(room: Room) -> None:
    await room.badges.refresh()
    kept = msgspec.json.decode(room.file.read_bytes(), type=SignedBadgeList)
    raised = kept.badges.replace(b'"version":3', b'"version":4')
    assert raised != kept.badges
    forged = msgspec.structs.replace(kept, badges=raised)
    room.file.write_bytes(msgspec.json.encode(forged))
    later = room.again()
    await later.restore()
    newer = StaffBadge(KID, STAFF, 4, 1, BADGE.last_day)
    assert later.listed(newer) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{}"])
async def test_a_damaged_file_is_no_list(room: Room, content: bytes) -> None:
    room.file.write_bytes(content)
    await room.badges.restore()
    assert room.badges.listed(BADGE) is None


async def test_the_list_is_good_for_its_hours_and_no_longer(room: Room) -> None:
    await room.badges.refresh()
    room.service.list = ServiceUnreachable()
    room.clock.advance(9 * 3600)
    await room.badges.refresh()
    assert room.badges.listed(BADGE) == ENTRY
    room.clock.advance(15 * 3600)
    assert room.badges.listed(BADGE) is None


async def test_without_a_trusted_clock_nobody_is_let_in_by_the_list(room: Room) -> None:
    await room.badges.refresh()
    room.clock = ManualClock(NOW, anchored=False)
    later = room.again()
    await later.restore()
    assert later.listed(BADGE) is None
    assert later.counts(BADGE), "with a PIN the service decides"


@pytest.mark.parametrize(("hours", "counts"), [(9.9, True), (10.1, False)])
async def test_a_badge_expires_with_its_last_day_in_the_shop(
    room: Room, hours: float, counts: bool
) -> None:
    """14:00 in Shanghai: the 22nd ends ten hours later, though not in UTC."""
    room.clock.advance(hours * 3600)
    text = sign_staff_badge(KEY, BADGE)
    assert (await room.badges.verified(text) is not None) is counts


async def test_a_replaced_badge_is_no_badge_any_more(room: Room) -> None:
    old = StaffBadge(KID, STAFF, 2, 1, BADGE.last_day)
    assert room.badges.counts(old), "no list is known yet"
    await room.badges.refresh()
    assert not room.badges.counts(old)


async def test_codes_of_members_and_strangers_are_no_badges(room: Room) -> None:
    for text in (
        sign_staff_badge(STRANGER, BADGE),
        sign_member_card(KEY, MemberCard(KID, b"card0001", 1)),
        "S1",
        "",
        "S1" + "0" * 114,
    ):
        assert await room.badges.verified(text) is None


@settings(max_examples=200, deadline=None)
@given(at=st.integers(2, 115), to=st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_one_changed_character_makes_a_forged_badge(at: int, to: str) -> None:
    text = sign_staff_badge(KEY, BADGE)
    changed = text[:at] + to + text[at + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(Room(Path(folder)).badges.verified(changed))
    assert (found is not None) == (changed == text)


async def test_the_list_is_fetched_every_ten_minutes(room: Room) -> None:
    await room.badges.refresh()
    await room.badges.refresh()
    assert room.service.asked == 1
    room.clock.advance(REFRESH_S + 1)
    await room.badges.refresh()
    assert room.service.asked == 2


async def test_the_disk_is_written_for_news_and_twice_a_day(room: Room) -> None:
    async def written(**changes: object) -> bool:
        before = room.file.stat().st_ino if room.file.exists() else None
        room.service.list = signed(**changes)
        room.clock.advance(REFRESH_S + 1)
        await room.badges.refresh()
        return room.file.stat().st_ino != before

    def dated(hours: float) -> dict[str, object]:
        issued_at = NOW - timedelta(hours=1) + timedelta(hours=hours)
        return {"issued_at": issued_at, "expires_at": issued_at + timedelta(hours=24)}

    assert await written()
    assert not await written(**dated(0.2))
    assert not await written(**dated(11.9))
    assert await written(**dated(12.1)), "half of its hours are gone"
    replaced = msgspec.structs.replace(ENTRY, version=4)
    assert await written(badges=[replaced], **dated(12.2))
    assert await written(badges=[replaced], kid=KID + 1, **dated(12.3))
    room.badges = room.again()
    await room.badges.restore()
    assert not await written(badges=[replaced], kid=KID + 1, **dated(12.4))


async def test_a_service_without_a_list_is_logged_once(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.service.list = ServiceUnreachable()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await room.badges.refresh()
    assert room.service.asked == 3
    assert len(caplog.records) == 1


async def test_a_badges_text_is_never_logged(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        text = sign_staff_badge(STRANGER, BADGE)
        await room.badges.verified(text)
    assert caplog.records
    assert text[2:20] not in caplog.text
