"""How the ledger says no."""

import json
from typing import Any

import asyncpg

from wire.errors import ErrorCode

SQLSTATE = "LK001"
"""Raised by the SQL function `refuse`: message = the error code, detail = the facts (JSON)."""


class LedgerRefused(Exception):
    """Nothing was moved, and this is why.

    `facts` are the optional fields of `wire.errors.Problem` that go with the code
    (need, have, price, limit, resets_at, at, store, account, state); times are RFC 3339 texts.
    """

    def __init__(self, code: ErrorCode, facts: dict[str, Any] | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts or {}


class LedgerBroken(Exception):
    """The database gave no answer where it must: a mistake of ours, not the caller's."""


def from_database(error: asyncpg.PostgresError) -> LedgerRefused | None:
    """The refusal that a database error carries, or None if it is no refusal."""
    if error.sqlstate != SQLSTATE:
        return None
    detail = getattr(error, "detail", None)
    return LedgerRefused(ErrorCode(str(error.args[0])), json.loads(detail) if detail else {})
