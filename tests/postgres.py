"""A pytest plugin: real PostgreSQL, private to this test run, one database per test.

The cluster is the product's own (`central.database.cluster`) with cheap settings; xdist
workers share it, the last one that ends stops and deletes it. The template is made once by
the real `central migrate`.

Fixtures:
    database        `Database`: DSNs of a fresh, migrated, empty database, and its data folder
    postgres        the cluster itself, to make further databases

POINTS_TEST_CLUSTER and POINTS_TEST_TEMPLATE (`PostgresServer.environment`) let a run of pytest use
another one's cluster, and copy another template there: `make mutants` runs this suite's tests over
functions with a fault in them.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from central.database import dsn
from central.database.cluster import Cluster
from central.database.trouble import DatabaseTrouble

_TEMPLATE = "template_points"
_CLUSTER_VARIABLE, _TEMPLATE_VARIABLE = "POINTS_TEST_CLUSTER", "POINTS_TEST_TEMPLATE"
_YOUNG_S = 300
"""A run that has only just made its lock file may not have locked it yet."""
_CHEAP = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Database:
    dsns: dsn.Dsns
    data: Path
    """Holds `secret_key` and `keys/` as `central migrate` made them (shared; do not write)."""

    @property
    def app(self) -> str:
        return self.dsns.app

    @property
    def owner(self) -> str:
        return self.dsns.owner

    @property
    def superuser(self) -> str:
        return self.dsns.admin

    @property
    def url(self) -> str:
        """For `DATABASE_URL`: a login that may act as either role."""
        return self.dsns.admin

    def environment(self) -> dict[str, str]:
        """For child processes of the product."""
        return os.environ | {dsn.URL_VARIABLE: self.url, "CENTRAL_DATA": str(self.data)}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One cluster for the whole run."""

    socket_dir: Path
    data: Path
    template: str = _TEMPLATE
    """What databases are copied from."""

    def environment(self, template: str) -> dict[str, str]:
        """With these a pytest of its own uses this cluster, and that template."""
        return {_CLUSTER_VARIABLE: str(self.data), _TEMPLATE_VARIABLE: template}

    def dsns(self, name: str) -> dsn.Dsns:
        return dsn.embedded(self.socket_dir, name)

    def create(self, name: str, template: str | None = None) -> Database:
        with self._admin() as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template or self.template}".encode())
        return Database(self.dsns(name), self.data)

    def drop(self, name: str) -> None:
        with self._admin() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    def exists(self, name: str) -> bool:
        with self._admin() as admin:
            query = "SELECT FROM pg_database WHERE datname = %s"
            return admin.execute(query, (name,)).fetchone() is not None

    def _admin(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.dsns("postgres").admin, autocommit=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(server: PostgresServer) -> None:
    building = f"{_TEMPLATE}_building"
    server.drop(building)
    server.create(building, "template0")
    subprocess.run(
        [sys.executable, "-m", "central", "migrate"],
        check=True,
        stdout=subprocess.DEVNULL,
        env=Database(server.dsns(building), server.data).environment(),
    )
    with server._admin() as admin:
        admin.execute(f"ALTER DATABASE {building} RENAME TO {_TEMPLATE}".encode())


def _sweep(folder: Path) -> None:
    """Stops and deletes what killed runs of ours have left behind."""
    for lock in folder.glob("points-*.lock"):
        with suppress(OSError), lock.open("r") as users:
            status = os.fstat(users.fileno())
            if status.st_uid != os.geteuid() or time.time() - status.st_mtime < _YOUNG_S:
                continue
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # BlockingIOError: it is in use
            base = lock.with_suffix("")
            if (base / "postgresql" / "data" / "postmaster.pid").exists():
                with suppress(DatabaseTrouble), Cluster(base).running():
                    pass  # nobody else has it, so that leaving stops it
            shutil.rmtree(base, ignore_errors=True)
            lock.unlink(missing_ok=True)


@contextmanager
def running(run: str) -> Iterator[PostgresServer]:
    """The cluster of a run, with the migrated template; several processes may share it by name."""
    # Not below tmp_path: as root the cluster runs as user postgres, who may not enter there.
    base = Path(tempfile.gettempdir()) / f"points-{run[:12]}"
    _sweep(base.parent)
    lock = base.with_suffix(".lock")
    with lock.open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        base.mkdir(mode=0o755, exist_ok=True)
        cluster = Cluster(base, _CHEAP)
        with cluster.running():
            server = PostgresServer(cluster.socket_dir, base)
            with _locked(base / "template.lock"):
                if not server.exists(_TEMPLATE):
                    _migrate(server)
            yield server
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another worker goes on
        shutil.rmtree(base, ignore_errors=True)
        lock.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """The run's cluster, or the one that the environment names."""
    if another := os.environ.get(_CLUSTER_VARIABLE):
        data = Path(another)
        yield PostgresServer(dsn.embedded_socket_dir(data), data, os.environ[_TEMPLATE_VARIABLE])
        return
    run = getattr(request.config, "workerinput", {}).get("testrunuid") or uuid.uuid4().hex
    with running(run) as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    """A database of this test's own: migrated, empty but for a token key."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create(name)
    postgres.drop(name)
