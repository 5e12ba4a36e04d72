"""Rewards by delta: whatever the cursor, the kiosk ends with the whole (invariant 10)."""

import hashlib
import random

import asyncpg
import pytest

from central.programme.use_conditions import UseConditions
from tests.service import Api, SignedDevice, answered, refused
from wire.api.catalogue import Item, Page, StockHint
from wire.errors import ErrorCode
from wire.ids import new_id


async def page(device: SignedDevice, since: str | None = None, limit: int = 200) -> Page:
    query = f"?limit={limit}" + (f"&since={since}" if since is not None else "")
    return answered(await device.get(f"/v1/catalogue{query}"), Page)


async def follow(
    device: SignedDevice, known: dict[str, Item], since: str | None, limit: int = 200
) -> str:
    """Applies all that changed; the next cursor."""
    while True:
        told = await page(device, since, limit)
        known.update({str(item.id): item for item in told.items})
        for gone in told.deleted:
            known.pop(str(gone), None)
        since = told.next
        if not told.has_more:
            return since


async def test_a_reward_is_told_in_full(api: Api) -> None:
    since = (await page(api.kiosk)).next
    reward = await api.chain.reward(
        1280,
        stock=3,
        stores=("S1",),
        tiers=("gold",),
        per_member_per_day=2,
        min_spend_fen=2000,
        use_conditions=UseConditions(weekdays=(1,)).json(),
    )
    (item,) = (await page(api.kiosk, since)).items
    assert item.id == reward
    assert (item.price_points, item.value_fen, item.min_spend_fen) == (1280, 1500, 2000)
    assert (item.stores, item.tiers) == (["S1"], ["gold"])
    assert item.limits.per_member_per_day == 2
    assert [words.en for words in item.conditions] == ["On purchases of ¥20 or more", "Only on Mon"]
    assert (item.stock_hint, item.stock_left) == (StockHint.FEW, 3)
    assert item.name.zh_hans == "雨伞"
    assert item.category.name.en == "居家"


async def test_stock_is_that_of_the_devices_store(api: Api) -> None:
    other = await api.device(store="S2")
    since = (await page(api.kiosk)).next
    await api.chain.reward(100, stock=50)
    assert (await page(api.kiosk, since)).items[0].stock_hint is StockHint.PLENTY
    assert (await page(other, since)).items[0].stock_hint is StockHint.NONE


async def test_stock_is_all_that_a_redemption_there_could_take(api: Api) -> None:
    """The kiosk's own box, its store's shelf, and the chain's own where the reward says so."""
    beside = await api.device()
    since = (await page(api.kiosk)).next

    async def hints() -> list[tuple[StockHint, int | None]]:
        told = [(await page(device, since)).items[-1] for device in (api.kiosk, beside)]
        return [(item.stock_hint, item.stock_left) for item in told]

    reward = await api.chain.reward(100, stock=1)
    await api.chain.stock(reward, 2, None, api.kiosk.id)
    await api.chain.stock(reward, 90, None)
    assert await hints() == [(StockHint.FEW, 3), (StockHint.FEW, 1)]
    since = (await page(api.kiosk)).next
    moved = "SELECT stock_transfer('test', $1, $2, NULL, NULL, 'S1', NULL, 3, 'weekly')"
    await api.chain.value(moved, str(new_id()), reward)
    assert await hints() == [(StockHint.PLENTY, None), (StockHint.FEW, 4)]
    since = (await page(api.kiosk)).next
    counted = "SELECT stock_count('test', $1, $2, 'S1', NULL, 0, 'gone')"
    await api.chain.value(counted, str(new_id()), reward)
    assert await hints() == [(StockHint.FEW, 2), (StockHint.NONE, None)]
    since = (await page(api.kiosk)).next
    await api.chain.execute("UPDATE reward SET from_central = true WHERE id = $1", reward)
    assert await hints() == [(StockHint.PLENTY, None)] * 2


async def test_the_first_piece_and_the_last_are_news_where_few_are_never_told(api: Api) -> None:
    reward = await api.chain.reward(100, stock=0, few_below=0)
    since = (await page(api.kiosk)).next
    await api.chain.stock(reward, 2)
    told = await page(api.kiosk, since)
    assert [item.stock_hint for item in told.items] == [StockHint.PLENTY]
    gone = "SELECT stock_write_off('test', $1, $2, 'S1', NULL, 2, 'wet')"
    await api.chain.value(gone, str(new_id()), reward)
    told = await page(api.kiosk, told.next)
    assert [item.stock_hint for item in told.items] == [StockHint.NONE]


async def test_only_what_changed_is_told(api: Api) -> None:
    first = await api.chain.reward(100)
    second = await api.chain.reward(200)
    since = (await page(api.kiosk)).next
    assert (await page(api.kiosk, since)).items == []
    await api.chain.execute("UPDATE reward SET price_points = 150 WHERE id = $1", first)
    told = await page(api.kiosk, since)
    assert [(i.id, i.price_points) for i in told.items] == [(first, 150)]
    await api.chain.execute("UPDATE reward SET deleted_at = now() WHERE id = $1", second)
    told = await page(api.kiosk, told.next)
    assert (told.items, told.deleted) == ([], [second])


async def test_the_last_few_are_counted_down(api: Api) -> None:
    made = await api.reserved(100, stock=2)
    since = (await page(api.kiosk)).next
    (left,) = [i.stock_left for i in (await page(api.kiosk)).items if i.stock_left is not None][-1:]
    assert left == 1
    answer = await api.verb(made.id, "release", {"reason": "cancelled"})
    assert answer.is_success
    assert [i.stock_left for i in (await page(api.kiosk, since)).items] == [2]


async def test_from_any_cursor_the_delta_ends_with_the_whole(api: Api) -> None:
    """Pages of every size, changes in between."""
    rng = random.Random(7)
    rewards = [await api.chain.reward(100 + i, stock=9) for i in range(12)]
    kiosks: list[tuple[dict[str, Item], str | None, int]] = []
    for limit in (1, 2, 5, 200):
        known: dict[str, Item] = {}
        kiosks.append((known, await follow(api.kiosk, known, None, limit), limit))
    for _ in range(12):
        reward = rng.choice(rewards)
        change = rng.choice(
            (
                "UPDATE reward SET price_points = price_points + 1 WHERE id = $1",
                "UPDATE reward SET deleted_at = now() WHERE id = $1",
                "UPDATE reward SET deleted_at = NULL WHERE id = $1",
                "SELECT stock_count('test', gen_random_uuid()::text, $1, 'S1', NULL, 2, 'counted')",
            )
        )
        await api.chain.value(change, reward)
        at = rng.randrange(len(kiosks))
        known, since, limit = kiosks[at]
        kiosks[at] = (known, await follow(api.kiosk, known, since, limit), limit)
    whole: dict[str, Item] = {}
    await follow(api.kiosk, whole, None)
    for known, since, limit in kiosks:
        await follow(api.kiosk, known, since, limit)
        assert known == whole, f"in pages of {limit}"


async def test_a_cursor_of_another_life_starts_over(api: Api) -> None:
    newest = int((await page(api.kiosk)).next)
    for since in (str(newest + 10**6), "-1", "x", "9" * 30, "1.0"):
        refused(await api.kiosk.get(f"/v1/catalogue?since={since}"), ErrorCode.CURSOR_EXPIRED)


async def test_pictures_come_by_their_content_and_keep_for_ever(api: Api) -> None:
    content = b"\x89PNG" + new_id().bytes
    sha256 = hashlib.sha256(content).hexdigest()
    await api.chain.execute(
        "INSERT INTO reward_image (sha256, content) VALUES ($1, $2)", sha256, content
    )
    answer = await api.kiosk.get(f"/v1/images/{sha256}")
    assert answer.content == content
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    refused(await api.kiosk.get(f"/v1/images/{'f' * 64}"), ErrorCode.NOT_FOUND)


async def test_a_tier_for_points_is_nothing_to_a_kiosk(api: Api) -> None:
    """It prints nothing: no kiosk can do that yet, and none knows the kind."""
    since = (await page(api.kiosk)).next
    tier = await api.chain.reward(500, kind="tier", gives_tier_id="gold")
    for told in (await page(api.kiosk), await page(api.kiosk, since=since)):
        assert str(tier) not in [str(item.id) for item in told.items]
        assert str(tier) not in [str(deleted) for deleted in told.deleted]
    reward = await api.chain.reward(500)
    assert [item.id for item in (await page(api.kiosk, since=since)).items] == [reward]
    becoming = "UPDATE reward SET kind = 'tier', gives_tier_id = 'gold' WHERE id = $1"
    with pytest.raises(asyncpg.CheckViolationError, match="delete it and make a new one"):
        await api.chain.execute(becoming, reward)
