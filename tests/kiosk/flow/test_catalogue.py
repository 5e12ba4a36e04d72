from datetime import timedelta
from uuid import UUID

import pytest
import sample

from kiosk.flow.catalogue import (
    Availability,
    categories,
    filtered,
    offer_for,
    offers,
    page,
    price_for,
    teasers,
)
from kiosk.flow.state import Filter, MemberHome, Session
from wire.api.catalogue import Category, Price, StockHint

NOW = sample.WALL
HOUR = timedelta(hours=1)


def session(spendable: int = 1000, **changes: object) -> Session:
    return Session(sample.member(**changes), received_s=0.0, spendable=spendable)


@pytest.mark.parametrize(
    ("step", "tier", "wall", "price"),
    [
        (Price(400), "basic", NOW, 400),
        (Price(400, tier="gold"), "gold", NOW, 400),
        (Price(400, tier="gold"), "basic", NOW, 500),
        (Price(600), "gold", NOW, 500),
        (Price(400, valid_from=NOW, valid_to=NOW + HOUR), "gold", NOW, 400),
        (Price(400, valid_from=NOW - HOUR, valid_to=NOW), "gold", NOW, 500),
        (Price(400, valid_from=NOW - HOUR), "gold", None, 500),
    ],
)
def test_the_cheapest_step_that_applies_counts(step, tier, wall, price) -> None:
    assert price_for(sample.item(1, 500, prices=[step]), tier, wall) == price


@pytest.mark.parametrize(
    ("changes", "availability", "missing"),
    [
        ({}, Availability.AFFORDABLE, 0),
        ({"price_points": 1000}, Availability.AFFORDABLE, 0),
        ({"price_points": 1001}, Availability.MISSING_POINTS, 1),
        ({"stock_hint": StockHint.NONE}, Availability.SOLD_OUT, 0),
        ({"stock_hint": StockHint.FEW, "stock_left": 3}, Availability.AFFORDABLE, 0),
        ({"tiers": ["platinum"]}, Availability.OTHER_TIER, 0),
        ({"tiers": ["gold"]}, Availability.AFFORDABLE, 0),
        ({"valid_from": NOW + HOUR}, Availability.OTHER_TIME, 0),
        ({"valid_to": NOW}, Availability.OTHER_TIME, 0),
    ],
)
def test_why_a_reward_can_or_cannot_be_had(changes, availability, missing) -> None:
    offer = offer_for(sample.item(1, 500, **changes), session(), NOW)
    assert (offer.availability, offer.missing) == (availability, missing)


def test_what_can_be_afforded_comes_first_then_the_nearest() -> None:
    items = (
        sample.item(1, 9000),
        sample.item(2, 10, stock_hint=StockHint.NONE),
        sample.item(3, 2000),
        sample.item(4, 900),
        sample.item(5, 100),
    )
    found = offers(sample.state(catalogue=items), session())
    assert [o.item.id.int for o in found] == [4, 5, 3, 1, 2]


def test_rewards_of_other_stores_are_not_shown() -> None:
    items = (sample.item(1, 10, stores=["S9999"]), sample.item(2, 10, stores=["S0001"]))
    state = sample.state(catalogue=items)
    assert [o.item.id.int for o in offers(state, session())] == [2]
    assert [i.id.int for i in teasers(state)] == [2]


def test_filters() -> None:
    home = Category("home", sample.text("家居"))
    items = (sample.item(1, 10), sample.item(2, 5000), sample.item(3, 20, category=home))
    found = offers(sample.state(catalogue=items), session())
    assert [o.item.id.int for o in filtered(found, Filter.AFFORDABLE)] == [1, 3]
    assert len(filtered(found, Filter.ALL)) == 3
    assert [o.item.id.int for o in filtered(found, "home")] == [3]
    assert [c.id for c in categories(found)] == ["drinks", "home"]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (6, 1), (7, 2), (13, 3)])
def test_six_to_a_page(count, pages) -> None:
    state = sample.state(catalogue=tuple(sample.item(n, 1) for n in range(1, count + 1)))
    first = page(state, MemberHome(session()))
    assert first.pages == pages
    assert len(first.offers) == min(count, 6)
    last = page(state, MemberHome(session(), page=99))
    assert last.number == pages - 1


def test_teasers_are_of_different_kinds_and_open_to_all() -> None:
    home = Category("home", sample.text("家居"))
    items = (
        sample.item(1, 10),
        sample.item(2, 10),
        sample.item(3, 10, tiers=["gold"]),
        sample.item(4, 10, stock_hint=StockHint.NONE),
        sample.item(5, 10, category=home),
    )
    assert [i.id for i in teasers(sample.state(catalogue=items))] == [
        UUID(int=1),
        UUID(int=5),
        UUID(int=2),
    ]
