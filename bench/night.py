"""The nightly run over 1,000,000 lots that ended: `central run-night` as an operator starts it.

Told: lots a second, and the most memory that the program and its connection's process in
PostgreSQL ever had for themselves (what they share, the buffers, has the size that was set).
"""

import subprocess
import sys
import threading
import time
from pathlib import Path

import click

from bench import processor_time
from bench.figure import Figure, tell
from bench.many_members import grow
from bench.redemptions import Bench, opened

LOTS = 1_000_000
LOTS_OF_A_MEMBER = 4
_LOOK_EVERY_S = 0.2


@click.command(help=__doc__)
@click.option("--lots", default=LOTS, show_default=True)
def main(lots: int) -> None:
    with opened() as bench:
        members = lots // LOTS_OF_A_MEMBER
        grow(bench.dsns.admin, 1, members, lots=LOTS_OF_A_MEMBER, dead=True)
        measure(bench, lots)


def measure(bench: Bench, lots: int) -> None:
    """Raises RuntimeError: the night failed, or settled another number of lots."""
    database_before_s = processor_time.of_tree(bench.postmaster)
    began_s = time.perf_counter()
    night = subprocess.Popen(
        [sys.executable, "-m", "central", "run-night"], stdout=subprocess.PIPE, text=True
    )
    program, database = Most(), Most()
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(bench, night.pid, program, database, over))
    watching.start()
    said, _ = night.communicate()
    took_s = time.perf_counter() - began_s
    over.set()
    watching.join()
    if night.returncode != 0 or f"{lots:,} lots expired" not in said:
        raise RuntimeError(f"the night ended with status {night.returncode}: {said}")
    used_s = processor_time.of_tree(bench.postmaster) - database_before_s
    tell(
        Figure(
            "nightly run: lots that end",
            lots / took_s,
            "/s",
            note=f"{lots:,} lots of {lots // LOTS_OF_A_MEMBER:,} members in {took_s:.0f} s;"
            f" PostgreSQL used {used_s:.0f} s of processor time",
        )
    )
    tell(Figure("nightly run: most memory of the program", program.mib, "MiB"))
    tell(Figure("nightly run: most memory of its process in PostgreSQL", database.mib, "MiB"))


class Most:
    """The largest of what was seen."""

    def __init__(self) -> None:
        self.mib = 0.0

    def see(self, mib: float) -> None:
        self.mib = max(self.mib, mib)


def _watch(bench: Bench, night: int, program: Most, database: Most, over: threading.Event) -> None:
    children = Path(f"/proc/{bench.postmaster}/task/{bench.postmaster}/children")
    while not over.wait(_LOOK_EVERY_S):
        program.see(own_memory_mib(night))
        for child in children.read_text().split():
            database.see(own_memory_mib(int(child)))


def own_memory_mib(pid: int) -> float:
    """What a process has for itself (RssAnon of proc(5)); 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


if __name__ == "__main__":
    main()
