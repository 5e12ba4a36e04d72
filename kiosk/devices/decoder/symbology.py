"""Names of the kinds of code, the same whichever engine read them (zxing-cpp's names)."""

from enum import StrEnum


class Symbology(StrEnum):
    """The kinds that are printed on our phones' screens, cards and vouchers."""

    QR = "QRCode"
    CODE128 = "Code128"
    EAN13 = "EAN13"


OURS = frozenset(Symbology)

_MATRIX = frozenset(
    {
        "Aztec",
        "DataMatrix",
        "MaxiCode",
        "MicroPDF417",
        "MicroQRCode",
        "PDF417",
        "QRCode",
        "RMQRCode",
    }
)

_LINEAR = frozenset(
    {
        "Codabar",
        "Code128",
        "Code39",
        "Code93",
        "DXFilmEdge",
        "DataBar",
        "EAN13",
        "EAN8",
        "ITF",
        "Telepen",
        "UPCA",
        "UPCE",
    }
)
NAMES = _MATRIX | _LINEAR
"""Every kind that an engine knows."""


def corrects_errors(symbology: str) -> bool:
    """Whether one read can be believed: matrix codes carry Reed-Solomon, bars one check digit."""
    return symbology in _MATRIX


_WEAK = frozenset({"DXFilmEdge", "DataBar", "EAN8", "Telepen", "UPCE"})
_WEAK_IF_SHORT = frozenset({"Codabar", "ITF"})
_SHORT = 10


def is_weak(symbology: str, length: int) -> bool:
    """Whether engines see it in stripes of all sorts: short codes, codes without a check digit."""
    return symbology in _WEAK or (symbology in _WEAK_IF_SHORT and length < _SHORT)
