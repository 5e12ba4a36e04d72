"""The bars of a plain card (`wire.plain_card`), drawn so that a tester can hold them up.

Widths of bars and spaces, in modules: Code 128 by ISO/IEC 15417 (table 1, code set C: two
digits a symbol), EAN-13 by the GS1 General Specifications (5.2.1).
"""

from enum import StrEnum

from PIL import Image

from central.members.card_art import HEIGHT, WIDTH
from wire import plain_card


class Bars(StrEnum):
    CODE128 = "code128"
    EAN13 = "ean13"


_MODULE_PX = 8
"""0.68 mm at a card's 300 dpi: two to three pixels of a camera that sees a card's length."""
_BARS_PX = 320
_LIGHT = 255

_START_C, _MODULUS = 105, 103
_CODE128 = (  # noqa: SIM905  # a table, to be compared with the standard's
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
).split()
_STOP = "2331112"

_EAN = "3211 2221 2122 1411 1132 1231 1114 1312 1213 3112".split()  # noqa: SIM905  # the same
_MIRRORED = "..xx.x"
"""Which of the left six digits are: so a first digit 2 is told, which has no bars of its own."""
_GUARD, _CENTRE = "111", "11111"


def widths(number: str, kind: Bars) -> str:
    """Bar, space, bar, ... from left to right, each as a digit: its width in modules."""
    return _code128(number) if kind is Bars.CODE128 else _ean13(number)


def picture(number: str, kind: Bars) -> Image.Image:
    """The bars in the middle of an empty card of `card_art`'s size; mode "L"."""
    drawn = widths(number, kind)
    length = sum(map(int, drawn)) * _MODULE_PX
    card = Image.new("L", (WIDTH, HEIGHT), _LIGHT)
    left, top = (WIDTH - length) // 2, (HEIGHT - _BARS_PX) // 2
    for place, width in enumerate(drawn):
        right = left + int(width) * _MODULE_PX
        if place % 2 == 0:
            card.paste(0, (left, top, right, top + _BARS_PX))
        left = right
    return card


def _code128(number: str) -> str:
    symbols = [_START_C, *(int(number[at : at + 2]) for at in range(0, len(number), 2))]
    check = sum(symbol * max(place, 1) for place, symbol in enumerate(symbols)) % _MODULUS
    return "".join(_CODE128[symbol] for symbol in [*symbols, check]) + _STOP


def _ean13(number: str) -> str:
    digits = [int(digit) for digit in number[1:] + plain_card.ean_check_digit(number)]
    left, right = digits[:6], digits[6:]
    drawn = [_EAN[d][::-1] if m == "x" else _EAN[d] for d, m in zip(left, _MIRRORED, strict=True)]
    return "".join([_GUARD, *drawn, _CENTRE, *(_EAN[d] for d in right), _GUARD])
