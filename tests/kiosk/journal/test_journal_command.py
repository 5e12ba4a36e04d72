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
from tests.kiosk.journal.paper_of_a_shop import (
    LI,
    OFFLINE,
    WANG,
    issued,
    printed,
    printing,
    put_in,
)
from wire.api.redemptions import ReprintReason
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


@pytest.fixture
def used_rolls(folder: Path) -> Path:
    """Two rolls: the first with a voucher issued, one printed and one torn."""
    clock = ManualClock(datetime(2026, 3, 5, 12, tzinfo=UTC))
    book = Book(open_database(folder / "journal.sqlite3"), clock, BOOT)
    book.refused(WAITING, "insufficient")
    put_in(book, LI, "R-1")
    again = issued(book)
    printed(book)
    torn = printing(book)
    book.uncertain(torn, "printer lost", 40)
    book.closed(torn, "USED at the service")
    book.staff_reprint_asked(again, WANG, ReprintReason.TORN)
    put_in(book, OFFLINE, "R-2", 50_000)
    book.roll_refused(book.rolls()[0].roll.id, "bad_request")
    book.close()
    return folder


def test_rolls_tells_printed_beside_issued_and_why_they_differ(used_rolls: Path) -> None:
    lines = invoke(used_rolls, "rolls").stdout.splitlines()
    first, second = (line.split() for line in lines if "R-" in line)
    assert first[:3] == ["2026-03-05", "12:00:00", "R-1"]
    assert first[3:] == [LI.staff_ref, "30,000", "248", "29,752", "2", "2", *"0100", "52", "s"]
    assert second[3:] == [OFFLINE.staff_ref + "*", "50,000", "0", "50,000", *"000000", "52", "s"]
    told = [line.strip() for line in lines if "R-" not in line][1:]
    assert told == [
        "1 printed, and the service has not acknowledged it yet",
        "1 issued without proof of paper (confirmed by somebody, or used)",
        "the service will not take this change: bad_request",
        "* put in offline, by badge alone",
        "1 roll change to be told to the service",
    ]


def test_rolls_as_json(used_rolls: Path) -> None:
    lines = [json.loads(line) for line in invoke(used_rolls, "rolls", "--json").stdout.splitlines()]
    assert [(line["roll"]["serial"], line["printed"]) for line in lines] == [("R-1", 2), ("R-2", 0)]


def test_no_roll_yet(folder: Path) -> None:
    assert "the first roll change at the kiosk begins the ledger" in invoke(folder, "rolls").stdout


def test_staff_tells_what_they_did_and_nothing_else(used_rolls: Path) -> None:
    lines = invoke(used_rolls, "staff").stdout.splitlines()
    assert [line.split()[-1] for line in lines] == [
        str(LI.login),
        str(WANG.login),
        "offline",
        "offline",
    ]
    assert "reprint 1 asked for, torn, by a0b0c0d0e0f0" in lines[1]
    (only,) = invoke(used_rolls, "staff", "--ref", WANG.staff_ref).stdout.splitlines()
    assert only == lines[1]


def test_no_staff_yet(folder: Path) -> None:
    assert invoke(folder, "staff").stdout == "no staff yet\n"


@pytest.mark.parametrize("what", ["list", "rolls", "staff", "verify"])
def test_a_journal_of_an_older_version_is_not_called_damaged(tmp_path: Path, what: str) -> None:
    raw = sqlite3.connect(tmp_path / "journal.sqlite3")
    raw.executescript((Path(__file__).parent / "journal_0001.sql").read_text("utf-8"))
    raw.execute("PRAGMA user_version = 1")
    raw.close()
    result = invoke(tmp_path, what)
    assert result.exit_code == os.EX_UNAVAILABLE
    assert "start the kiosk once" in result.stderr
