"""What `central stock list` tells: the shelves, or the last changes."""

from typing import Any
from uuid import UUID

import asyncpg

from central.ledger.stock import Place

_MOVES = 50
_HERE = """
    ($1::uuid IS NULL OR b.reward_id = $1)
    AND (NOT $2 OR (b.store_id, b.kiosk_id) IS NOT DISTINCT FROM ($3::text, $4::uuid))
"""
_WHERE = """
    coalesce('store ' || b.store_id, 'kiosk ' || d.number, 'central')
"""
_SHELVES = f"""
SELECT r.name->>'zh-Hans' AS reward, {_WHERE} AS place, b.on_hand, b.reserved, b.issued,
    b.written_off, (SELECT count(*) FROM redemption n JOIN voucher v ON v.redemption_id = n.id
        WHERE n.bucket_id = b.id AND n.state IN ('RESERVED', 'PRINTING', 'UNCERTAIN', 'ISSUED')
            AND (n.state <> 'ISSUED' OR v.valid_to > clock_timestamp())) AS promised
FROM stock_bucket b JOIN reward r ON r.id = b.reward_id LEFT JOIN device d ON d.id = b.kiosk_id
WHERE {_HERE} AND r.deleted_at IS NULL ORDER BY r.position, r.id, place
"""  # noqa: S608  # pieces of this file
_CHANGES = f"""
SELECT to_char(m.at AT TIME ZONE p.timezone, 'YYYY-MM-DD HH24:MI') AS at,
    r.name->>'zh-Hans' AS reward, {_WHERE} AS place, m.kind, m.pieces, m.on_hand, m.operator,
    m.reason, coalesce('store ' || o.store_id, 'kiosk ' || e.number,
        CASE WHEN o.id IS NOT NULL THEN 'central' END) AS other
FROM stock_move m JOIN stock_bucket b ON b.id = m.bucket_id JOIN reward r ON r.id = b.reward_id
LEFT JOIN device d ON d.id = b.kiosk_id LEFT JOIN stock_bucket o ON o.id = m.other_id
LEFT JOIN device e ON e.id = o.kiosk_id CROSS JOIN programme p
WHERE {_HERE} ORDER BY m.at DESC, m.id DESC LIMIT {_MOVES}
"""  # noqa: S608  # pieces of this file


async def listed(
    connection: "asyncpg.Connection[Any]", reward: UUID | None, place: Place | None
) -> list[str]:
    """A line for each reward and place."""
    rows = await connection.fetch(_SHELVES, *_asked(reward, place))
    return [
        f"{row['place']:<12} {row['on_hand']:>6} on hand {row['promised']:>5} promised"
        f" {row['issued']:>6} issued {row['written_off']:>5} written off  {row['reward']}"
        for row in rows
    ] or ["nothing is counted there; `central stock receive` begins it"]


async def moved(
    connection: "asyncpg.Connection[Any]", reward: UUID | None, place: Place | None
) -> list[str]:
    """The last changes, the latest first; times in the programme's zone."""
    rows = await connection.fetch(_CHANGES, *_asked(reward, place))
    return [
        f"{row['at']}  {row['place']:<10} {row['kind']:<11} {row['pieces']:>+6} ->"
        f" {row['on_hand']:>6}  {row['reward']}  {row['operator']}: {row['reason']}"
        + (f" ({'to' if row['pieces'] < 0 else 'from'} {row['other']})" if row["other"] else "")
        for row in rows
    ] or ["nobody has changed anything there"]


def _asked(reward: UUID | None, place: Place | None) -> tuple[object, ...]:
    return (
        reward,
        place is not None,
        place.store if place else None,
        place.kiosk if place else None,
    )
