"""Redemptions (reserve, printing, capture) a second: signed /v1 beside pgbench.

Three crowds: members who never meet, one member only, and many members of whom all want one
counted reward. For each and for 1, 4, 16 and 32 clients the service and pgbench take turns with
the same database, so that both see the same machine; pgbench's first seconds, in which
each connection plans every function, do not count.

What is told of processor time is by component, for one redemption.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID

import click
import psycopg

from bench import load_program, pgbench, processor_time
from bench.figure import Figure, percentile, tell
from bench.service_process import Served, served
from bench.shop_floor import MEMBERS, Floor, furnish
from bench.signed_load import CALLS, Kiosk, Run, sent
from central.database import cluster, dsn, migration

CLIENTS = (1, 4, 16, 32)
CPU_CLIENTS = 16
"""At which the processor time is told: the machine is busy and nobody queues for long."""
_FIRST = 60
"""Redemptions of the run that warms up, by which the next ones are sized."""
_HISTORY_S = 5
"""Of redemptions before anything counts: over empty tables PostgreSQL plans no index."""


@dataclass(frozen=True)
class Crowd:
    """Who redeems what."""

    name: str
    counted: bool
    members: int

    def item(self, floor: Floor) -> UUID:
        return floor.counted if self.counted else floor.item


CROWDS = (
    Crowd("spread members", counted=False, members=MEMBERS),
    Crowd("one hot member", counted=False, members=1),
    Crowd("one hot reward", counted=True, members=MEMBERS),
)


@dataclass(frozen=True)
class Used:
    """Processor seconds of one run, by component."""

    api_s: float
    database_s: float
    load_s: float


@dataclass(frozen=True)
class Bench:
    """What all runs share."""

    dsns: dsn.Dsns
    floor: Floor
    kiosk: Kiosk
    served: Served
    folder: Path
    postmaster: int


@click.command(help=__doc__)
@click.option("--seconds", default=3, show_default=True, help="Of one run.")
@click.option("--rounds", default=3, show_default=True, help="Runs of each that count.")
@click.option("--clients", multiple=True, type=int, default=CLIENTS, show_default=True)
@click.option("--crowd", "crowds", multiple=True, type=click.Choice([c.name for c in CROWDS]))
def main(seconds: int, rounds: int, clients: Sequence[int], crowds: Sequence[str]) -> None:
    with opened() as bench:
        for crowd in CROWDS:
            if crowds and crowd.name not in crowds:
                continue
            for number in clients:
                measure(bench, crowd, number, seconds, rounds)


@contextmanager
def opened() -> Iterator[Bench]:
    """A database of its own with its service; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database runs as another user if we are root
        environment = {**os.environ, "CENTRAL_DATA": str(folder / "data")}
        environment.pop(dsn.URL_VARIABLE, None)
        os.environ.update(environment)
        with cluster.opened(environment) as dsns:
            migration.migrate(dsns, folder / "data", embedded=True, say=_quiet)
            floor = furnish(dsns.owner)
            _give_history(dsns, floor, folder)
            postmaster = postmaster_of(folder / "data")
            with served(environment, log=folder / "service.log") as service:
                kiosk = Kiosk(floor, service.port)
                yield Bench(dsns, floor, kiosk, service, folder, postmaster)


def _give_history(dsns: dsn.Dsns, floor: Floor, folder: Path) -> None:
    script = folder / "history.sql"
    script.write_text(pgbench.script(floor, floor.item, range(len(floor.sessions))))
    pgbench.run(dsns.app, script, clients=4, seconds=_HISTORY_S)
    with psycopg.connect(dsns.owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def postmaster_of(data: Path) -> int:
    """The process id of the embedded cluster's parent process."""
    return int((data / "postgresql" / "data" / "postmaster.pid").read_text().splitlines()[0])


def measure(bench: Bench, crowd: Crowd, clients: int, seconds: int, rounds: int) -> None:
    script = bench.folder / "redemption.sql"
    members = range(crowd.members)
    script.write_text(pgbench.script(bench.floor, crowd.item(bench.floor), members))
    ours: list[Run] = []
    peers: list[pgbench.Peer] = []
    our_use: list[Used] = []
    peer_use: list[Used] = []
    turns = _FIRST
    for number in range(rounds + 1):
        requests = bench.kiosk.redemptions(
            crowd.item(bench.floor), bench.floor.sessions[: crowd.members], turns
        )
        lying = bench.folder / "requests"
        load_program.write(lying, requests)
        before = _use(bench)
        done = sent(bench.served.port, lying, clients=clients)
        between = _use(bench)
        turns = max(_FIRST, round(done.rate * seconds))
        if number == 0:
            continue
        peer = pgbench.run(bench.dsns.app, script, clients=clients, seconds=seconds)
        after = _use(bench)
        ours.append(done)
        peers.append(peer)
        our_use.append(_per(before, between, done.cpu_s, done.turns))
        peer_use.append(_per(between, after, peer.cpu_s, peer.redemptions))
    _tell(f"{crowd.name}, {clients} clients", ours, peers)
    if clients == CPU_CLIENTS:
        _tell_use(crowd.name, our_use, peer_use)


def _use(bench: Bench) -> Used:
    return Used(
        processor_time.of_tree(bench.served.pid, having="central.serving.api"),
        processor_time.of_tree(bench.postmaster),
        0,
    )


def _per(before: Used, after: Used, load_s: float, redemptions: int) -> Used:
    return Used(
        (after.api_s - before.api_s) / redemptions,
        (after.database_s - before.database_s) / redemptions,
        load_s / redemptions,
    )


def _tell(name: str, ours: list[Run], peers: list[pgbench.Peer]) -> None:
    """The ratio is that of the medians; each round's own stand in the note."""
    times = [ms for run in ours for ms in run.turn_ms]
    own = ", ".join(f"{run.rate / peer.rate:.2f}" for run, peer in zip(ours, peers, strict=True))
    tell(
        Figure(
            name=f"redemptions through signed /v1: {name}",
            value=median(run.rate for run in ours),
            unit="/s",
            peer="pgbench, same functions, as many clients",
            peer_value=median(peer.rate for peer in peers),
            samples=len(ours),
            note=f"rounds {own}; three calls p50 {median(times):.1f} ms,"
            f" p99 {percentile(times, 0.99):.1f} ms",
        )
    )


def _tell_use(name: str, ours: list[Used], peers: list[Used]) -> None:
    figures = {
        "API": (median(use.api_s for use in ours), None),
        "PostgreSQL": (
            median(use.database_s for use in ours),
            median(use.database_s for use in peers),
        ),
        "who sends": (median(use.load_s for use in ours), median(use.load_s for use in peers)),
    }
    for component, (value, peer) in figures.items():
        tell(
            Figure(
                name=f"processor time of one redemption: {component}, {name}",
                value=value * 1000,
                unit="ms",
                peer="" if peer is None else "under pgbench",
                peer_value=None if peer is None else peer * 1000,
                samples=len(ours),
                note=f"{CALLS} calls, {CPU_CLIENTS} clients",
            )
        )


def _quiet(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
