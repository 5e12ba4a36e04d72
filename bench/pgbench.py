"""pgbench calls the ledger's functions in the same database, with nothing in between.

It is the limit of what any service over these functions could reach: prepared statements, one
connection a client, the same arguments, ids as ordered in time as the kiosk's. Every connection is
a new one and plans each function first: those seconds do not count.
"""

import re
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from uuid import UUID

from bench.shop_floor import PRICE, Floor
from central.database import binaries

WARM_S = 3
_SCRIPT = """\
\\set i :i + 1
\\set n random({first}, {last})
SELECT reserve('{device}', {id}, s.id, '{item}', 1, 1, {price},
    (:start::bigint + :i::bigint) * 64 + :client_id::bigint, NULL,
    upper(left(md5(:client_id::text || 'c' || (:start::bigint + :i::bigint)::text), 16)))
    FROM bench_session s WHERE s.n = :n::int;
SELECT printing('{device}', {id}, 'p' || {id}::text, now());
SELECT capture('{device}', {id}, 'c' || {id}::text, 'ok', 98, now());
"""
_ID = (
    "(lpad(to_hex(:start::bigint + :i::bigint), 12, '0') || '70008000'"
    " || lpad(to_hex(:client_id::bigint), 12, '0'))::uuid"
)
"""As a kiosk's UUIDv7: the time before all else."""


@dataclass(frozen=True)
class Peer:
    """What came of one run."""

    rate: float
    """Redemptions a second, without the first seconds."""
    cpu_s: float
    """Of pgbench itself."""
    redemptions: int


def script(floor: Floor, item: UUID, members: range) -> str:
    """One redemption by a member chosen at random of these."""
    return _SCRIPT.format(
        first=members.start,
        last=members.stop - 1,
        device=floor.device,
        item=item,
        price=PRICE,
        id=_ID,
    )


def run(dsn: str, file: Path, *, clients: int, seconds: int) -> Peer:
    """Raises RuntimeError: it failed, or the functions refused."""
    before = _children_s()
    done = subprocess.run(
        [
            binaries.find().path("pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={clients}",
            "--jobs=1",
            "--progress=1",
            f"--time={WARM_S + seconds}",
            # Milliseconds, so that runs do not meet: none does a redemption in less.
            f"--define=start={time.time_ns() // 1_000_000}",
            "--define=i=0",
            f"--file={file}",
            dsn,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    number = re.search(r"actually processed: (\d+)", done.stdout)
    told = [
        float(rate)
        for rate in re.findall(r"^progress: .* s, ([0-9.]+) tps", done.stderr, re.MULTILINE)
    ]
    if done.returncode != 0 or number is None or "aborted" in done.stderr or len(told) <= WARM_S:
        raise RuntimeError(f"pgbench failed:\n{done.stderr}")
    return Peer(mean(told[WARM_S:]), _children_s() - before, int(number[1]))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
