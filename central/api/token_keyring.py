"""The token keys as the API needs them: public ones to verify, a private one to sign the time."""

import asyncio
import time
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from central.members import token_keys
from wire.api.devices import ServerKey

_TTL_S = 30.0


class TokenKeyring:
    """Reads the table again every half minute; a retired key is gone by then."""

    def __init__(self, pool: "asyncpg.Pool[Any]", data: Path) -> None:
        self._pool = pool
        self._data = data
        self._read_at = float("-inf")
        self._public: dict[int, Ed25519PublicKey] = {}
        self._private: dict[int, Ed25519PrivateKey] = {}

    async def public(self) -> dict[int, Ed25519PublicKey]:
        """The live keys by kid."""
        if time.monotonic() - self._read_at > _TTL_S:
            rows = await self._pool.fetch(
                "SELECT kid, public_key FROM token_key WHERE retired_at IS NULL ORDER BY kid"
            )
            self._public = {
                row["kid"]: Ed25519PublicKey.from_public_bytes(row["public_key"]) for row in rows
            }
            self._read_at = time.monotonic()
        return self._public

    async def server_keys(self) -> list[ServerKey]:
        """As devices are told them."""
        return [
            ServerKey(kid, key.public_bytes_raw()) for kid, key in (await self.public()).items()
        ]

    async def signer(self) -> tuple[int, Ed25519PrivateKey]:
        """The newest key and its kid.

        Raises:
            token_keys.TokenKeyMissing: the private half is not in the data folder.
        """
        kid = max(await self.public())
        if kid not in self._private:
            self._private[kid] = await asyncio.to_thread(token_keys.load, self._data, kid)
        return kid, self._private[kid]
