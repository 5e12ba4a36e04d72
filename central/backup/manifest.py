"""What a backup says of itself: read first, and held against what really is in the file."""

from datetime import datetime
from uuid import UUID

import msgspec

FORMAT = 1
KIND = "points-backup"
MANIFEST = "manifest.json"
DUMP = "database.dump"
"""pg_dump's custom format, without owners and rights: `central migrate` sets those."""
FILES = "files/"
"""Before the names of what lay in the data folder."""


class Part(msgspec.Struct, frozen=True):
    """One member of the file besides the manifest."""

    name: str
    size: int
    """Bytes."""
    sha256: str


class Movement(msgspec.Struct, frozen=True):
    """The youngest transaction of the ledger."""

    journal: UUID
    kind: str
    at: datetime


class AuditHead(msgspec.Struct, frozen=True):
    """The newest link of the audit chain: whoever keeps it can tell a chain that was cut."""

    seq: int
    sha256: str


class State(msgspec.Struct, frozen=True):
    """What the database held in the snapshot that was dumped."""

    migrations: dict[str, list[str]]
    """By app, as Django names them."""
    functions: str
    """SHA-256 over the SQL files that the database's functions were made from."""
    rows: dict[str, int]
    """By table, counted one by one."""
    timezone: str
    """The programme's; UTC while there is none."""
    last_movement: Movement | None
    audit: AuditHead | None
    unsettled: dict[str, int]
    """Redemptions under way: RESERVED, PRINTING, UNCERTAIN."""
    token_keys: list[int]
    """Kids of the keys that are not retired."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    format: int = FORMAT
    kind: str = KIND
    version: str
    """Of this program."""
    made_at: datetime
    database: str
    server: int
    """PostgreSQL's major version."""
    dumped_by: int
    """pg_dump's major version: pg_restore must not be older."""
    state: State
    parts: list[Part]
