"""The code on a voucher: 15 random Crockford base32 symbols and one check symbol.

The check symbol makes the weighted sum over GF(32) zero, with weight alpha^(15 - i)
for position i (alpha is the root of x^5 + x^2 + 1). All sixteen weights differ and
none is zero, so every single substitution and every transposition of two symbols,
adjacent or not, changes the sum and is found.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U, which read like 1, 1, 0, V."""

LENGTH = 16
_RANDOM_SYMBOLS = LENGTH - 1
_SYMBOL_BITS = 5
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_FIELD_POLYNOMIAL = 0b100101
_LOOKALIKES = {"O": "0", "I": "1", "L": "1", "U": "V"}
_SEPARATORS = frozenset(" -\u00a0\u2010\u2011\u2012\u2013\u3000")


class VoucherCodeError(ValueError):
    """A text that is no voucher code; `str()` says why and what to do, without repeating it."""


class CheckSymbolWrong(VoucherCodeError):
    """Sixteen symbols that do not belong together: a slip, or a guess."""


def _times_alpha(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 0b100000 else value


def _weighted_sum(values: list[int]) -> int:
    """Horner's scheme: sum of alpha^(n - 1 - i) * values[i] in GF(32)."""
    total = 0
    for value in values:
        total = _times_alpha(total) ^ value
    return total


def check_symbol(symbols: str) -> str:
    """The sixteenth symbol for fifteen given ones (all from `ALPHABET`)."""
    return ALPHABET[_times_alpha(_weighted_sum([_VALUES[s] for s in symbols]))]


def generate() -> str:
    """A new code: 75 bits from the system's random source, and its check symbol."""
    bits = secrets.randbits(_SYMBOL_BITS * _RANDOM_SYMBOLS)
    shifts = range(0, _SYMBOL_BITS * _RANDOM_SYMBOLS, _SYMBOL_BITS)
    symbols = "".join([ALPHABET[bits >> shift & 0b11111] for shift in shifts])
    return symbols + check_symbol(symbols)


def parse(text: str) -> str:
    """The canonical 16 symbols of what somebody typed or scanned.

    Case, spaces, hyphens and full-width forms are normalised, nothing else: a
    look-alike is refused with a hint, never guessed.

    Raises:
        VoucherCodeError: wrong length, a symbol outside the alphabet, or a wrong check symbol.
    """
    folded = "".join(_narrow(c) for c in text if c not in _SEPARATORS)
    symbols = "".join(c for c in folded if c not in _SEPARATORS).upper()
    for symbol in symbols:
        if symbol in _LOOKALIKES:
            raise VoucherCodeError(
                f"a voucher code has no letter {symbol}; is it {_LOOKALIKES[symbol]}?"
            )
        if symbol not in _VALUES:
            raise VoucherCodeError("a voucher code has only digits and capital letters")
    if len(symbols) != LENGTH:
        raise VoucherCodeError(f"a voucher code has {LENGTH} symbols, this has {len(symbols)}")
    if _weighted_sum([_VALUES[s] for s in symbols]) != 0:
        raise CheckSymbolWrong("the code is mistyped: its check symbol does not fit; type it again")
    return symbols


def to_bytes(code: str) -> bytes:
    """The canonical sixteen symbols as 80 bits, the first symbol highest."""
    bits = 0
    for symbol in code:
        bits = bits << _SYMBOL_BITS | _VALUES[symbol]
    return bits.to_bytes(LENGTH * _SYMBOL_BITS // 8, "big")


def from_bytes(packed: bytes) -> str:
    """The symbols in 80 bits.

    Raises:
        CheckSymbolWrong: they do not belong together.
    """
    bits = int.from_bytes(packed, "big")
    shifts = range((LENGTH - 1) * _SYMBOL_BITS, -1, -_SYMBOL_BITS)
    return parse("".join(ALPHABET[bits >> shift & 0b11111] for shift in shifts))


def _narrow(char: str) -> str:
    """Full-width ASCII (U+FF01 to U+FF5E) to ASCII; anything else unchanged."""
    return unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char


def display(code: str) -> str:
    """`7K3M9QXD2HTP5W8C` as `7K3M-9QXD-2HTP-5W8C`, in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def tail(code: str) -> str:
    """The last four symbols: what screens, logs and members may see of a code."""
    return code[-4:]
