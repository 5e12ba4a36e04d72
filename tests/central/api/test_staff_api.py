"""Staff over the wire: forged badges, tokens, the list of badges, rolls, the search."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import base45
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.staff.people import StaffOnRecord
from tests.service import Api, SignedDevice, answered, refused
from tests.staff import PIN, StaffRoom
from wire.api.devices import Event, EventBatch, EventsAnswer, EventStatus, EventType
from wire.api.redemptions import (
    CaptureRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    ReprintAnswer,
    ReprintReason,
    ReprintRequest,
    State,
)
from wire.api.staff import (
    BADGES_DOMAIN,
    BadgeList,
    ClockAnswer,
    ClockDirection,
    ClockRequest,
    FindRequest,
    FoundRedemptions,
    HandoverAnswer,
    HandoverCounts,
    HandoverRequest,
    LoggedOut,
    Login,
    LoginRequest,
    LogoutRequest,
    RollAnswer,
    RollChange,
    SignedBadgeList,
    StaffRole,
    StayedIn,
    StayRequest,
)
from wire.errors import ErrorCode
from wire.ids import new_id
from wire.tokens import (
    MemberCard,
    StaffBadge,
    TokenError,
    parse,
    sign_member_card,
    sign_staff_badge,
)

LOGIN = "/v1/staff/login"


def room_of(api: Api) -> StaffRoom:
    return StaffRoom(api.chain.owner, api.signer)


async def clerk_of(api: Api, **more: object) -> StaffOnRecord:
    return await room_of(api).person(datetime.now(UTC), **more)  # type: ignore[arg-type]  # its own


async def logged_in(
    api: Api, person: StaffOnRecord | None = None, device: SignedDevice | None = None
) -> Login:
    person = person or await clerk_of(api)
    request = LoginRequest(room_of(api).text(person), PIN)
    return answered(await (device or api.kiosk).post(LOGIN, request), Login)


class TestLogin:
    async def test_a_badge_that_is_forged_lets_nobody_in(self, api: Api) -> None:
        """Each bit of an S1 turned, other keys, other kinds: refused, and no try is spent."""
        person = await clerk_of(api)
        text = room_of(api).text(person)
        raw = bytearray(base45.b45decode(text[2:]))
        forged = []
        for bit in range(len(raw) * 8):
            turned = bytearray(raw)
            turned[bit // 8] ^= 1 << bit % 8
            forged.append("S1" + base45.b45encode(bytes(turned)).decode())
        badge = room_of(api).badge(person)
        stranger = Ed25519PrivateKey.generate()
        forged += [sign_staff_badge(stranger, badge), text[:-1], text + "0", text.lower(), "", "S1"]
        forged.append("S1" + sign_member_card(api.signer[1], _card_like(badge))[2:])
        rng = random.Random(23)
        asked = rng.sample(forged, 60) + forged[-7:]
        answers = await asyncio.gather(
            *(api.kiosk.post(LOGIN, LoginRequest(each, PIN)) for each in asked)
        )
        for answer in answers:
            refused(answer, ErrorCode.BADGE_INVALID)
        tries = await api.chain.value(
            "SELECT count(*) FROM staff_try WHERE staff_id = $1", person.ref
        )
        assert tries == 0
        await logged_in(api, person)

    async def test_every_bit_is_covered_by_the_signature(self, api: Api) -> None:
        """All of them, where verifying costs nothing but itself."""
        text = room_of(api).text(await clerk_of(api))
        keys = {1: api.signer[1].public_key()}
        assert isinstance(parse(text, keys), StaffBadge)
        raw = bytearray(base45.b45decode(text[2:]))
        for bit in range(len(raw) * 8):
            turned = bytearray(raw)
            turned[bit // 8] ^= 1 << bit % 8
            with pytest.raises(TokenError):
                parse("S1" + base45.b45encode(bytes(turned)).decode(), keys)

    async def test_expired_replaced_and_of_another_store(self, api: Api) -> None:
        now = datetime.now(UTC)
        room = room_of(api)
        expired = await room.person(now - timedelta(days=400))
        replaced = await clerk_of(api)
        old = room.text(replaced)
        await room.replaced(replaced, now)
        elsewhere = await clerk_of(api, stores=("S2",))
        for text in (room.text(expired), old, room.text(elsewhere)):
            answer = await api.kiosk.post(LOGIN, LoginRequest(text, PIN))
            refused(answer, ErrorCode.BADGE_INVALID)

    async def test_a_wrong_pin_and_the_lock(self, api: Api) -> None:
        text = room_of(api).text(await clerk_of(api))
        wrong = LoginRequest(text, "111222")
        told = refused(await api.kiosk.post(LOGIN, wrong), ErrorCode.STAFF_PIN_WRONG)
        assert told.left == 4
        for _ in range(3):
            refused(await api.kiosk.post(LOGIN, wrong), ErrorCode.STAFF_PIN_WRONG)
        locked = refused(await api.kiosk.post(LOGIN, wrong), ErrorCode.STAFF_PIN_LOCKED)
        assert locked.until is not None
        pause = locked.until - datetime.now(UTC)
        assert timedelta(minutes=14) < pause <= timedelta(minutes=15)
        other = await api.device()
        answered(await other.post(LOGIN, LoginRequest(text, PIN)), Login)

    @pytest.mark.parametrize(
        "pin", ["", "12345", "1234567", "12345a", "１２３４５６", "12345\u0000"]
    )
    async def test_what_is_no_pin_is_no_try(self, api: Api, pin: str) -> None:
        text = room_of(api).text(await clerk_of(api))
        answer = await api.kiosk.post(LOGIN, LoginRequest(text, pin))
        assert pin not in refused(answer, ErrorCode.BAD_REQUEST).detail or not pin

    async def test_neither_pin_nor_badge_nor_token_stands_in_the_log(self, api: Api) -> None:
        person = await clerk_of(api)
        told = await logged_in(api, person)
        await api.kiosk.post(LOGIN, LoginRequest(room_of(api).text(person), "804162"))
        log = api.process.log.read_text()
        for secret in (told.staff_token, PIN, "804162", room_of(api).text(person), "$argon2"):
            assert secret not in log

    async def test_not_at_a_till(self, api: Api) -> None:
        request = LoginRequest(room_of(api).text(await clerk_of(api)), PIN)
        refused(await api.till.post(LOGIN, request), ErrorCode.FORBIDDEN)

    async def test_who_stays_renews_the_token_and_no_dead_one(self, api: Api) -> None:
        told = await logged_in(api)
        since = datetime.now(UTC) - timedelta(minutes=4)
        await api.chain.owner.execute(
            "UPDATE staff_login SET last_used_at = $2 WHERE id = $1", told.login, since
        )
        stay = StayRequest(told.staff_token)
        at = answered(await api.kiosk.post("/v1/staff/stay", stay), StayedIn).at
        used = await api.chain.value(
            "SELECT last_used_at FROM staff_login WHERE id = $1", told.login
        )
        assert used == at > since
        await api.chain.owner.execute(
            "UPDATE staff_login SET last_used_at = $2 WHERE id = $1",
            told.login,
            since - timedelta(minutes=2),
        )
        refused(await api.kiosk.post("/v1/staff/stay", stay), ErrorCode.STAFF_SESSION_EXPIRED)
        refused(await api.till.post("/v1/staff/stay", stay), ErrorCode.FORBIDDEN)

    async def test_a_logged_out_token_is_dead(self, api: Api) -> None:
        token = (await logged_in(api)).staff_token
        for _ in range(2):
            answer = await api.kiosk.post("/v1/staff/logout", LogoutRequest(token))
            answered(answer, LoggedOut)
        search = FindRequest(staff_token=token)
        refused(
            await api.kiosk.post("/v1/staff/redemptions", search),
            ErrorCode.STAFF_SESSION_EXPIRED,
        )


def _card_like(badge: StaffBadge) -> MemberCard:
    return MemberCard(badge.kid, badge.staff + bytes(2), badge.version)


class TestWork:
    async def test_clock_and_handover(self, api: Api) -> None:
        out, in_ = await logged_in(api), await logged_in(api)
        request = ClockRequest(out.staff_token, ClockDirection.IN, datetime.now(UTC))
        told = answered(await api.kiosk.post("/v1/staff/clock", request), ClockAnswer)
        assert told.on_shift_since is not None
        again = refused(await api.kiosk.post("/v1/staff/clock", request), ErrorCode.CLOCKED_ALREADY)
        assert again.at == told.on_shift_since
        handover = HandoverRequest(
            out.staff_token, in_.staff_token, HandoverCounts(12_000, 0, 1), ["paper_low"]
        )
        key = str(new_id())
        first = answered(await api.kiosk.post("/v1/staff/handover", handover, key), HandoverAnswer)
        second = await api.kiosk.post("/v1/staff/handover", handover, key)
        assert answered(second, HandoverAnswer) == first
        odd = msgspec.structs.replace(handover, notes=["a note of my own"])
        refused(await api.kiosk.post("/v1/staff/handover", odd), ErrorCode.BAD_REQUEST)

    async def test_reprint_void_and_taken(self, api: Api) -> None:
        told = await logged_in(api)
        torn, gone, taken = [await api.printed(PrintResult.UNKNOWN) for _ in range(3)]
        reprint = ReprintRequest(staff_token=told.staff_token, reason=ReprintReason.TORN)
        copy = answered(await api.verb(torn.id, "reprint", reprint), ReprintAnswer)
        assert copy.copy == 1
        assert torn.voucher is not None
        assert copy.voucher.code == torn.voucher.code
        release = ReleaseRequest(ReleaseReason.STAFF_NOT_PRINTED, staff_token=told.staff_token)
        released = answered(await api.verb(gone.id, "release", release), Redemption)
        assert released.state is State.RELEASED
        ok = CaptureRequest(
            print_result=PrintResult.OK,
            printed_at=datetime.now(UTC),
            staff_token=told.staff_token,
        )
        issued = answered(await api.verb(taken.id, "capture", ok, "taken"), Redemption)
        assert issued.state is State.ISSUED

    async def test_repeated_with_a_new_token_it_is_the_same_call(self, api: Api) -> None:
        person = await clerk_of(api)
        made = await api.printed(PrintResult.UNKNOWN)
        answers = []
        for _ in range(2):
            token = (await logged_in(api, person)).staff_token
            release = ReleaseRequest(ReleaseReason.STAFF_TORN, staff_token=token)
            answers.append(await api.verb(made.id, "release", release))
        assert answered(answers[1], Redemption) == answered(answers[0], Redemption)

    async def test_a_token_of_one_kiosk_is_nothing_at_the_next(self, api: Api) -> None:
        told = await logged_in(api)
        made, other = await api.printed(PrintResult.UNKNOWN), await api.device()
        release = ReleaseRequest(ReleaseReason.STAFF_NOT_PRINTED, staff_token=told.staff_token)
        answer = await api.verb(made.id, "release", release, device=other)
        refused(answer, ErrorCode.STAFF_SESSION_EXPIRED)

    async def test_the_search_finds_it_by_tail(self, api: Api) -> None:
        told = await logged_in(api)
        made = await api.printed(PrintResult.UNKNOWN)
        assert made.voucher is not None
        search = FindRequest(staff_token=told.staff_token, tail=made.voucher.code[-4:])
        answer = await api.kiosk.post("/v1/staff/redemptions", search)
        found = answered(answer, FoundRedemptions).redemptions
        assert made.id in {each.id for each in found}
        assert made.voucher.code not in answer.text


class TestBadges:
    async def test_the_signed_list_of_this_store(self, api: Api) -> None:
        here, there = await clerk_of(api), await clerk_of(api, stores=("S2",))
        it = await clerk_of(api, role=StaffRole.IT, stores=())
        left, bare = await clerk_of(api), await clerk_of(api)
        await room_of(api).leaves(left)
        await api.chain.execute("UPDATE staff SET badge_version = 0 WHERE ref = $1", bare.ref)
        old = await room_of(api).person(datetime.now(UTC) - timedelta(days=400))
        signed = answered(await api.kiosk.get("/v1/devices/me/staff"), SignedBadgeList)
        key = api.signer[1].public_key()
        key.verify(signed.signature, BADGES_DOMAIN + signed.badges)
        listed = msgspec.json.decode(signed.badges, type=BadgeList)
        assert listed.device_id == api.kiosk.id
        assert listed.expires_at - listed.issued_at == timedelta(hours=24)
        assert abs(listed.issued_at - datetime.now(UTC)) < timedelta(seconds=20)
        entries = {entry.staff_ref: entry for entry in listed.badges}
        assert entries[here.ref.hex()].version == 1
        assert entries[here.ref.hex()].display == "李**"
        assert entries[it.ref.hex()].role is StaffRole.IT
        for person in (there, left, bare, old):
            assert person.ref.hex() not in entries


class TestRolls:
    async def test_told_once_and_by_its_own_id(self, api: Api) -> None:
        told = await logged_in(api)
        change = RollChange(
            id=new_id(),
            staff_ref=told.staff_ref,
            login=told.login,
            at=datetime.now(UTC),
            roll_serial="R1",
            length_mm=30_000,
        )
        path = "/v1/devices/me/rolls"
        first = answered(await api.kiosk.post(path, change, change.id), RollAnswer)
        assert first.roll_id == change.id
        assert answered(await api.kiosk.post(path, change, change.id), RollAnswer) == first
        refused(await api.kiosk.post(path, change, "another"), ErrorCode.BAD_REQUEST)
        other = await api.device()
        refused(await other.post(path, change, change.id), ErrorCode.BAD_REQUEST)

    @pytest.mark.parametrize(
        "spoilt",
        [
            {"login": None},
            {"staff_ref": "E0101"},
            {"roll_serial": ""},
            {"roll_serial": "x" * 65},
            {"length_mm": 0},
            {"length_mm": 2**40},
        ],
    )
    async def test_what_is_no_roll(self, api: Api, spoilt: dict[str, object]) -> None:
        fields: dict[str, object] = {
            "id": new_id(),
            "staff_ref": "0123456789ab",
            "login": new_id(),
            "at": datetime.now(UTC),
            "roll_serial": "R1",
            "length_mm": 30_000,
        }
        change = RollChange(**(fields | spoilt))  # type: ignore[arg-type]  # its fields
        answer = await api.kiosk.post("/v1/devices/me/rolls", change, change.id)
        refused(answer, ErrorCode.BAD_REQUEST)


async def test_what_a_kiosk_tells_of_staff_and_paper_is_applied(api: Api) -> None:
    """Every type there is, and one of a newer kiosk."""
    types = [*(type_.value for type_ in EventType), "of_tomorrow"]
    payload = {"staff_ref": "0123456789ab", "login": str(new_id()), "why": "torn"}
    boot = new_id()
    events = [
        Event(seq, new_id(), type_, datetime.now(UTC), seq, boot, payload)
        for seq, type_ in enumerate(types, 1)
    ]
    answer = await api.kiosk.post("/v1/devices/me/events", EventBatch(events))
    told = answered(answer, EventsAnswer)
    assert told.acked_seq == len(types)
    assert {result.status for result in told.results} == {EventStatus.APPLIED}
    rows = await api.chain.rows(
        "SELECT type FROM device_event WHERE device_id = $1 ORDER BY seq", api.kiosk.id
    )
    assert [row["type"] for row in rows] == types
