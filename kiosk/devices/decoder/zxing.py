"""The zxing-cpp engine."""

from collections.abc import Iterable

import zxingcpp

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.reading import Reading


class ZxingFast:
    """Its cheapest pass: no 90 degree turn for bars, no smaller copies, no light-on-dark.

    A QR code is found at any angle all the same. Stateless, so safe from any thread.
    """

    def __init__(self, symbologies: Iterable[str] | None) -> None:
        """`symbologies`: names of `symbology`, or None for all that it knows."""
        names = ["AllReadable"] if symbologies is None else sorted(symbologies)
        formats = [getattr(zxingcpp.BarcodeFormat, name) for name in names]
        self._formats = zxingcpp.BarcodeFormats(formats)

    def read(self, luma: Luma) -> list[Reading]:
        found = zxingcpp.read_barcodes(
            luma, self._formats, try_rotate=False, try_downscale=False, try_invert=False
        )
        return [Reading(bytes(code.bytes), _name(code)) for code in found if code.valid]


def _name(code: zxingcpp.Barcode) -> str:
    """The family (QRCode for QRCodeModel2), but EAN13 and EAN8 by name."""
    family = code.symbology.name
    return code.format.name if family == "EANUPC" else family
