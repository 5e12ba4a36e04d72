"""What the scanner process and the kiosk tell each other: one message per packet, JSON.

The socket is AF_UNIX SOCK_SEQPACKET: packets keep their borders, and the other end's death
is an end of file.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from kiosk.aim import Measurement
from kiosk.devices.decoder.symbology import Symbology
from kiosk.devices.scanner.foreign import Content

PACKET_MAX = 8192
"""Bytes; a longer packet arrives cut, which is no JSON."""
TEXT_MAX = 256
"""Characters of a code's text that are told: ours are shorter."""
REASON_MAX = 200
"""Characters of a reason."""
DURATIONS_MAX = 64
"""Frames whose durations one pulse tells."""
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
    """A code with the form of one of ours (again after three seconds, if still held there)."""

    text: Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
    symbology: Symbology
    mono_s: float
    """time.monotonic() of its frame."""


class Foreign(msgspec.Struct, tag="foreign", frozen=True):
    """Somebody else's code, told as often as ours are. What it says never leaves the scanner."""

    symbology: Symbology
    content: Content
    length: Annotated[int, msgspec.Meta(ge=0)]
    """Bytes."""
    mono_s: float


class Pulse(msgspec.Struct, tag="pulse", frozen=True):
    """Every half second, and at once when the camera's state changes."""

    camera: CameraState
    reason: Annotated[str, msgspec.Meta(max_length=REASON_MAX)] = ""
    """LOST: why, for an engineer."""
    fps: float = 0.0
    frames: int = 0
    """Read since the process began."""
    decoded: int = 0
    """Of these, given to the decoders; the others were too late, or still pictures."""
    decode_ms: Annotated[tuple[float, ...], msgspec.Meta(max_length=DURATIONS_MAX)] = ()
    """Of the frames since the last pulse: from the frame's time to the end of its decoding."""
    unsaid: int = 0
    """Messages since the process began that would have been too many in their second."""
    opening_s: float = 0.0
    """Seconds since an opening began that has not yet given a frame."""
    frame_age_s: float = 0.0
    """READING: seconds since the newest frame, or since reading began."""
    decoding_s: float = 0.0
    """Seconds spent so far on the frame that is being decoded."""


class Aim(msgspec.Struct, tag="aim", frozen=True):
    """How the camera sees, five times a second while that is asked for."""

    measured: Measurement


class Capture(msgspec.Struct, tag="capture", frozen=True):
    """Kiosk to scanner: read the camera, or let it rest (which closes it)."""

    on: bool
    aim: bool = False
    """Measure too how well it is aimed."""


FromScanner = Hello | Code | Foreign | Pulse | Aim
FromKiosk = Capture

encode = msgspec.json.encode
"""Any message as a packet."""


def printable(reason: str) -> str:
    """What a scanner says, as it may stand in a log or on a screen: one line, not long."""
    return "".join(c if c.isprintable() else "?" for c in reason[:REASON_MAX])
