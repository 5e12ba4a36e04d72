"""The part of the composition root that lets staff in and changes paper."""

from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from PIL import Image

from kiosk.clock import AnchoredClock
from kiosk.clock_file import boot_id
from kiosk.config import KioskConfig
from kiosk.devices.ports import VoucherPrinter
from kiosk.health import HealthMonitor
from kiosk.journal.book import Book
from kiosk.journal.counts import Counts
from kiosk.journal.entry import By
from kiosk.journal.journal import Journal
from kiosk.paper.ledger import PaperLedger
from kiosk.refresh import ServiceFacts
from kiosk.staff.badges import Badges
from kiosk.staff.dashboard import Dashboard
from kiosk.staff.deeds import StaffDeed, paper_deeds
from kiosk.staff.doorkeeper import Doorkeeper
from kiosk.staff.roll_change import RollChange
from kiosk.staff.session import StaffSession
from kiosk.staff.test_slip import TestSlip
from kiosk.sync.client import ServiceClient
from kiosk.sync.events import EventSender
from kiosk.vitals import cpu_temperature
from kiosk.voucher.slip import render_test_slip
from wire.api.devices import EventType

_NO_ZONE = "UTC"
"""Until a configuration tells the store's."""


@dataclass(frozen=True, slots=True)
class PaperParts:
    """What the door and the paper's tasks are made of."""

    config: KioskConfig
    clock: AnchoredClock
    journal: Journal
    ledger: PaperLedger
    health: HealthMonitor
    facts: ServiceFacts
    session: StaffSession
    badges: Badges
    sender: EventSender
    printer: VoucherPrinter
    printer_thread: Executor


def badges_of(
    client: ServiceClient, clock: AnchoredClock, file: Path, device: UUID, facts: ServiceFacts
) -> Badges:
    """The badges of this device's store."""
    return Badges(client, clock, file, device, facts.server_keys, partial(_timezone, facts))


def deeds_of(parts: PaperParts) -> dict[type, StaffDeed]:
    """Who does what of the door, the dashboard, the roll wizard and the test print."""
    timezone = partial(_timezone, parts.facts)
    ledger = parts.ledger
    return paper_deeds(
        Doorkeeper(parts.badges, parts.session, ledger.wizard, partial(_acted, parts)),
        Dashboard(
            partial(_counts, parts.journal),
            ledger.wizard,
            parts.health,
            parts.clock,
            timezone,
            cpu_temperature,
        ),
        RollChange(ledger, parts.clock, boot_id(), partial(_device_no, parts.facts), timezone),
        TestSlip(
            ledger,
            parts.printer,
            parts.printer_thread,
            partial(_draw_test, parts),
            partial(_in_hand, parts.journal),
        ),
    )


async def _acted(parts: PaperParts, kind: EventType, by: By) -> None:
    await parts.journal.do(Book.staff_acted, kind, by)
    parts.sender.wake()


async def _counts(journal: Journal, since: datetime) -> Counts:
    return await journal.do(Book.counts, since)


async def _in_hand(journal: Journal) -> bool:
    return await journal.do(Book.in_hand) is not None


def _draw_test(parts: PaperParts) -> Image.Image:
    return render_test_slip(
        parts.facts.need_config(),
        parts.config.screen.language,
        width_dots=parts.config.printer.model.width_dots,
        at=parts.clock.wall(),
    )


def _timezone(facts: ServiceFacts) -> str:
    return _NO_ZONE if facts.config is None else facts.config.timezone


def _device_no(facts: ServiceFacts) -> str:
    return "" if facts.config is None else facts.config.device_no
