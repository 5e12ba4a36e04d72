"""The newest frame on its way from the camera to the decoders: never a queue."""

import threading

from kiosk.devices.camera.frame import Frame


class Mailbox:
    """Holds one frame; a newer one takes its place. Safe between two threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._closed = False

    def put(self, frame: Frame) -> None:
        with self._changed:
            self._frame = frame
            self._changed.notify()

    def take(self) -> Frame | None:
        """Waits for a frame and takes it out; None when the box was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed)
            frame, self._frame = self._frame, None
            return None if self._closed else frame

    def empty(self) -> None:
        with self._changed:
            self._frame = None

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._frame = None
            self._changed.notify_all()
