"""The money half of a kiosk, composed for tests: journal, client, settler, redeemer, printer."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from kiosk.clock import ManualClock
from kiosk.devices.printer.fake import FakePrinter
from kiosk.flow import effect
from kiosk.flow.event import Event, StepReached
from kiosk.flow.staff.values.vouchers import StaffReprint
from kiosk.flow.state import Step
from kiosk.journal.book import Book
from kiosk.journal.entry import By
from kiosk.journal.journal import Journal
from kiosk.journal.state import JournalState
from kiosk.paper.ledger import PaperLedger
from kiosk.paper.reckoning import PaperLengths, Warnings
from kiosk.redemption import Redeemer
from kiosk.staff.session import StaffSession
from kiosk.sync.client import ServiceClient
from kiosk.sync.settle import Settler
from kiosk.sync.transport import Transport
from wire.api.devices import DeviceConfig
from wire.api.redemptions import Redemption, ReprintReason
from wire.api.text import Language
from wire.ids import new_id

BOOT = "00000000-0000-4000-8000-000000000001"
LENGTHS = PaperLengths(voucher_mm=120, slip_mm=60, test_mm=120, margin_mm=60)
NO_CONFIG = cast("DeviceConfig", None)
"""The picture drawn here needs none."""


@dataclass
class Half:
    journal: Journal
    client: ServiceClient
    settler: Settler
    printer: FakePrinter
    thread: ThreadPoolExecutor
    redeemer: Redeemer
    drawn: list[Redemption]
    clock: ManualClock
    paper: PaperLedger
    session: StaffSession
    steps: list[Step] = field(default_factory=list)
    draws: bool = True

    def _step(self, reached: StepReached) -> None:
        self.steps.append(reached.step)

    async def redeem(self, redemption: UUID, points: int = 300) -> Event:
        wanted = effect.Redeem(redemption, new_id(), new_id(), 1, points, Language.ZH_HANS)
        return await self.redeemer.redeem(wanted, self._step)

    async def reprint(self, redemption: UUID, session: UUID | None = None) -> Event:
        wanted = effect.Reprint(redemption, session or new_id(), Language.ZH_HANS)
        return await self.redeemer.reprint(wanted, self._step)

    async def staff_reprint(
        self, redemption: UUID, by: By, reason: ReprintReason = ReprintReason.TORN
    ) -> Event:
        assert by.login is not None
        wanted = StaffReprint(redemption, by.staff_ref, by.login, reason, Language.ZH_HANS)
        return await self.redeemer.reprint(wanted, self._step)

    async def state(self, redemption: UUID) -> JournalState | None:
        entry = await self.journal.do(Book.find, redemption)
        return None if entry is None else entry.state


def _white_page(_redemption: Redemption) -> Image.Image:
    return Image.new("1", (576, 800), 1)


ANSWERS_S = 5.0
"""The product's own deadline: for long runs against a service that always answers."""


@asynccontextmanager
async def kiosk_half(
    folder: Path,
    port: int,
    printer: FakePrinter | None = None,
    deadline_s: float = 1.0,
    draw: Callable[[Redemption], Image.Image] = _white_page,
) -> AsyncIterator[Half]:
    """A half that talks to the service on `port`. The settler does not run by itself."""
    clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
    key = Ed25519PrivateKey.generate()
    transport = Transport(f"http://127.0.0.1:{port}", key, str(new_id()), clock, deadline_s)
    client = ServiceClient(transport, clock)
    journal = await Journal.open(folder / "journal.sqlite3", clock, BOOT)
    printer = printer or FakePrinter()
    thread = ThreadPoolExecutor(max_workers=1)
    settler = Settler(journal, client, delays_s=(0.01, 0.02))
    drawn: list[Redemption] = []

    def render(redemption: Redemption, *_: Any, **__: Any) -> Image.Image:
        if not half.draws:
            raise OSError("no font")
        drawn.append(redemption)
        return draw(redemption)

    paper = PaperLedger(journal, clock, LENGTHS, Warnings(), near_end_mm=4000)
    session = StaffSession(client)
    redeemer = Redeemer(
        journal, client, settler, paper, session, printer, thread, render, lambda: NO_CONFIG
    )
    half = Half(journal, client, settler, printer, thread, redeemer, drawn, clock, paper, session)
    try:
        yield half
    finally:
        await client.close()
        await journal.close()
        thread.shutdown()
