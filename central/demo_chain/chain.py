"""Writes the chain's own rows, as its back office would: programme, stores, tiers, rewards."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from central.demo_chain.objects import PICTURES
from central.demo_chain.rewards import CATEGORIES, REWARDS, DemoReward
from wire.api.text import Text
from wire.ids import new_id

NAME = Text("青禾生活", "青禾生活", "Qinghe Living")
UNIT = Text("分", "點", "points")
TIERS = {
    "plain": Text("普通会员", "普通會員", "Member"),
    "silver": Text("银卡会员", "銀卡會員", "Silver"),
    "gold": Text("金卡会员", "金卡會員", "Gold"),
}
REACHED = {"plain": None, "silver": 2000, "gold": 8000}
"""Points within the last twelve months."""
STORES = {
    "S0101": (
        Text("人民广场店", "人民廣場店", "People's Square"),
        Text("黄浦区西藏中路 268 号", "黃浦區西藏中路 268 號", "268 Middle Xizang Rd"),
        "021-6333 8821",
    ),
    "S0102": (
        Text("静安寺店", "靜安寺店", "Jing'an Temple"),
        Text("静安区南京西路 1618 号", "靜安區南京西路 1618 號", "1618 West Nanjing Rd"),
        "021-6288 1070",
    ),
    "S0103": (
        Text("徐家汇店", "徐家匯店", "Xujiahui"),
        Text("徐汇区虹桥路 1 号", "徐匯區虹橋路 1 號", "1 Hongqiao Rd"),
        "021-6407 6622",
    ),
}
TERMS = (
    Text("限用一次", "限用一次", "Valid once"),
    Text("不兑现、不找零", "不兌現、不找零", "No cash, no change"),
    Text("遗失可在会员页出示", "遺失可在會員頁出示", "If lost, show your member page"),
    Text("热敏纸避热避光", "熱感紙避熱避光", "Keep from heat and light"),
)


def _json(text: Text) -> str:
    return msgspec.json.encode(text).decode()


async def write(owner: "asyncpg.Connection[Any]", now: datetime) -> dict[str, UUID]:
    """All rows of the chain; the rewards' ids by the names of their pictures."""
    await owner.execute(
        "INSERT INTO programme (id, name, point_unit, fen_per_point, pin_over_points, hotline,"
        " voucher_terms) VALUES ($1, $2, $3, 1, NULL, '400-820-6688', $4)",
        new_id(),
        _json(NAME),
        _json(UNIT),
        msgspec.json.encode(TERMS).decode(),
    )
    points = _json(Text("积分", "點數", "Points"))
    await owner.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit)"
        " VALUES ('base', $1, 'rolling', 12, 'month')",
        points,
    )
    for rank, (tier, name) in enumerate(TIERS.items()):
        await owner.execute(
            "INSERT INTO tier (id, name, rank, threshold) VALUES ($1, $2, $3, $4)",
            tier,
            _json(name),
            rank,
            REACHED[tier],
        )
    await owner.execute(
        "INSERT INTO tier_policy (id, measure, period, period_months, downgrade, grace_days)"
        " VALUES ($1, 'points', 'rolling', 12, 'step', 30)",
        new_id(),
    )
    for store, (name, address, phone) in STORES.items():
        await owner.execute(
            "INSERT INTO store (id, name, address, phone) VALUES ($1, $2, $3, $4)",
            store,
            _json(name),
            _json(address),
            phone,
        )
    for position, (category, name) in enumerate(CATEGORIES.items()):
        await owner.execute(
            "INSERT INTO category (id, name, position) VALUES ($1, $2, $3)",
            category,
            _json(name),
            position,
        )
    return {
        reward.picture: await _reward(owner, position, reward, now)
        for position, reward in enumerate(REWARDS)
    }


async def _reward(
    owner: "asyncpg.Connection[Any]", position: int, reward: DemoReward, now: datetime
) -> UUID:
    picture = PICTURES[reward.picture]().png()
    sha256 = hashlib.sha256(picture).hexdigest()
    await owner.execute(
        "INSERT INTO reward_image (sha256, media_type, content) VALUES ($1, 'image/png', $2)",
        sha256,
        picture,
    )
    row = new_id()
    columns: dict[str, object] = {
        "id": row,
        "position": position,
        "kind": reward.kind.value,
        "category_id": reward.category,
        "name": _json(reward.name),
        "description": _json(reward.description),
        "value_fen": reward.value_fen,
        "image_sha256": sha256,
        "price_points": reward.points,
        "per_member_per_day": reward.per_day,
        "per_member_per_month": reward.per_month,
        "stock_counted": reward.stock is not None,
        "voucher_days": reward.days,
        "min_spend_fen": reward.min_spend_fen,
    }
    if reward.window_days is not None:
        columns["valid_from"] = now - timedelta(days=1)
        columns["valid_to"] = now + timedelta(days=reward.window_days)
    places = ", ".join(f"${i}" for i in range(1, len(columns) + 1))
    names = ", ".join(columns)
    await owner.execute(f"INSERT INTO reward ({names}) VALUES ({places})", *columns.values())  # noqa: S608  # names of this file
    if reward.tier is not None:
        await owner.execute(
            "INSERT INTO reward_tier (id, reward_id, tier_id) VALUES ($1, $2, $3)",
            new_id(),
            row,
            reward.tier,
        )
    if reward.gold_points is not None:
        await owner.execute(
            "INSERT INTO reward_price (id, reward_id, points, tier_id) VALUES ($1, $2, $3, 'gold')",
            new_id(),
            row,
            reward.gold_points,
        )
    if reward.stock is not None:
        for store in STORES:
            done, why = ("receive", "first delivery") if reward.stock else ("count", "none yet")
            await owner.fetchval(
                f"SELECT stock_{done}('demo', $1, $2, $3, NULL, $4, $5)",
                str(new_id()),
                row,
                store,
                reward.stock,
                why,
            )
    return row
