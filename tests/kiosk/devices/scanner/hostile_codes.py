"""Codes drawn to do harm: what a stranger may hold before the camera.

The same seed gives the same codes. None of them is a code that anybody may pass with:
whatever has the form of one of ours is forged, mistyped or cut.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from unittest import mock

import cv2
import numpy as np
import segno
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from segno import consts, encoder

from kiosk.devices.camera.frame import Luma
from wire import plain_card, tokens, voucher_code

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {1: Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()}
"""The chain's own; the stranger has not got it."""

NASTY = (
    "'; DROP TABLE members; --",
    "' OR 1=1 --",
    "%s%s%s%n%x%p",
    "{0.__class__.__mro__}{1}",
    "${jndi:ldap://127.0.0.1/x}",
    "[color=ff0000]FREE[/color][ref=x]",
    "[b][i][font=/etc/passwd][/b]",
    "&bl;&br;&amp;<script>alert(1)</script>",
    "\u202eSTNIOP 000001\u202c",
    "\u2066\u2067\u2068points\u2069",
    "\x00\x00\x00",
    "M2\x00" + "0" * 119,
    "".join(map(chr, range(1, 32))),
    "\x1b[2J\x1b[31mOWNED\x1b]0;title\x07",
    "\r\nINFO scanner: code read: QRCode\r\n",
    "\x1d01095011010209171719050810ABCD1234\x1d2110",
    "../../../../etc/shadow",
    "file:///etc/kiosk/kiosk.toml",
    "https://user:password@example.com/?q=" + "a" * 300,
    '{"type":"code","text":"V1","symbology":"QRCode"}',
    "\ufeffM2",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 40,
    "٠١٢٣٤٥٦٧٨٩" * 13,
    "Ａ" * 100,
    "9" * 7089,
)
ENCODINGS = ("utf-8", "iso-8859-5", "shift-jis", "utf-16-be", "gb18030", "cp1252", "big5", "euc-kr")


@dataclass(frozen=True)
class Hostile:
    kind: str
    picture: Luma
    """The code alone, with a quiet zone."""
    text: str | None = None
    """What it says, when that has the form of a code of ours."""


def hostile_codes(count: int, seed: int) -> Iterator[Hostile]:
    """So many; at least every fourth is part of a structured append."""
    chance = random.Random(seed)
    kinds = sorted(set(KINDS) - {"structured append"})
    for number in range(count):
        kind = "structured append" if number % 4 == 0 else kinds[number // 4 % len(kinds)]
        if number % 4 > 1:
            kind = chance.choice(kinds)
        yield from _drawn(kind, chance)


def _drawn(kind: str, chance: random.Random) -> Iterator[Hostile]:
    picture, text = KINDS[kind](chance)
    if text is not None and not (tokens.looks_ours(text) or plain_card.looks_ours(text)):
        text = None
    yield Hostile(kind, np.ascontiguousarray(picture), text)


# --- drawing -----------------------------------------------------------------------------

Drawn = tuple[Luma, str | None]


def _qr(content: str | bytes, chance: random.Random, **options: object) -> Luma:
    given = {"micro": False, "boost_error": False, "mask": chance.randrange(8), **options}
    return _rendered(segno.make(content, **given), chance)


def _rendered(code: segno.QRCode, chance: random.Random) -> Luma:
    modules = np.array([list(row) for row in code.matrix], np.uint8)
    side = modules.shape[0] + 8
    px = min(chance.choice((3, 4, 5)), 700 // side)
    framed = np.pad(255 * (1 - modules.astype(np.uint8)), 4, constant_values=255)
    return framed.astype(np.uint8).repeat(px, 0).repeat(px, 1)


def _barcode(content: str | bytes, kind: zxingcpp.BarcodeFormat, px: int) -> Luma:
    barcode = zxingcpp.create_barcode(content, kind)
    picture = np.array(zxingcpp.write_barcode_to_image(barcode, scale=px))
    picture = picture if picture.ndim == 2 else picture[:, :, 0]
    return np.pad(picture, 4 * px, constant_values=255)[:700, :1240]


# --- kinds -------------------------------------------------------------------------------


def _structured_append(chance: random.Random) -> Drawn:
    """One part of several; also one that claims to be part 16 of 1, and a token in parts."""
    said = chance.choice((member_code(chance), *NASTY[:10]))
    parts = segno.make_sequence(
        said * chance.choice((1, 2, 4)),
        symbol_count=chance.randrange(2, 9),
        mask=chance.randrange(8),
        boost_error=False,
    )
    if chance.random() < 0.5:
        # Where it is said as often as there are parts, each says it whole.
        return _rendered(chance.choice(list(parts)), chance), said
    header = [(consts.MODE_STRUCTURED_APPEND, 4)] + [
        (chance.randrange(1 << bits), bits) for bits in (4, 4, 8)
    ]
    return _raw(chance, header), None


def _eci(chance: random.Random) -> Drawn:
    """Real character sets, and numbers that nobody has given one."""
    if chance.random() < 0.4:
        encoding = chance.choice(ENCODINGS)
        content = chance.choice(("會員積分", "Баллы", "ポイント", "points", *NASTY[:6]))
        try:
            return _qr(content, chance, encoding=encoding, eci=True, mode="byte"), None
        except (ValueError, LookupError):
            return _qr(content, chance, encoding="utf-8", eci=True, mode="byte"), None
    number = chance.choice((2, 26, 170, 899, 900, 16383, 16384, 811799, 999999))
    length = 8 if number < 1 << 7 else 16 if number < 1 << 14 else 24
    prefix = {8: 0, 16: 0b10 << 14, 24: 0b110 << 21}[length]
    header = [(consts.MODE_ECI, 4), (prefix | number, length)]
    return _raw(chance, header * chance.randrange(1, 5)), None


def _raw(chance: random.Random, header: list[tuple[int, int]]) -> Luma:
    """Bits that no encoder writes, under good error correction: lengths that lie, and the like."""

    def write(buff: encoder.Buffer, *_: object, **__: object) -> None:
        for value, bits in header:
            buff.append_bits(value, bits)
        for _ in range(chance.randrange(2, 30)):
            buff.append_bits(chance.randrange(256), 8)

    with mock.patch.object(encoder, "write_segment", write):
        return _qr(b"x", chance, version=chance.choice((3, 5, 8)), error="l")


def _bits(chance: random.Random) -> Drawn:
    return _raw(chance, [(chance.randrange(16), 4) for _ in range(chance.randrange(3))]), None


def _large(chance: random.Random) -> Drawn:
    """As much as a QR code holds: 7,089 digits, 4,296 characters, 2,953 bytes."""
    kind = chance.randrange(3)
    content: str | bytes = ("7" * 7089, "A" * 4296, bytes(chance.randbytes(2953)))[kind]
    return _qr(content, chance, error="l", version=40), None


def _nasty(chance: random.Random) -> Drawn:
    return _qr(chance.choice(NASTY), chance, error="l", encoding="utf-8"), None


def _bytes(chance: random.Random) -> Drawn:
    """No UTF-8, no anything."""
    return _qr(bytes(chance.randbytes(chance.randrange(1, 400))), chance, error="l"), None


def member_code(chance: random.Random, key: Ed25519PrivateKey = STRANGER) -> str:
    code = tokens.MemberCode(1, chance.randbytes(6), 470_000, chance.randrange(10**6), 0)
    return tokens.sign_member_code(key, code)


def _token(chance: random.Random) -> Drawn:
    """Like one of ours, but for something."""
    good = member_code(chance)
    card = tokens.sign_member_card(STRANGER, tokens.MemberCard(1, chance.randbytes(8), 1))
    code = voucher_code.generate()
    wrong_check = chance.choice([c for c in voucher_code.ALPHABET if c != code[-1]])
    at = chance.randrange(2, len(good))
    text = chance.choice(
        (
            good,
            card,
            good[:-1],
            good + "0",
            good[1:],
            "M1" + good[2:],
            "M3" + good[2:],
            "C1" + good[2:],
            "M2" + card[2:],
            "M2" + good[2:] * 2,
            "M2" + good[2 : 2 + chance.randrange(120)],
            good + " ",
            good.lower(),
            good[:at] + chance.choice("0A:/") + good[at + 1 :],
            good[:at] + "\u200b" + good[at:],
            " " + good,
            good + "\n",
            good + "\x00",
            "V1" + code[:-1] + wrong_check,
            "V1" + code[:-1],
            "V1" + code.lower(),
            "V2" + code,
            "V1" + "I" * 16,
            "P1" + good[2:],
            "S1" + card[2:],
        )
    )
    return _qr(text, chance, encoding="utf-8"), text


def _mirrored(chance: random.Random) -> Drawn:
    """An honest engine reads a mirrored code too; what it says is still forged."""
    text = member_code(chance)
    return cv2.flip(_qr(text, chance), chance.choice((0, 1))), text


def _half(chance: random.Random) -> Drawn:
    text = member_code(chance)
    picture = _qr(text, chance).copy()
    cut = int(picture.shape[0] * chance.uniform(0.4, 0.9))
    if chance.random() < 0.5:
        picture[cut:] = 255
    else:
        picture[:, cut:] = 0
    return picture, text


def _two_in_one(chance: random.Random) -> Drawn:
    """Two codes that overlap, so that one's finder patterns frame the other's data."""
    text = member_code(chance)
    first, second = _qr(text, chance), _qr(chance.choice(NASTY[:8]), chance, encoding="utf-8")
    height, width = (min(a, b) for a, b in zip(first.shape, second.shape, strict=True))
    first = first.copy()
    first[: height // 2, : width // 2] = second[: height // 2, : width // 2]
    return first, text


def _micro(chance: random.Random) -> Drawn:
    return _rendered(segno.make_micro(str(chance.randrange(10**9))), chance), None


MATRIX = (
    zxingcpp.RMQRCode, zxingcpp.MicroQRCode, zxingcpp.Aztec, zxingcpp.DataMatrix,
    zxingcpp.PDF417, zxingcpp.MaxiCode,
)  # fmt: skip
BARS = (
    zxingcpp.Code128, zxingcpp.Code39, zxingcpp.Code93, zxingcpp.ITF, zxingcpp.EAN13,
    zxingcpp.EAN8, zxingcpp.UPCA, zxingcpp.Codabar,
)  # fmt: skip
_DIGITS = {zxingcpp.EAN13: 12, zxingcpp.EAN8: 7, zxingcpp.UPCA: 11, zxingcpp.ITF: 14}


def _other_matrix(chance: random.Random) -> Drawn:
    return _barcode(
        str(chance.randrange(10**9)), chance.choice(MATRIX), chance.choice((3, 5))
    ), None


def _bars(chance: random.Random) -> Drawn:
    """Cards with wrong check digits, products, and numbers in kinds that we do not read."""
    kind = chance.choice(BARS)
    length = _DIGITS.get(kind, 12)
    number = "2" + "".join(chance.choices("0123456789", k=length - 1))
    while plain_card.looks_ours(number[:12]):
        number = "2" + "".join(chance.choices("0123456789", k=length - 1))
    if kind == zxingcpp.Codabar:
        number = f"A{number}B"
    return _barcode(number, kind, chance.choice((2, 3))), None


def _huge_bars(chance: random.Random) -> Drawn:
    said = "".join(chance.choices("0123456789ABCDEF[]%$&\x1d", k=chance.randrange(40, 100)))
    picture = _barcode(said, zxingcpp.Code128, 1)
    return np.tile(picture[picture.shape[0] // 2], (650, 1)), None


def _nearly(chance: random.Random) -> Drawn:
    """Three finder patterns and dice: what an engine may spend itself on."""
    picture = _qr(member_code(chance), chance)
    px = 4
    dice = np.frombuffer(chance.randbytes(picture.size), np.uint8).reshape(picture.shape)
    coarse = cv2.resize(dice, None, fx=1 / px, fy=1 / px, interpolation=cv2.INTER_NEAREST)
    coarse = np.where(coarse > 127, 255, 0).astype(np.uint8)
    noise = cv2.resize(coarse, picture.shape[::-1], interpolation=cv2.INTER_NEAREST)
    third = picture.shape[0] // 3
    noise[:third, :third] = picture[:third, :third]
    noise[:third, -third:] = picture[:third, -third:]
    noise[-third:, :third] = picture[-third:, :third]
    return noise, None


KINDS: dict[str, Callable[[random.Random], Drawn]] = {
    "structured append": _structured_append,
    "ECI": _eci,
    "bits that no encoder writes": _bits,
    "as large as can be": _large,
    "nasty text": _nasty,
    "bytes": _bytes,
    "nearly ours": _token,
    "mirrored": _mirrored,
    "half printed": _half,
    "two in one": _two_in_one,
    "Micro QR": _micro,
    "other matrix codes": _other_matrix,
    "bars": _bars,
    "huge bars": _huge_bars,
    "dice in finder patterns": _nearly,
}
