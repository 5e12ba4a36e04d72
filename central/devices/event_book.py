"""What devices tell of themselves: once each, in the order of their own numbers."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from wire.api.devices import Event, EventResult, EventsAnswer, EventStatus
from wire.ids import new_id


async def apply(
    connection: "asyncpg.Connection[Any]", device: UUID, events: list[Event], now: datetime
) -> EventsAnswer:
    """Applies the next ones in sequence; stops at a gap, which waits for what is missing.

    An event whose number was applied with another id, or whose id was applied under another
    number, is marked for review: a device's journal was rolled back or copied.
    """
    async with connection.transaction():
        acked: int = await connection.fetchval(
            "SELECT acked_seq FROM device WHERE id = $1 FOR UPDATE", device
        )
        results = []
        for told in sorted(events, key=lambda e: e.seq):
            if told.seq <= acked:
                results.append(EventResult(told.seq, await _again(connection, device, told)))
            elif told.seq == acked + 1:
                status = await _insert(connection, device, told, now)
                acked = told.seq
                results.append(EventResult(told.seq, status))
            else:
                break
        await connection.execute("UPDATE device SET acked_seq = $2 WHERE id = $1", device, acked)
        rev = await connection.fetchval("SELECT config_rev FROM programme")
    return EventsAnswer(acked, results, server_time=now, config_rev=rev or 0)


async def _again(connection: "asyncpg.Connection[Any]", device: UUID, told: Event) -> EventStatus:
    known = await connection.fetchval(
        "SELECT id = $3 FROM device_event WHERE device_id = $1 AND seq = $2",
        device,
        told.seq,
        told.id,
    )
    return EventStatus.DUPLICATE if known else EventStatus.REVIEW


async def _insert(
    connection: "asyncpg.Connection[Any]", device: UUID, told: Event, now: datetime
) -> EventStatus:
    """Keeps it under its number. An id that any device has told before is for review: then the
    row gets an id of its own and names the one that was told.
    """
    insert = (
        "INSERT INTO device_event (id, device_id, seq, type, at, received_at, mono_ms, boot_id,"
        " payload, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (id) DO NOTHING"
    )
    row = (device, told.seq, told.type, told.at, now, told.mono_ms, told.boot_id)
    payload, status = json.dumps(told.payload), EventStatus.APPLIED
    done: str = await connection.execute(insert, told.id, *row, payload, status.value)
    if done == "INSERT 0 1":
        return status
    payload, status = json.dumps(told.payload | {"told_id": str(told.id)}), EventStatus.REVIEW
    await connection.execute(insert, new_id(), *row, payload, status.value)
    return status
