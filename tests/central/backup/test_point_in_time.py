"""The drill: a real cluster with its log kept, a mistake, and the moment before it.

The commands are those of docs/backup.md, as they stand there.
"""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from central.database import binaries, dsn
from central.database.cluster import Cluster
from tests.central.backup.conftest import content, fill
from tests.central_program import central, eventually
from tests.postgres import Database

PAGE = Path(__file__).parents[3] / "docs" / "backup.md"


def commands(name: str) -> str:
    """A block of the page."""
    found = re.search(rf"<!-- drill: {name} -->\n```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None, name
    return found[1]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not tmp_path: as root the cluster runs as user postgres, who may not enter there."""
    made = Path(tempfile.mkdtemp(prefix="points-drill-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Engineer:
    """Types what the page says, as the user who owns the cluster."""

    def __init__(self, data: Path, kept: Path) -> None:
        owner = binaries.run_as()
        os.chown(kept, owner.uid, owner.gid)
        self._prefix = owner.prefix
        self._environment = {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PGBIN": str(binaries.find().bin_dir),
            "PGDATA": str(data / "postgresql" / "data"),
            "PGHOST": str(dsn.embedded_socket_dir(data)),
            "KEPT": str(kept),
        }

    def types(self, name: str, **more: str) -> None:
        done = subprocess.run(
            [*self._prefix, "bash", "-euc", commands(name)],
            check=False, cwd="/", stdin=subprocess.DEVNULL, env=self._environment | more,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stdout}"

    def stops(self) -> None:
        subprocess.run(
            [*self._prefix, f"{self._environment['PGBIN']}/pg_ctl", "--wait", "--mode=fast",
             f"--pgdata={self._environment['PGDATA']}", "stop"],
            check=True, cwd="/", stdout=subprocess.DEVNULL,
        )  # fmt: skip


def test_back_to_the_moment_before_a_mistake(folder: Path) -> None:
    data, kept = folder / "data", folder / "kept"
    data.mkdir()
    kept.mkdir()
    engineer = Engineer(data, kept)
    database = Database(dsn.embedded(dsn.embedded_socket_dir(data)), data)
    environment = {n: v for n, v in os.environ.items() if n != dsn.URL_VARIABLE}
    environment |= {"CENTRAL_DATA": str(data)}
    with Cluster(data, {"fsync": "off"}).running():
        engineer.types("archive")
    with Cluster(data).running():
        central(environment, "migrate")
        engineer.types("base")
        asyncio.run(fill(database))  # all of it only in the log
        good = content(database)
        assert "redemption" in good
        with psycopg.connect(database.superuser, autocommit=True) as superuser:
            row = superuser.execute("SELECT clock_timestamp()::text").fetchone()
            assert row is not None
            superuser.execute("UPDATE balance SET available = available + 1000000")
            superuser.execute("TRUNCATE posting")
    (base,) = (kept / "base").iterdir()

    engineer.types("recover", BASE=str(base), RECOVER_TO=row[0])
    engineer.types("start")
    engineer.stops()

    assert "the books are right" in central(environment, "check").stdout
    with Cluster(data).running():
        assert content(database) == good
        with psycopg.connect(database.superuser, autocommit=True) as superuser:
            # It goes on: what is written now is kept, on a timeline of its own.
            superuser.execute("UPDATE member SET display = display")
            superuser.execute("SELECT pg_switch_wal()")
            superuser.execute("CHECKPOINT")

            def archived() -> bool:
                told = superuser.execute(
                    "SELECT last_archived_wal, failed_count FROM pg_stat_archiver"
                ).fetchone()
                assert told is not None
                assert told[1] == 0, "a log that could not be kept"
                return bool(told[0]) and told[0].startswith("00000002") and "." not in told[0]

            eventually("the new timeline's log is kept", archived, 60)


def test_every_block_of_the_page_is_drilled() -> None:
    assert re.findall(r"<!-- drill: (\w+) -->", PAGE.read_text()) == [
        "archive",
        "base",
        "recover",
        "start",
    ]
