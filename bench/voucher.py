"""A voucher's picture and its bytes: beside python-escpos's image() and beside the line.

The picture is drawn anew each time (fonts opened, nothing kept).
"""

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

import msgspec
from PIL import Image

from bench.figure import Figure, tell
from kiosk.devices.printer.answer import GS_R
from kiosk.devices.printer.page import bands, ending, preamble
from kiosk.devices.printer.profile import load_profile
from kiosk.voucher.voucher import render_voucher
from wire import tokens, voucher_code
from wire.api.devices import Brand, DeviceConfig, Store
from wire.api.redemptions import PrintFields, Redemption, State, Voucher
from wire.api.text import Language, Text

BAUD = 115200
BYTES_PER_S = BAUD / 10
ROUNDS = 30
PAPER = {58: 384, 80: 576}
PROFILE = {384: "58mm-cutter", 576: "80mm-cutter"}


def main() -> None:
    config, redemption = _config(), _redemption()
    for paper_mm, width in PAPER.items():
        for figure in _figures(config, redemption, width):
            tell(msgspec.structs.replace(figure, name=f"{figure.name}, {paper_mm} mm"))


def _figures(config: DeviceConfig, redemption: Redemption, width: int) -> Iterator[Figure]:
    page = _draw(redemption, config, width)
    profile = load_profile(PROFILE[width])
    job = b"".join(part.data for part in [*bands(page), ending(profile, page.height)])
    data = preamble(profile) + GS_R.question + job + GS_R.question
    line_s = len(data) / BYTES_PER_S
    yield Figure(
        name="voucher picture and encoding",
        value=_seconds(lambda: list(bands(_draw(redemption, config, width)))),
        unit="s",
        peer=f"the line at {BAUD}",
        peer_value=line_s,
        samples=ROUNDS,
        note=f"{page.height / 8:.0f} mm long",
    )
    yield Figure(
        name="voucher encoding",
        value=_seconds(lambda: list(bands(page))),
        unit="s",
        peer="python-escpos image()",
        peer_value=_seconds(lambda: _escpos_bytes(page)),
        samples=ROUNDS,
    )
    yield Figure(
        name="voucher bytes",
        value=len(data),
        unit="bytes",
        peer="python-escpos image()",
        peer_value=len(_escpos_bytes(page)),
        note="white rows are fed",
    )


def _draw(redemption: Redemption, config: DeviceConfig, width: int) -> Image.Image:
    return render_voucher(redemption, config, Language.ZH_HANS, width_dots=width, device_seq=412)


def _seconds(work: Callable[[], object]) -> float:
    work()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)


def _escpos_bytes(page: Image.Image) -> bytes:
    """What plain python-escpos sends for the same picture and a cut."""
    from escpos.printer import Dummy

    printer = Dummy()
    with contextlib.redirect_stdout(io.StringIO()):  # image() prints a line for each fragment
        printer.hw("INIT")
        printer.image(page)
        printer.cut(feed=False)
    output: bytes = printer.output
    return output


def _text(zh_hans: str, zh_hant: str, en: str) -> Text:
    return Text(zh_hans, zh_hant, en)


def _config() -> DeviceConfig:
    return DeviceConfig(
        rev=1,
        device_no="K07",
        timezone="Asia/Shanghai",
        store=Store(
            id="S0123",
            name=_text("人民广场店", "人民廣場店", "People's Square"),
            address=_text("黄浦区西藏中路268号", "黃浦區西藏中路268號", "268 Middle Xizang Rd"),
            phone="021-6333 8821",
        ),
        brand=Brand(name=_text("青禾生活", "青禾生活", "Qinghe Living")),
        point_unit=_text("分", "點", "points"),
        server_keys=[],
        hotline="400-820-6688",
    )


def _redemption() -> Redemption:
    symbols = "7K3M9QXD2HTP5W8"
    code = symbols + voucher_code.check_symbol(symbols)
    at = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
    fields = PrintFields(
        reward=_text("中杯拿铁", "中杯拿鐵", "Medium latte"),
        value_fen=1800,
        points=500,
        balance_after=1240,
        balance_as_of=at,
        valid_to=datetime(2026, 12, 21, 16, 0, tzinfo=UTC),
        issued_at=at,
        member_tail="6210",
    )
    return Redemption(
        id=UUID("01932d5e-7c00-7000-8000-00000000a91f"),
        state=State.RESERVED,
        points=500,
        voucher=Voucher(code=code, payload=tokens.voucher_payload(code), print_fields=fields),
    )


if __name__ == "__main__":
    main()
