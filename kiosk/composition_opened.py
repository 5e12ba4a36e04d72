"""What holds a file, a port, a pin or a thread: opened first, closed last, recovered from."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from PIL import Image

from kiosk.clock import AnchoredClock
from kiosk.clock_file import ClockFile, boot_id
from kiosk.config import KioskConfig
from kiosk.devices.panel.choice import panel_from
from kiosk.devices.panel.sensed_printer import SensedPrinter
from kiosk.devices.ports import Fact, Panel, PrinterStatus, Scanner, VoucherPrinter
from kiosk.devices.printer.choice import printer_from
from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.heard import Heard
from kiosk.dispenser import PRINT_S, SLOW_BAUD, SLOW_PRINT_S
from kiosk.journal.journal import Journal
from kiosk.paper.ledger import PaperLedger
from kiosk.recovery import STATUS_S, recover
from kiosk.shop_time import ShopTime
from kiosk.signs import TimeKeeper
from kiosk.sync.snapshot import Snapshot
from kiosk.voucher.slip import render_void_slip
from wire.api.devices import DeviceConfig


@dataclass(frozen=True, slots=True)
class Replaced:
    """Parts that a test puts in place of the real ones; None takes the real one."""

    clock: AnchoredClock | None = None
    printer: VoucherPrinter | None = None
    scanner: Scanner | None = None
    panel: Panel | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What holds a file, a port or a thread."""

    clock: AnchoredClock
    time_keeper: TimeKeeper
    journal: Journal
    snapshot: Snapshot
    shop_time: ShopTime
    panel: Panel
    printer: VoucherPrinter
    printer_thread: ThreadPoolExecutor
    heard: Heard
    garbage: Callable[[], int]
    """Bytes from the printer that were no answer."""


async def open_parts(config: KioskConfig, replaced: Replaced, stack: AsyncExitStack) -> Opened:
    boot = boot_id()
    clock_file = ClockFile(config.data_dir / "clock.json", boot)
    clock = replaced.clock
    if clock is None:
        clock = await asyncio.to_thread(clock_file.load)
    time_keeper = TimeKeeper(clock, clock_file)
    journal = await Journal.open(config.journal_path, clock, boot)
    stack.push_async_callback(journal.close)
    stack.push_async_callback(time_keeper.save)
    shop_time = ShopTime(clock)
    panel = replaced.panel or panel_from(config.panel, config.printer, clock, shop_time.now)
    stack.callback(panel.close)
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")
    heard = Heard(clock.now_s)
    printer = replaced.printer or printer_from(
        config.printer,
        heard=heard,
        busy=panel.busy,
        power=panel.printer_power if config.panel.powers_printer else None,
    )
    stack.push_async_callback(_close_printer, printer, thread)
    return Opened(
        clock=clock,
        time_keeper=time_keeper,
        journal=journal,
        snapshot=Snapshot(config.snapshot_dir),
        shop_time=shop_time,
        panel=panel,
        printer=SensedPrinter(printer, lambda: panel.state),
        printer_thread=thread,
        heard=heard,
        garbage=partial(_garbage, printer),
    )


def _garbage(printer: VoucherPrinter) -> int:
    return printer.garbage if isinstance(printer, EscPosPrinter) else 0


async def _close_printer(printer: VoucherPrinter, thread: ThreadPoolExecutor) -> None:
    await asyncio.get_running_loop().run_in_executor(thread, printer.close)
    thread.shutdown(wait=True)


async def recover_first(config: KioskConfig, opened: Opened) -> None:
    known = await asyncio.to_thread(opened.snapshot.config)
    slip = None if known is None else partial(_void_slip, config, opened.clock, known)
    await recover(opened.journal, opened.printer, opened.printer_thread, slip, config.paper.lengths)


def _void_slip(
    config: KioskConfig, clock: AnchoredClock, device: DeviceConfig, tail: str
) -> Image.Image:
    language, width = config.screen.language, config.printer.model.width_dots
    return render_void_slip(device, language, width_dots=width, at=clock.wall(), tail=tail)


async def printer_status(opened: Opened, paper: PaperLedger) -> PrinterStatus:
    """What the printer says; the ledger of paper hears of its near-end sensor, and whether that
    speaks of a roll at rest.
    """
    loop = asyncio.get_running_loop()
    status = await loop.run_in_executor(opened.printer_thread, opened.printer.status, STATUS_S)
    paper.touched(not status.ready or opened.panel.state.roll_door_open is Fact.FAULT)
    if status.near_end is not Fact.UNKNOWN:
        paper.near_end(status.near_end is Fact.FAULT, "printer")
    return status


def print_s(config: KioskConfig) -> float:
    baud = config.printer.baud or config.printer.model.baud
    return PRINT_S if baud > SLOW_BAUD else SLOW_PRINT_S


def ledger_of(config: KioskConfig, journal: Journal, clock: AnchoredClock) -> PaperLedger:
    paper = config.paper
    return PaperLedger(journal, clock, paper.lengths, paper.warnings, paper.near_end_mm)
