"""A kiosk that a real service knows, with its real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.members import token_keys
from kiosk.clock import AnchoredClock, boot_time_s, system_time
from kiosk.sync.client import ServiceClient
from kiosk.sync.transport import Transport
from tests.chain import Chain
from tests.kiosk.counter import Counter
from wire.api.devices import ServerKey
from wire.ids import new_id


@asynccontextmanager
async def device(
    chain: Chain, counter: Counter, clock: AnchoredClock | None = None
) -> AsyncIterator[tuple[UUID, ServiceClient]]:
    """A new kiosk that the service knows, and its client."""
    id_, key = new_id(), Ed25519PrivateKey.generate()
    await chain.execute(
        "INSERT INTO device (id, number, role, store_id, public_key)"
        " VALUES ($1, $2, 'kiosk', 'S1', $3)",
        id_,
        f"K{id_.hex[-8:]}",
        key.public_key().public_bytes_raw(),
    )
    token_key = token_keys.load(counter.database.data, 1).public_key()
    server_keys = [ServerKey(1, token_key.public_bytes_raw())]
    clock = clock or AnchoredClock(boot_time_s, system_time)
    transport = Transport(f"http://127.0.0.1:{counter.port}", key, str(id_), clock)
    client = ServiceClient(transport, clock, lambda: server_keys)
    try:
        yield id_, client
    finally:
        await client.close()
