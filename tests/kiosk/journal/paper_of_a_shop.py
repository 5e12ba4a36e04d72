"""Redemptions, rolls and staff as they are written down in tests of the journal."""

from datetime import UTC, datetime
from uuid import UUID

from kiosk.journal.book import Book
from kiosk.journal.entry import By
from kiosk.paper.wizard_record import WizardRecord
from wire.ids import new_id

BOOT = "00000000-0000-4000-8000-000000000001"
LI = By("0a1b2c3d4e5f", UUID("01990000-0000-7000-8000-000000000001"))
WANG = By("a0b0c0d0e0f0", UUID("01990000-0000-7000-8000-000000000002"))
OFFLINE = By("0a1b2c3d4e5f", None)


def change(
    by: By = LI, serial: str = "R-1", length_mm: int = 30_000, step: int = 4
) -> WizardRecord:
    return WizardRecord(
        id=new_id(),
        step=step,
        staff_ref=by.staff_ref,
        login=by.login,
        begun_at=datetime(2026, 3, 4, 12, tzinfo=UTC),
        begun_s=1000.0,
        boot_id=BOOT,
        roll_serial=serial,
        length_mm=length_mm,
    )


def put_in(book: Book, by: By = LI, serial: str = "R-1", length_mm: int = 30_000) -> WizardRecord:
    """A whole roll change that took 52 seconds."""
    record = change(by, serial, length_mm)
    book.wizard_at(record)
    loaded = book.roll_loaded(record)
    book.wizard_ended(52)
    return loaded


def printing(book: Book, tail: str = "5W8C") -> UUID:
    redemption = new_id()
    book.begin(redemption, new_id(), 300)
    book.reserved(redemption, tail)
    book.armed(redemption)
    book.printing(redemption)
    return redemption


def printed(book: Book, mm: int = 104, tail: str = "5W8C") -> UUID:
    redemption = printing(book, tail)
    book.printed(redemption, mm)
    return redemption


def issued(book: Book, mm: int = 104, tail: str = "5W8C") -> UUID:
    redemption = printed(book, mm, tail)
    book.captured(redemption)
    book.closed(redemption, "ISSUED at the service")
    return redemption
