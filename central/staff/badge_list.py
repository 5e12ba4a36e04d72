"""Who may do paper tasks at a device while the service is away: signed, good for a day."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire.api.staff import BADGES_DOMAIN, BadgeEntry, BadgeList, SignedBadgeList

GOOD_FOR = timedelta(hours=24)

_BADGES = """
SELECT encode(s.ref, 'hex') AS staff_ref, s.badge_version AS version, s.role, s.display
FROM staff s CROSS JOIN programme p JOIN device d ON d.id = $1
WHERE s.badge_version > 0 AND s.badge_last_day >= ($2 AT TIME ZONE p.timezone)::date
    AND s.active AND (s.every_store OR EXISTS (
        SELECT FROM staff_store w WHERE w.staff_id = s.ref AND w.store_id = d.store_id))
ORDER BY s.staff_no
"""


async def signed(
    pool: "asyncpg.Pool[Any]",
    device: UUID,
    signer: tuple[int, Ed25519PrivateKey],
    now: datetime,
) -> SignedBadgeList:
    """The list of one device's store, of this moment."""
    rows = await pool.fetch(_BADGES, device, now)
    entries = [msgspec.convert(dict(row), BadgeEntry) for row in rows]
    listed = msgspec.json.encode(BadgeList(device, now, now + GOOD_FOR, entries))
    kid, key = signer
    return SignedBadgeList(listed, kid, key.sign(BADGES_DOMAIN + listed))
