"""What a member reads: how old a balance is, what a reward asks for, which points go first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk import i18n
from kiosk.screens import sample
from kiosk.screens.telling import Freshness, freshness, last_day, spent_first, terms, yuan
from wire.api.catalogue import Limits
from wire.api.members import Expiring
from wire.api.text import Language, Text

STATE = sample.kiosk(sample.Attract())


def in_chinese(code: str, **params: str | int) -> str:
    return i18n.text(code, Language.ZH_HANS, **params)


@pytest.mark.parametrize(
    ("age_s", "shown"),
    [
        (0, Freshness.LIVE),
        (60, Freshness.LIVE),
        (61, Freshness.RECENT),
        (900, Freshness.RECENT),
        (901, Freshness.STALE),
        (86_400, Freshness.STALE),
        (86_401, Freshness.GONE),
    ],
)
def test_an_old_balance_is_told_as_old(age_s: int, shown: Freshness) -> None:
    session = replace(sample.session(), received_s=STATE.now_s - age_s)
    assert freshness(STATE, session) is shown


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0"), (1800, "18"), (1850, "18.50"), (1805, "18.05"), (123_456_00, "123,456")],
)
def test_money_is_exact(fen: int, text: str) -> None:
    assert yuan(fen) == text


def test_the_last_day_is_the_one_before_the_end_in_the_stores_zone() -> None:
    midnight_in_shanghai = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert last_day(STATE, midnight_in_shanghai) == "12-31"
    assert last_day(STATE, midnight_in_shanghai + timedelta(seconds=2)) == "01-01"


def test_the_terms_name_store_days_limit_and_minimum() -> None:
    from msgspec.structs import replace as changed

    item = changed(
        sample.ITEMS[0], stores=["S0123"], limits=Limits(per_member_ever=1), min_spend_fen=20_000
    )
    said = terms(STATE, item, in_chinese)  # type: ignore[arg-type]  # all of a Voice that it uses
    assert said == "限本店使用 · 30 天内有效 · 每人限 1 份 · 满 ¥200 可用"


def test_what_the_till_will_ask_comes_first_and_once() -> None:
    from msgspec.structs import replace as changed

    asked = [
        Text("满 ¥50 可用", "", "On purchases of ¥50 or more"),
        Text("不适用于:烟酒", "", "Not for: tobacco"),
    ]
    item = changed(sample.ITEMS[0], limits=Limits(), min_spend_fen=5_000, conditions=asked)
    said = terms(STATE, item, in_chinese)  # type: ignore[arg-type]  # all of a Voice that it uses
    assert said == "满 ¥50 可用 · 不适用于:烟酒 · 全部门店 · 30 天内有效"


@pytest.mark.parametrize(
    ("spent", "price", "first"),
    [(0, 500, 500), (0, 5000, 1200), (700, 5000, 500), (1200, 500, None)],
)
def test_points_that_expire_soonest_go_first(spent: int, price: int, first: int | None) -> None:
    soonest = [Expiring(1200, sample.NOW + timedelta(days=30))]
    session = sample.session(expiring=soonest)
    session = replace(session, spendable=session.spendable - spent)
    found = spent_first(session, price)
    assert (found and found[0]) == first
