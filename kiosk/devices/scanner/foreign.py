"""What is told and logged of somebody else's code: never what it says."""

import re
from enum import StrEnum

_ADDRESS = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,15}:\S")


class Content(StrEnum):
    """The class of a foreign code's content."""

    DIGITS = "digits"
    ADDRESS = "address"
    """It begins like https:, weixin:, mailto:"""
    TEXT = "text"
    BINARY = "binary"
    """No UTF-8, or with characters that nobody sees."""
    EMPTY = "empty"


def content_of(data: bytes) -> Content:
    if not data:
        return Content.EMPTY
    if data.isdigit():
        return Content.DIGITS
    try:
        printable = data.decode().isprintable()
    except UnicodeDecodeError:
        return Content.BINARY
    if not printable:
        return Content.BINARY
    return Content.ADDRESS if _ADDRESS.match(data) else Content.TEXT
