"""The zxing-cpp engine."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import zxingcpp

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.reading import Reading


@dataclass(frozen=True, slots=True)
class ZxingPass:
    """How hard it tries."""

    rotate: bool = False
    """Turn by 90 degrees for bars; a QR code is found at any angle all the same."""
    downscale: bool = False
    invert: bool = False
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage


FAST = ZxingPass()
FULL = ZxingPass(rotate=True, downscale=True, invert=True)
HISTOGRAM = ZxingPass(rotate=True, invert=True, binarizer=zxingcpp.Binarizer.GlobalHistogram)


class Zxing:
    """Stateless, so safe from any thread."""

    def __init__(self, symbologies: Iterable[str] | None) -> None:
        """`symbologies`: names of `symbology`, or None for all that it knows."""
        names = ["AllReadable"] if symbologies is None else sorted(symbologies)
        formats = [getattr(zxingcpp.BarcodeFormat, name) for name in names]
        self._formats = zxingcpp.BarcodeFormats(formats)

    def read(self, luma: Luma, how: ZxingPass = FAST) -> list[Reading]:
        found = zxingcpp.read_barcodes(
            luma,
            self._formats,
            try_rotate=how.rotate,
            try_downscale=how.downscale,
            try_invert=how.invert,
            binarizer=how.binarizer,
        )
        return [_reading(code) for code in found if code.valid]


def _reading(code: zxingcpp.Barcode) -> Reading:
    at = code.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    name = _name(code)
    return Reading(
        bytes(code.bytes),
        name,
        tuple((corner.x, corner.y) for corner in corners),
        _modules(code) if name == "QRCode" else None,
    )


def _name(code: zxingcpp.Barcode) -> str:
    """The family (QRCode for QRCodeModel2), but EAN13 and EAN8 by name."""
    family = code.symbology.name
    if family == "QRCode" and code.format.name in {"MicroQRCode", "RMQRCode"}:
        return str(code.format.name)
    return str(code.format.name if family == "EANUPC" else family)


def _modules(code: zxingcpp.Barcode) -> int | None:
    """Side of a QR code (ISO/IEC 18004, 5.3.2): 17 modules and 4 for each version."""
    extra = cast("dict[str, object]", code.extra)
    version = str(extra.get("Version", ""))
    return 17 + 4 * int(version) if version.isdecimal() else None
