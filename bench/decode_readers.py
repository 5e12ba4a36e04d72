"""Who reads in `bench.decode`: ours as the kiosk runs it, and what others would write in a line."""

import time
from typing import Protocol, cast

import numpy as np
import zxingcpp
from pyzbar import pyzbar
from pyzbar.pyzbar import ZBarSymbol

from kiosk.devices.camera.frame import Frame, Luma
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.symbology import OURS

OURS_NAME = "ours"
PYZBAR = "pyzbar"
ZXING = "zxing-cpp"


class Reader(Protocol):
    """Reads the frames of one visit, one after the other."""

    def read(self, frame: Frame) -> set[str]:
        """The texts that it would act on now."""


class Ours:
    """The live reader, new for each visit."""

    def __init__(self, budget_ms: float | None = None) -> None:
        """`budget_ms`: None for the kiosk's own."""
        if budget_ms is None:
            self.live = LiveReader(OURS)
        else:
            self.live = LiveReader(OURS, budget_ms=budget_ms)

    def read(self, frame: Frame) -> set[str]:
        return {reading.text for reading in self.live.read(frame)}

    def seen(self) -> set[str]:
        """What any step read in the last frame: bars, too, that wait for a second frame."""
        return {reading.text for run in self.live.last.runs for reading in run.readings}


class Pyzbar:
    """`pyzbar.decode` with the symbologies of our cards."""

    _SYMBOLS = (ZBarSymbol.QRCODE, ZBarSymbol.CODE128, ZBarSymbol.EAN13)

    def read(self, frame: Frame) -> set[str]:
        return pyzbar_texts(frame.luma, list(self._SYMBOLS))


class ZxingCpp:
    """`zxingcpp.read_barcodes` with nothing but a picture."""

    def read(self, frame: Frame) -> set[str]:
        return zxing_texts(frame.luma)


def pyzbar_texts(luma: Luma, symbols: list[ZBarSymbol] | None = None) -> set[str]:
    try:
        found = pyzbar.decode(luma, symbols=symbols)
    except ValueError:  # a structured-append QR, whose parts have no outline
        return set()
    return {as_text(code.data) for code in found}


def zxing_texts(luma: Luma) -> set[str]:
    return {as_text(bytes(code.bytes)) for code in zxingcpp.read_barcodes(luma)}


def as_text(data: bytes) -> str:
    """Bytes of a code as a text, by the same rule for all."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def new_readers() -> dict[str, Reader]:
    """One of each, for one visit."""
    return {OURS_NAME: Ours(), PYZBAR: Pyzbar(), ZXING: ZxingCpp()}


def timed(reader: Reader, frame: Frame) -> tuple[set[str], float]:
    """What it reads, and the milliseconds of CPU on this thread."""
    started_s = time.thread_time()
    texts = reader.read(frame)
    return texts, (time.thread_time() - started_s) * 1000


def frame_of(luma: Luma, number: int = 0, fps: float = 15.0) -> Frame:
    return Frame(cast("Luma", np.ascontiguousarray(luma)), number / fps, number)
