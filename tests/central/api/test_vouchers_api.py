"""A voucher at the till: used at most once, whoever asks how often at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from central.programme.use_conditions import UseConditions
from tests.service import Api, answered, refused
from wire import voucher_code
from wire.api.devices import Role
from wire.api.redemptions import PrintResult, Redemption, State
from wire.api.vouchers import (
    Basket,
    BasketLine,
    CheckRequest,
    RestoreRequest,
    UseRequest,
    VoucherState,
)
from wire.errors import ErrorCode


async def issued(api: Api, **reward: object) -> str:
    voucher = (await api.printed(**reward)).voucher  # type: ignore[arg-type]  # a reward's columns
    assert voucher is not None
    return voucher.code


async def test_check_changes_nothing(api: Api) -> None:
    code = await issued(api)
    for _ in range(2):
        told = answered(await api.till.post(f"/v1/vouchers/{code}/check"), VoucherState)
        assert (told.state, told.usable, told.tail) == (State.ISSUED, True, code[-4:])
        assert told.value_fen == 1500


async def test_used_once_and_refused_with_where_and_when(api: Api) -> None:
    code = await issued(api)
    use = UseRequest("3", "R100", 1)
    told = answered(await api.till.post(f"/v1/vouchers/{code}/use", use), VoucherState)
    assert (told.state, told.usable, told.used_store) == (State.USED, False, "S1")
    other = await api.device(Role.TILL, "S2")
    for till, again in ((api.till, UseRequest("3", "R101", 1)), (other, use)):
        answer = await till.post(f"/v1/vouchers/{code}/use", again)
        problem = refused(answer, ErrorCode.ALREADY_USED)
        assert problem.store == "S1"
        assert problem.at == told.used_at


async def test_the_same_receipt_and_line_is_the_same_use(api: Api) -> None:
    code = await issued(api)
    use = UseRequest("3", "R100", 1)
    first = await api.till.post(f"/v1/vouchers/{code}/use", use, "use:S1:3:R100:1")
    again = await api.till.post(f"/v1/vouchers/{code}/use", use, "use:S1:3:R100:1")
    assert again.content == first.content
    otherwise = await api.till.post(f"/v1/vouchers/{code}/use", use, "another key")
    assert answered(otherwise, VoucherState).used_receipt == "R100"
    other = UseRequest("3", "R100", 2)
    mismatch = await api.till.post(f"/v1/vouchers/{code}/use", other, "use:S1:3:R100:1")
    refused(mismatch, ErrorCode.IDEMPOTENCY_MISMATCH)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pos": ""},
        {"receipt": ""},
        {"pos": "1" * 65},
        {"receipt": "1" * 129},
        {"line": 0},
        {"line": 10**6 + 1},
    ],
    ids=lambda wrong: "-".join(f"{name}={str(value)[:8]}" for name, value in wrong.items()),
)
@pytest.mark.parametrize("verb", ["use", "restore"])
async def test_no_receipt_is_no_receipt(api: Api, verb: str, wrong: dict[str, object]) -> None:
    """Tills that send no number would all be the one that has used it."""
    sent = {"pos": "3", "receipt": "R100"} | wrong
    path = f"/v1/vouchers/{voucher_code.generate()}/{verb}"
    problem = refused(await api.till.post(path, sent), ErrorCode.BAD_REQUEST)
    assert next(iter(wrong)) in problem.detail


async def test_two_hundred_at_once_use_it_exactly_once(api: Api) -> None:
    """T6."""
    code = await issued(api)
    tills = [api.till, *[await api.device(Role.TILL) for _ in range(4)]]
    answers = await asyncio.gather(
        *(
            tills[i % 5].post(f"/v1/vouchers/{code}/use", UseRequest(str(i % 5), f"R{i}", 1))
            for i in range(200)
        )
    )
    assert [a.status_code for a in answers].count(200) == 1
    for answer in answers:
        if not answer.is_success:
            refused(answer, ErrorCode.ALREADY_USED)
    uses = "SELECT count(*) FROM voucher_event e JOIN voucher v ON v.redemption_id = e.voucher_id"
    assert await api.chain.value(f"{uses} WHERE v.code = $1 AND e.kind = 'use'", code) == 1


@pytest.mark.parametrize(
    "form",
    ["{0}", "V1{0}", "{1}", "{2}", "%20{0}%20", "{3}"],
    ids=["as-is", "qr", "shown", "low", "space", "wide"],
)
async def test_however_it_was_typed_or_scanned(api: Api, form: str) -> None:
    code = await issued(api)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    shown = voucher_code.display(code)
    typed = form.format(code, shown, shown.lower(), wide)
    answer = await api.till.post(f"/v1/vouchers/{typed}/check")
    assert answered(answer, VoucherState).tail == code[-4:]


async def test_a_code_that_begins_like_the_qr_is_not_cut(api: Api) -> None:
    code = "V1" + "3" * 13
    code += voucher_code.check_symbol(code)
    refused(await api.till.post(f"/v1/vouchers/{code}/check"), ErrorCode.VOUCHER_UNKNOWN)


async def test_a_slip_of_the_hand_gets_a_hint_and_is_not_counted(api: Api) -> None:
    till = await api.device(Role.TILL)
    for _ in range(6):
        problem = refused(
            await till.post("/v1/vouchers/O000000000000000/check"), ErrorCode.VOUCHER_MISTYPED
        )
        assert "is it 0?" in problem.detail


async def test_five_wrong_check_symbols_pause_that_till(api: Api) -> None:
    """T6: nobody finds out check symbols by trying."""
    till = await api.device(Role.TILL)
    code = await issued(api)
    for i in range(5):
        wrong = "0" * 15 + voucher_code.ALPHABET[i + 1]
        told = await till.post(f"/v1/vouchers/{wrong}/use", UseRequest("1", "1"))
        assert "mistyped" in refused(told, ErrorCode.VOUCHER_MISTYPED).detail
    for typed in (wrong, code):
        refused(await till.post(f"/v1/vouchers/{typed}/check"), ErrorCode.TILL_PAUSED)
    assert answered(await api.till.post(f"/v1/vouchers/{code}/check"), VoucherState).usable


async def test_five_unknown_codes_pause_that_till(api: Api) -> None:
    code = await issued(api)
    till = await api.device(Role.TILL)
    for _ in range(5):
        answer = await till.post(f"/v1/vouchers/{voucher_code.generate()}/check")
        refused(answer, ErrorCode.VOUCHER_UNKNOWN)
    paused = await till.post(f"/v1/vouchers/{code}/use", UseRequest("1", "R1"))
    assert refused(paused, ErrorCode.TILL_PAUSED).resets_at is not None
    assert int(paused.headers["retry-after"]) > 0
    assert answered(await api.till.post(f"/v1/vouchers/{code}/check"), VoucherState).usable


async def test_restored_by_the_receipt_that_used_it(api: Api) -> None:
    code = await issued(api)
    await api.till.post(f"/v1/vouchers/{code}/use", UseRequest("3", "R1", 1))
    wrong = await api.till.post(f"/v1/vouchers/{code}/restore", RestoreRequest("3", "R2", 1))
    refused(wrong, ErrorCode.NOT_USED_HERE)
    back = await api.till.post(f"/v1/vouchers/{code}/restore", RestoreRequest("3", "R1", 1))
    assert answered(back, VoucherState).state is State.ISSUED
    again = await api.till.post(f"/v1/vouchers/{code}/use", UseRequest("3", "R2", 1))
    assert answered(again, VoucherState).state is State.USED


async def test_a_use_that_was_signed_before_its_restore_is_not_done_again(api: Api) -> None:
    """Written down on the wire, or late in a queue: the key alone cannot tell it from a new one."""
    code = await issued(api)
    path, key = f"/v1/vouchers/{code}/use", "use:S1:3:R1:1"
    use = msgspec.json.encode(UseRequest("3", "R1", 1))
    restore = msgspec.json.encode(RestoreRequest("3", "R1", 1))
    now = datetime.now(UTC)
    before = now - timedelta(seconds=2)
    answered(await api.till.send("POST", path, use, key, created=before), VoucherState)
    back = f"/v1/vouchers/{code}/restore"
    answered(await api.till.send("POST", back, restore, "back", created=now), VoucherState)
    again = await api.till.send("POST", path, use, key, created=before)
    refused(again, ErrorCode.NOT_USED_HERE)
    checked = await api.till.post(f"/v1/vouchers/{code}/check")
    assert answered(checked, VoucherState).usable
    anew = await api.till.send("POST", path, use, key, created=now)
    assert answered(anew, VoucherState).state is State.USED
    # The restore's own replay, and the old use: nothing of the new one is undone.
    answered(await api.till.send("POST", back, restore, "back", created=now), VoucherState)
    late = await api.till.send("POST", path, use, key, created=before)
    assert answered(late, VoucherState).state is State.USED


@pytest.mark.parametrize("result", [None, PrintResult.UNKNOWN])
async def test_a_shopper_faster_than_the_capture(api: Api, result: PrintResult | None) -> None:
    """PRINTING or UNCERTAIN: the code in the hand is captured and used in one."""
    if result is None:
        made = await api.reserved()
        await api.verb(made.id, "printing", {"at": datetime.now(UTC)})
    else:
        made = await api.printed(result)
    assert made.voucher is not None
    answer = await api.till.post(
        f"/v1/vouchers/{made.voucher.code}/use", UseRequest("1", str(made.id))
    )
    assert answered(answer, VoucherState).state is State.USED
    late = {"print_result": "ok", "printed_at": datetime.now(UTC)}
    assert (await api.verb(made.id, "capture", late, "late")).is_success


async def test_a_code_that_nobody_was_shown_is_unknown(api: Api) -> None:
    made = await api.reserved()
    assert made.voucher is not None
    till = await api.device(Role.TILL)
    answer = await till.post(f"/v1/vouchers/{made.voucher.code}/use", UseRequest("1", "R1"))
    refused(answer, ErrorCode.VOUCHER_UNKNOWN)


async def test_a_minimum_basket(api: Api) -> None:
    code = await issued(api, min_spend_fen=20000)
    path = f"/v1/vouchers/{code}/use"
    for basket in (None, 19999):
        answer = await api.till.post(path, UseRequest("1", "R1", 1, basket))
        assert refused(answer, ErrorCode.VOUCHER_CONDITION).need == 20000
    answered(await api.till.post(path, UseRequest("1", "R1", 1, 20000)), VoucherState)


async def test_a_basket_line_by_line(api: Api) -> None:
    conditions = UseConditions(excluded_categories=("wine",)).json()
    code = await issued(api, min_spend_fen=5000, use_conditions=conditions)
    path = f"/v1/vouchers/{code}"
    lines = [BasketLine("A", 4000, "tea"), BasketLine("B", 9000, "wine/red")]
    asked = CheckRequest(basket=Basket(lines))
    told = answered(await api.till.post(f"{path}/check", asked), VoucherState)
    assert not told.usable
    assert [(u.condition, u.need, u.have) for u in told.unmet] == [("minimum_spend", 5000, 4000)]
    assert [c.en for c in told.conditions] == ["On purchases of ¥50 or more", "Not for: wine"]
    answer = await api.till.post(f"{path}/use", UseRequest("1", "R1", basket=Basket(lines)))
    problem = refused(answer, ErrorCode.VOUCHER_CONDITION)
    assert (problem.condition, problem.need, problem.have) == ("minimum_spend", 5000, 4000)
    assert problem.unmet == told.unmet
    enough = Basket([*lines, BasketLine("C", 1000, "tea", qty=2)])
    assert answered(
        await api.till.post(f"{path}/check", CheckRequest(basket=enough)), VoucherState
    ).usable
    used = await api.till.post(f"{path}/use", UseRequest("1", "R1", basket=enough))
    assert answered(used, VoucherState).state is State.USED


async def test_a_check_without_a_body_is_one_without_a_basket(api: Api) -> None:
    code = await issued(api, min_spend_fen=5000)
    for body in (None, {}, {"basket_fen": None}):
        told = answered(await api.till.post(f"/v1/vouchers/{code}/check", body), VoucherState)
        assert (told.usable, told.min_spend_fen, told.unmet) == (True, 5000, [])


async def test_a_bound_voucher_asks_for_its_members_code(api: Api) -> None:
    member = await api.chain.member(1000)
    reward = await api.chain.reward(use_conditions=UseConditions(bound=True).json())
    made = answered(await api.reserve(await api.request(member, reward)), Redemption)
    await api.verb(made.id, "printing", {"at": datetime.now(UTC)})
    assert made.voucher is not None
    path = f"/v1/vouchers/{made.voucher.code}"

    async def use(shown: str | None, receipt: str = "R1") -> httpx.Response:
        request = UseRequest("1", receipt, 1, 1, Basket(None, shown))
        return await api.till.post(f"{path}/use", request)

    stranger = await api.card(await api.chain.member())
    for shown in (None, stranger):
        problem = refused(await use(shown), ErrorCode.VOUCHER_CONDITION)
        assert (problem.condition, problem.unmet[0].words.en[:7]) == ("member", "For the")
    refused(await use("M2" + "0" * 120), ErrorCode.CODE_UNKNOWN)
    refused(await use(made.voucher.payload), ErrorCode.CODE_UNKNOWN)
    old = await api.member_code(member, datetime.now(UTC) - timedelta(minutes=5))
    refused(await use(old), ErrorCode.CODE_EXPIRED)
    shown = CheckRequest(1, Basket(member=await api.member_code(member)))
    assert answered(await api.till.post(f"{path}/check", shown), VoucherState).usable
    told = answered(await use(await api.card(member)), VoucherState)
    assert told.state is State.USED
    assert answered(await use(old), VoucherState) == told, "a repeated use shows what it showed"


async def test_past_its_last_day(api: Api) -> None:
    code = await issued(api)
    await api.chain.execute("UPDATE voucher SET valid_to = now() WHERE code = $1", code)
    told = answered(await api.till.post(f"/v1/vouchers/{code}/check"), VoucherState)
    assert (told.state, told.usable) == (State.EXPIRED, False)
    answer = await api.till.post(f"/v1/vouchers/{code}/use", UseRequest("1", "R1"))
    refused(answer, ErrorCode.VOUCHER_EXPIRED)
