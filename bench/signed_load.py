"""Whole redemptions through signed /v1, as many at once as there are connections.

The requests are signed before the clock starts: the machine under measurement is the
service, not a fleet of kiosks. Answers are read whole and must be 2xx.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice

import msgspec

from bench.shop_floor import PRICE, Floor
from wire.api import PREFIX
from wire.api.redemptions import CaptureRequest, PrintingRequest, PrintResult, ReserveRequest
from wire.ids import new_id
from wire.signing import sign

Turn = tuple[bytes, bytes, bytes]
"""Reserve, printing and capture of one redemption, as they go over the line."""


@dataclass(frozen=True)
class Run:
    """What came of it."""

    redemptions: int
    took_s: float
    turn_ms: list[float]
    """Each redemption's three calls together."""


def turns(floor: Floor, port: int, count: int) -> Iterator[Turn]:
    """Signed requests for `count` redemptions, one member after the other."""
    now = datetime.now(UTC)
    for number, session in enumerate(islice(cycle(floor.sessions), count), 1):
        redemption = new_id()
        path = f"{PREFIX}/redemptions"
        reserve = ReserveRequest(
            id=redemption,
            session=session,
            item_id=floor.item,
            item_rev=1,
            expected_points=PRICE,
            device_seq=number,
        )
        capture = CaptureRequest(print_result=PrintResult.OK, paper_mm=98, printed_at=now)
        yield (
            _request(floor, port, path, reserve, str(redemption)),
            _request(
                floor, port, f"{path}/{redemption}/printing", PrintingRequest(now), str(new_id())
            ),
            _request(floor, port, f"{path}/{redemption}/capture", capture, str(new_id())),
        )


def _request(floor: Floor, port: int, path: str, body: msgspec.Struct, key: str) -> bytes:
    content = msgspec.json.encode(body)
    host = f"127.0.0.1:{port}"
    url = f"http://{host}{path}"
    signed = sign("POST", url, content, floor.key, str(floor.device), datetime.now(UTC), key)
    headers = {
        "Host": host,
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Idempotency-Key": key,
        **signed,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + content


async def run(port: int, work: Sequence[Turn], *, connections: int) -> Run:
    """Raises RuntimeError at the first answer that is not 2xx."""
    waiting = iter(work)
    turn_ms: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for turn in waiting:
                started_s = time.perf_counter()
                for request in turn:
                    writer.write(request)
                    await _answer(reader)
                turn_ms.append((time.perf_counter() - started_s) * 1000)
        finally:
            writer.close()

    started_s = time.perf_counter()
    async with asyncio.TaskGroup() as clients:
        for _ in range(connections):
            clients.create_task(client())
    return Run(len(turn_ms), time.perf_counter() - started_s, turn_ms)


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status, _, headers = head.partition(b"\r\n")
    length = 0
    for line in headers.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = await reader.readexactly(length)
    if not status.split(b" ")[1].startswith(b"2"):
        raise RuntimeError(f"{status.decode()}: {body.decode(errors='replace')}")
