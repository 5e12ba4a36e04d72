"""Ids that clients make: UUIDv7 (RFC 9562), sortable by time, unique without a server."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7; safe to call from any thread."""
    return UUID(int=uuid_utils.uuid7().int)
