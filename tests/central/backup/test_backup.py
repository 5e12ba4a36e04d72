"""`central backup`: one moment of a service that goes on, whole, and where it was told to be."""

import asyncio
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from central.backup import archive, making, programs
from central.backup.manifest import Manifest
from central.backup.trouble import NotWritten, ProgramFailed, ProgramMissing, TooNew
from central.commands.backup import command as backup_command
from central.database.binaries import Programs
from tests.central.backup.conftest import Backup, own_folder
from tests.central_program import central, eventually, one_line
from tests.chain import Chain
from tests.postgres import Database
from wire.ids import new_id

NOW = datetime(2026, 11, 22, 9, 30, 12, tzinfo=UTC)


def manifest_of(file: Path) -> Manifest:
    with archive.opened(file) as opened:
        opened.verify()
        return opened.manifest


def test_it_tells_what_it_holds(backup: Backup) -> None:
    assert stat.S_IMODE(backup.file.stat().st_mode) == 0o600
    manifest = manifest_of(backup.file)
    assert {part.name for part in manifest.parts} == {
        "database.dump", "files/secret_key", "files/keys/token-1.pem"
    }  # fmt: skip
    state = manifest.state
    assert state.rows["redemption"] == 8
    assert state.rows["member"] == 2
    assert state.unsettled == {"RESERVED": 1, "PRINTING": 1, "UNCERTAIN": 1}
    assert state.timezone == "Asia/Shanghai"
    assert state.token_keys == [1]
    assert state.migrations["ledger"][0] == "0001_initial"
    assert state.last_movement is not None
    assert state.audit is not None
    told = central(os.environ, "restore", "--look", str(backup.file)).stdout
    assert f"journal {state.last_movement.journal}" in told
    assert f"the audit chain ends with {state.audit.seq}: {state.audit.sha256}" in told
    assert "redemptions under way then: 1 PRINTING, 1 RESERVED, 1 UNCERTAIN" in told


async def test_while_the_service_serves_it_holds_one_moment(
    chain: Chain, database: Database, tmp_path: Path
) -> None:
    """Writers all the time: each table is of the same instant, so that the books are right."""
    target = tmp_path / "busy.zip"
    members = [await chain.member(10_000) for _ in range(4)]
    reward = await chain.reward(1)
    stop = asyncio.Event()

    async def shop(member: object) -> int:
        done = 0
        while not stop.is_set():
            made = await chain.reserve(member, reward, 1)  # type: ignore[arg-type]  # a member's id
            await chain.printing(made.id)
            await chain.capture(made.id)
            done += 1
        return done

    shopping = [asyncio.create_task(shop(member)) for member in members]
    environment = own_folder(database, tmp_path / "data").environment()
    done = await asyncio.to_thread(central, environment, "backup", "--to", str(target))
    stop.set()
    redeemed = sum(await asyncio.gather(*shopping))
    assert "table 5" in done.stderr, "it tells how far it is"
    rows = manifest_of(target).state.rows
    assert 0 < rows["redemption"] < redeemed, "writers wrote before and after"
    name = f"copy_{new_id().hex[:20]}"
    beside = environment | {"CENTRAL_DATA": str(tmp_path / "elsewhere")}
    try:
        # Every row counted, every invariant checked: else it would refuse.
        told = await asyncio.to_thread(central, beside, "restore", str(target), "--into", name)
        assert f"restored: database {name}" in told.stdout
    finally:
        central_drop(database, name)


def central_drop(database: Database, name: str) -> None:
    import psycopg

    with psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def test_the_folder_keeps_the_newest(backup: Backup, tmp_path: Path) -> None:
    names = [f"points-202{n}1122T000000Z.zip" for n in (3, 4, 5, 9)]
    dead = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True, check=True)
    left = tmp_path / f".points-20261120T000000Z.zip.{dead.stdout.strip()}.part"
    for path in (*(tmp_path / name for name in names), tmp_path / "mine.zip", left):
        path.touch()
    told = central(backup.of.environment(), "backup", "--to", str(tmp_path), "--keep", "2")
    assert f"removed: {', '.join(names[:3])}" in told.stdout
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept[0] == "mine.zip", "not ours"
    assert making.is_ours(tmp_path / kept[1]), "the one just made, though the clock was set back"
    assert kept[2:] == names[3:]


def test_a_key_that_is_elsewhere_is_told(backup: Backup, tmp_path: Path) -> None:
    bare = {**backup.of.environment(), "CENTRAL_DATA": str(tmp_path / "bare")}
    (tmp_path / "bare").mkdir()
    told = central(bare, "backup")
    assert "warning: the private half of token key 1 is not in" in told.stderr
    (file,) = (tmp_path / "bare" / "backups").iterdir()
    assert [part.name for part in manifest_of(file).parts] == ["database.dump"]
    again = central(bare, "backup", "--to", str(tmp_path / "second.zip"))
    assert [part.name for part in manifest_of(tmp_path / "second.zip").parts] == ["database.dump"]
    assert again.returncode == 0


def test_killed_half_way_it_leaves_no_backup(backup: Backup, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "central", "backup", "--to", str(tmp_path)],
        env=backup.of.environment(),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        eventually("a file begun", lambda: list(tmp_path.iterdir()), 60)
        process.send_signal(signal.SIGSTOP)
    finally:
        process.kill()
        process.wait()
    for path in tmp_path.iterdir():
        assert path.name.startswith("."), "unfinished, and named so"


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("nowhere", "there is no folder .*/nowhere: is its disk mounted"),
        ("nowhere/a.zip", "there is no folder .*/nowhere: make it, or mount its disk"),
        ("there.zip", "is there already"),
    ],
)
def test_where_it_cannot_go(tmp_path: Path, to: str, words: str) -> None:
    (tmp_path / "there.zip").touch()
    with pytest.raises(NotWritten, match=words):
        making.place_for(tmp_path / to, tmp_path, NOW)


def test_where_it_goes(tmp_path: Path) -> None:
    name = "points-20261122T093012Z.zip"
    assert making.place_for(None, tmp_path, NOW) == tmp_path / "backups" / name
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700
    assert making.place_for(tmp_path, tmp_path, NOW) == tmp_path / name
    assert making.place_for(tmp_path / "a.zip", tmp_path, NOW) == tmp_path / "a.zip"


def test_keep_counts_in_a_folder_only(backup: Backup, tmp_path: Path) -> None:
    told = central(
        backup.of.environment(), "backup", "--to", str(tmp_path / "a.zip"), "--keep", "3", status=1
    )
    assert "--keep goes with a folder" in one_line(told)
    assert list(tmp_path.iterdir()) == []


def test_what_belongs_to_the_data_folder(tmp_path: Path) -> None:
    for name in (
        "secret_key", "keys/token-1.pem", "postgresql/data/PG_VERSION", "backups/old.zip",
        "before-20261122t093012z/secret_key", "restoring-points/secret_key", ".hidden",
        "template.lock",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in making.files_of(tmp_path)]
    assert found == ["keys/token-1.pem", "secret_key"]


def test_keys_behind_links_are_in_it(backup: Backup, tmp_path: Path) -> None:
    data, disk = tmp_path / "data", tmp_path / "disk"
    shutil.copytree(backup.of.data, disk)
    data.mkdir()
    (data / "keys").symlink_to(disk / "keys")
    (data / "secret_key").symlink_to(disk / "secret_key")
    linked = {**backup.of.environment(), "CENTRAL_DATA": str(data)}
    central(linked, "backup", "--to", str(tmp_path / "all.zip"))
    parts, before = (
        {part.name: part.sha256 for part in manifest_of(file).parts if part.name != "database.dump"}
        for file in (tmp_path / "all.zip", backup.file)
    )
    assert parts == before

    (disk / "secret_key").unlink()
    told = one_line(central(linked, "backup", "--to", str(tmp_path / "second.zip"), status=1))
    assert "secret_key is a link to" in told
    assert "is its disk mounted" in told
    assert not (tmp_path / "second.zip").exists()


def test_a_link_that_leads_back_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "a").symlink_to(tmp_path / "a")
    with pytest.raises(NotWritten, match="which it lies in"):
        list(making.files_of(tmp_path))


def test_a_database_that_was_never_set_up(database: Database, tmp_path: Path) -> None:
    empty = database.environment() | {
        "DATABASE_URL": database.url.replace(database.url.rpartition("/")[2], "template1"),
        "CENTRAL_DATA": str(tmp_path),
    }
    told = one_line(central(empty, "backup", status=1))
    assert "the database is empty: there is nothing to back up" in told
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_database_of_no_shop(database: Database, tmp_path: Path) -> None:
    """Which is what is backed up every night when DATABASE_URL is left out."""
    told = one_line(central(database.environment(), "backup", "--to", str(tmp_path), status=1))
    assert "has no programme, so it is no shop's: name the right one with DATABASE_URL" in told
    assert list(tmp_path.iterdir()) == []


def test_crons_line_knows_the_database(backup: Backup, tmp_path: Path) -> None:
    """As it stands in the help, with this machine's places; cron's own environment is bare."""
    told = CliRunner().invoke(backup_command, ["--help"]).stdout
    flags = re.MULTILINE
    found = re.search(r"^ +(CENTRAL_DATA=\S+)\n +30 3 [* ]+points-central +(.+)$", told, flags)
    assert found is not None
    data, line = found.groups()
    assert data == "CENTRAL_DATA=/var/lib/points-central"
    environment, to = tmp_path / "environment", tmp_path / "to"
    to.mkdir()
    url = backup.of.environment()["DATABASE_URL"]
    environment.write_text(f"DATABASE_URL={url}\n")
    for there, here in (
        ("/etc/points-central/environment", str(environment)),
        ("/opt/points-central/bin/central", f"{sys.executable} -m central"),
        ("/mnt/backup", str(to)),
    ):
        assert there in line
        line = line.replace(there, here)
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CENTRAL_DATA": str(backup.of.data)}
    subprocess.run(["/bin/sh", "-c", line], env=bare, check=True, capture_output=True)
    (file,) = to.iterdir()
    assert manifest_of(file).state.rows["redemption"] == 8


def test_no_password_stands_in_the_list_of_processes(tmp_path: Path) -> None:
    said = tmp_path / "said"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$PGPASSWORD" "$@" > {said}\necho dump\n')
    program.chmod(0o755)
    tables: list[int] = []
    programs.dump(
        Programs(15, tmp_path),
        "postgresql://me:hush%20now@db/points?sslmode=require",
        "1-1",
        tables.append,
        lambda content: content.read() and None,
    )
    password, _, arguments = said.read_text().partition(" --")
    assert password == "hush now"
    assert "hush" not in arguments
    assert "sslmode=require" in arguments


def test_which_pg_dump(tmp_path: Path) -> None:
    with pytest.raises(ProgramMissing, match="install Debian's package `postgresql-client-16`"):
        programs.usable(16, tmp_path)
    for version in (15, 17):  # clients without a server
        (tmp_path / str(version) / "bin").mkdir(parents=True)
        (tmp_path / str(version) / "bin" / "pg_dump").touch()
    assert programs.usable(16, tmp_path).version == 17
    with pytest.raises(TooNew, match="PostgreSQL 18 needs its own pg_dump"):
        programs.usable(18, tmp_path)


def test_pg_dumps_last_words_are_told(tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump: error: no room' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(ProgramFailed, match="pg_dump: error: no room"):
        programs.dump(
            Programs(15, tmp_path), "postgresql://db/x", "1-1", lambda _: None, lambda _: None
        )
