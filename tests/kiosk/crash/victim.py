"""A kiosk's money half as a process of its own, that kills itself where it is told to.

`carry_out` is the process: real journal, real client, real sequence; the printer is the shipped
fake, which writes what is on paper into a file. Nothing is caught or cleaned up at the killing:
SIGKILL, as when the plug is pulled.
"""

import asyncio
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec
from PIL import Image

from kiosk.clock import AnchoredClock, boot_time_s, system_time
from kiosk.clock_file import boot_id
from kiosk.devices.printer.fake import FakePrinter, LoseAfter
from kiosk.flow import effect
from kiosk.flow.staff.values.vouchers import StaffReprint
from kiosk.journal.book import Book
from kiosk.journal.entry import By
from kiosk.journal.error import JournalBroken
from kiosk.journal.journal import Journal
from kiosk.journal.roll import Proof
from kiosk.paper.ledger import PaperLedger
from kiosk.paper.reckoning import PaperLengths, Warnings
from kiosk.paper.wizard_record import FIRST_STEP, LAST_STEP, WizardRecord
from kiosk.recovery import recover
from kiosk.redemption import Redeemer
from kiosk.staff.session import StaffSession
from kiosk.sync.client import ServiceClient
from kiosk.sync.identity import load_identity
from kiosk.sync.rolls import RollSender
from kiosk.sync.settle import Settler
from kiosk.sync.transport import Transport
from wire.api.devices import DeviceConfig
from wire.api.redemptions import Redemption, ReprintReason
from wire.api.staff import Login
from wire.api.text import Language

PIN = "258036"
"""As tests/staff.py has it; a process of the kiosk imports nothing of the service's."""
LOADED_AFTER, TEST_PRINT = 4, 5


class Order(msgspec.Struct, kw_only=True):
    """What the victim does, and where it dies."""

    folder: str
    """With key.pem and device.json; gets journal.sqlite3 and paper.txt."""
    url: str
    do: str
    """redeem, reprint, staff_reprint, roll, test_print or recover"""
    redemption: UUID
    session: UUID
    item: UUID
    item_rev: int = 1
    price: int = 300
    kill_at: str = ""
    """before:STEP or after:STEP of the journal's book (STEP#2 the second time), printer:START,
    printer:FENCE, printer:RESET; "" lives to the end."""
    badge: str = ""
    """The text of somebody's S1, for what staff do; the PIN is the tests' own."""
    roll: UUID | None = None
    """The roll change to make, or to go on with."""
    lose_paper_at_row: int | None = None
    """The printer goes silent after so many rows."""
    file_limit: int | None = None
    """No file may grow beyond so many bytes: the journal's log meets the end of its disk."""


class Paper:
    """paper.txt: a line per thing that came out, safe on disk before anybody hears of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def out(self, what: str) -> None:
        with self._path.open("a") as file:
            file.write(what + "\n")
            file.flush()
            os.fsync(file.fileno())


class DyingJournal(Journal):
    """Dies before or after one step."""

    kill_at = ""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._times: Counter[str] = Counter()

    async def do(self, step: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        name = getattr(step, "__name__", "")
        self._times[name] += 1
        nth = f"{name}#{self._times[name]}"
        for here in (name, nth):
            die_at(self.kill_at, f"before:{here}")
        answer = await super().do(step, *args, **kwargs)
        for here in (name, nth):
            die_at(self.kill_at, f"after:{here}")
        return answer


class DyingPrinter(FakePrinter):
    """Dies with some rows on paper, or with all of them and before the fence is believed."""

    kill_at = ""

    def __init__(self, paper: Paper, script: list[LoseAfter]) -> None:
        super().__init__(script)
        self._file = paper

    def print(self, page: Image.Image, timeout_s: float) -> Any:
        self._file.out(f"rows of {page.info['of']}")
        die_at(self.kill_at, "printer:START")
        printed = super().print(page, timeout_s)
        self._file.out(f"whole {page.info['of']}")
        die_at(self.kill_at, "printer:FENCE")
        return printed

    def reset(self, timeout_s: float) -> None:
        self._file.out("reset")
        die_at(self.kill_at, "printer:RESET")


def die_at(kill_at: str, here: str) -> None:
    if kill_at == here:
        os.kill(os.getpid(), signal.SIGKILL)


def draw(redemption: Redemption, *_: Any, **__: Any) -> Image.Image:
    page = Image.new("1", (576, 800), 1)
    code = redemption.voucher.code if redemption.voucher else ""
    page.info["of"] = f"{code} copy {redemption.copy}"
    return page


def draw_slip(tail: str) -> Image.Image:
    page = Image.new("1", (576, 100), 1)
    page.info["of"] = f"VOID {tail}"
    return page


async def log_in(session: StaffSession, order: Order) -> Login:
    return await session.log_in(order.badge, PIN)


class Bench:
    """A clerk before the open cover: the steps of the roll wizard as the kiosk writes them down."""

    def __init__(
        self,
        paper: PaperLedger,
        printer: DyingPrinter,
        clerk: Login,
        boot: str,
        clock: AnchoredClock,
    ) -> None:
        self._paper = paper
        self._printer = printer
        self._clerk = clerk
        self._boot = boot
        self._clock = clock

    async def change_roll(self, roll: UUID) -> None:
        """From the first step, or from where a change that waits was left."""
        record = await self._paper.wizard() or WizardRecord(
            id=roll,
            step=FIRST_STEP,
            staff_ref=self._clerk.staff_ref,
            login=self._clerk.login,
            begun_at=self._clock.best(),
            begun_s=self._clock.now_s(),
            boot_id=self._boot,
            roll_serial="R-2",
            length_mm=30_000,
        )
        for step in range(record.step, LAST_STEP + 1):
            record = replace(record, step=step)
            await self._paper.wizard_at(record)
            if step == LOADED_AFTER:
                record = await self._paper.roll_loaded(record)
            if step == TEST_PRINT:
                await self.print_test()
        await self._paper.wizard_ended(None if record.interrupted else 52)

    async def print_test(self) -> None:
        await self._paper.test_begun(By(self._clerk.staff_ref, self._clerk.login))
        page = Image.new("1", (576, 700), 1)
        page.info["of"] = "TEST"
        printed = self._printer.print(page, 10.0)
        await self._paper.test_ended(printed.paper_mm, Proof.FENCE)


async def live(order: Order) -> bytes:
    """What there is to say at the end, as JSON."""
    folder = Path(order.folder)
    if order.file_limit is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # write() fails with EFBIG instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_limit, order.file_limit))
    identity = load_identity(folder / "key.pem", folder / "device.json")
    clock = AnchoredClock(boot_time_s, system_time)
    transport = Transport(order.url, identity.key, str(identity.device_id), clock, 5.0)
    client = ServiceClient(transport, clock, lambda: identity.enrolment.server_keys)
    journal = await DyingJournal.open(folder / "journal.sqlite3", clock, boot_id())
    assert isinstance(journal, DyingJournal)
    script = [] if order.lose_paper_at_row is None else [LoseAfter(order.lose_paper_at_row)]
    printer = DyingPrinter(Paper(folder / "paper.txt"), script)
    journal.kill_at = printer.kill_at = order.kill_at
    with ThreadPoolExecutor(max_workers=1) as thread:
        settler = Settler(journal, client, delays_s=(0.01, 0.05))
        config = cast("DeviceConfig", None)  # the picture drawn here needs none
        paper = PaperLedger(journal, clock, PaperLengths(), Warnings(), near_end_mm=4000)
        tokens = StaffSession(client)
        redeemer = Redeemer(
            journal, client, settler, paper, tokens, printer, thread, draw, lambda: config
        )
        await recover(journal, printer, thread, draw_slip)
        await paper.restore()
        answer: object = None
        if order.do == "redeem":
            wanted = effect.Redeem(
                order.redemption,
                order.session,
                order.item,
                order.item_rev,
                order.price,
                Language.ZH_HANS,
            )
            answer = await redeemer.redeem(wanted, lambda _: None)
        elif order.do == "reprint":
            again = effect.Reprint(order.redemption, order.session, Language.ZH_HANS)
            answer = await redeemer.reprint(again, lambda _: None)
        elif order.do == "staff_reprint":
            clerk = await log_in(tokens, order)
            again_by = StaffReprint(
                order.redemption,
                clerk.staff_ref,
                clerk.login,
                ReprintReason.TORN,
                Language.ZH_HANS,
            )
            answer = await redeemer.reprint(again_by, lambda _: None)
        elif order.do in {"roll", "test_print"}:
            clerk = await log_in(tokens, order)
            bench = Bench(paper, printer, clerk, boot_id(), clock)
            if order.do == "roll":
                assert order.roll is not None
                await bench.change_roll(order.roll)
            else:
                await bench.print_test()
        heard = await settler.round()
        heard &= await RollSender(journal, client, delays_s=(0.01,)).round()
        entry = await journal.do(Book.find, order.redemption)
    await client.close()
    await journal.close()
    return msgspec.json.encode(
        {
            "answer": type(answer).__name__,
            "heard": heard,
            "state": None if entry is None else entry.state,
            "enough": paper.enough,
        }
    )


def carry_out(order_path: Path) -> None:
    """Main function of the process; leaves said.json and stderr.txt beside the order."""
    with (order_path.parent / "stderr.txt").open("wb") as errors:
        os.dup2(errors.fileno(), sys.stderr.fileno())
    said = order_path.parent / "said.json"
    try:
        said.write_bytes(
            asyncio.run(live(msgspec.json.decode(order_path.read_bytes(), type=Order)))
        )
    except JournalBroken:
        said.write_bytes(b'{"answer": "JournalBroken"}')
        os._exit(0)  # as a kiosk ends: nothing is written after a failed write
