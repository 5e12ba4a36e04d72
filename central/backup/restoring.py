"""`central restore`: a backup becomes the database again, whole or not at all."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.db.migrations.loader import MigrationLoader

from central.backup import data_files, programs, snapshot, target
from central.backup.archive import Archive
from central.backup.manifest import DUMP, Manifest
from central.backup.trouble import BooksBroken, Damaged, ProgramFailed, TooNew
from central.database import dsn, rights
from central.database.binaries import Programs
from central.database.dsn import Dsns
from central.database.place import DATA_VARIABLE
from central.members import token_keys

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    database: str
    server: str
    """Where it is, in words."""
    kept_database: str | None
    """What had the name before."""
    kept_files: Path | None
    """Keys and secret that were in the data folder before."""
    migrated: int
    """Migrations that the backup did not have yet."""
    keys_missing: list[int]


def restore(
    archive: Archive,
    dsns: Dsns,
    data: Path,
    now: datetime,
    tell: Tell,
    *,
    into: str | None = None,
    replace: bool = False,
    even_broken: bool = False,
) -> Restored:
    """Args:
        archive: verified by the caller.
        into: another name than the service's; then the data folder is left as it is, too.
        replace: what is there is kept under another name.
        even_broken: also when an invariant does not hold; it is told all the same.

    Raises:
        BackupTrouble, DatabaseTrouble: nothing has changed.
    """
    manifest = archive.manifest
    newer = unknown_migrations(manifest)
    if newer:
        raise TooNew(
            f"{archive.path} was made by version {manifest.version}, which has migrations that"
            f" this program does not know ({', '.join(newer)}): install that version or a later one"
        )
    stamp = f"{now:%Y%m%dt%H%M%Sz}"
    with target.on_server(dsns, into) as goal:
        if goal.server < manifest.server:
            raise TooNew(
                f"{archive.path} comes from PostgreSQL {manifest.server}, this server is"
                f" {goal.server}: restore it on {manifest.server} or later"
            )
        tools = programs.usable(max(goal.server, manifest.dumped_by))
        goal.must_be_free(replace=replace and into is None)
        with goal.grown() as growing, data_files.unpacked(archive, data, goal.name) as files:
            _fill(archive, tools, growing, tell)
            migrated = _bring_up_to_date(manifest, growing, files, tell)
            _check(growing, files, tell, even_broken=even_broken)
            placed = data_files.put_in_place(files, data, stamp) if into is None else nullcontext()
            # The database's names last, in one commit: if it fails, the keys go back as well.
            with placed as kept_files, goal.renamed(stamp) as kept_database:
                pass
        keys = manifest.state.token_keys
        return Restored(
            goal.name,
            goal.where,
            kept_database,
            kept_files,
            migrated,
            [kid for kid in keys if not token_keys.path(data, kid).is_file()],
        )


def unknown_migrations(manifest: Manifest) -> list[str]:
    """Migrations of ours in the backup that this program does not have."""
    known = _known_migrations()
    apps = {app for app, _ in known}
    return [
        f"{app}.{name}"
        for app, names in manifest.state.migrations.items()
        for name in names
        if (app, name) not in known and (app in apps or app not in _LIBRARIES)
    ]


_LIBRARIES = {"contenttypes", "auth", "admin", "sessions"}
"""Apps of Django's own, which an older version of us may have had."""


def _known_migrations() -> set[tuple[str, str]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central.settings")
    import django

    django.setup()
    return set(MigrationLoader(None).disk_migrations or {})


def _fill(archive: Archive, tools: Programs, growing: str, tell: Tell) -> None:
    """Tables and rows, and as many rows as were counted when the backup was made.

    Raises:
        ProgramFailed, Damaged
    """
    with psycopg.connect(growing) as connection:
        rights.create_roles(connection)
    counted = archive.manifest.state.rows
    done = programs.Tenths(len(counted), tell, "restored")
    owner = dsn.with_role(growing, dsn.OWNER)
    programs.restore(tools, owner, _counted(archive, done), done.tables)
    with psycopg.connect(owner) as connection:
        there = snapshot.count_rows(connection)
    wrong = [
        table for table in sorted({*counted, *there}) if counted.get(table) != there.get(table)
    ]
    if wrong:
        raise Damaged(
            f"{archive.path}: other numbers of rows than were backed up, in {', '.join(wrong)}"
        )


def _counted(archive: Archive, done: programs.Tenths) -> Iterator[bytes]:
    for chunk in archive.chunks(DUMP):
        done.bytes(len(chunk))
        yield chunk


def _bring_up_to_date(manifest: Manifest, growing: str, files: Path, tell: Tell) -> int:
    """Later migrations, functions and rights, by the command that does it everywhere."""
    had = {(app, name) for app, names in manifest.state.migrations.items() for name in names}
    missing = len(_known_migrations() - had)
    if missing:
        tell(f"made by version {manifest.version}: {missing} migrations to apply")
    done = _central(growing, files, "migrate")
    if done.returncode != 0:
        raise ProgramFailed(f"`central migrate` failed: {_last_line(done)}")
    return missing


def _check(growing: str, files: Path, tell: Tell, *, even_broken: bool) -> None:
    done = _central(growing, files, "check")
    if done.returncode == 0:
        tell(f"checked: {_last_line(done)}")
        return
    broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
    for line in broken:
        tell(line)
    if not broken:
        raise ProgramFailed(f"`central check` failed: {_last_line(done)}")
    if not even_broken:
        raise BooksBroken(
            f"the books of this backup break {len(broken)} invariants; nothing was changed."
            " Take an older one, or `--even-broken` and mend it then"
        )


def _central(growing: str, files: Path, command: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {dsn.URL_VARIABLE: growing, DATA_VARIABLE: str(files)}
    environment.pop(dsn.APP_URL_VARIABLE, None)  # names another database
    return subprocess.run(
        [sys.executable, "-m", "central", command],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


def _last_line(done: "subprocess.CompletedProcess[str]") -> str:
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1] if lines else f"status {done.returncode}"
