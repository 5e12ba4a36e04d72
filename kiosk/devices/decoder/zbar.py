"""The zbar engine through pyzbar's function table.

pyzbar.decode() itself is not used: it makes a new scanner for every frame, lets zbar guess
character sets (which mangles bytes), and raises on a structured-append QR, whose parts
have no outline.
"""

import weakref
from collections.abc import Iterable
from ctypes import string_at
from typing import Any

import numpy as np
from pyzbar import wrapper
from pyzbar.wrapper import ZBarConfig, ZBarSymbol

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.reading import Outline, Reading

_L800 = int.from_bytes(b"Y800", "little")
"""FourCC of plain luminance."""
_CFG_BINARY = 4
"""ZBAR_CFG_BINARY (zbar >= 0.23.1; pyzbar has no name for it): give bytes as they are."""
_EVERY_SYMBOLOGY = 0
_CORNERS = 4
_ITF_MIN = 8
"""Digits: a shorter one is mostly a part of a longer one, or nothing at all."""

# UPCA is left out on purpose: with it zbar cuts an EAN-13 with a leading 0 to 12 digits.
# ISBN likewise renames EAN-13. PDF417 and SQCODE are not decoded by zbar. DataBar is left to
# zxing-cpp: zbar sees it in shelves, and its decoder runs into assertions.
_NAMES = {
    ZBarSymbol.QRCODE: "QRCode",
    ZBarSymbol.CODE128: "Code128",
    ZBarSymbol.EAN13: "EAN13",
    ZBarSymbol.EAN8: "EAN8",
    ZBarSymbol.UPCE: "UPCE",
    ZBarSymbol.CODE39: "Code39",
    ZBarSymbol.CODE93: "Code93",
    ZBarSymbol.CODABAR: "Codabar",
    ZBarSymbol.I25: "ITF",
}


class ZbarError(Exception):
    """zbar refused a frame or ran out of memory."""


class Zbar:
    """One image scanner of zbar, set up once; belongs to the thread that reads with it."""

    def __init__(self, symbologies: Iterable[str] | None) -> None:
        """`symbologies`: names of `symbology`, or None for all that it can be trusted with."""
        wanted = set(_NAMES.values()) if symbologies is None else set(symbologies)
        self._scanner = wrapper.zbar_image_scanner_create()
        if not self._scanner:
            raise ZbarError("zbar has no memory for a scanner")
        weakref.finalize(self, wrapper.zbar_image_scanner_destroy, self._scanner)
        configure = wrapper.zbar_image_scanner_set_config
        configure(self._scanner, _EVERY_SYMBOLOGY, ZBarConfig.CFG_ENABLE, 0)
        for symbol, name in _NAMES.items():
            if name in wanted:
                configure(self._scanner, symbol, ZBarConfig.CFG_ENABLE, 1)
        configure(self._scanner, ZBarSymbol.QRCODE, _CFG_BINARY, 1)
        configure(self._scanner, ZBarSymbol.I25, ZBarConfig.CFG_MIN_LEN, _ITF_MIN)

    def read(self, luma: Luma, density: int = 1) -> list[Reading]:
        """`density`: every how manieth row and column is scanned for edges."""
        for axis in (ZBarConfig.CFG_X_DENSITY, ZBarConfig.CFG_Y_DENSITY):
            wrapper.zbar_image_scanner_set_config(self._scanner, _EVERY_SYMBOLOGY, axis, density)
        height, width = luma.shape
        pixels = np.ascontiguousarray(luma)  # kept by this name until zbar is done with it
        image = wrapper.zbar_image_create()
        if not image:
            raise ZbarError("zbar has no memory for an image")
        try:
            wrapper.zbar_image_set_format(image, _L800)
            wrapper.zbar_image_set_size(image, width, height)
            wrapper.zbar_image_set_data(image, pixels.ctypes.data, pixels.nbytes, None)
            if wrapper.zbar_scan_image(self._scanner, image) < 0:
                raise ZbarError("zbar refused the frame")
            return self._symbols(image)
        finally:
            wrapper.zbar_image_destroy(image)

    def _symbols(self, image: Any) -> list[Reading]:
        readings = []
        symbol = wrapper.zbar_image_first_symbol(image)
        while symbol:
            name = _NAMES.get(symbol.contents.type)  # an IntEnum is found by its number
            if name is not None:
                length = wrapper.zbar_symbol_get_data_length(symbol)
                data = string_at(wrapper.zbar_symbol_get_data(symbol), length)
                readings.append(Reading(data, name, _outline(symbol)))
            symbol = wrapper.zbar_symbol_next(symbol)
        return readings


def _outline(symbol: Any) -> Outline | None:
    """Corners of a QR code; of bars the rectangle around the points where scan lines met them."""
    count = wrapper.zbar_symbol_get_loc_size(symbol)
    if count == 0:  # the parts of a structured append have none
        return None
    xs = [wrapper.zbar_symbol_get_loc_x(symbol, i) for i in range(count)]
    ys = [wrapper.zbar_symbol_get_loc_y(symbol, i) for i in range(count)]
    if count == _CORNERS:
        return tuple(zip(xs, ys, strict=True))
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    return ((left, top), (right, top), (right, bottom), (left, bottom))
