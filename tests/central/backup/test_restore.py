"""`central restore`: the backup is the database again, or nothing has changed."""

import json
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from central.backup import data_files, making, restoring, target
from central.backup.archive import opened
from central.backup.manifest import DUMP, MANIFEST
from central.backup.trouble import InUse
from central.database import dsn
from central.database.trouble import Unreachable
from tests.central.backup.conftest import Backup, content, databases, name_of, own_folder
from tests.central_program import central
from tests.first_version import first_version
from tests.postgres import Database, PostgresServer


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What is wrong, after lines of progress."""
    line = done.stderr.splitlines()[-1]
    assert line.startswith("Error: "), done.stderr
    return line


def files(data: Path) -> dict[str, tuple[bytes, int]]:
    """Content and mode of everything in a data folder."""
    return {
        str(path.relative_to(data)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in data.rglob("*")
        if path.is_file()
    }


def rewritten(backup: Backup, path: Path, change: Any) -> Path:
    """The backup with its manifest changed in place by `change`."""
    with zipfile.ZipFile(backup.file) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            told = old.read(name)
            if name == MANIFEST:
                manifest = json.loads(told)
                change(manifest)
                told = json.dumps(manifest).encode()
            new.writestr(name, told)
    return path


@contextmanager
def nothing_changes(postgres: PostgresServer, database: Database) -> Iterator[None]:
    """Neither the databases of that name, nor their rows, nor the data folder."""
    name = name_of(database)
    before = (databases(postgres, name), files(database.data))
    rows = content(database) if name in before[0] else {}
    yield
    assert (databases(postgres, name), files(database.data)) == before
    assert rows == (content(database) if name in before[0] else {})


@pytest.fixture
def there(postgres: PostgresServer, empty: Database) -> Database:
    """A database of another life: migrated, without a programme, with a secret of its own."""
    postgres.create(name_of(empty))
    made = own_folder(Database(empty.dsns, postgres.data), empty.data)
    (made.data / "secret_key").write_text("of another life")
    (made.data / "secret_key").chmod(0o600)
    return made


def test_on_a_new_machine(backup: Backup, postgres: PostgresServer, empty: Database) -> None:
    # What a restore that was killed has left behind is no hindrance.
    postgres.create(f"{name_of(empty)}_restoring", "template0")
    left = empty.data / f"restoring-{name_of(empty)}"
    left.mkdir(parents=True)
    (left / "secret_key").write_text("half of it")

    told = central(empty.environment(), "restore", str(backup.file))

    assert content(empty) == content(backup.of)
    assert files(empty.data) == files(backup.of.data)
    assert databases(postgres, name_of(empty)) == {name_of(empty)}
    where = f"on {postgres.socket_dir}, port 5432"
    assert f"restored: database {name_of(empty)} {where}\n" in told.stdout
    assert "the last movement was: " in told.stdout
    assert "checked: the books are right" in told.stderr
    assert "the books are right" in central(empty.environment(), "check").stdout
    with opened(backup.file) as told_of:
        head = told_of.manifest.state.audit
    assert head is not None
    central(empty.environment(), "audit", "--verify", "--head", head.sha256)


def test_in_the_place_of_another(backup: Backup, postgres: PostgresServer, there: Database) -> None:
    before = content(there)
    with nothing_changes(postgres, there):
        refused = last_line(central(there.environment(), "restore", str(backup.file), status=1))
        assert "`--replace` puts the backup in its place" in refused
        with psycopg.connect(there.app, application_name="till 7"):
            used = central(there.environment(), "restore", str(backup.file), "--replace", status=1)
            assert "is in use (till 7): stop the service first" in last_line(used)

    told = central(there.environment(), "restore", str(backup.file), "--replace")

    assert content(there) == content(backup.of)
    (kept,) = databases(postgres, name_of(there)) - {name_of(there)}
    assert f"kept: what was there before is the database {kept};" in told.stdout
    assert content(Database(postgres.dsns(kept), there.data)) == before
    (folder,) = there.data.glob("before-*")
    assert f"are in {folder}" in told.stdout
    assert (folder / "secret_key").read_text() == "of another life"
    assert not (folder / "keys").exists(), "the same keys stay where they are"
    folder_gone = {n: f for n, f in files(there.data).items() if not n.startswith("before-")}
    assert folder_gone == files(backup.of.data)


def test_beside_what_there_is(backup: Backup, postgres: PostgresServer, there: Database) -> None:
    name = f"{name_of(there)}_look"
    before = (content(there), files(there.data))
    with psycopg.connect(there.app):  # a service that goes on
        central(there.environment(), "restore", str(backup.file), "--into", name)
    assert content(Database(postgres.dsns(name), there.data)) == content(backup.of)
    assert (content(there), files(there.data)) == before
    again = central(there.environment(), "restore", str(backup.file), "--into", name, status=1)
    assert "has " in last_line(again)
    both = ("--into", name, "--replace")
    told = last_line(central(there.environment(), "restore", str(backup.file), *both, status=1))
    assert "do not go together" in told


def _another_migration(manifest: Any) -> None:
    manifest["state"]["migrations"]["ledger"].append("0099_of_tomorrow")


def _another_app(manifest: Any) -> None:
    manifest["state"]["migrations"]["lottery"] = ["0001_initial"]


def _another_server(manifest: Any) -> None:
    manifest["server"] = 99


def _another_count(manifest: Any) -> None:
    manifest["state"]["rows"]["posting"] += 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_another_migration, "(ledger.0099_of_tomorrow): install that version"),
        (_another_app, "(lottery.0001_initial): install that version"),
        (_another_server, "comes from PostgreSQL 99, this server is"),
        (_another_count, "other numbers of rows than were backed up, in posting"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    backup: Backup,
    postgres: PostgresServer,
    there: Database,
    tmp_path: Path,
    change: Any,
    words: str,
) -> None:
    file = rewritten(backup, tmp_path / "other.zip", change)
    with nothing_changes(postgres, there):
        told = central(there.environment(), "restore", str(file), "--replace", status=1)
        assert words in last_line(told)


def test_a_damaged_file_changes_nothing(
    backup: Backup, postgres: PostgresServer, there: Database, tmp_path: Path
) -> None:
    whole = backup.file.read_bytes()
    with zipfile.ZipFile(backup.file) as archive:
        at = archive.getinfo(DUMP).header_offset + 20_000
    damaged = tmp_path / "damaged.zip"
    with nothing_changes(postgres, there):
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        told = central(there.environment(), "restore", str(damaged), "--replace", status=1)
        assert "is damaged in database.dump" in last_line(told)
        damaged.write_bytes(whole[:at])
        told = central(there.environment(), "restore", str(damaged), "--replace", status=1)
        assert "is cut off or damaged" in last_line(told)


def test_broken_books_are_told_and_taken_only_if_wanted(
    backup: Backup, postgres: PostgresServer, empty: Database, tmp_path: Path
) -> None:
    planted = f"{name_of(empty)}_b"
    postgres.create(planted, name_of(backup.of))
    broken = Database(postgres.dsns(planted), backup.of.data)
    with psycopg.connect(broken.superuser) as superuser:
        superuser.execute("UPDATE balance SET available = available + 1 WHERE available > 0")
    file = tmp_path / "broken.zip"
    central(broken.environment(), "backup", "--to", str(file))

    with nothing_changes(postgres, empty):
        told = central(empty.environment(), "restore", str(file), status=1)
    assert "1c. " in told.stderr
    assert "BROKEN" in told.stderr
    assert "nothing was changed" in last_line(told)
    told = central(empty.environment(), "restore", str(file), "--even-broken")
    assert "BROKEN" in told.stderr
    assert content(empty) == content(broken)


def test_both_names_change_or_none(postgres: PostgresServer, there: Database) -> None:
    name = name_of(there)
    before = content(there)

    def break_off() -> None:
        with (
            target.on_server(there.dsns, None) as goal,
            goal.grown(),
            goal.renamed("now") as kept,
        ):
            assert kept == f"{name}_before_now"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert databases(postgres, name) == {name}
    assert content(there) == before


def test_the_keys_go_back_when_the_names_cannot_change(
    postgres: PostgresServer, there: Database, tmp_path: Path
) -> None:
    name, before = name_of(there), content(there)
    keys = {path: path.read_bytes() for path in there.data.rglob("*") if path.is_file()}
    folder = tmp_path / "unpacked"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "1.pem").write_text("of the backup")
    (folder / "new").write_text("of the backup")

    def lose_the_server() -> None:
        with (
            target.on_server(there.dsns, None) as goal,
            goal.grown(),
            data_files.put_in_place(folder, there.data, "now") as kept,
            goal.renamed("now"),
            psycopg.connect(postgres.dsns("postgres").admin, autocommit=True) as superuser,
        ):
            assert kept == there.data / "before-now"
            assert (there.data / "keys" / "1.pem").read_text() == "of the backup"
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid IN ("
                " SELECT pid FROM pg_locks WHERE locktype = 'advisory') AND datname = 'postgres'"
            )

    with pytest.raises(Unreachable, match="went away while the names were being changed"):
        lose_the_server()
    assert {path: path.read_bytes() for path in there.data.rglob("*") if path.is_file()} == keys
    assert not (there.data / "before-now").exists()
    assert content(there) == before
    with target.on_server(there.dsns, None) as goal, goal.grown():
        pass  # what was left growing is dropped by the next one
    assert databases(postgres, name) == {name}


def test_two_restores_into_one_name(postgres: PostgresServer, empty: Database) -> None:
    with (
        target.on_server(empty.dsns, None) as one,
        one.grown(),
        target.on_server(empty.dsns, None) as other,
        pytest.raises(InUse, match="another restore"),
        other.grown(),
    ):
        pass
    assert databases(postgres, name_of(empty)) == set()


@pytest.mark.parametrize("name", ["postgres", "x" * 41])
def test_names_that_are_no_good(backup: Backup, there: Database, name: str) -> None:
    told = central(there.environment(), "restore", str(backup.file), "--into", name, status=1)
    assert "name" in last_line(told)


def test_help_says_what_to_do_every_night(backup: Backup) -> None:
    told = central(backup.of.environment(), "backup", "--help").stdout
    assert "central-backup.timer" in told
    assert "--keep 30" in told
    assert "docs/backup.md" in central(backup.of.environment(), "restore", "--help").stdout


def test_a_backup_of_the_first_version_is_made_and_known(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """Quickly: that it comes up to date is `test_older_data.py`; both in one is for `faults`."""
    file = tmp_path / "first.zip"
    with first_version(postgres) as old:
        manifest, missing = making.make(old.dsns, tmp_path, file, datetime.now(UTC), print)
    assert missing == [1], "the private half of its token key is not here"
    with opened(file) as archive:
        archive.verify()
        assert archive.manifest == manifest
    assert restoring.unknown_migrations(manifest) == []
    assert manifest.state.migrations["ledger"] == ["0001_initial"]
    assert manifest.state.rows["redemption"] == 13
    assert manifest.state.last_movement is not None


@pytest.mark.faults
def test_a_backup_of_the_first_version_comes_up_to_date(
    postgres: PostgresServer, empty: Database, tmp_path: Path
) -> None:
    """Made with the new program before `central migrate`, or by the old one."""
    file = tmp_path / "first.zip"
    with first_version(postgres) as old:
        central(old.environment() | {"CENTRAL_DATA": str(tmp_path)}, "backup", "--to", str(file))
    told = central(empty.environment(), "restore", str(file))
    assert "migrations to apply" in told.stderr
    assert "checked: the books are right" in told.stderr
    assert "warning: the private half of token key 1 is not in" in told.stderr
    with psycopg.connect(empty.owner) as connection:
        row = connection.execute("SELECT sum(held), sum(debt) FROM balance").fetchone()
        assert row == (500, -10)


@pytest.mark.faults
@pytest.mark.parametrize("right", ["CREATEDB", "NOCREATEDB"])
def test_by_a_login_that_is_no_superuser(
    backup: Backup, postgres: PostgresServer, empty: Database, right: str
) -> None:
    role = f"dba_{name_of(empty)[5:]}"
    with psycopg.connect(postgres.dsns("postgres").admin, autocommit=True) as superuser:
        superuser.execute(f"CREATE ROLE {role} {right}".encode())
        superuser.execute(f"GRANT central_owner, central_app TO {role}".encode())
        environment = empty.environment() | {"DATABASE_URL": dsn.with_role(empty.url, role)}
        try:
            if right == "CREATEDB":
                central(environment, "restore", str(backup.file))
                assert content(empty) == content(backup.of)
            else:
                with nothing_changes(postgres, empty):
                    told = central(environment, "restore", str(backup.file), status=1)
                assert "ALTER ROLE <login> CREATEDB" in last_line(told)
        finally:
            postgres.drop(name_of(empty))
            superuser.execute(f"DROP ROLE {role}".encode())
