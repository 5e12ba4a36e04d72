"""Lookups and reserves through signed /v1 with 10,000, 100,000 and 1,000,000 members: as fast.

The same database grows; at each size members chosen at random show a rotating code, and others
reserve, each for the first time. What is compared is the processor time of service and database
for one call, which a busy machine disturbs least, and the time a call takes.
"""

import os
import random
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, cast
from uuid import UUID

import click
import msgspec
import psycopg

from bench import load_program, processor_time
from bench.figure import Figure, percentile, tell
from bench.many_members import grow, sessions_of
from bench.redemptions import Bench, opened
from bench.signed_load import CALLS, Run, sent
from central.database import place
from central.members import token_keys
from wire.api import PREFIX
from wire.api.members import LookupRequest
from wire.tokens import MemberCode, sign_member_code, slot_of

SIZES = (10_000, 100_000, 1_000_000)
CLIENTS = 4
CALLS_OF_A_RUN = 600
ROUNDS = 4
"""The first of each size only warms up."""
_LOTS = 2


class Measured(msgspec.Struct):
    """At one size; medians of its runs."""

    rate: float
    cpu_ms: float
    """Of API and database, one call."""
    p50_ms: float
    p99_ms: float


@click.command(help=__doc__)
@click.option("--largest", default=SIZES[-1], show_default=True, help="Stop at so many members.")
def main(largest: int) -> None:
    with opened() as bench:
        here = 0
        told: dict[str, list[tuple[int, Measured]]] = {"lookup": [], "reserve": []}
        for size in (size for size in SIZES if size <= largest):
            grow(bench.dsns.admin, 1 + here, size - here, lots=_LOTS, dead=False)
            here = size
            numbers = iter(random.sample(range(1, size + 1), 2 * ROUNDS * CALLS_OF_A_RUN))
            runs: dict[str, list[tuple[Run, float]]] = {"lookup": [], "reserve": []}
            for number in range(ROUNDS):
                for name, requests in (("lookup", lookups), ("reserve", reserves)):
                    lying = bench.folder / "requests"
                    chosen = list(islice(numbers, CALLS_OF_A_RUN))
                    load_program.write(lying, iter(requests(bench, chosen)))
                    run = _measured(bench, lying)
                    if number:
                        runs[name].append(run)
            for name, done in runs.items():
                told[name].append((size, _medians(done)))
        for name, sizes in told.items():
            _tell(name, sizes)


def lookups(bench: Bench, numbers: list[int]) -> list[bytes]:
    """Each by a fresh rotating code: good for two minutes."""
    with psycopg.connect(bench.dsns.owner) as connection:
        kid = cast("tuple[int]", connection.execute("SELECT max(kid) FROM token_key").fetchone())[0]
    key = token_keys.load(place.data_dir(os.environ), kid)
    slot = slot_of(datetime.now(UTC))
    return [
        bench.kiosk.request(
            f"{PREFIX}/members/lookup",
            LookupRequest(
                token=sign_member_code(
                    key,
                    MemberCode(
                        kid=kid,
                        ref=number.to_bytes(6, "big"),
                        slot=slot,
                        balance=0,
                        as_of_min=0,
                        flags=0,
                    ),
                )
            ),
        )
        for number in numbers
    ]


def reserves(bench: Bench, numbers: list[int]) -> list[bytes]:
    """Each by another member; nothing is printed or captured."""
    with psycopg.connect(bench.dsns.owner, autocommit=True) as connection:
        sessions = cast("list[UUID]", sessions_of(connection, bench.floor.device, numbers))
    turns = bench.kiosk.redemptions(bench.floor.item, sessions, len(sessions))
    return list(islice(turns, 0, None, CALLS))


def _measured(bench: Bench, lying: Path) -> tuple[Run, float]:
    before_s = _used_s(bench)
    done = sent(bench.served.port, lying, clients=CLIENTS, calls=1)
    return done, (_used_s(bench) - before_s) / done.turns * 1000


def _used_s(bench: Bench) -> float:
    api = processor_time.of_tree(bench.served.pid, having="central.serving.api")
    return api + processor_time.of_tree(bench.postmaster)


def _medians(runs: list[tuple[Run, float]]) -> Measured:
    times = [ms for run, _ in runs for ms in run.turn_ms]
    return Measured(
        median(run.rate for run, _ in runs),
        median(cpu_ms for _, cpu_ms in runs),
        median(times),
        percentile(times, 0.99),
    )


def _tell(name: str, sizes: list[tuple[int, Measured]]) -> None:
    smallest, least = sizes[0]
    tell(
        Figure(
            f"{name}s through signed /v1, {smallest:,} members",
            least.rate,
            "/s",
            samples=ROUNDS - 1,
            note=f"{CLIENTS} clients; p50 {least.p50_ms:.1f} ms, p99 {least.p99_ms:.1f} ms",
        )
    )
    for size, at in sizes[1:]:
        note = f"{CLIENTS} clients; p50 {at.p50_ms:.1f} ms, p99 {at.p99_ms:.1f} ms"
        peer = f"with {smallest:,}"
        figures: dict[str, Any] = {
            f"processor time of a {name}, {size:,} members": (at.cpu_ms, least.cpu_ms),
            f"time of a {name}, p50, {size:,} members": (at.p50_ms, least.p50_ms),
        }
        for told, (value, peer_value) in figures.items():
            tell(Figure(told, value, "ms", peer, peer_value, ROUNDS - 1, note))


if __name__ == "__main__":
    main()
