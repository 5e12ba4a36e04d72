"""The embedded cluster: made, shared, stopped; and what is told when it cannot be."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from central.database import binaries, dsn
from central.database.cluster import Cluster, opened
from central.database.trouble import (
    FolderNotWritable,
    HeldByAnother,
    PostgresMissing,
    PostgresTooOld,
    StartFailed,
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not tmp_path: as root the cluster runs as user postgres, who may not enter there."""
    made = Path(tempfile.mkdtemp(prefix="points-cluster-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def is_running(data: Path) -> bool:
    return (data / "postgresql" / "data" / "postmaster.pid").exists()


def test_shared_by_several_users_and_stopped_by_the_last(folder: Path) -> None:
    environment = {"CENTRAL_DATA": str(folder)}
    with opened(environment) as dsns:
        with opened(environment):
            assert is_running(folder)
        with psycopg.connect(dsn.with_database(dsns.admin, "postgres")) as connection:
            row = connection.execute("SHOW listen_addresses").fetchone()
            assert row == ("",), "socket only"
    assert not is_running(folder)


def test_only_our_own_users_may_connect(folder: Path) -> None:
    with Cluster(folder).running():
        hba = (folder / "postgresql" / "data" / "pg_hba.conf").read_text()
        assert hba.splitlines() == [
            "local all all peer map=central",
            "local replication postgres peer map=central",
        ]
        mode = stat.S_IMODE((folder / "postgresql" / "data").stat().st_mode)
        assert mode == 0o700
        if os.geteuid() == 0:
            tried = subprocess.run(
                ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", "psql",
                 f"--host={folder / 'postgresql' / 'socket'}", "--username=postgres",
                 "--command=SELECT 1"],
                check=False, capture_output=True, text=True,
            )  # fmt: skip
            assert tried.returncode != 0
            assert "Peer authentication failed" in tried.stderr


def test_the_whole_of_it_by_the_command_line(folder: Path) -> None:
    environment = os.environ | {"CENTRAL_DATA": str(folder)}
    environment.pop("DATABASE_URL", None)

    def central(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "central", *arguments],
            check=True, capture_output=True, text=True, env=environment,
        )  # fmt: skip
        return done.stdout

    assert "database: created" in central("migrate")
    assert "database: created" not in central("migrate", "--data", str(folder))
    assert "the books are right" in central("check")
    assert not is_running(folder)
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "keys" / "token-1.pem").stat().st_mode) == 0o600


def test_folder_that_is_no_folder(folder: Path) -> None:
    (folder / "file").write_text("")
    with (
        pytest.raises(FolderNotWritable, match="cannot be written"),
        Cluster(folder / "file" / "data").running(),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="as root the database runs as another user")
def test_folder_that_the_databases_user_cannot_enter(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(FolderNotWritable, match="cannot enter"), Cluster(closed / "data").running():
        pass


def test_folder_with_too_long_a_path(folder: Path) -> None:
    with (
        pytest.raises(FolderNotWritable, match="too long a path"),
        Cluster(folder / ("x" * 80)).running(),
    ):
        pass


def test_data_held_by_a_postgres_that_is_not_ours(folder: Path) -> None:
    first, second = folder / "a", folder / "b"
    with Cluster(first).running():
        (second / "postgresql").mkdir(parents=True)
        (second / "postgresql" / "data").symlink_to(first / "postgresql" / "data")
        for path in (second / "postgresql",):
            shutil.chown(path, first.joinpath("postgresql").stat().st_uid)
        with pytest.raises(HeldByAnother, match="stop it first"), Cluster(second).running():
            pass


def test_a_broken_setting_is_told_with_postgresqls_words(folder: Path) -> None:
    with (
        pytest.raises(StartFailed, match="shared_buffers"),
        Cluster(folder, {"shared_buffers": "lots"}).running(),
    ):
        pass


def _fake_programs(root: Path, *versions: int) -> None:
    for version in versions:
        (root / str(version) / "bin").mkdir(parents=True)
        (root / str(version) / "bin" / "initdb").touch()


def test_which_programs(tmp_path: Path) -> None:
    with pytest.raises(PostgresMissing, match="apt-get install postgresql"):
        binaries.find(tmp_path)
    _fake_programs(tmp_path, 13)
    with pytest.raises(PostgresTooOld, match="PostgreSQL 13 is too old"):
        binaries.find(tmp_path)
    _fake_programs(tmp_path, 15, 17)
    assert binaries.find(tmp_path).version == 17
    assert binaries.find(tmp_path, data_version=15).version == 15
    with pytest.raises(PostgresMissing, match="postgresql-16"):
        binaries.find(tmp_path, data_version=16)


def test_dsns_of_one_login_act_as_two_roles() -> None:
    dsns = dsn.from_environment(
        {"DATABASE_URL": "postgresql://me:pw@db:6543/points?sslmode=require"}
    )
    assert dsns.owner.endswith("sslmode=require&options=-c%20role%3Dcentral_owner")
    django = dsn.for_django(dsns.app)
    assert (django["HOST"], django["PORT"], django["USER"]) == ("db", "6543", "me")
    assert django["OPTIONS"]["options"] == "-c role=central_app"
