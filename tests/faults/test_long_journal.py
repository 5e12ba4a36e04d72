"""Damage to the journal's file by the thousand: found at opening, or without effect."""

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from kiosk.journal.book import ASK_OPEN
from kiosk.journal.database import open_database
from kiosk.journal.error import JournalBroken, JournalUnreadable
from kiosk.journal.state import JournalState
from tests.kiosk.journal.test_journal_file import filled

Times = Callable[[int], int]
WHOLE = [JournalState.PRINTED.value] * 3


def opened(path: Path, content: bytes) -> tuple[list[str], int] | None:
    """The states that it tells and whether the service will be asked; None: it was found out."""
    path.write_bytes(content)
    try:
        with closing(open_database(path)) as connection:
            states = [row[0] for row in connection.execute("SELECT state FROM redemption")]
            ask = connection.execute("SELECT value FROM fact WHERE name = ?", (ASK_OPEN,))
            return states, ask.fetchone()[0]
    except (JournalUnreadable, JournalBroken):
        return None
    finally:
        for part in path.parent.glob(path.name + "*"):
            part.unlink()


def test_1_500_flipped_bits_are_found_or_harmless(
    tmp_path: Path, chance: random.Random, times: Times
) -> None:
    filled(tmp_path / "good.sqlite3")
    good = (tmp_path / "good.sqlite3").read_bytes()
    found = 0
    for _ in range(times(1_500)):
        damaged, bit = bytearray(good), chance.randrange(len(good) * 8)
        damaged[bit // 8] ^= 1 << (bit % 8)
        told = opened(tmp_path / "bad.sqlite3", bytes(damaged))
        found += told is None
        assert told is None or told[0] == WHOLE, f"bit {bit}"
    assert found > 0, "the dice hit only free space"


def test_500_cut_files_are_found_or_begun_anew(
    tmp_path: Path, chance: random.Random, times: Times
) -> None:
    """Too short to be a database is a new journal, which asks the service what it forgot."""
    filled(tmp_path / "good.sqlite3")
    good = (tmp_path / "good.sqlite3").read_bytes()
    for length in [0, 1, 99, 100, *(chance.randrange(len(good)) for _ in range(times(500)))]:
        told = opened(tmp_path / "bad.sqlite3", good[:length])
        assert told in (None, ([], 1)), f"{length} bytes"
