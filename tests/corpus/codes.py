"""The codes that the corpus holds up, drawn by segno and python-barcode: not by what reads them."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import barcode  # type: ignore[import-untyped]  # has no types
import numpy as np
import numpy.typing as npt
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire import plain_card, tokens, voucher_code

Modules = npt.NDArray[np.bool_]
"""True is dark; rows by columns for a QR, one row for bars."""

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_LAST_DAY = date(2027, 3, 31)


class Kind(StrEnum):
    """What is held before the camera."""

    M2 = "M2"
    C1 = "C1"
    S1 = "S1"
    V1 = "V1"
    V2 = "V2"
    CODE128 = "Code 128"
    EAN13 = "EAN-13"


BARS = frozenset({Kind.CODE128, Kind.EAN13})


@dataclass(frozen=True)
class Code:
    """One code: what it says and how it looks."""

    text: str
    """What a reader shall give, byte for byte (ASCII)."""
    symbology: str
    """Names of `kiosk.devices.decoder.symbology`."""
    modules: Modules

    @property
    def is_bars(self) -> bool:
        return len(self.modules) == 1


def code_of(kind: Kind, seed: int) -> Code:
    """A valid code of ours; another seed, another member, card or voucher."""
    digest = hashlib.sha256(f"{kind} {seed}".encode()).digest()
    match kind:
        case Kind.M2:
            slot, balance = int.from_bytes(digest[:2], "big"), int.from_bytes(digest[2:4], "big")
            member = tokens.MemberCode(1, digest[4:10], slot, balance, digest[10])
            return qr(tokens.sign_member_code(_KEY, member), "m")
        case Kind.C1:
            card = tokens.MemberCard(1, digest[:8], digest[8])
            return qr(tokens.sign_member_card(_KEY, card), "m")
        case Kind.S1:
            badge = tokens.StaffBadge(1, digest[:6], digest[6], digest[7] % 4, _LAST_DAY)
            return qr(tokens.sign_staff_badge(_KEY, badge), "m")
        case Kind.V1:
            return qr(tokens.voucher_payload(_voucher_code(digest)), "q")
        case Kind.V2:
            voucher = tokens.OfflineVoucher(
                _voucher_code(digest), digest[15], digest[16], _LAST_DAY, digest[17], digest[18]
            )
            return qr(tokens.sign_offline_voucher(_KEY, voucher), "m")
        case Kind.CODE128:
            return bars("code128", _card_number(digest), "Code128")
        case Kind.EAN13:
            return bars("ean13", _card_number(digest), "EAN13")


def _voucher_code(digest: bytes) -> str:
    symbols = "".join(voucher_code.ALPHABET[byte % 32] for byte in digest[:15])
    return symbols + voucher_code.check_symbol(symbols)


def qr(text: str | bytes, error: str = "m") -> Code:
    """Any text as the smallest QR code that holds it."""
    symbol = segno.make(text, error=error, boost_error=False, micro=False)
    shown = text if isinstance(text, str) else text.decode("latin-1")
    return Code(shown, "QRCode", np.array(symbol.matrix, np.uint8) > 0)


def bars(kind: str, text: str, symbology: str) -> Code:
    """Any text as bars; `kind` is python-barcode's name for them."""
    made = barcode.get(kind, text)
    (line,) = made.build()
    row = np.array([[bar == "1" for bar in line]], np.bool_)
    return Code(made.get_fullcode(), symbology, row)


def _card_number(digest: bytes) -> str:
    number = "2" + f"{int.from_bytes(digest[:8], 'big') % 10**9:09d}"
    return number + plain_card.check_digits(number)
