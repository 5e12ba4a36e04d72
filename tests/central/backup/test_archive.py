"""The file of a backup: there whole or not at all, and every damage is found."""

import io
import json
import random
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from central.backup import archive
from central.backup.manifest import DUMP, FILES, MANIFEST, Manifest, State
from central.backup.trouble import BackupTrouble, Damaged, NotABackup, NotWritten, TooNew

DUMPED = random.Random(5).randbytes(3000)
SECRET = b"a secret that is kept\n"


def manifest_of(writer: archive.Writer) -> Manifest:
    nothing = State(
        migrations={}, functions="", rows={}, timezone="Asia/Shanghai", last_movement=None,
        audit=None, unsettled={}, token_keys=[],
    )  # fmt: skip
    return Manifest(
        version="0.1.0", made_at=datetime(2026, 11, 22, tzinfo=UTC), database="points", server=15,
        dumped_by=15, state=nothing, parts=writer.parts,
    )  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "one.zip"
    with archive.being_written(path) as writer:
        writer.add(DUMP, io.BytesIO(DUMPED))
        writer.add(FILES + "secret_key", io.BytesIO(SECRET))
        assert not path.exists(), "it has its name only when it is whole"
        (unfinished,) = tmp_path.iterdir()
        assert stat.S_IMODE(unfinished.stat().st_mode) == 0o600
        writer.finish(manifest_of(writer))
    return path


def test_what_was_written_is_read(made: Path) -> None:
    assert list(made.parent.iterdir()) == [made]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    counted: list[int] = []
    with archive.opened(made) as opened:
        opened.verify(counted.append)
        assert sum(counted) == opened.size == len(DUMPED) + len(SECRET)
        assert opened.files == ["secret_key"]
        assert b"".join(opened.chunks(DUMP)) == DUMPED
    with zipfile.ZipFile(made) as plain:  # any program that reads ZIP files can
        assert plain.read(FILES + "secret_key") == SECRET


def test_a_backup_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def write_half() -> None:
        with archive.being_written(tmp_path / "one.zip") as writer:
            writer.add(DUMP, io.BytesIO(DUMPED))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_somebody_else_took_meanwhile_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "one.zip"

    def write() -> None:
        with archive.being_written(path) as writer:
            writer.finish(manifest_of(writer))
            path.write_text("theirs")

    with pytest.raises(NotWritten, match="there already"):
        write()
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")

    class NoSpace(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            with full.open("wb", buffering=0) as disk:
                disk.write(b"x")
            return b""

    def write() -> None:
        with archive.being_written(tmp_path / "one.zip") as writer:
            writer.add(DUMP, NoSpace())  # type: ignore[arg-type]  # only `read` is asked for

    with pytest.raises(NotWritten, match="No space left"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_every_cut_is_found(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    cut = tmp_path / "cut.zip"
    for length in {*range(0, len(whole), 97), *range(len(whole) - 60, len(whole))}:
        cut.write_bytes(whole[:length])
        with pytest.raises(BackupTrouble), archive.opened(cut) as opened:
            opened.verify()


def test_every_changed_byte_of_the_content_is_found(made: Path, tmp_path: Path) -> None:
    """Bytes of the ZIP's own frame (dates, flags) may change what no part says."""
    whole = made.read_bytes()
    broken = tmp_path / "broken.zip"
    content = [(whole.index(DUMPED), len(DUMPED)), (whole.index(SECRET), len(SECRET))]
    for at in range(0, len(whole), 11):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << (at % 8)
        broken.write_bytes(flipped)
        try:
            with archive.opened(broken) as opened:
                opened.verify()
                assert b"".join(opened.chunks(DUMP)) == DUMPED
                assert b"".join(opened.chunks(FILES + "secret_key")) == SECRET
            harmless = True
        except BackupTrouble:
            harmless = False
        inside = any(begin <= at < begin + size for begin, size in content)
        assert not (inside and harmless), at


def rewritten(
    made: Path, path: Path, content_changed: dict[str, bytes] | None = None, /, **change: Any
) -> Path:
    """The backup with another manifest, hashed and framed as a ZIP should be."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        content = {name: old.read(name) for name in old.namelist()} | (content_changed or {})
        content[MANIFEST] = json.dumps(json.loads(content[MANIFEST]) | change).encode()
        for name, bytes_ in content.items():
            new.writestr(name, bytes_)
    return path


@pytest.mark.parametrize(
    ("parts", "change", "trouble", "words"),
    [
        ({}, {"format": 2}, TooNew, "newer version"),
        ({}, {"kind": "holiday"}, NotABackup, "'holiday'"),
        ({}, {"kind": 7}, Damaged, "makes no sense"),
        ({}, {"parts": []}, Damaged, "missing or added: database.dump"),
        ({"files/extra": b""}, {}, Damaged, "missing or added: files/extra"),
        ({DUMP: DUMPED[:-1]}, {}, Damaged, "database.dump is not what was written"),
        ({DUMP: bytes(len(DUMPED))}, {}, Damaged, "database.dump is not what was written"),
        ({}, {"state": {}}, Damaged, "makes no sense"),
        *(
            ({}, {"parts": [{"name": name, "size": 0, "sha256": ""}]}, Damaged, "a part is called")
            for name in ("files/../../etc/passwd", "/etc/passwd", "files/.hidden", "files//x", "")
        ),
    ],
)
def test_a_manifest_that_does_not_fit(
    made: Path,
    tmp_path: Path,
    parts: dict[str, bytes],
    change: dict[str, Any],
    trouble: type[BackupTrouble],
    words: str,
) -> None:
    path = rewritten(made, tmp_path / "other.zip", parts, **change)
    with pytest.raises(trouble, match=words), archive.opened(path) as opened:
        opened.verify()


def test_what_is_no_backup(tmp_path: Path) -> None:
    for name, bytes_, words in (
        ("empty", b"", "is empty"),
        ("text", b"hello", "is not a backup"),
        ("sql", b"PGDMP\1\2", "is not a backup"),
    ):
        (tmp_path / name).write_bytes(bytes_)
        with pytest.raises(NotABackup, match=words), archive.opened(tmp_path / name):
            pass
    with pytest.raises(NotABackup, match="No such file"), archive.opened(tmp_path / "none"):
        pass
    with zipfile.ZipFile(tmp_path / "zip", "w") as other:
        other.writestr("letter", "dear")
    with pytest.raises(NotABackup, match="has no manifest"), archive.opened(tmp_path / "zip"):
        pass


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "a.zip"
    with pytest.raises(NotWritten, match="Not a directory"), archive.being_written(path):
        pass
