"""Reserve, printing, capture, release, reprint, read: over the wire, once each."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from tests.service import Api, answered, refused
from wire import tokens, voucher_code
from wire.api.members import LookupRequest, Member
from wire.api.redemptions import (
    CaptureRequest,
    OpenRedemptions,
    PrintingRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    ReprintAnswer,
    ReprintRequest,
    State,
)
from wire.errors import ErrorCode
from wire.ids import new_id

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PRINTING = PrintingRequest(NOW)
TAKEN = CaptureRequest(print_result=PrintResult.OK, paper_mm=98, printed_at=NOW)
UNSURE = CaptureRequest(print_result=PrintResult.UNKNOWN, printed_at=NOW)
CANCELLED = ReleaseRequest(ReleaseReason.CANCELLED)


async def member_of(api: Api, redemption: UUID) -> UUID:
    found: UUID = await api.chain.value(
        "SELECT member_id FROM redemption WHERE id = $1", redemption
    )
    return found


class TestReserve:
    async def test_points_are_held_and_a_code_is_made(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(300), 300)
        answer = await api.reserve(request)
        assert answer.status_code == 201
        made = answered(answer, Redemption)
        assert (made.id, made.state, made.points) == (request.id, State.RESERVED, 300)
        assert made.spendable == 700
        assert made.hold_expires_at is not None
        left = made.hold_expires_at - datetime.now(UTC)
        assert timedelta(minutes=14) < left <= timedelta(minutes=15)
        assert made.voucher is not None
        assert voucher_code.parse(made.voucher.code) == made.voucher.code
        assert made.voucher.payload == tokens.voucher_payload(made.voucher.code)
        assert made.voucher.print_fields.balance_after == 700
        assert await api.chain.balance(member) == {
            "pending": 0,
            "available": 700,
            "held": 300,
            "debt": 0,
        }

    async def test_again_is_the_first_answer(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(300), 300)
        answers = await asyncio.gather(*(api.reserve(request) for _ in range(6)))
        done = {a.content for a in answers if a.is_success}
        assert len(done) == 1
        for running in (a for a in answers if not a.is_success):
            refused(running, ErrorCode.IDEMPOTENCY_RUNNING)
            assert running.headers["retry-after"] == "1"
        assert (await api.reserve(request)).content in done
        assert (await api.chain.balance(member))["held"] == 300

    async def test_with_another_content_it_is_refused(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(300), 300)
        answered(await api.reserve(request), Redemption)
        other = msgspec.structs.replace(request, expected_points=301)
        refused(await api.reserve(other), ErrorCode.IDEMPOTENCY_MISMATCH)

    async def test_the_key_is_the_redemptions_id(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(100))
        answer = await api.kiosk.post("/v1/redemptions", request, "another")
        assert "Idempotency-Key" in refused(answer, ErrorCode.BAD_REQUEST).detail

    async def test_too_few_points(self, api: Api) -> None:
        request = await api.request(await api.chain.member(99), await api.chain.reward(100))
        problem = refused(await api.reserve(request), ErrorCode.INSUFFICIENT)
        assert (problem.need, problem.have) == (100, 99)

    async def test_the_price_has_changed(self, api: Api) -> None:
        member, reward = await api.chain.member(1000), await api.chain.reward(100)
        request = await api.request(member, reward)
        await api.chain.execute("UPDATE reward SET price_points = 150 WHERE id = $1", reward)
        assert refused(await api.reserve(request), ErrorCode.PRICE_CHANGED).price == 150

    async def test_stock_is_gone(self, api: Api) -> None:
        reward = await api.chain.reward(100, stock=1)
        first = await api.request(await api.chain.member(100), reward)
        second = await api.request(await api.chain.member(100), reward)
        answered(await api.reserve(first), Redemption)
        refused(await api.reserve(second), ErrorCode.OUT_OF_STOCK)

    async def test_the_limit_is_reached_until_tomorrow(self, api: Api) -> None:
        member, reward = (
            await api.chain.member(1000),
            await api.chain.reward(100, per_member_per_day=1),
        )
        answered(await api.reserve(await api.request(member, reward)), Redemption)
        problem = refused(
            await api.reserve(await api.request(member, reward)), ErrorCode.LIMIT_REACHED
        )
        assert problem.limit == "per_member_per_day"
        assert problem.resets_at is not None
        assert timedelta() < problem.resets_at - datetime.now(UTC) <= timedelta(days=1)

    @pytest.mark.parametrize(
        ("reward", "code"),
        [
            ({"valid_to": datetime(2026, 1, 1, tzinfo=UTC)}, ErrorCode.WINDOW_CLOSED),
            ({"valid_from": datetime(2099, 1, 1, tzinfo=UTC)}, ErrorCode.WINDOW_CLOSED),
            ({"stores": ("S2",)}, ErrorCode.REWARD_UNAVAILABLE),
            ({"tiers": ("gold",)}, ErrorCode.REWARD_UNAVAILABLE),
            ({"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)}, ErrorCode.REWARD_UNAVAILABLE),
        ],
    )
    async def test_not_now_here_or_for_this_member(
        self, api: Api, reward: dict[str, object], code: ErrorCode
    ) -> None:
        made = await api.chain.reward(100, **reward)  # type: ignore[arg-type]  # its columns
        refused(await api.reserve(await api.request(await api.chain.member(500), made)), code)

    async def test_a_session_of_another_kiosk_or_time(self, api: Api) -> None:
        member, reward = await api.chain.member(1000), await api.chain.reward(100)
        elsewhere = await api.session(member, await api.device())
        late = await api.session(member)
        await api.chain.execute("UPDATE member_session SET expires_at = now() WHERE id = $1", late)
        for session in (elsewhere, late, new_id()):
            request = await api.request(member, reward, session=session)
            refused(await api.reserve(request), ErrorCode.SESSION_EXPIRED)
        assert (await api.chain.balance(member))["held"] == 0

    async def test_a_member_frozen_meanwhile(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(100))
        await api.chain.execute("UPDATE member SET status = 'frozen' WHERE id = $1", member)
        refused(await api.reserve(request), ErrorCode.MEMBER_FROZEN)

    async def test_a_paused_kiosk(self, api: Api) -> None:
        request = await api.request(await api.chain.member(1000), await api.chain.reward(100))
        await api.chain.execute("UPDATE device SET paused = true WHERE id = $1", api.kiosk.id)
        refused(await api.reserve(request), ErrorCode.DEVICE_PAUSED)

    async def test_over_the_limit_of_the_pin(self, api: Api) -> None:
        member = await api.chain.member(1000)
        below = await api.request(member, await api.chain.reward(300), 300)
        above = await api.request(member, await api.chain.reward(301), 301)
        await api.chain.execute("UPDATE programme SET pin_over_points = 300")
        try:
            refused(await api.reserve(above), ErrorCode.PIN_REQUIRED)
            answered(await api.reserve(below), Redemption)
        finally:
            await api.chain.execute("UPDATE programme SET pin_over_points = 0")

    @pytest.mark.parametrize("qty", [0, -1, 2])
    async def test_exactly_one(self, api: Api, qty: int) -> None:
        request = await api.request(await api.chain.member(1000), await api.chain.reward(100))
        refused(await api.reserve(msgspec.structs.replace(request, qty=qty)), ErrorCode.BAD_REQUEST)


class TestOnTheWay:
    async def test_reserved_printing_issued(self, api: Api) -> None:
        made = await api.reserved(300)
        printing = answered(await api.verb(made.id, "printing", PRINTING), Redemption)
        assert printing.state is State.PRINTING
        issued = answered(await api.verb(made.id, "capture", TAKEN), Redemption)
        assert (issued.state, issued.spendable) == (State.ISSUED, 700)
        balance = await api.chain.balance(await member_of(api, made.id))
        assert (balance["available"], balance["held"]) == (700, 0)

    async def test_each_verb_again_is_its_first_answer(self, api: Api) -> None:
        made = await api.reserved()
        for verb, body in (("printing", PRINTING), ("capture", TAKEN)):
            first = await api.verb(made.id, verb, body)
            assert (await api.verb(made.id, verb, body)).content == first.content
        mismatch = await api.verb(made.id, "capture", UNSURE)
        refused(mismatch, ErrorCode.IDEMPOTENCY_MISMATCH)

    async def test_nobody_knows_whether_it_was_printed(self, api: Api) -> None:
        made = await api.reserved()
        await api.verb(made.id, "printing", PRINTING)
        unsure = answered(await api.verb(made.id, "capture", UNSURE), Redemption)
        assert unsure.state is State.UNCERTAIN
        problem = refused(await api.verb(made.id, "release", CANCELLED), ErrorCode.REDEMPTION_STATE)
        assert problem.state == "UNCERTAIN"
        taken = answered(await api.verb(made.id, "capture", TAKEN, "later"), Redemption)
        assert taken.state is State.ISSUED

    @pytest.mark.parametrize("printing", [False, True])
    async def test_released_points_are_back_and_the_code_is_dead(
        self, api: Api, printing: bool
    ) -> None:
        made = await api.reserved(300)
        assert made.voucher is not None
        if printing:
            await api.verb(made.id, "printing", PRINTING)
        gone = answered(await api.verb(made.id, "release", CANCELLED), Redemption)
        assert (gone.state, gone.voucher, gone.spendable) == (State.RELEASED, None, 1000)
        answer = await api.till.post(
            f"/v1/vouchers/{made.voucher.code}/use", {"pos": "1", "receipt": "1"}
        )
        refused(answer, ErrorCode.VOUCHER_REVOKED)
        for verb, body in (("printing", PRINTING), ("capture", TAKEN)):
            refused(await api.verb(made.id, verb, body, f"{verb}2"), ErrorCode.REDEMPTION_RELEASED)

    async def test_what_may_be_on_paper_is_not_released(self, api: Api) -> None:
        made = await api.reserved()
        told = ReleaseRequest(ReleaseReason.CANCELLED, printed_any=True)
        refused(await api.verb(made.id, "release", told), ErrorCode.BAD_REQUEST)

    async def test_issued_stays_issued(self, api: Api) -> None:
        made = await api.printed()
        problem = refused(await api.verb(made.id, "release", CANCELLED), ErrorCode.REDEMPTION_STATE)
        assert problem.state == "ISSUED"

    async def test_release_of_an_unknown_id_refuses_a_late_reserve(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(100))
        gone = answered(await api.verb(request.id, "release", CANCELLED), Redemption)
        assert gone.state is State.RELEASED
        refused(await api.reserve(request), ErrorCode.REDEMPTION_RELEASED)
        assert (await api.chain.balance(member))["held"] == 0

    async def test_unknown_ids(self, api: Api) -> None:
        unknown = new_id()
        refused(await api.kiosk.get(f"/v1/redemptions/{unknown}"), ErrorCode.REDEMPTION_UNKNOWN)
        for verb, body in (("printing", PRINTING), ("capture", TAKEN)):
            refused(await api.verb(unknown, verb, body), ErrorCode.REDEMPTION_UNKNOWN)


class TestWhose:
    async def test_another_kiosk_can_neither_read_nor_move_it(self, api: Api) -> None:
        """No id of one device opens anything to another (T18)."""
        made, other = await api.reserved(), await api.device()
        refused(await other.get(f"/v1/redemptions/{made.id}"), ErrorCode.REDEMPTION_UNKNOWN)
        for verb, body in (("printing", PRINTING), ("capture", TAKEN), ("release", CANCELLED)):
            answer = await api.verb(made.id, verb, body, device=other)
            refused(answer, ErrorCode.FORBIDDEN)
        answer = await other.get("/v1/devices/me/redemptions?open=1")
        assert answered(answer, OpenRedemptions).redemptions == []
        assert answered(await api.kiosk.get(f"/v1/redemptions/{made.id}"), Redemption).state is (
            State.RESERVED
        )

    async def test_the_open_ones_of_this_device(self, api: Api) -> None:
        device = await api.device()
        api.kiosk = device
        reserved = await api.reserved()
        uncertain = await api.printed(PrintResult.UNKNOWN)
        await api.printed()
        answer = await device.get("/v1/devices/me/redemptions?open=1")
        found = answered(answer, OpenRedemptions).redemptions
        assert {(r.id, r.state) for r in found} == {
            (reserved.id, State.RESERVED),
            (uncertain.id, State.UNCERTAIN),
        }
        assert all(r.voucher is not None for r in found)


class TestReprint:
    async def test_the_owner_gets_the_same_code_twice_more_at_any_kiosk(self, api: Api) -> None:
        made = await api.printed(PrintResult.UNKNOWN)
        assert made.voucher is not None
        other = await api.device()
        session = await self.session(api, made.id, other)
        for copy in (1, 2):
            answer = await api.verb(
                made.id, "reprint", ReprintRequest(session), f"copy{copy}:{made.id}", other
            )
            told = answered(answer, ReprintAnswer)
            assert (told.copy, told.voucher.code) == (copy, made.voucher.code)
        third = await api.verb(made.id, "reprint", ReprintRequest(session), "3", other)
        refused(third, ErrorCode.REPRINT_LIMIT)
        taken = await api.verb(made.id, "capture", TAKEN, "taken", other)
        assert answered(taken, Redemption).state is State.ISSUED

    async def test_nobody_elses_session(self, api: Api) -> None:
        made = await api.printed(PrintResult.UNKNOWN)
        stranger = await api.session(await api.chain.member(10))
        answer = await api.verb(made.id, "reprint", ReprintRequest(stranger))
        refused(answer, ErrorCode.REDEMPTION_UNKNOWN)

    async def test_not_with_a_card(self, api: Api) -> None:
        made = await api.printed(PrintResult.UNKNOWN)
        card = await api.card(await member_of(api, made.id))
        told = answered(
            await api.kiosk.post("/v1/members/lookup", LookupRequest(card=card)), Member
        )
        answer = await api.verb(made.id, "reprint", ReprintRequest(told.session.id))
        refused(answer, ErrorCode.SESSION_READ_ONLY)

    async def test_not_what_is_issued(self, api: Api) -> None:
        made = await api.printed()
        session = await self.session(api, made.id)
        problem = refused(
            await api.verb(made.id, "reprint", ReprintRequest(session)), ErrorCode.REDEMPTION_STATE
        )
        assert problem.state == "ISSUED"

    @staticmethod
    async def session(api: Api, redemption: UUID, device: object = None) -> UUID:
        return await api.session(await member_of(api, redemption), device)  # type: ignore[arg-type]  # a SignedDevice


async def test_a_redemption_can_be_followed_in_the_log(api: Api) -> None:
    """By ids; the code stands nowhere in it."""
    made = await api.printed()
    assert made.voucher is not None
    text = api.process.log.read_text()
    lines = [msgspec.json.decode(line) for line in text.splitlines()]
    mine = [line for line in lines if line.get("redemption_id") == str(made.id)]
    assert [line["route"].rpartition("/")[2] for line in mine] == [
        "redemptions",
        "printing",
        "capture",
    ]
    assert {line["device_id"] for line in mine} == {str(api.kiosk.id)}
    assert made.voucher.code not in text
    assert made.voucher.code[-4:] not in text
