"""Whole redemptions through signed /v1, as many at once as there are connections.

The requests are signed before the clock starts: the machine under measurement is the
service, not a fleet of kiosks. `bench.load_program` sends them.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

import msgspec

from bench import load_program
from bench.shop_floor import PRICE, Floor
from wire.api import PREFIX
from wire.api.redemptions import CaptureRequest, PrintingRequest, PrintResult, ReserveRequest
from wire.ids import new_id
from wire.signing import sign

CALLS = 3
"""Of one redemption: reserve, printing, capture."""
_LONGEST_S = 300


class Run(msgspec.Struct, frozen=True):
    """What came of it."""

    turns: int
    """A turn is one client's calls for one redemption, or one lookup."""
    took_s: float
    cpu_s: float
    """Of the program that sends."""
    turn_ms: list[float]

    @property
    def rate(self) -> float:
        return self.turns / self.took_s


class Kiosk:
    """Signs as the floor's one kiosk, which numbers its redemptions."""

    def __init__(self, floor: Floor, port: int) -> None:
        self._floor = floor
        self._port = port
        self._numbers = count(1)

    def redemptions(self, item: UUID, sessions: Sequence[UUID], turns: int) -> Iterator[bytes]:
        """Reserve, printing, capture, reserve ...: one session after the other."""
        path = f"{PREFIX}/redemptions"
        for _ in range(turns):
            number = next(self._numbers)
            now = datetime.now(UTC)
            redemption = new_id()
            yield self.request(
                path,
                ReserveRequest(
                    id=redemption,
                    session=sessions[number % len(sessions)],
                    item_id=item,
                    item_rev=1,
                    expected_points=PRICE,
                    device_seq=number,
                ),
                str(redemption),
            )
            yield self.request(f"{path}/{redemption}/printing", PrintingRequest(now))
            yield self.request(
                f"{path}/{redemption}/capture",
                CaptureRequest(print_result=PrintResult.OK, paper_mm=98, printed_at=now),
            )

    def request(self, path: str, body: msgspec.Struct, key: str = "") -> bytes:
        """One signed POST as it goes over the line; good for five minutes."""
        key = key or str(new_id())
        content = msgspec.json.encode(body)
        host = f"127.0.0.1:{self._port}"
        now = datetime.now(UTC)
        signed = sign(
            "POST",
            f"http://{host}{path}",
            content,
            self._floor.key,
            str(self._floor.device),
            now,
            key,
        )
        headers = {
            "Host": host,
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Idempotency-Key": key,
            **signed,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + content


def sent(port: int, file: Path, *, clients: int, calls: int = CALLS) -> Run:
    """Send what `load_program.write` laid ready, each request once.

    Raises:
        RuntimeError: an answer was not 2xx, or the service was gone.
    """
    program = [sys.executable, "-m", load_program.__name__]
    done = subprocess.run(
        [*program, str(port), str(clients), str(calls), str(file)],
        capture_output=True,
        timeout=_LONGEST_S,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace").strip())
    return msgspec.json.decode(done.stdout, type=Run)
