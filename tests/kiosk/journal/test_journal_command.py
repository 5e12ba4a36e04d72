"""`kiosk journal list|verify`, beside a running kiosk or after the fact."""

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.__main__ import main
from kiosk.clock import ManualClock
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from wire.ids import new_id

BOOT = "00000000-0000-4000-8000-000000000001"
PRINTED, WAITING = new_id(), new_id()


def invoke(folder: Path, *arguments: str) -> Result:
    (folder / "kiosk.toml").write_text(f'data_dir = "{folder}"')
    command = ["journal", *arguments, "--config", str(folder / "kiosk.toml")]
    return CliRunner().invoke(main, command)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
    book = Book(open_database(tmp_path / "journal.sqlite3"), clock, BOOT)
    book.first_life()
    book.begin(PRINTED, new_id(), 1200)
    book.reserved(PRINTED, "5W8C")
    book.armed(PRINTED)
    book.printing(PRINTED)
    book.printed(PRINTED, 104)
    book.begin(WAITING, new_id(), 300)
    book.close()
    return tmp_path


def test_list_tells_where_each_redemption_stands(folder: Path) -> None:
    first, second = invoke(folder, "list").stdout.splitlines()
    assert first.split() == [
        "2026-03-04",
        "12:00:00",
        "#1",
        str(PRINTED),
        "PRINTED",
        "1,200",
        "...5W8C",
    ]
    assert second.split()[2:] == ["#2", str(WAITING), "INTENT", "300"]


def test_list_rows_tells_each_arrow(folder: Path) -> None:
    lines = invoke(folder, "list", "--rows").stdout.splitlines()
    assert [line.split()[3] for line in lines] == [
        "INTENT",
        "RESERVED",
        "ARMED",
        "PRINTING",
        "PRINTED",
        "INTENT",
    ]


def test_list_as_json(folder: Path) -> None:
    lines = invoke(folder, "list", "--json").stdout.splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["PRINTED", "INTENT"]


def test_verify_a_whole_chain(folder: Path) -> None:
    result = invoke(folder, "verify")
    assert result.exit_code == 0
    assert "6 rows, the chain is whole" in result.stdout


def test_verify_tells_the_first_bad_row(folder: Path) -> None:
    raw = sqlite3.connect(folder / "journal.sqlite3")
    raw.execute("UPDATE journal SET wall = '2020' WHERE seq IN (3, 5)")
    raw.commit()
    raw.close()
    result = invoke(folder, "verify")
    assert result.exit_code == 1
    assert "row 3 was changed" in result.stderr
    assert "2 rows before it are good" in result.stderr


def test_verify_a_file_that_is_none(folder: Path) -> None:
    (folder / "journal.sqlite3").write_bytes(b"no database" * 200)
    result = invoke(folder, "verify")
    assert result.exit_code == 1
    assert "damaged" in result.stderr


def test_no_journal_yet(tmp_path: Path) -> None:
    for what in ("list", "verify"):
        result = invoke(tmp_path, what)
        assert result.exit_code == os.EX_NOINPUT
        assert "never run here" in result.stderr
    assert not (tmp_path / "journal.sqlite3").exists()
