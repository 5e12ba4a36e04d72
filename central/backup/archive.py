"""The file itself: a ZIP whose members are stored, so that `unzip` and pg_restore open it, too."""

import errno
import hashlib
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from central.backup.manifest import FILES, FORMAT, KIND, MANIFEST, Manifest, Part
from central.backup.trouble import Damaged, NotABackup, NotWritten, TooNew

CHUNK = 1 << 20
"""Bytes read at a time."""
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What file systems say that know no second name of a file: FAT, some shares."""
_ZIP_BEGINS = b"PK\x03\x04"
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""Relative, within the folder, without hidden names."""
_LONGEST_MANIFEST = 16 << 20
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,  # UnicodeDecodeError, too
    NotImplementedError,  # a flipped bit asks for a way of packing that nobody has
    RuntimeError,  # or says that it is encrypted
    KeyError,
)
"""What zipfile raises, by trial with damaged files (tests)."""

Progress = Callable[[int], None]
"""Gets the number of bytes done since it was called last."""


class Writer:
    """Parts one after the other, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: list[Part] = []

    def add(self, name: str, content: IO[bytes], progress: Progress = lambda _: None) -> None:
        """Copies a part from a stream of any length, hashing it on the way."""
        digest, size = hashlib.sha256(), 0
        with self._archive.open(_entry(name), "w", force_zip64=True) as part:
            while chunk := content.read(CHUNK):
                part.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                progress(len(chunk))
        self.parts.append(Part(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        with self._archive.open(_entry(MANIFEST), "w") as part:
            part.write(text)


@contextmanager
def being_written(target: Path) -> Iterator[Writer]:
    """A file that has its name only when all of it is on the disk; readable by its owner alone.

    Raises:
        NotWritten: the place cannot be written, or there is such a file already.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                    yield Writer(archive)
                file.flush()
                os.fsync(file.fileno())
            _name(unfinished, target)
            _sync(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritten(f"{target} cannot be written: {error.strerror}") from None


def _name(unfinished: Path, target: Path) -> None:
    """Gives the file its name; a backup that is there already is never written over, be it one that
    was made in this very moment.

    Raises:
        NotWritten: there is such a file.
    """
    try:
        try:
            os.link(unfinished, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # A stick or a share: the name is taken first, then the file put there.
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            unfinished.rename(target)
    except FileExistsError:
        raise NotWritten(f"{target} is there already; choose another name") from None


class Archive:
    """A backup that was opened and whose manifest makes sense; `verify` looks at the rest."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path = path
        self._archive = archive
        self.manifest = manifest

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.manifest.parts)

    @property
    def files(self) -> list[str]:
        """Of the data folder, as paths relative to it."""
        names = [part.name for part in self.manifest.parts]
        return [name.removeprefix(FILES) for name in names if name.startswith(FILES)]

    def verify(self, progress: Progress = lambda _: None) -> None:
        """Passes if every part is there and is, byte by byte, what was written.

        Raises:
            Damaged
        """
        told = {part.name for part in self.manifest.parts}
        there = set(self._archive.namelist()) - {MANIFEST}
        if told != there:
            raise Damaged(
                f"{self.path} is not whole: missing or added: {', '.join(sorted(told ^ there))}"
            )
        for part in self.manifest.parts:
            digest, size = hashlib.sha256(), 0
            for chunk in self.chunks(part.name):
                digest.update(chunk)
                size += len(chunk)
                progress(len(chunk))
            if (size, digest.hexdigest()) != (part.size, part.sha256):
                raise Damaged(f"{self.path} is damaged: {part.name} is not what was written")

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes.

        Raises:
            Damaged
        """
        try:
            with self._archive.open(name) as part:
                while chunk := part.read(CHUNK):
                    yield chunk
        except _BROKEN_ZIP as error:
            raise Damaged(f"{self.path} is damaged in {name}: {error}") from None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises:
    NotABackup, Damaged, TooNew: told by what the file begins and ends with.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(len(_ZIP_BEGINS))
    except OSError as error:
        raise NotABackup(f"{path} cannot be read: {error.strerror}") from None
    if begins != _ZIP_BEGINS:
        what = "is empty" if not begins else "is not a backup of the points service"
        raise NotABackup(f"{path} {what}; `central backup` makes them")
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN_ZIP:
        raise Damaged(
            f"{path} is cut off or damaged: its end makes no sense; take another backup"
        ) from None
    with archive:
        yield Archive(path, archive, _manifest(path, archive))


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise NotABackup(f"{path} is a ZIP, but not a backup: it has no {MANIFEST}") from None
    if info.file_size > _LONGEST_MANIFEST:
        raise Damaged(f"{path} is damaged: its {MANIFEST} is too long")
    try:
        text = archive.read(info)
    except _BROKEN_ZIP as error:
        raise Damaged(f"{path} is damaged in {MANIFEST}: {error}") from None
    try:
        head = msgspec.json.decode(text, type=_Head)
        if head.kind == KIND and head.format > FORMAT:
            raise TooNew(
                f"{path} has format {head.format}, this program reads {FORMAT}: it was made by"
                " a newer version; install that one"
            )
        if head.kind != KIND:
            raise NotABackup(f"{path} is not a backup of the points service, but of {head.kind!r}")
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise Damaged(f"{path} is damaged: its {MANIFEST} makes no sense: {error}") from None
    for part in manifest.parts:
        if not _SAFE.fullmatch(part.name):
            raise Damaged(f"{path} is damaged: a part is called {part.name!r}")
    return manifest


class _Head(msgspec.Struct, frozen=True):
    kind: str
    format: int


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o600 << 16
    return entry


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
