"""The thread that owns the camera."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.devices.camera.source import CameraError, CameraSource
from kiosk.devices.scanner.mailbox import Mailbox
from kiosk.devices.scanner.messages import CameraState
from kiosk.devices.scanner.preview import PreviewWriter

log = logging.getLogger(__name__)

_RATE_OVER_FRAMES = 30


class Backoff:
    """How long to wait before a lost camera is opened again: twice as long each time."""

    def __init__(self, first_s: float = 0.25, longest_s: float = 4.0) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    def wait_s(self) -> float:
        now_s, self._next_s = self._next_s, min(self._next_s * 2, self._longest_s)
        return now_s

    def reset(self) -> None:
        self._next_s = self._first_s


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """How the camera does, as one immutable value; times by time.monotonic()."""

    camera: CameraState = CameraState.OFF
    reason: str = ""
    since_s: float = 0.0
    """When this state began."""
    last_frame_s: float = 0.0
    frames: int = 0
    fps: float = 0.0


class CaptureLoop:
    """Reads the camera while it is wanted and opens it again, with back-off, when it is lost."""

    def __init__(
        self,
        camera: CameraSource,
        mailbox: Mailbox,
        preview: PreviewWriter,
        on_change: Callable[[], None],
        backoff: Backoff | None = None,
    ) -> None:
        """`on_change` is called on this thread when the camera's state has changed."""
        self._camera = camera
        self._mailbox = mailbox
        self._preview = preview
        self._on_change = on_change
        self._backoff = backoff or Backoff()
        self._switched = threading.Condition()
        self._wanted = False
        self._ended = False
        self._times: deque[float] = deque(maxlen=_RATE_OVER_FRAMES)
        self.status = CaptureStatus()
        self.opening_since_s: float | None = None
        """When an opening began that has not yet given a frame."""

    def switch(self, *, on: bool) -> None:
        """Want frames or not; from any thread, idempotent."""
        with self._switched:
            self._wanted = on
            self._switched.notify_all()

    def end(self) -> None:
        with self._switched:
            self._ended = True
            self._wanted = False
            self._switched.notify_all()

    def run(self) -> None:
        """The thread's whole life."""
        while True:
            with self._switched:
                self._switched.wait_for(lambda: self._wanted or self._ended)
                if self._ended:
                    return
            try:
                self._read_while_wanted()
            except CameraError as error:
                self._lost(str(error))
                self._let_go()
                self._rest(self._backoff.wait_s())
            finally:
                self._let_go()
            if not self._wanted:
                self._enter(CameraState.OFF)

    def _read_while_wanted(self) -> None:
        if self.status.camera is not CameraState.LOST:  # else told as lost until a frame comes
            self._enter(CameraState.OPENING)
        self.opening_since_s = time.monotonic()
        self._camera.open()
        self._times.clear()
        while self._wanted:
            frame = self._camera.read()
            self.opening_since_s = None
            self._mailbox.put(frame)
            self._preview.show(frame.luma)
            self._backoff.reset()
            self._enter(CameraState.READING)
            self._times.append(frame.mono_s)
            span_s = self._times[-1] - self._times[0]
            self.status = replace(
                self.status,
                last_frame_s=frame.mono_s,
                frames=self.status.frames + 1,
                fps=(len(self._times) - 1) / span_s if span_s > 0 else 0.0,
            )

    def _let_go(self) -> None:
        """The camera, and every frame that came from it."""
        self.opening_since_s = None
        self._camera.close()
        self._mailbox.empty()
        self._preview.clear()

    def _lost(self, reason: str) -> None:
        if self.status.camera is not CameraState.LOST:
            log.warning("camera lost: %s", reason)
        self._enter(CameraState.LOST, reason)

    def _rest(self, wait_s: float) -> None:
        with self._switched:
            self._switched.wait_for(lambda: not self._wanted, timeout=wait_s)

    def _enter(self, camera: CameraState, reason: str = "") -> None:
        if self.status.camera is camera:
            return  # told already, with the first reason
        if camera is CameraState.READING:
            log.info("camera reads")
        self.status = replace(
            self.status, camera=camera, reason=reason, since_s=time.monotonic(), fps=0.0
        )
        self._on_change()
