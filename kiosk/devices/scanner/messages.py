"""What the scanner process and the kiosk tell each other: one message per packet, JSON.

The socket is AF_UNIX SOCK_SEQPACKET: packets keep their borders, and the other end's death
is an end of file.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

PACKET_MAX = 8192
"""Bytes; a longer packet arrives cut, which is no JSON."""
TEXT_MAX = 256
"""Characters of a code's text that are told. Ours are shorter; a cut one is foreign anyway."""
PULSE_S = 0.5
"""How often the scanner says that it lives."""


class CameraState(StrEnum):
    OFF = "off"
    """Not asked to read."""
    OPENING = "opening"
    READING = "reading"
    LOST = "lost"
    """It cannot be read; tried again with back-off."""


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """First of all, with the preview's memfd attached."""

    pid: int
    preview_width: int
    preview_height: int


class Code(msgspec.Struct, tag="code", frozen=True):
    """A code was read (again after three seconds, if it is still held there)."""

    text: Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
    symbology: str
    mono_s: float
    """time.monotonic() of its frame."""


class Pulse(msgspec.Struct, tag="pulse", frozen=True):
    """Every half second, and at once when the camera's state changes."""

    camera: CameraState
    reason: str = ""
    """LOST: why, for an engineer."""
    fps: float = 0.0
    frames: int = 0
    """Read since the process began."""
    opening_s: float = 0.0
    """Seconds since an opening began that has not yet given a frame."""
    frame_age_s: float = 0.0
    """READING: seconds since the newest frame, or since reading began."""
    decoding_s: float = 0.0
    """Seconds spent so far on the frame that is being decoded."""


class Capture(msgspec.Struct, tag="capture", frozen=True):
    """Kiosk to scanner: read the camera, or let it rest (which closes it)."""

    on: bool


FromScanner = Hello | Code | Pulse
FromKiosk = Capture

encode = msgspec.json.encode
"""Any message as a packet."""
