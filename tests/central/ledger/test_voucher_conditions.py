"""What a till checks of a voucher beside its code: judged, told in words, frozen when reserved."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.ledger.refusal import LedgerRefused
from central.ledger.shown import Shown
from central.ledger.timekeeper import Timekeeper
from central.programme.use_conditions import Days, Hours, UseConditions
from tests.chain import Chain
from wire.api.redemptions import PrintResult, State
from wire.api.text import Text
from wire.api.vouchers import Basket, BasketLine, CheckRequest, UseRequest, VoucherState
from wire.errors import ErrorCode
from wire.ids import new_id

DAYS = Days("2026-11-21", "2026-11-23")
WINE = Text("酒类除外", "酒類除外", "wines")


async def issued(
    chain: Chain, conditions: UseConditions, min_spend_fen: int = 0, state: State = State.ISSUED
) -> tuple[UUID, str]:
    """A member's voucher in a state: the member, the code."""
    member = await chain.member(1000)
    reward = await chain.reward(use_conditions=conditions.json(), min_spend_fen=min_spend_fen)
    return member, await chain.code_of(await chain.in_state(state, reward, member))


async def use(
    chain: Chain,
    code: str,
    basket: Basket | int | None = None,
    *,
    till: UUID | None = None,
    shown: Shown | None = None,
) -> VoucherState | list[dict[str, Any]]:
    """The answer, or what is not met; then nothing has moved."""
    fen, lines = (basket, None) if isinstance(basket, int) else (None, basket)
    request = UseRequest("1", str(new_id()), 1, fen, lines)
    before = await chain.value("SELECT count(*) FROM posting")
    try:
        return await chain.ledger.use_voucher(
            till or chain.till, code, str(new_id()), request, shown
        )
    except LedgerRefused as refused:
        told = refused
    assert told.code is ErrorCode.VOUCHER_CONDITION
    assert await chain.value("SELECT count(*) FROM posting") == before
    not_met: list[dict[str, Any]] = told.facts["unmet"]
    first = {k: not_met[0].get(k) for k in ("condition", "need", "have")}
    assert {k: told.facts.get(k) for k in first} == first
    return not_met


async def unmet(chain: Chain, code: str, *args: Any, **more: Any) -> list[str]:
    """The names of what is not met, when it is used."""
    told = await use(chain, code, *args, **more)
    assert isinstance(told, list), "it was used"
    return [one["condition"] for one in told]


async def used(chain: Chain, code: str, *args: Any, **more: Any) -> None:
    told = await use(chain, code, *args, **more)
    assert isinstance(told, VoucherState), told
    assert told.state is State.USED


def line(fen: int, sku: str = "A", category: str = "") -> BasketLine:
    return BasketLine(sku, fen, category)


# --- The purchase ------------------------------------------------------------------------


async def test_excluded_lines_do_not_count_to_the_minimum(chain: Chain) -> None:
    conditions = UseConditions(excluded_skus=("GIFT",), excluded_categories=("wine",))
    _, code = await issued(chain, conditions, min_spend_fen=5000)
    lines = [
        line(9000, "GIFT"),
        line(4999, "A", "tea"),
        line(9000, "B", "wine/red"),
        line(9000, "C", "wine"),
    ]
    told = await use(chain, code, Basket(lines))
    assert isinstance(told, list)
    assert [(t["condition"], t["need"], t["have"]) for t in told] == [("minimum_spend", 5000, 4999)]
    await used(chain, code, Basket([*lines, line(1, "D", "winery")]))
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("category", ["", "  "])
async def test_a_line_of_no_category_may_be_of_any(chain: Chain, category: str) -> None:
    _, code = await issued(chain, UseConditions(excluded_categories=("wine",)), 5000)
    untold = line(9000, category=category)
    assert await unmet(chain, code, Basket([untold])) == ["excluded", "minimum_spend"]
    assert await unmet(chain, code, Basket([untold, line(4999, "B", "tea")])) == ["minimum_spend"]
    await used(chain, code, Basket([untold, line(5000, "B", "tea")]))
    _, by_sku = await issued(chain, UseConditions(excluded_skus=("GIFT",)), 5000)
    await used(chain, by_sku, Basket([untold]))


async def test_nothing_bought_is_nothing_that_it_is_good_for(chain: Chain) -> None:
    _, code = await issued(chain, UseConditions(excluded_categories=("wine",)))
    wine = line(9000, category="wine/red")
    for other in (line(-100, "B", "tea"), line(0, "B", "bag")):
        assert await unmet(chain, code, Basket([wine, other])) == ["excluded"]
    await used(chain, code, Basket([wine, line(1, "B", "tea")]))


async def test_goods_taken_back_count_against_the_minimum(chain: Chain) -> None:
    _, code = await issued(chain, UseConditions(), min_spend_fen=5000)
    told = await use(chain, code, Basket([line(6000), line(-1001)]))
    assert isinstance(told, list)
    assert told[0]["have"] == 4999


async def test_what_is_not_good_for_everything_needs_the_lines(chain: Chain) -> None:
    _, code = await issued(chain, UseConditions(excluded_skus=("GIFT",)))
    assert await unmet(chain, code, 99_999) == ["excluded"]
    assert await unmet(chain, code, Basket([line(500, "GIFT")])) == ["excluded"]
    assert await unmet(chain, code, Basket([])) == ["excluded"]
    await used(chain, code, Basket([line(500, "GIFT"), line(1)]))


async def test_lines_count_and_not_the_sum_beside_them(chain: Chain) -> None:
    _, code = await issued(chain, UseConditions(), min_spend_fen=5000)
    request = UseRequest("1", "R", 1, 9000, Basket([line(4000)]))
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, "k", request)
    assert refused.value.facts["have"] == 4000


# --- Place and time ----------------------------------------------------------------------


async def test_in_these_stores_only(chain: Chain) -> None:
    _, code = await issued(chain, UseConditions(stores=("S2",)))
    assert await unmet(chain, code) == ["store"]
    shown = await chain.ledger.check_voucher(chain.till, code)
    assert (shown.usable, shown.unmet[0].condition) == (False, "store")
    assert (await chain.ledger.check_voucher(chain.till_2, code)).usable
    await used(chain, code, till=chain.till_2)


@pytest.mark.parametrize(
    ("conditions", "opens", "closes", "name"),
    [
        # Sunday 2026-11-22 is 15:59:59 UTC at its last second in Shanghai.
        (UseConditions(weekdays=(1, 3)), (22, 16, 0), (23, 16, 0), "weekday"),
        (UseConditions(hours=(Hours("10:00", "14:00"),)), (23, 2, 0), (23, 6, 0), "hours"),
        (UseConditions(hours=(Hours("22:00", "02:00"),)), (22, 14, 0), (22, 18, 0), "hours"),
        (UseConditions(hours=(Hours("22:00", "24:00"),)), (22, 14, 0), (22, 16, 0), "hours"),
        (
            UseConditions(not_on=(DAYS, Days("2026-11-25", "2026-11-25"))),
            (23, 16, 0),
            (24, 16, 0),
            "date",
        ),
    ],
    ids=["weekdays", "hours", "over-midnight", "to-midnight", "dates"],
)
async def test_at_these_times_only(
    chain: Chain,
    conditions: UseConditions,
    opens: tuple[int, int, int],
    closes: tuple[int, int, int],
    name: str,
) -> None:
    """Half-open in the programme's zone: the first instant is in, the last is out."""
    _, code = await issued(chain, conditions)
    first, last = (datetime(2026, 11, *at, tzinfo=UTC) for at in (opens, closes))
    for at, good in (
        (first - timedelta(seconds=1), False),
        (first, True),
        (last - timedelta(seconds=1), True),
        (last, False),
    ):
        chain.clock.at = at
        told = await chain.ledger.check_voucher(chain.till, code)
        assert (told.usable, [u.condition for u in told.unmet]) == (good, [] if good else [name])
    assert await unmet(chain, code) == [name]
    chain.clock.at = first
    await used(chain, code)


# --- Whose ------------------------------------------------------------------------------


async def test_bound_to_the_member_who_got_it(chain: Chain) -> None:
    member, code = await issued(chain, UseConditions(bound=True))
    other = Shown(fresh=True, ref=(await chain.ref(await chain.member())).hex())
    own = await chain.ref(member)
    assert await unmet(chain, code, 100) == ["member"]
    assert await unmet(chain, code, 100, shown=other) == ["member"]
    assert await unmet(chain, code, 100, shown=Shown(fresh=True, ref="00" * 6)) == ["member"]
    stale = Shown(fresh=False, ref=own.hex())
    request = UseRequest("1", "R1", 1, 100)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, "k", request, stale)
    assert refused.value.code is ErrorCode.CODE_EXPIRED
    fresh = Shown.of(chain.code(own))
    first = await chain.ledger.use_voucher(chain.till, code, "k", request, fresh)
    assert first.state is State.USED
    # Its answer was lost, and the code has grown old: the same answer.
    assert await chain.ledger.use_voucher(chain.till, code, "k", request, stale) == first
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, "k", request, other)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH


@pytest.mark.parametrize("meanwhile", ["merged", "new code", "new card"])
async def test_a_repeated_use_is_the_same_whoever_the_code_leads_to_by_now(
    chain: Chain, meanwhile: str
) -> None:
    member, code = await issued(chain, UseConditions(bound=True))
    shown = Shown(fresh=True, ref=(await chain.ref(member)).hex())
    if meanwhile == "new card":
        await chain.execute(
            "INSERT INTO member_card (member_id, card_ref, version) VALUES ($1, $2, 1)",
            *(member, bytes(6)),
        )
        shown = Shown(fresh=True, card=bytes(6).hex(), version=1)
    request = UseRequest("1", "R1", 1, 100)
    first = await chain.ledger.use_voucher(chain.till, code, "k", request, shown)
    now = chain.clock()
    if meanwhile == "merged":
        into = await chain.member()
        await chain.value("SELECT merge('E1', 'm', $1, $2, 'twice', $3)", member, into, now)
    elif meanwhile == "new card":
        await chain.execute("UPDATE member_card SET version = 2")
    else:
        await chain.execute("UPDATE member_ref SET retired_at = $1", now)
    assert await chain.ledger.use_voucher(chain.till, code, "k", request, shown) == first
    nobody = Shown(fresh=True, ref="00" * 6)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, "k", request, nobody)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH


async def test_a_merged_members_voucher_is_the_other_accounts(chain: Chain) -> None:
    member, code = await issued(chain, UseConditions(bound=True))
    into = await chain.member()
    await chain.value("SELECT merge('E1', 'm', $1, $2, 'twice', $3)", member, into, chain.clock())
    shown = Shown(fresh=True, ref=(await chain.ref(into)).hex())
    await used(chain, code, 100, shown=shown)


# --- Told, frozen, sound -----------------------------------------------------------------

EVERYTHING = UseConditions(
    stores=("S1", "S2"),
    weekdays=(3, 1),
    hours=(Hours("10:00", "14:00"), Hours("17:00", "21:00")),
    not_on=(Days("2026-10-01", "2026-10-07"), Days("2026-12-31", "2026-12-31")),
    excluded_skus=("GIFT",),
    excluded_words=WINE,
    bound=True,
)


async def test_the_paper_says_every_condition_in_three_languages(chain: Chain) -> None:
    await chain.execute(
        "UPDATE store SET name = CASE id WHEN 'S1' THEN $1::jsonb ELSE $2 END",
        '{"zh-Hans": "东店", "zh-Hant": "東店", "en": "East"}',
        '{"zh-Hans": "西店", "zh-Hant": "西店", "en": "West"}',
    )
    own = '[{"zh-Hans": "不找零", "zh-Hant": "不找零", "en": "No change"}]'
    reward = await chain.reward(
        use_conditions=EVERYTHING.json(), min_spend_fen=20050, conditions=own
    )
    made = await chain.reserve(await chain.member(100), reward)
    assert made.voucher is not None
    printed = made.voucher.print_fields.conditions
    assert [text.zh_hans for text in printed] == [
        "满 ¥200.50 可用",
        "不适用于:酒类除外",
        "限门店使用:东店、西店",
        "限周一、周三使用",
        "限 10:00–14:00、17:00–21:00 使用",
        "2026-10-01 – 2026-10-07、2026-12-31 不可用",
        "限本人使用,请出示会员码",
        "不找零",
    ]
    assert [text.zh_hant for text in printed][3] == "限週一、週三使用"
    assert [text.en for text in printed] == [
        "On purchases of ¥200.50 or more",
        "Not for: wines",
        "Only at: East, West",
        "Only on Mon, Wed",
        "Only 10:00–14:00, 17:00–21:00",
        "Not on 2026-10-01 – 2026-10-07, 2026-12-31",
        "For the member who got it: show your member code",
        "No change",
    ]
    await chain.printing(made.id)
    told = await chain.ledger.check_voucher(chain.till, made.voucher.code)
    assert told.conditions == printed


async def test_a_check_tells_all_that_is_not_met_and_changes_nothing(chain: Chain) -> None:
    _, code = await issued(chain, EVERYTHING, min_spend_fen=20000)
    before = await chain.value("SELECT count(*) FROM posting")
    told = await chain.ledger.check_voucher(chain.till, code, CheckRequest(basket_fen=100))
    assert not told.usable
    assert [(u.condition, u.need, u.have) for u in told.unmet] == [
        ("weekday", None, None), ("member", None, None),
        ("excluded", None, None), ("minimum_spend", 20000, 100),
    ]  # fmt: skip
    # Nothing told of the purchase: place and time alone.
    told = await chain.ledger.check_voucher(chain.till, code)
    assert [u.condition for u in told.unmet] == ["weekday"]
    assert await chain.value("SELECT count(*) FROM posting") == before
    assert await chain.state(await chain.value("SELECT id FROM redemption")) is State.ISSUED


async def test_conditions_are_those_of_the_day_it_was_reserved(chain: Chain) -> None:
    _, code = await issued(chain, UseConditions(stores=("S1",)), min_spend_fen=100)
    await chain.execute(
        "UPDATE reward SET min_spend_fen = 99999, use_conditions = $1",
        UseConditions(stores=("S2",), bound=True).json(),
    )
    await used(chain, code, 100)


@pytest.mark.parametrize("state", [State.PRINTING, State.UNCERTAIN])
async def test_a_shopper_faster_than_the_capture_meets_the_conditions_too(
    chain: Chain, state: State
) -> None:
    _, code = await issued(chain, UseConditions(stores=("S2",)), 100, state)
    assert await unmet(chain, code, 100) == ["store"]
    redemption = await chain.value("SELECT id FROM redemption")
    assert await chain.state(redemption) is state, "a refused use captures nothing"
    await used(chain, code, 100, till=chain.till_2)
    kinds = await chain.rows("SELECT kind FROM journal WHERE redemption = $1", redemption)
    assert sorted(row["kind"] for row in kinds) == ["capture", "reserve"]
    assert await violations(chain.owner) == []


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ("[]", "no JSON object"),
        ('{"store": ["S1"]}', "store: no such condition"),
        ('{"stores": []}', "stores: a list, and not an empty one"),
        ('{"stores": ["S9"]}', "stores: ids of stores"),
        ('{"weekdays": [0]}', "weekdays: 1 (Monday) to 7"),
        ('{"weekdays": ["1"]}', "weekdays: 1 (Monday) to 7"),
        ('{"hours": [{"from": "25:00", "to": "26:00"}]}', 'hours: [{"from": "10:00"'),
        ('{"hours": [{"from": "10:00"}]}', 'hours: [{"from": "10:00"'),
        ('{"hours": [{"from": "10:00", "to": "10:00"}]}', 'hours: [{"from": "10:00"'),
        ('{"not_on": [{"from": "2026-10-07", "to": "2026-10-01"}]}', "not_on: "),
        ('{"not_on": ["2026-10-07"]}', "not_on: "),
        ('{"excluded_skus": [7]}', "excluded_skus: a list of texts"),
        ('{"excluded_words": {"en": "wine"}}', "excluded_words: a text in three languages"),
        ('{"bound": 1}', "bound: true or false"),
    ],
)
async def test_conditions_that_nobody_could_check_are_not_taken_in(
    chain: Chain, conditions: str, says: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as wrong:
        await chain.reward(use_conditions=conditions)
    assert says in str(wrong.value)


# --- Time and void -----------------------------------------------------------------------


async def test_no_timer_takes_back_what_may_be_on_paper(
    chain: Chain, timekeeper: Timekeeper
) -> None:
    """PRINTING for 24 h -> UNCERTAIN, for 72 h more -> ISSUED: the points stay spent, the code
    lives to its own end."""
    member, code = await issued(chain, UseConditions(), state=State.PRINTING)
    redemption = await chain.value("SELECT id FROM redemption")
    for hours, before, after in ((24, "PRINTING", "UNCERTAIN"), (72, "UNCERTAIN", "ISSUED")):
        chain.clock.forward(hours=hours, seconds=-1)
        await timekeeper.settle_redemptions()
        assert await chain.state(redemption) == before
        assert (await chain.ledger.check_voucher(chain.till, code)).usable
        chain.clock.forward(seconds=1)
        await timekeeper.settle_redemptions()
        assert await chain.state(redemption) == after
        assert (await chain.balance(member))["available"] == 900
    # The paper turns up after all.
    capture = await chain.capture(redemption, PrintResult.OK)
    assert capture.state is State.ISSUED
    assert (await chain.ledger.check_voucher(chain.till, code)).usable
    assert await violations(chain.owner) == []


@pytest.mark.parametrize(("days", "late"), [(7, True), (None, False)])
async def test_void_is_for_as_long_as_the_programme_says(
    chain: Chain, days: int | None, late: bool
) -> None:
    await chain.execute("UPDATE programme SET void_days = $1", days)
    member = await chain.member(1000)
    reward = await chain.reward()
    early, later = [await chain.in_state(State.ISSUED, reward, member) for _ in range(2)]
    chain.clock.forward(days=7, seconds=-1)
    voided = await chain.ledger.void(operator="E1", key="1", redemption=early, reason="why")
    assert voided.state is State.VOIDED
    chain.clock.forward(seconds=1)
    if not late:
        await chain.ledger.void(operator="E1", key="2", redemption=later, reason="why")
        return
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.void(operator="E1", key="2", redemption=later, reason="why")
    assert refused.value.code is ErrorCode.WINDOW_CLOSED
    assert datetime.fromisoformat(refused.value.facts["until"]) == chain.clock()
    assert await violations(chain.owner) == []
