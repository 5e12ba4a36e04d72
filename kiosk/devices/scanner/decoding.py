"""The thread that runs the decoders."""

import time
from collections.abc import Callable

from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.repeats import Repeats
from kiosk.devices.scanner.mailbox import Mailbox
from kiosk.devices.scanner.messages import TEXT_MAX, Code


class DecodeLoop:
    """Reads the newest frame, tells what is news, takes the next newest frame."""

    def __init__(
        self,
        mailbox: Mailbox,
        make_reader: Callable[[], LiveReader],
        repeats: Repeats,
        on_code: Callable[[Code], None],
    ) -> None:
        """`make_reader` is called on this thread, to which zbar's scanner then belongs."""
        self._mailbox = mailbox
        self._make_reader = make_reader
        self._repeats = repeats
        self._on_code = on_code
        self.busy_since_s: float | None = None
        """When the frame that is being decoded was begun (time.monotonic()), None between two."""

    def run(self) -> None:
        """The thread's whole life."""
        reader = self._make_reader()
        picture = -1
        found: list[Reading] = []
        while (frame := self._mailbox.take()) is not None:
            if frame.picture != picture:  # a still picture is read once
                self.busy_since_s = time.monotonic()
                found = reader.read(frame)
                self.busy_since_s = None
                picture = frame.picture
            for reading in found:
                text = reading.text[:TEXT_MAX]
                if self._repeats.is_news(text, frame.mono_s):
                    self._on_code(Code(text, reading.symbology, frame.mono_s))
