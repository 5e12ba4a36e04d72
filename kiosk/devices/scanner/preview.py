"""The small mirrored picture of the scan window, shared through memory.

A memfd holds a header and two slots. Frame n is written to slot n % 2 and published by
writing n into the header, so a reader sees a whole frame unless the writer laps it, which
it notices by n. The size is sealed: a writer gone mad cannot pull the memory from under
the reader (which would be a SIGBUS in the kiosk).
"""

import fcntl
import mmap
import os
import struct

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma
from kiosk.devices.ports import PREVIEW_SIDE_MAX_PX, Preview

_HEADER = struct.Struct("<QQ")
"""Number of the newest frame; 1 while there is one to see, else 0."""
_HEADER_BYTES = 64
_SLOTS = 2
_TRIES = 3
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW


def _bytes_needed(width: int, height: int) -> int:
    return _HEADER_BYTES + _SLOTS * width * height


class PreviewWriter:
    """The scanner's end; one thread writes."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.fd = os.memfd_create("scan-window", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.fd, _bytes_needed(width, height))
        fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _SEALS)
        self._memory = mmap.mmap(self.fd, _bytes_needed(width, height))
        slots = np.frombuffer(self._memory, np.uint8, offset=_HEADER_BYTES)
        self._slots = slots.reshape(_SLOTS, height, width)
        self._number = 0

    def show(self, luma: Luma) -> None:
        """Publish a frame: mirrored, as small as the slot, with black bars where it is narrower."""
        slot = self._slots[(self._number + 1) % _SLOTS]
        height, width = luma.shape
        scale = min(self.width / width, self.height / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (self.width - size[0]) // 2, (self.height - size[1]) // 2
        small = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
        if size != (self.width, self.height):
            slot[:] = 0
        slot[top : top + size[1], left : left + size[0]] = cv2.flip(small, 1)
        self._number += 1
        self._publish(live=True)

    def clear(self) -> None:
        """Forget what was seen; idempotent."""
        self._publish(live=False)
        self._slots[:] = 0

    def _publish(self, *, live: bool) -> None:
        _HEADER.pack_into(self._memory, 0, self._number, int(live))


class PreviewReader:
    """The kiosk's end: reads only, never waits."""

    def __init__(self, fd: int, width: int, height: int) -> None:
        """Maps the memory; `fd` stays the caller's.

        Raises:
            ValueError: not a memory of that size, or one that could still be cut.
            OSError: no memory at all (it has no seals), or not one that may be read.
        """
        sides = (width, height)
        if not all(0 < side <= PREVIEW_SIDE_MAX_PX for side in sides):
            raise ValueError(f"a preview of {width}x{height}")
        needed = _bytes_needed(width, height)
        if os.fstat(fd).st_size != needed:
            raise ValueError("the preview's memory has another size")
        if fcntl.fcntl(fd, fcntl.F_GET_SEALS) & _SEALS != _SEALS:
            raise ValueError("the preview's memory is not sealed")
        self._width, self._height = width, height
        self._memory = mmap.mmap(fd, needed, prot=mmap.PROT_READ)
        self._newest: Preview | None = None

    def read(self) -> Preview | None:
        """The newest frame, the same object until there is a newer one; None when there is none."""
        length = self._width * self._height
        for _ in range(_TRIES):
            number, live = _HEADER.unpack_from(self._memory, 0)
            if not live:
                self._newest = None
                return None
            if self._newest is not None and self._newest.frame == number:
                return self._newest
            start = _HEADER_BYTES + number % _SLOTS * length
            pixels = self._memory[start : start + length]
            if _HEADER.unpack_from(self._memory, 0) == (number, live):
                self._newest = Preview(self._width, self._height, pixels, number)
                return self._newest
        return self._newest  # lapped three times in a row: the frame before is good enough

    def close(self) -> None:
        self._memory.close()
