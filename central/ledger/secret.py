"""Secrets that callers hold: the database knows their hashes only, and so do its logs."""

import hashlib
import secrets

_BYTES = 32


def make_secret() -> str:
    """256 random bits, fit for JSON."""
    return secrets.token_urlsafe(_BYTES)


def secret_hash(secret: str | None) -> bytes | None:
    """SHA-256 of it; of nothing, nothing."""
    return None if secret is None else hashlib.sha256(secret.encode()).digest()
