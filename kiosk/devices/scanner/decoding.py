"""The thread that runs the decoders."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.repeats import Repeats
from kiosk.devices.scanner.mailbox import Mailbox, Word
from kiosk.devices.scanner.messages import DURATIONS_MAX

FOREIGN_EVERY_S = 0.5
"""A foreign code is told no more often than that."""


class DecodeLoop:
    """Reads the newest frame, tells what is news, takes the next newest frame."""

    def __init__(
        self,
        mailbox: Mailbox,
        make_reader: Callable[[], LiveReader],
        repeats: Repeats,
        on_code: Callable[[Reading, float], None],
        on_look: Callable[[Frame, Sequence[Reading] | None], None] = lambda *_: None,
    ) -> None:
        """`make_reader` is called on this thread, to which zbar's scanner then belongs.

        `on_code`: what was read that is news, and time.monotonic() of its frame.
        `on_look`: every frame, with what was read in it; None if nobody tried to read it.
        """
        self._mailbox = mailbox
        self._make_reader = make_reader
        self._repeats = repeats
        self._on_code = on_code
        self._on_look = on_look
        self.busy_since_s: float | None = None
        """When the frame that is being decoded was begun (time.monotonic()), None between two."""
        self.decoded = 0
        """Frames that were given to the decoders."""
        self.durations_s: deque[float] = deque(maxlen=DURATIONS_MAX)
        """Of the last ones: from the frame's time to the end of its decoding."""
        self._picture: int | None = None
        self._foreign_due_s = 0.0

    def run(self) -> None:
        """The thread's whole life."""
        reader = self._make_reader()
        while (frame := self._mailbox.take()) is not Word.CLOSED:
            if frame is Word.REST:
                reader.forget()
                self._picture = None
            else:
                self._decode(reader, frame)
            del frame  # not kept while the next one is waited for

    def _decode(self, reader: LiveReader, frame: Frame) -> None:
        self.busy_since_s = time.monotonic()
        found = reader.read(frame)  # a still picture too: each frame has a budget of its own
        self.busy_since_s = None
        if frame.picture != self._picture:
            self.decoded += 1
            self.durations_s.append(time.monotonic() - frame.mono_s)
            self._picture = frame.picture
        self._on_look(frame, found if reader.last.runs or found else None)
        for reading in found:
            if reading.is_ours:
                if self._repeats.is_news(reading.text, frame.mono_s):
                    self._on_code(reading, reader.last.taken_s)
            elif frame.mono_s >= self._foreign_due_s and self._repeats.is_news(
                reading.text, frame.mono_s
            ):
                # One is enough to tell the shopper; a sheet of labels holds hundreds.
                self._foreign_due_s = frame.mono_s + FOREIGN_EVERY_S
                self._on_code(reading, frame.mono_s)
