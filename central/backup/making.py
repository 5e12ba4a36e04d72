"""`central backup`: one file from a service that goes on serving."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from central.api.version import version
from central.backup import archive, programs, snapshot
from central.backup.archive import Writer
from central.backup.manifest import DUMP, FILES, Manifest
from central.backup.trouble import NotWritten, ProgramFailed
from central.database.dsn import Dsns
from central.members import token_keys

FOLDER = "backups"
"""Below the data folder, unless another place is named."""
_NAME = re.compile(r"points-\d{8}T\d{6}Z\.zip")
_UNFINISHED = re.compile(r"\.points-\d{8}T\d{6}Z\.zip\.(\d+)\.part")
NOT_OURS = ("postgresql", FOLDER)
"""Of the data folder, what no backup holds: the cluster itself, and other backups."""
GROWING = "restoring-"
"""Begins the name of a folder that a restore is filling."""
BEFORE = "before-"
"""Begins the name of a folder into which a restore has put what it replaced."""


def place_for(to: Path | None, data: Path, now: datetime) -> Path:
    """The file that a backup made now gets.

    Args:
        to: a folder that exists, or a file that does not, ending in `.zip`.

    Raises:
        NotWritten
    """
    try:
        return _place_for(to, data, now)
    except OSError as error:  # its name is too long, or what is above may not be looked into
        raise NotWritten(f"{str(to)[:60]} cannot be a backup's place: {error.strerror}") from None


def _place_for(to: Path | None, data: Path, now: datetime) -> Path:
    name = f"points-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    if to is None:
        folder = data / FOLDER
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritten(f"{folder} cannot be made: {error.strerror}") from None
        return folder / name
    if to.is_dir():
        return to / name
    if to.suffix != ".zip":
        raise NotWritten(
            f"there is no folder {to}: is its disk mounted? A file's name must end in .zip"
        )
    if not to.parent.is_dir():
        raise NotWritten(f"there is no folder {to.parent}: make it, or mount its disk, first")
    if to.exists():
        raise NotWritten(f"{to} is there already; choose another name, or name a folder")
    return to


def is_ours(path: Path) -> bool:
    """Whether a backup has a name that we gave it."""
    return _NAME.fullmatch(path.name) is not None


def make(
    dsns: Dsns, data: Path, target: Path, now: datetime, tell: Callable[[str], None]
) -> tuple[Manifest, list[int]]:
    """Writes the file; its manifest, and the keys that were not in the data folder.

    Args:
        tell: gets a line at times: how far it is.

    Raises:
        BackupTrouble, DatabaseTrouble
    """
    files = list(files_of(data))
    with snapshot.taken(dsns.owner) as taken:
        tools = programs.usable(taken.server)
        done = programs.Tenths(len(taken.tables), tell, "written")
        with archive.being_written(target) as writer:
            programs.dump(
                tools,
                dsns.owner,
                taken.name,
                done.tables,
                lambda content: writer.add(DUMP, content, done.bytes),
            )
            if not writer.parts[0].size:
                raise ProgramFailed("pg_dump ended well, but said nothing")
            _add_files(writer, data, files)
            manifest = Manifest(
                version=version(),
                made_at=now,
                database=taken.database,
                server=taken.server,
                dumped_by=tools.version,
                state=taken.state,
                parts=writer.parts,
            )
            writer.finish(manifest)
    missing = [kid for kid in taken.state.token_keys if not token_keys.path(data, kid).is_file()]
    return manifest, missing


def files_of(data: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """What belongs to the service beside its database, in order: plain files, none hidden.

    A link counts as what it leads to: keys may lie on another disk.

    Args:
        above: folders that this one was reached through, without links.

    Raises:
        NotWritten: a link leads nowhere, or back.
    """
    through = (*above, data.resolve())
    for path in sorted(data.iterdir()):
        if path.name in NOT_OURS or path.name.startswith((".", GROWING, BEFORE)):
            continue
        if path.is_symlink():
            _must_lead_on(path, through)
        if path.is_file() and path.suffix != ".lock":
            yield path
        elif path.is_dir():
            yield from files_of(path, through)


def _must_lead_on(link: Path, through: tuple[Path, ...]) -> None:
    trouble = ""
    if not link.exists():
        trouble = "which is not there (is its disk mounted?)"
    elif link.resolve() in through:
        trouble = "which it lies in"
    if trouble:
        raise NotWritten(
            f"{link} is a link to {link.readlink()}, {trouble}: what belongs to the service must"
            " be in the backup; remove the link if this does not"
        )


def _add_files(writer: Writer, data: Path, files: list[Path]) -> None:
    for path in files:
        try:
            content = path.open("rb")
        except OSError as error:
            raise NotWritten(
                f"{path} cannot be read: {error.strerror}; run the backup as the service's user"
            ) from None
        with content:
            writer.add(FILES + str(path.relative_to(data)), content)


def remove_old(made: Path, keep: int) -> list[Path]:
    """All but the newest `keep` of the backups beside the one just made; those that went.

    Only those with names of ours. The one just made stays even if the clock was set back.

    Also what backups that were killed have left.

    Raises:
        NotWritten
    """
    folder = made.parent
    others = sorted(path for path in folder.iterdir() if is_ours(path) and path != made)
    gone = others[: max(len(others) - keep + 1, 0)]
    try:
        for path in gone:
            path.unlink()
        for path in folder.iterdir():
            left = _UNFINISHED.fullmatch(path.name)
            if left and not _lives(int(left[1])):
                path.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritten(f"old backups in {folder} cannot be removed: {error.strerror}") from None
    return gone


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
