"""What people did by hand, as the chain in the database tells it; read only."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec


class AuditEntry(msgspec.Struct, frozen=True):
    seq: int
    at: datetime
    actor: str
    """Staff number of who did it."""
    action: str
    subject: str
    """The id of the member or the redemption, or a point type."""
    detail: dict[str, Any]
    hash: str
    """In hex; over the row and the hash before."""
    whom: str = ""
    """The member that it was done to: masked name, last digits. Empty: it was done to nobody."""

    @property
    def approver(self) -> str:
        """The second person; empty where none was needed."""
        return str(self.detail.get("approver", ""))

    @property
    def reason(self) -> str:
        return str(self.detail.get("reason", ""))


class AuditVerdict(msgspec.Struct, frozen=True):
    """Whether each row follows from the one before."""

    checked: int
    broken: tuple[int, ...]
    """Numbers of rows that are changed, or before which one is missing."""
    head: str
    """Hash of the last row, in hex: kept elsewhere, it proves later that nothing was cut off."""


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_ENTRIES = """
SELECT seq, at, actor, action, subject, detail, encode(hash, 'hex') AS hash FROM audit_event
WHERE ($1::text[] IS NULL OR subject = ANY($1) OR subject IN (
        SELECT id::text FROM redemption WHERE member_id::text = ANY($1))
        OR detail ->> 'into' = ANY($1))
    AND ($2::text IS NULL OR actor = $2 OR detail ->> 'approver' = $2)
    AND ($3::bigint IS NULL OR seq < $3)
ORDER BY seq DESC LIMIT $4
"""


_WHOM = """
SELECT s.id::text AS subject, m.display || ' …' || right(m.number, 4) AS whom
FROM unnest($1::uuid[]) AS s (id) LEFT JOIN redemption r ON r.id = s.id
JOIN member m ON m.id = coalesce(r.member_id, s.id)
"""


class AuditBook:
    """One connection's view of the chain."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def entries(
        self,
        *,
        subjects: Sequence[str] | None = None,
        person: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[AuditEntry]:
        """Newest first.

        Args:
            subjects: only what was done to these, or to redemptions of these members.
            person: only what this staff number did or approved.
            before: only older than this entry.
        """
        wanted = None if subjects is None else list(subjects)
        rows = await self._connection.fetch(_ENTRIES, wanted, person, before, limit)
        ids = [row["subject"] for row in rows if _ID.fullmatch(row["subject"])]
        whom = {row["subject"]: row["whom"] for row in await self._connection.fetch(_WHOM, ids)}
        return [
            msgspec.convert(
                dict(row)
                | {"detail": json.loads(row["detail"]), "whom": whom.get(row["subject"], "")},
                AuditEntry,
            )
            for row in rows
        ]

    async def verify(self) -> AuditVerdict:
        """Over the whole chain; about 10 microseconds a row."""
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            broken = await self._connection.fetch("SELECT seq FROM audit_broken() AS seq")
            row = await self._connection.fetchrow(
                "SELECT count(*), coalesce((SELECT encode(hash, 'hex') FROM audit_event"
                " ORDER BY seq DESC LIMIT 1), '') FROM audit_event"
            )
        return AuditVerdict(row[0], tuple(sorted(each["seq"] for each in broken)), row[1])
