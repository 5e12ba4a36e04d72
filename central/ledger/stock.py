"""The chain's stock of rewards: what people do to it, each with a reason and in the audit chain.

What redemptions take and give back is the ledger's own (central/ledger/sql/stock.sql).
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from central.ledger.call import Functions


@dataclass(frozen=True, slots=True)
class Place:
    """A store's shelf, a kiosk's own box, or (neither) the chain's own stock."""

    store: str | None = None
    kiosk: UUID | None = None


class OnShelf(msgspec.Struct, frozen=True):
    """What one place has of one reward now, in pieces.

    on_hand + reserved + issued = received - written_off.
    """

    place: str
    """In words: `store S1`, `kiosk K03`, `central`."""
    on_hand: int
    """To be had."""
    reserved: int
    issued: int
    """Of vouchers that were printed, used or not."""
    received: int
    """Net of what went on to another place."""
    written_off: int
    promised: int
    """Still lying there, but somebody's: reserved, or on a voucher that is not used yet."""


class Stock(Functions):
    """Every method takes who does it and an idempotency key, and raises `LedgerRefused` when
    nothing was done: reward_unavailable (unknown, or not counted), not_found (no such place),
    bad_request (no operator or reason; 1 to 1,000,000 pieces), idempotency_*.

    Safe for concurrent use within one event loop.
    """

    async def receive(
        self, *, operator: str, key: str, reward: UUID, place: Place, pieces: int, reason: str
    ) -> OnShelf:
        """Goods came in."""
        return await self._at("stock_receive", operator, key, reward, place, pieces, reason)

    async def write_off(
        self, *, operator: str, key: str, reward: UUID, place: Place, pieces: int, reason: str
    ) -> OnShelf:
        """Goods are broken or gone; never what is promised to somebody.

        Refused with: out_of_stock{need, have}.
        """
        return await self._at("stock_write_off", operator, key, reward, place, pieces, reason)

    async def count(
        self, *, operator: str, key: str, reward: UUID, place: Place, counted: int, reason: str
    ) -> OnShelf:
        """So many pieces lie there, those that are promised among them.

        Refused with: out_of_stock{need: how many are promised, have: counted}.
        """
        return await self._at("stock_count", operator, key, reward, place, counted, reason)

    async def transfer(
        self,
        *,
        operator: str,
        key: str,
        reward: UUID,
        source: Place,
        to: Place,
        pieces: int,
        reason: str,
    ) -> tuple[OnShelf, OnShelf]:
        """From one place to another; what both have then.

        Refused with: out_of_stock{need, have}, bad_request (to where it is).
        """
        return await self._caller.call(
            "SELECT stock_transfer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            tuple[OnShelf, OnShelf],
            operator,
            key,
            reward,
            source.store,
            source.kiosk,
            to.store,
            to.kiosk,
            pieces,
            reason,
            self._caller.now,
        )

    async def _at(
        self,
        event: str,
        operator: str,
        key: str,
        reward: UUID,
        place: Place,
        pieces: int,
        reason: str,
    ) -> OnShelf:
        return await self._caller.call(
            f"SELECT {event}($1, $2, $3, $4, $5, $6, $7, $8)",  # one of the names above
            OnShelf,
            operator,
            key,
            reward,
            place.store,
            place.kiosk,
            pieces,
            reason,
            self._caller.now,
        )
