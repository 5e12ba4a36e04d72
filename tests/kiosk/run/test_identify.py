"""Codes are judged on the kiosk before anybody is asked; the service is a scripted directory."""

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).parents[1] / "flow"))

import sample

from kiosk.clock import ManualClock
from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.staff.values.door import BadgeBad, BadgeGood
from kiosk.identify import Identifier, public_keys
from kiosk.sync.errors import ServiceBroken, ServiceRefused, ServiceUnreachable
from wire import plain_card, provisioning, voucher_code
from wire.api.devices import ServerKey
from wire.api.members import LookupRequest, Member
from wire.errors import ErrorCode, problem
from wire.provisioning import Provisioning
from wire.tokens import (
    MemberCard,
    MemberCode,
    OfflineVoucher,
    StaffBadge,
    sign_member_card,
    sign_member_code,
    sign_offline_voucher,
    sign_staff_badge,
    slot_of,
    voucher_payload,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
KID = 7


class Directory:
    def __init__(self) -> None:
        self.asked: list[LookupRequest] = []
        self.answer: Member | Exception = sample.member()

    async def lookup(self, request: LookupRequest) -> Member:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock(sample.WALL)
        self.directory = Directory()
        keys = public_keys([ServerKey(KID, KEY.public_key().public_bytes_raw())])
        self.replaced: set[int] = set()
        self.identifier = Identifier(
            self.directory, self.clock, lambda: keys, lambda b: b.version not in self.replaced
        )

    async def show(self, text: str, symbology: str = "QRCode") -> e.Event:
        return await self.identifier.look_up(effect.LookUp(text, symbology))


def m2(key: Ed25519PrivateKey = KEY, kid: int = KID, age_s: float = 0.0) -> str:
    slot = slot_of(sample.WALL - timedelta(seconds=age_s))
    return sign_member_code(key, MemberCode(kid, b"ref001", slot, 1000, 0))


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_fresh_code_is_asked_for_at_the_service(desk: Desk) -> None:
    text = m2()
    assert await desk.show(text) == e.MemberFound(desk.directory.answer)
    assert desk.directory.asked == [LookupRequest(token=text)]


async def test_a_card_is_asked_for_as_a_card(desk: Desk) -> None:
    text = sign_member_card(KEY, MemberCard(KID, b"card0001", 1))
    assert isinstance(await desk.show(text), e.MemberFound)
    assert desk.directory.asked == [LookupRequest(card=text)]


def forged_payload() -> str:
    text = m2()
    return text[:10] + ("A" if text[10] != "A" else "B") + text[11:]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/",
        "",
        "M2",
        "M2" + "!" * 120,
        m2() + "A",
        m2()[:-1],
        m2().lower(),
        forged_payload(),
        m2(key=STRANGER),
        m2(kid=8),
        sign_member_card(STRANGER, MemberCard(KID, b"card0001", 1)),
        "C1" + m2()[2:116],
        voucher_payload("7K3M9QXD2HTP5W8" + voucher_code.check_symbol("7K3M9QXD2HTP5W8")),
        "V1ABCDEFGHJKMNPQRS",
        sign_offline_voucher(KEY, OfflineVoucher("0" * 16, 1, 2, date(2027, 1, 1), 500, 1)),
        provisioning.text_of(Provisioning("https://points.example.com", "K7-2291", "7")),
        "[color=ff0000]张*明[/color]",
        "'; DROP TABLE member; --",
        "\u202eM2",
    ],
)
async def test_foreign_malformed_and_forged_codes_never_leave_the_kiosk(
    desk: Desk, text: str
) -> None:
    assert await desk.show(text) == e.CodeNotOurs(expired=False)
    assert desk.directory.asked == []


def badge(key: Ed25519PrivateKey = KEY) -> str:
    return sign_staff_badge(key, StaffBadge(KID, b"staff1", 1, 2, date(2027, 1, 1)))


async def test_a_badge_is_nobody_to_ask_for_at_the_service(desk: Desk) -> None:
    assert await desk.show(badge()) == BadgeGood(badge())
    assert desk.directory.asked == []


@pytest.mark.parametrize(
    "text", [badge(STRANGER), badge()[:60] + "AB"[badge()[60] == "A"] + badge()[61:]]
)
async def test_a_forged_badge_is_told_apart_from_a_forged_member_code(
    desk: Desk, text: str
) -> None:
    assert await desk.show(text) == BadgeBad()
    assert desk.directory.asked == []


async def test_a_badge_that_was_replaced_is_a_bad_one(desk: Desk) -> None:
    desk.replaced.add(1)
    assert await desk.show(badge()) == BadgeBad()


PLAIN = "2000000421" + plain_card.check_digits("2000000421")
PLAIN_EAN = PLAIN + plain_card.ean_check_digit(PLAIN)


@pytest.mark.parametrize(("text", "symbology"), [(PLAIN, "Code128"), (PLAIN_EAN, "EAN13")])
async def test_a_plain_card_is_asked_for_by_its_twelve_digits(
    desk: Desk, text: str, symbology: str
) -> None:
    assert await desk.show(text, symbology) == e.MemberFound(desk.directory.answer)
    assert desk.directory.asked == [LookupRequest(plain_card=PLAIN)]


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("6901234567892", "EAN13"),
        (PLAIN[:-1] + str((int(PLAIN[-1]) + 1) % 10), "Code128"),
        (PLAIN_EAN[:-1] + str((int(PLAIN_EAN[-1]) + 1) % 10), "EAN13"),
        (PLAIN + "0" * 100, "Code128"),
        (f" {PLAIN}", "Code128"),
        ("", "Code128"),
        (PLAIN, "QRCode"),
        (PLAIN, "ITF"),
        (PLAIN, "DataMatrix"),
    ],
)
async def test_other_bars_and_the_number_elsewhere_never_leave_the_kiosk(
    desk: Desk, text: str, symbology: str
) -> None:
    assert await desk.show(text, symbology) == e.CodeNotOurs()
    assert desk.directory.asked == []


async def test_a_plain_card_that_is_refused_is_told_as_a_code_is(desk: Desk) -> None:
    unknown = problem(ErrorCode.CODE_UNKNOWN, "unknown")
    desk.directory.answer = ServiceRefused(unknown)
    assert await desk.show(PLAIN, "Code128") == e.MemberRefused(unknown)


async def test_no_number_of_a_plain_card_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await desk.show(PLAIN, "Code128")
    await desk.show(PLAIN[:-1], "Code128")
    desk.directory.answer = ServiceRefused(problem(ErrorCode.CODE_UNKNOWN, "unknown"))
    await desk.show(PLAIN_EAN, "EAN13")
    assert PLAIN[:-1] not in caplog.text
    assert "length 11" in caplog.text


@pytest.mark.parametrize("symbology", ["Code128", "EAN13", "DataMatrix"])
async def test_a_token_in_another_symbology_is_not_ours(desk: Desk, symbology: str) -> None:
    assert await desk.show(m2(), symbology) == e.CodeNotOurs()
    assert desk.directory.asked == []


@pytest.mark.parametrize(
    ("seconds", "expired"), [(-61, True), (-25, False), (0, False), (54, False), (300, True)]
)
async def test_a_code_is_good_from_half_a_minute_before_to_a_minute_and_a_half_after(
    desk: Desk, seconds: float, expired: bool
) -> None:
    start = sample.WALL.replace(second=0)
    text = sign_member_code(KEY, MemberCode(KID, b"ref001", slot_of(start), 1000, 0))
    desk.clock.advance((start - sample.WALL).total_seconds() + seconds)
    answer = await desk.show(text)
    assert answer == e.CodeNotOurs(expired=True) if expired else isinstance(answer, e.MemberFound)
    assert bool(desk.directory.asked) is not expired


async def test_the_edge_of_the_window_is_left_to_the_service_as_far_as_our_clock_errs(
    desk: Desk,
) -> None:
    desk.clock._anchor = None
    desk.clock.anchor(sample.WALL, desk.clock.boot - 2, desk.clock.boot + 2)
    desk.clock.advance(91)
    assert isinstance(await desk.show(m2()), e.MemberFound)


async def test_without_a_clock_nothing_expires_here(desk: Desk) -> None:
    desk.clock._anchor = None
    assert isinstance(await desk.show(m2(age_s=86400)), e.MemberFound)


@pytest.mark.parametrize(
    ("said", "event"),
    [
        (
            ServiceRefused(problem(ErrorCode.MEMBER_FROZEN, "frozen")),
            e.MemberRefused(problem(ErrorCode.MEMBER_FROZEN, "frozen")),
        ),
        (ServiceUnreachable("no route"), e.ServiceUnreachable()),
        (ServiceBroken("HTML"), e.ServiceUnreachable()),
    ],
)
async def test_what_the_service_says_becomes_the_flows_event(
    desk: Desk, said: Exception, event: e.Event
) -> None:
    desk.directory.answer = said
    assert await desk.show(m2()) == event


async def test_no_text_is_ever_logged(desk: Desk, caplog) -> None:
    caplog.set_level("DEBUG")
    for text in ("canary-text", m2(key=STRANGER), m2(age_s=900), m2()):
        await desk.show(text)
        assert text not in caplog.text
    assert "length 122" in caplog.text


def test_a_key_that_is_none_is_left_out() -> None:
    keys = [ServerKey(1, b"short"), ServerKey(2, KEY.public_key().public_bytes_raw())]
    assert list(public_keys(keys)) == [2]
