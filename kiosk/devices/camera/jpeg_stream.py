"""Whole JPEG pictures out of a stream of bytes. Needs neither OpenCV nor the network."""

import re
from enum import Enum

LIMIT_BYTES = 8 * 1024 * 1024
"""A picture that is longer is none; of 1280x720 a camera makes 40 to 400 kB."""
LIMIT_PX = 16_000_000
"""A picture that says that it is larger is not decoded: it would take all the memory."""

_START = b"\xff\xd8\xff"
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""What ends the coded part: any marker but a restart; FF 00 is a coded FF."""
_FILL = 0xFF
_END = 0xD9
_SCAN = 0xDA
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start of frame: height and width stand in it."""
_BARE = frozenset({*range(0xC0), *range(0xD0, 0xD9)})
"""Markers without a length, and what is no marker: none of them has a place between segments."""
_SIZE_BYTES = 9


class _Walk(Enum):
    WHOLE = "whole"
    UNFINISHED = "unfinished"
    BROKEN = "broken"


class JpegSplitter:
    """Cuts bare JPEGs, or the parts of multipart/x-mixed-replace, out of whatever is around them.

    It goes by the pictures' own markers (a thumbnail inside does not end one) and ignores
    boundaries and headers, which cameras get wrong. Never holds more than the limit.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._held = bytearray()
        self._at = 0
        """How far into `_held` a picture is understood; 0: none has begun."""
        self._in_scan = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The pictures that these bytes complete, in their order."""
        self._held += chunk
        whole: list[bytes] = []
        while self._at or self._begin():
            walk = self._walk()
            if walk is _Walk.WHOLE:
                whole.append(bytes(self._held[: self._at]))
                self._drop(self._at)
            elif walk is _Walk.BROKEN:
                self._drop(len(_START) - 1)  # another may begin inside of what was taken for one
            elif len(self._held) > self._limit_bytes:
                self._drop(len(self._held))
            else:
                break
        return whole

    @property
    def held_bytes(self) -> int:
        return len(self._held)

    def _begin(self) -> bool:
        start = self._held.find(_START)
        if start < 0:
            self._drop(max(0, len(self._held) - len(_START) + 1))
            return False
        self._drop(start)
        self._at = len(_START) - 1
        return True

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._at, self._in_scan = 0, False

    def _walk(self) -> _Walk:
        """Goes on from segment to segment until the picture ends or the bytes do."""
        held = self._held
        while True:
            if self._in_scan and not self._leave_scan():
                return _Walk.UNFINISHED
            at = self._at
            if len(held) < at + 2:
                return _Walk.UNFINISHED
            marker = held[at + 1]
            if held[at] != _FILL or marker in _BARE:
                return _Walk.BROKEN
            if marker == _FILL:
                self._at += 1
                continue
            if marker == _END:
                self._at += 2
                return _Walk.WHOLE
            if len(held) < at + _SIZE_BYTES:
                return _Walk.UNFINISHED
            if marker in _SIZES and self._too_large(at):
                return _Walk.BROKEN
            length = int.from_bytes(held[at + 2 : at + 4])
            if length < 2:  # noqa: PLR2004  # the length counts its own two bytes
                return _Walk.BROKEN
            self._in_scan = marker == _SCAN
            self._at += 2 + length

    def _leave_scan(self) -> bool:
        found = _MARKER_IN_SCAN.search(self._held, self._at)
        if found is None:
            self._at = max(self._at, len(self._held) - 1)  # the last byte may begin a marker
            return False
        self._at, self._in_scan = found.start(), False
        return True

    def _too_large(self, at: int) -> bool:
        height = int.from_bytes(self._held[at + 5 : at + 7])
        width = int.from_bytes(self._held[at + 7 : at + 9])
        return height * width > LIMIT_PX
