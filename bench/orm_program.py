"""`python -m bench.orm_program`: the same redemptions by Django, without HTTP and signatures.

Reads a `Work` from stdin and prints a `Done`. One process for each client, as a server for
Django has them, each with a connection of its own: by the ORM (`bench.orm_redemption`), or by
calling the ledger's functions through the same connections.
"""

import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from uuid import UUID

import msgspec

from wire import voucher_code
from wire.ids import new_id

_WARM_TURNS = 5
"""Of each client, before the clock starts: plans, imports, connections."""
Turn = Callable[["Work", UUID, int], None]


class Work(msgspec.Struct, frozen=True):
    way: str
    """orm or functions."""
    clients: int
    seconds: float
    device: UUID
    item: UUID
    price: int
    sessions: tuple[UUID, ...]
    first_seq: int
    """Of the device, from which on numbers are free."""


class Done(msgspec.Struct, frozen=True):
    turns: int
    took_s: float
    cpu_s: float
    """Of all these processes."""

    @property
    def rate(self) -> float:
        return self.turns / self.took_s


def by_orm(work: Work, session: UUID, seq: int) -> None:
    from bench import orm_redemption

    redemption, now = new_id(), datetime.now(UTC)
    orm_redemption.reserve(
        work.device, redemption, session, work.item, work.price, seq, voucher_code.generate()
    )
    orm_redemption.printing(work.device, redemption, str(new_id()), now)
    orm_redemption.capture(work.device, redemption, str(new_id()), 98, now)


def by_functions(work: Work, session: UUID, seq: int) -> None:
    from django.db import connection

    redemption, now = new_id(), datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reserve(%s, %s, %s, %s, 1, 1, %s, %s, NULL, %s)",
            [work.device, redemption, session, work.item, work.price, seq, voucher_code.generate()],
        )
        cursor.fetchone()
        cursor.execute(
            "SELECT printing(%s, %s, %s, %s)", [work.device, redemption, str(new_id()), now]
        )
        cursor.fetchone()
        cursor.execute(
            "SELECT capture(%s, %s, %s, 'ok', 98, %s)",
            [work.device, redemption, str(new_id()), now],
        )
        cursor.fetchone()


WAYS: dict[str, Turn] = {"orm": by_orm, "functions": by_functions}


def run(work: Work) -> Done:
    """Raises RuntimeError: a client failed (what it said stands on stderr)."""
    forked = multiprocessing.get_context("fork")
    barrier = forked.Barrier(work.clients)
    told: multiprocessing.Queue[tuple[int, float, float]] = forked.Queue()
    clients = [
        forked.Process(target=_client, args=(work, number, barrier, told))
        for number in range(work.clients)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if any(client.exitcode for client in clients):
        raise RuntimeError("a client failed")
    ends = [told.get() for _ in clients]
    return Done(
        sum(turns for turns, _, _ in ends),
        max(took_s for _, took_s, _ in ends),
        sum(cpu_s for _, _, cpu_s in ends),
    )


def _client(
    work: Work,
    number: int,
    barrier: Barrier,
    told: "multiprocessing.Queue[tuple[int, float, float]]",
) -> None:
    turn = WAYS[work.way]
    # Every client has its own numbers and starts at its own place among the members.
    numbers = itertools.count(work.first_seq + number, work.clients)
    sessions = itertools.cycle(work.sessions[number :: work.clients])
    try:
        for _ in range(_WARM_TURNS):
            turn(work, next(sessions), next(numbers))
    except BaseException:
        barrier.abort()
        raise
    barrier.wait()
    began_s, cpu_began_s = time.perf_counter(), time.process_time()
    turns = 0
    while time.perf_counter() - began_s < work.seconds:
        turn(work, next(sessions), next(numbers))
        turns += 1
    told.put((turns, time.perf_counter() - began_s, time.process_time() - cpu_began_s))


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "central.settings"
    django.setup()
    done = run(msgspec.json.decode(sys.stdin.buffer.read(), type=Work))
    sys.stdout.buffer.write(msgspec.json.encode(done))


if __name__ == "__main__":
    main()
