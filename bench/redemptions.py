"""Redemptions (reserve, printing, capture) a second: signed /v1 beside pgbench.

pgbench calls the same three functions in the same database with as many connections, with
nothing in between: the limit of what any service over it could reach. The first runs warm
both up and are thrown away; then they take turns, so that both see the same machine.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.figure import Figure, percentile, tell
from bench.service_process import served
from bench.shop_floor import MEMBERS, PRICE, Floor, furnish
from bench.signed_load import Run, run, turns
from central.database import binaries, cluster, dsn, migration

CONNECTIONS = 8
REDEMPTIONS = 600
ROUNDS = 3
PGBENCH_S = 4

SCRIPT = """\
\\set n random(0, {last_member})
\\set i random(1, 9000000000000000)
SELECT reserve('{device}', md5(:client_id || 'r' || :i)::uuid, s.id, '{item}', 1, 1, {price},
    :i, NULL, upper(left(md5(:client_id || 'c' || :i), 16)))
    FROM bench_session s WHERE s.n = :n;
SELECT printing('{device}', md5(:client_id || 'r' || :i)::uuid, md5(:client_id || 'p' || :i),
    now());
SELECT capture('{device}', md5(:client_id || 'r' || :i)::uuid, md5(:client_id || 'k' || :i),
    'ok', 98, now());
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database runs as another user if we are root
        environment = {**os.environ, "CENTRAL_DATA": str(folder / "data")}
        environment.pop(dsn.URL_VARIABLE, None)
        os.environ.update(environment)
        with cluster.opened(environment) as dsns:
            migration.migrate(dsns, folder / "data", embedded=True, say=_quiet)
            floor = furnish(dsns.owner)
            script = folder / "redemption.sql"
            script.write_text(
                SCRIPT.format(
                    last_member=MEMBERS - 1, device=floor.device, item=floor.item, price=PRICE
                )
            )
            with served(environment) as port:
                measure(dsns, script, floor, port)


def measure(dsns: dsn.Dsns, script: Path, floor: Floor, port: int) -> None:
    work = list(turns(floor, port, REDEMPTIONS * (ROUNDS + 1)))
    ours: list[Run] = []
    peers: list[float] = []
    for number in range(ROUNDS + 1):
        part = work[number * REDEMPTIONS : (number + 1) * REDEMPTIONS]
        api = asyncio.run(run(port, part, connections=CONNECTIONS))
        peer = pgbench(dsns, script)
        if number > 0:
            ours.append(api)
            peers.append(peer)
    rates = [done.redemptions / done.took_s for done in ours]
    tell(
        Figure(
            name="redemptions through signed /v1",
            value=median(rates),
            unit="/s",
            peer="pgbench, same functions",
            peer_value=median(peers),
            samples=ROUNDS,
            note=f"{CONNECTIONS} connections, {MEMBERS} members, three commits each",
        )
    )
    times = [ms for done in ours for ms in done.turn_ms]
    tell(Figure("one redemption's three calls, p50", median(times), "ms", samples=len(times)))
    tell(
        Figure(
            "one redemption's three calls, p99", percentile(times, 0.99), "ms", samples=len(times)
        )
    )


def pgbench(dsns: dsn.Dsns, script: Path) -> float:
    """Redemptions a second.

    Raises:
        RuntimeError: it failed, or the functions refused.
    """
    program = binaries.find().path("pgbench")
    done = subprocess.run(
        [
            program,
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={CONNECTIONS}",
            "--jobs=2",
            f"--time={PGBENCH_S}",
            f"--file={script}",
            dsns.app,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    rate = re.search(r"^tps = ([0-9.]+)", done.stdout, flags=re.MULTILINE)
    if done.returncode != 0 or rate is None or "aborted" in done.stderr:
        raise RuntimeError(f"pgbench failed:\n{done.stderr}")
    return float(rate[1])


def _quiet(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
