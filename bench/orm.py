"""Redemptions by the ledger's functions beside the same work written with Django's ORM.

Like with like: both without HTTP and signatures, from the same program, as many processes and
connections, the same tables, locks and three commits. Then the whole service beside the ORM: the
service verifies signatures and speaks HTTP, the ORM does not have to.
"""

import os
import subprocess
import sys
import time
from statistics import median

import click
import msgspec

from bench import load_program, orm_program
from bench.figure import Figure, tell
from bench.orm_program import Done, Work
from bench.redemptions import Bench, opened
from bench.shop_floor import PRICE
from bench.signed_load import sent
from central.database import dsn

CLIENTS = 8
_FIRST = 60


@click.command(help=__doc__)
@click.option("--seconds", default=4, show_default=True, help="Of one run.")
@click.option("--rounds", default=3, show_default=True, help="Runs of each that count.")
@click.option("--clients", default=CLIENTS, show_default=True)
def main(seconds: int, rounds: int, clients: int) -> None:
    with opened() as bench:
        functions: list[Done] = []
        orm: list[Done] = []
        service: list[float] = []
        turns = _FIRST
        for number in range(rounds + 1):
            lying = bench.folder / "requests"
            load_program.write(
                lying, bench.kiosk.redemptions(bench.floor.item, bench.floor.sessions, turns)
            )
            done = sent(bench.served.port, lying, clients=clients)
            turns = max(_FIRST, round(done.rate * seconds))
            if number == 0:
                continue
            service.append(done.rate)
            functions.append(_by_django(bench, "functions", clients, seconds))
            orm.append(_by_django(bench, "orm", clients, seconds))
    peer = median(done.rate for done in orm)
    note = f"{clients} processes and connections, spread members, no HTTP on either side"
    rate = median(done.rate for done in functions)
    tell(Figure("redemptions by functions", rate, "/s", "Django's ORM", peer, rounds, note))
    note = f"{clients} clients; signatures and HTTP on our side only"
    rate = median(service)
    tell(Figure("redemptions through signed /v1", rate, "/s", "Django's ORM", peer, rounds, note))
    tell(
        Figure(
            "processor time of the calling program, one redemption",
            1000 * median(done.cpu_s / done.turns for done in functions),
            "ms",
            "Django's ORM",
            1000 * median(done.cpu_s / done.turns for done in orm),
            rounds,
        )
    )


def _by_django(bench: Bench, way: str, clients: int, seconds: int) -> Done:
    """Raises RuntimeError: it failed."""
    work = Work(
        way,
        clients,
        seconds,
        bench.floor.device,
        bench.floor.item,
        PRICE,
        bench.floor.sessions,
        time.time_ns() // 1000,
    )
    # As the owner: the ORM writes tables, which the service's own role may not.
    owner = {dsn.URL_VARIABLE: bench.dsns.owner, dsn.APP_URL_VARIABLE: bench.dsns.owner}
    done = subprocess.run(
        [sys.executable, "-m", orm_program.__name__],
        input=msgspec.json.encode(work),
        stdout=subprocess.PIPE,
        env={**os.environ, **owner},
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{orm_program.__name__} failed")
    return msgspec.json.decode(done.stdout, type=Done)


if __name__ == "__main__":
    main()
