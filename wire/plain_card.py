"""Cards from before the member codes: twelve digits in bars, with check digits of our own.

The number begins with 2 (GS1 keeps 2... for use inside a company, so no bottle carries
it) and ends in two check digits by ISO/IEC 7064 MOD 97-10, which find every wrong digit
and every swap of two neighbours; the bar code's own check digit alone lets one misread in
ten pass. As Code 128 the card carries the twelve digits, as EAN-13 the same twelve and the
EAN's check digit. Such a card is unsigned: whoever knows the number can print one.
"""

import re

LENGTH = 12
"""Digits of a card's number; an EAN-13 has one more, which is not part of it."""
_FORM = re.compile(r"2[0-9]{11}", re.ASCII)
_MODULUS = 97
_EAN_LENGTH = 13


def check_digits(number: str) -> str:
    """The two digits that make `number` (ten digits, the first a 2) a card's twelve."""
    return f"{_MODULUS + 1 - int(number) * 100 % _MODULUS:02d}"


def ean_check_digit(number: str) -> str:
    """The thirteenth digit of an EAN-13 (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(number))
    return str(-total % 10)


def looks_ours(text: str) -> bool:
    """Whether a bar code's text is a plain card's number, every check digit right."""
    number = text
    if len(text) == _EAN_LENGTH and text.isascii() and text.isdecimal():
        number = text[:-1]
        if ean_check_digit(number) != text[-1]:
            return False
    # Not the remainder alone: 00 and 01 leave the same one as 97 and 98, and are never issued.
    return _FORM.fullmatch(number) is not None and check_digits(number[:-2]) == number[-2:]
