"""The newest frame on its way from the camera to the decoders: never a queue."""

import threading
from enum import Enum

from kiosk.devices.camera.frame import Frame


class Word(Enum):
    """What may lie in the box instead of a frame."""

    REST = "rest"
    """The camera rests: let go of all frames."""
    CLOSED = "closed"


class Mailbox:
    """Holds one frame; a newer one takes its place. Safe between two threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._rests = False
        self._closed = False

    def put(self, frame: Frame) -> None:
        with self._changed:
            self._frame = frame
            self._changed.notify()

    def take(self) -> Frame | Word:
        """Waits for a frame and takes it out, or for a word; a rest is told before any frame."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._rests or self._closed)
            if self._closed:
                return Word.CLOSED
            if self._rests or self._frame is None:
                self._rests = False
                return Word.REST
            frame, self._frame = self._frame, None
            return frame

    def empty(self) -> None:
        """Whoever takes frames out shall let go of what it has."""
        with self._changed:
            self._frame = None
            self._rests = True
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._frame = None
            self._changed.notify_all()
