"""The real money sequence, journal and driver before an emulated printer, for sweeps of faults.

The line is in memory and its clock moves by waiting alone, so that thousands of redemptions
fit into minutes. The service is the tests' small one, over real sockets.
"""

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec
from PIL import Image, ImageOps

from kiosk.devices.ports import Fact, Printed, PrinterStatus, VoucherPrinter
from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.fake import FakePrinter
from kiosk.devices.printer.profile import PrinterProfile, load_profile
from kiosk.flow.event import Event
from kiosk.flow.handle import handle
from kiosk.flow.state import Dispensing, Done, MessageCode, Refused, Session
from kiosk.voucher.voucher import render_voucher
from tests.kiosk.flow import sample
from tests.kiosk.kiosk_half import ANSWERS_S, Half, kiosk_half
from tests.kiosk.printer.memory_line import MemoryLine
from tests.kiosk.printer.paper_reading import codes_on
from tests.kiosk.small_service import Refuse, Row, SmallService
from tests.kiosk.voucher.voucher_sample import CODES, device_config
from wire.api.redemptions import Redemption
from wire.api.text import Language
from wire.errors import ErrorCode
from wire.ids import new_id
from wire.voucher_code import check_symbol

DEVICE_SEQ = 412
"""The same on every voucher: what a voucher's bytes are depends on its code alone."""
_CODES = [code + check_symbol(code) for code in CODES]


class FewCodes(SmallService):
    """Gives out the codes of a short list in turn, so that pages need not be drawn anew."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0
        self.refuse_printing = False

    def _printing(self, redemption: str, data: dict[str, Any]) -> dict[str, Any]:
        if self.refuse_printing:
            raise Refuse(ErrorCode.RATE_LIMITED)
        return super()._printing(redemption, data)

    def _reserve(self, data: dict[str, Any]) -> dict[str, Any]:
        super()._reserve(data)
        row = self.rows[data["id"]]
        row.code = _CODES[self.given % len(_CODES)]
        self.given += 1
        return row.answer()


@functools.cache
def page(width: int, code: str, copy: int) -> Image.Image:
    """The voucher as the service would have it printed; each drawn once."""
    row = Row("01932d5e-7c00-7000-8000-00000000a91f", "PRINTING", code=code, copy=copy)
    redemption = msgspec.convert(row.answer(), Redemption)
    return render_voucher(
        redemption,
        device_config(),
        Language.ZH_HANS,
        copy=row.copy,
        width_dots=width,
        device_seq=DEVICE_SEQ,
    )


class Bench:
    """One printer of one model with its own driver, paper and line."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.profile = profile
        self.pieces: list[Piece] = []
        self.emulated = EmulatedPrinter(
            profile.width_dots, self.pieces.append, features=features_of(profile)
        )
        self.line = MemoryLine(self.emulated)
        self.driver = self.new_driver()

    def new_driver(self) -> EscPosPrinter:
        """As a kiosk that has just been started has it."""
        self.driver = EscPosPrinter(self.line.open, self.profile, monotonic=self.line.monotonic)
        return self.driver

    def paper_out_of(self) -> list[Piece]:
        """Everything that can be taken away now, what hangs out too."""
        if not self.emulated.features.cutter:
            self.emulated.tear()
        return self.pieces

    def whole(self, page: Image.Image) -> int:
        """Pieces that carry this page, whole."""
        dots = bytes(byte ^ 0xFF for byte in page.tobytes())
        return sum(dots in b"".join(piece.rows) for piece in self.paper_out_of())

    def texts(self) -> set[str]:
        """What somebody's telephone reads from all the paper."""
        return {text for piece in self.paper_out_of() for text in codes_on(_picture(piece))}


def _picture(piece: Piece) -> Image.Image:
    dots = Image.frombytes("1", (piece.width, len(piece.rows)), b"".join(piece.rows))
    return ImageOps.expand(ImageOps.invert(dots.convert("L")), 40, 255)


class SwitchedPrinter:
    """The `VoucherPrinter` of whichever bench stands there now."""

    def __init__(self) -> None:
        self.now: VoucherPrinter = FakePrinter()

    def status(self, timeout_s: float) -> PrinterStatus:
        return self.now.status(timeout_s)

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        return self.now.print(page, timeout_s)

    def reset(self, timeout_s: float) -> None:
        self.now.reset(timeout_s)

    def slot(self) -> Fact:
        return self.now.slot()

    def retract(self, timeout_s: float) -> bool:
        return self.now.retract(timeout_s)

    def close(self) -> None:
        pass


@dataclass
class SweepShop:
    """One journal and one service for a whole sweep; a bench for each case."""

    half: Half
    service: FewCodes
    switch: SwitchedPrinter
    profile: PrinterProfile
    bench: Bench = field(init=False)
    _sent: bytes = b""

    def __post_init__(self) -> None:
        self.new_bench()

    def new_bench(self) -> Bench:
        """Another printer, as it leaves the factory."""
        self.bench = Bench(self.profile)
        self.switch.now = self.bench.driver
        return self.bench

    def new_driver(self) -> None:
        """Another process at the same printer."""
        self.switch.now = self.bench.new_driver()

    async def sent_without_faults(self) -> bytes:
        """Every byte of a first redemption with the first of the codes."""
        if not self._sent:
            bench, given = self.bench, self.service.given
            self.new_bench()
            self.service.given = 0
            await self.redeem()
            await self.half.settler.round()
            self._sent = bytes(self.bench.line.written)
            self.bench, self.switch.now = bench, bench.driver
            self.service.given = given
        return self._sent

    def row(self, redemption: UUID) -> Row:
        return self.service.rows[str(redemption)]

    def page(self, redemption: UUID, copy: int = 0) -> Image.Image:
        return page(self.profile.width_dots, self.row(redemption).code, copy)

    def payload(self, redemption: UUID) -> str:
        return "V1" + self.row(redemption).code

    async def redeem(self) -> tuple[UUID, Event]:
        redemption = new_id()
        return redemption, await self.half.redeem(redemption)


@asynccontextmanager
async def sweep_shop(folder: Path, profile: str) -> AsyncIterator[SweepShop]:
    model = load_profile(profile)
    switch = SwitchedPrinter()

    def draw(redemption: Redemption) -> Image.Image:
        assert redemption.voucher is not None
        return page(model.width_dots, redemption.voucher.code, redemption.copy)

    service = FewCodes()
    async with (
        service.running(),
        kiosk_half(
            folder, service.port, cast("FakePrinter", switch), draw=draw, deadline_s=ANSWERS_S
        ) as half,
    ):

        async def hurry(_redemption: UUID, _within_s: float) -> bool:
            return await half.settler.round()

        half.settler.hurry = hurry  # type: ignore[method-assign]  # its loop does not run here
        yield SweepShop(half, service, switch, model)


def words_after(redemption: UUID, answer: Event, *, reprint: bool = False) -> MessageCode | None:
    """What the shopper reads when the sequence has ended so; None for a voucher to take."""
    session = Session(member=sample.member(), received_s=0.0, spendable=1000)
    item = None if reprint else sample.item(1, 300)
    screen = Dispensing(session, item, 0 if reprint else 300, redemption, since_s=0.0)
    state, _ = handle(sample.state(screen=screen, now_s=1.0), answer)
    if isinstance(state.screen, Refused):
        return state.screen.message.code
    assert isinstance(state.screen, Done), state.screen
    return None
