"""Keys and secret on their way back into the data folder: all of them at once, old ones kept."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from central.backup.archive import Archive
from central.backup.making import BEFORE, GROWING
from central.backup.manifest import FILES
from central.backup.trouble import NotWritten


@contextmanager
def unpacked(archive: Archive, data: Path, name: str) -> Iterator[Path]:
    """A folder in the data folder with the backup's files; gone at the end of the block.

    Args:
        name: of the database to be, whose lock the caller has: no other restore uses the folder.

    Raises:
        NotWritten, Damaged
    """
    folder = data / f"{GROWING}{name}"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        for file_name in archive.files:
            path = folder / file_name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                for chunk in archive.chunks(FILES + file_name):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        _give_to(folder, data)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NotWritten(f"{folder} cannot be written: {error.strerror}") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def put_in_place(folder: Path, data: Path, stamp: str) -> Iterator[Path | None]:
    """Moves what `unpacked` made to where the service looks for it, and back again unless the block
    ends well: keys and database are of one backup, or both are what they were.

    Yields the folder into which what was there before has been moved, if any of it was different.

    Raises:
        NotWritten
    """
    before = data / f"{BEFORE}{stamp}"
    moved: list[tuple[Path, Path]] = []
    try:
        for path in sorted(folder.iterdir()):
            there = data / path.name
            if there.exists():
                if _same(path, there):
                    continue
                before.mkdir(mode=0o700, exist_ok=True)
                there.rename(before / path.name)
                moved.append((before / path.name, there))
            path.rename(there)
            moved.append((there, path))
        if before.exists():
            _give_to(before, data)
    except OSError as error:
        _move_back(moved, before)
        raise NotWritten(f"{data} cannot be written: {error.strerror}") from None
    try:
        yield before if before.exists() else None
    except BaseException:
        _move_back(moved, before)
        raise


def _move_back(moved: list[tuple[Path, Path]], before: Path) -> None:
    for now, was in reversed(moved):
        now.rename(was)
    if before.exists():
        before.rmdir()


def _same(one: Path, other: Path) -> bool:
    if one.is_dir() != other.is_dir():
        return False
    if one.is_dir():
        names = {path.name for path in one.iterdir()}
        return names == {path.name for path in other.iterdir()} and all(
            _same(one / name, other / name) for name in names
        )
    return one.read_bytes() == other.read_bytes()


def _give_to(folder: Path, like: Path) -> None:
    """Root restores for the service's own user, whose data folder it is."""
    if os.geteuid() != 0:
        return
    owner = like.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
