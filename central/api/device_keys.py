"""Who each enrolled device is, kept in memory and forgotten the moment it changes."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wire.api.devices import Role

log = logging.getLogger(__name__)

CHANNEL = "device_changed"
LISTENING_TTL_S = 60.0
DEAF_TTL_S = 1.0
"""While the listening connection is lost, an entry is trusted for no longer than this."""
_RECONNECT_S = 0.5
_PROBE_S = 0.5
"""Twice this and the short TTL are less than the two seconds."""


@dataclass(frozen=True, slots=True)
class EnrolledDevice:
    id: UUID
    role: Role
    store: str
    public_key: Ed25519PublicKey
    revoked: bool


class DeviceKeys:
    """A revoked key is refused within 2 s: PostgreSQL notifies, and a deaf cache is short-lived."""

    def __init__(
        self, pool: "asyncpg.Pool[Any]", dsn: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool = pool
        self._dsn = dsn
        self._monotonic = monotonic
        self._known: dict[UUID, tuple[float, EnrolledDevice]] = {}
        self._listening = False
        self._lost = False

    async def find(self, device: UUID) -> EnrolledDevice | None:
        """The device as it is now, give or take 2 s; None if it was never enrolled here."""
        cached = self._known.get(device)
        ttl_s = LISTENING_TTL_S if self._listening else DEAF_TTL_S
        if cached and self._monotonic() - cached[0] < ttl_s:
            return cached[1]
        asked_at = self._monotonic()
        row = await self._pool.fetchrow(
            "SELECT id, role, store_id, public_key, revoked_at IS NOT NULL AS revoked"
            " FROM device WHERE id = $1",
            device,
        )
        if row is None:
            self._known.pop(device, None)
            return None
        found = EnrolledDevice(
            UUID(int=row["id"].int),
            Role(row["role"]),
            row["store_id"],
            Ed25519PublicKey.from_public_bytes(row["public_key"]),
            row["revoked"],
        )
        self._known[device] = (asked_at, found)
        return found

    async def listen(self) -> None:
        """Forget devices as they change; reconnects for ever. Ends by cancellation."""
        while True:
            try:
                await self._listen_once()
            except (
                OSError,
                asyncpg.PostgresError,
                asyncpg.InterfaceError,
                asyncpg.InternalClientError,
            ) as error:
                if not self._lost:
                    log.warning("no word of changed devices", extra={"error": type(error).__name__})
                self._lost = True
            await asyncio.sleep(_RECONNECT_S)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(
            self._dsn, server_settings={"application_name": "central-api-listen"}
        )
        try:
            cut = asyncio.Event()
            connection.add_termination_listener(lambda _: cut.set())
            await connection.add_listener(CHANNEL, self._forget)
            self._known.clear()  # what changed while nobody listened
            self._listening = True
            if self._lost:
                log.info("hears of changed devices again")
            self._lost = False
            while not cut.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(cut.wait(), _PROBE_S)
                # A line that is cut silently answers nothing: this raises TimeoutError.
                await connection.fetchval("SELECT 1", timeout=_PROBE_S)
        finally:
            self._listening = False  # before closing, which may take its time
            await connection.close(timeout=1)

    def _forget(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._known.pop(UUID(str(payload)), None)
