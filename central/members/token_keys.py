"""The keys that sign member codes, cards and the time: public halves in the database, private
halves as files of the data folder (0600), because whoever can read a database dump must not be
able to make codes.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

_FIRST_KID = 1


class TokenKeyMissing(Exception):
    """The private half is not in this data folder; codes cannot be signed here."""


def path(data: Path, kid: int) -> Path:
    return data / "keys" / f"token-{kid}.pem"


def load(data: Path, kid: int) -> Ed25519PrivateKey:
    """The private key `kid`.

    Raises:
        TokenKeyMissing
    """
    try:
        pem = path(data, kid).read_bytes()
    except OSError as error:
        raise TokenKeyMissing(
            f"the private token key {kid} cannot be read at {path(data, kid)}: {error.strerror}"
        ) from None
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TokenKeyMissing(f"{path(data, kid)} is no Ed25519 key")
    return key


def ensure(connection: "psycopg.Connection[Any]", data: Path) -> tuple[int, bool]:
    """The newest live key's `kid`, and whether it had to be made (the first migration)."""
    row = connection.execute(
        "SELECT kid FROM token_key WHERE retired_at IS NULL ORDER BY created_at DESC, kid DESC"
        " LIMIT 1"
    ).fetchone()
    if row is not None:
        return int(row[0]), False
    key = Ed25519PrivateKey.generate()
    _write(path(data, _FIRST_KID), key)
    connection.execute(
        "INSERT INTO token_key (kid, public_key, created_at) VALUES (%s, %s, %s)",
        (_FIRST_KID, key.public_key().public_bytes_raw(), datetime.now(UTC)),
    )
    return _FIRST_KID, True


def _write(target: Path, key: Ed25519PrivateKey) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # A file without its row is left by a migration that broke off: its key signed nothing.
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
