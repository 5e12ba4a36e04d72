"""What a voucher costs from picture to fence: bytes, seconds, CPU, and disk.

The real driver over a pty whose far end takes bytes as fast as a line of 115200 baud brings
them, and no faster. Beside it the line's limit for the very bytes that went over it, so that
what is above it is waiting. Disk: the whole money sequence with its journal, many times.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec
from PIL import Image

from bench.figure import Figure, tell
from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import NO_TIME, REAL_SPEED, EmulatedPrinter, Speed
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.page import bands
from kiosk.devices.printer.profile import PrinterProfile, load_profile
from kiosk.flow.event import VoucherPrinted
from tests.kiosk.kiosk_half import kiosk_half
from tests.kiosk.printer.voucher_pages import voucher_page
from tests.kiosk.small_service import SmallService
from wire.ids import new_id

BAUD = 115200
BYTES_PER_S = BAUD / 10
PROFILES = ("58mm-cutter", "80mm-cutter", "80mm-presenter")
ROUNDS = 5
REDEMPTIONS = 50
DISK_LIMIT = 64 * 1024
"""Bytes to disk for each redemption: what the card of a kiosk is to bear for years."""


class Job(NamedTuple):
    """One voucher."""

    seconds: float
    cpu_s: float
    """Of the thread that prints."""
    sent: int
    """Bytes on the line, questions included."""


def main() -> None:
    for name in PROFILES:
        for figure in _figures(load_profile(name)):
            tell(msgspec.structs.replace(figure, name=f"{figure.name}, {name}"))
    tell(asyncio.run(_disk()))


def _figures(profile: PrinterProfile) -> Iterator[Figure]:
    page = voucher_page(profile.width_dots)
    jobs = _print(profile, page, NO_TIME)
    sent = round(median(job.sent for job in jobs))
    line_s = sent / BYTES_PER_S
    yield Figure(
        name="voucher on the line",
        value=sent,
        unit="bytes",
        peer="its picture alone",
        peer_value=sum(len(band.data) for band in bands(page)),
        note=f"{page.height / 8:.0f} mm long",
    )
    yield Figure(
        name=f"voucher to the fence at {BAUD}",
        value=median(job.seconds for job in jobs),
        unit="s",
        peer="the line's limit",
        peer_value=line_s,
        samples=len(jobs),
        note="mechanism left out; at most 1.05 wanted",
    )
    yield Figure(
        name="voucher, CPU of the printing thread",
        value=median(job.cpu_s for job in jobs),
        unit="s",
        peer="the line's limit",
        peer_value=line_s,
        samples=len(jobs),
    )
    moving = _print(profile, page, REAL_SPEED)
    yield Figure(
        name="voucher to the fence with a mechanism of 150 mm/s",
        value=median(job.seconds for job in moving),
        unit="s",
        peer="the line's limit",
        peer_value=line_s,
        samples=len(moving),
        note="the last rows, the feed and the cut come after the last byte",
    )


def _print(profile: PrinterProfile, page: Image.Image, speed: Speed) -> list[Job]:
    """Several vouchers one after the other; the first settles the port and does not count."""
    emulated = EmulatedPrinter(profile.width_dots, lambda _piece: None, speed, features_of(profile))
    jobs: list[Job] = []
    with PtyLine(emulated, baud=BAUD) as line:
        printer = SerialPrinter(line.path, profile, BAUD)
        printer.print(page, 30.0)
        for _ in range(ROUNDS):
            line.command("take")
            before = emulated.bytes_received
            began, cpu = time.perf_counter(), time.thread_time()
            printer.print(page, 30.0)
            took, used = time.perf_counter() - began, time.thread_time() - cpu
            jobs.append(Job(took, used, emulated.bytes_received - before))
        printer.close()
    return jobs


async def _disk() -> Figure:
    """Bytes that this process sends to storage for a redemption, from tap to CLOSED."""
    # Below the working directory: /tmp is often memory, and memory counts no bytes.
    with tempfile.TemporaryDirectory(prefix=".bench-printer-", dir=Path.cwd()) as folder:
        async with (
            SmallService().running() as service,
            kiosk_half(Path(folder), service.port) as half,
        ):
            await half.redeem(new_id())
            await half.settler.round()
            before = _written()
            for _ in range(REDEMPTIONS):
                answer = await half.redeem(new_id())
                match answer:
                    case VoucherPrinted():
                        pass
                    case _:
                        raise RuntimeError(f"no voucher: {answer}")
                await half.settler.round()
            each = (_written() - before) / REDEMPTIONS
    if each <= 0:
        raise RuntimeError(f"{Path.cwd()} is on no disk that the kernel counts")
    return Figure(
        name="redemption, bytes to disk",
        value=each,
        unit="bytes",
        peer="the limit",
        peer_value=DISK_LIMIT,
        samples=REDEMPTIONS,
        note="journal with its log, from tap to CLOSED",
    )


def _written() -> int:
    """Bytes this process has caused to be sent to storage, with all it has dirtied by now."""
    os.sync()
    for line in Path("/proc/self/io").read_text().splitlines():
        name, _, value = line.partition(": ")
        if name == "write_bytes":
            return int(value)
    raise RuntimeError("/proc/self/io tells no write_bytes")


if __name__ == "__main__":
    main()
