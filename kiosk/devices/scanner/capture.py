"""The thread that owns the camera."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.source import CameraError, CameraSource
from kiosk.devices.scanner.mailbox import Mailbox
from kiosk.devices.scanner.messages import CameraState
from kiosk.devices.scanner.picture_watch import PictureWatch, Trouble
from kiosk.devices.scanner.preview import PreviewWriter

log = logging.getLogger(__name__)

_RATE_OVER_FRAMES = 30
_UNREADABLE = "unreadable"
"""What stands while the camera itself fails; all else are faults of its pictures."""


class Backoff:
    """How long to wait before a lost camera is opened again: twice as long each time."""

    def __init__(self, first_s: float = 0.25, longest_s: float = 2.0) -> None:
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
    """LOST: why. READING: what is wrong though it reads on. OPENING, OFF: what stood before."""
    since_s: float = 0.0
    """When this state began."""
    last_frame_s: float = 0.0
    frames: int = 0
    fps: float = 0.0


class _Reopen(Exception):
    """The pictures are of no use; closing and opening the camera may help."""


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
        self._watch = PictureWatch()
        self._switched = threading.Condition()
        self._wanted = False
        self._ended = False
        self._times: deque[float] = deque(maxlen=_RATE_OVER_FRAMES)
        self._standing = ""
        """The kind of what was told last and has not ended, also while the camera rests."""
        self.status = CaptureStatus()
        self.opening_since_s: float | None = None
        """When an opening began, or frames of no use came, and no good frame came since."""

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
                self._lost(_UNREADABLE, str(error))
                self._let_go()
                self._rest(self._backoff.wait_s())
            except _Reopen:
                self._let_go()
                self._rest(self._backoff.wait_s())
            finally:
                self._let_go()
            if not self._wanted:
                self._enter(CameraState.OFF, self.status.reason)

    def _read_while_wanted(self) -> None:
        if self.status.camera is not CameraState.LOST:  # else told as lost until a frame comes
            self._enter(CameraState.OPENING, self.status.reason)
        self.opening_since_s = time.monotonic()
        self._camera.open()
        # Of a source that does not say that it is live, nothing is expected.
        self._watch.opened(getattr(self._camera, "expects", None))
        self._times.clear()
        while self._wanted:
            frame = self._camera.read()
            trouble = self._watch.look(frame)
            if trouble is not None and trouble.blinds:
                self._blind(trouble, frame)
            else:
                self._take(trouble, frame)

    def _take(self, trouble: Trouble | None, frame: Frame) -> None:
        self.opening_since_s = None
        self._mailbox.put(frame)
        self._preview.show(frame.luma)
        self._backoff.reset()
        self._reads(trouble)
        self._count(frame)

    def _blind(self, trouble: Trouble, frame: Frame) -> None:
        self.opening_since_s = frame.mono_s
        self._lost(trouble.fault, trouble.reason)
        self._count(frame)
        if self._watch.reopen_due(frame.mono_s):
            raise _Reopen

    def _count(self, frame: Frame) -> None:
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
        self._forget()

    def _forget(self) -> None:
        self._mailbox.empty()
        self._preview.clear()

    def _rest(self, wait_s: float) -> None:
        with self._switched:
            self._switched.wait_for(lambda: not self._wanted, timeout=wait_s)

    # --- what is told, each thing once when it begins and once when it ends ----------------

    def _reads(self, trouble: Trouble | None) -> None:
        standing = "" if trouble is None else trouble.fault
        if standing != self._standing:
            self._standing = standing
            if trouble is None:
                log.info("camera is well again")
            else:
                log.warning("camera reads, but %s", trouble.reason)
        self._enter(CameraState.READING, "" if trouble is None else trouble.reason)

    def _lost(self, why: str, reason: str) -> None:
        if why != self._standing:
            self._standing = why
            log.warning("camera lost: %s", reason)
            self._forget()
            self._enter(CameraState.LOST, reason)
        else:  # told already, with the first reason; it may have rested meanwhile
            self._enter(CameraState.LOST, self.status.reason)

    def _enter(self, camera: CameraState, reason: str = "") -> None:
        before = self.status
        if (before.camera, before.reason) == (camera, reason):
            return
        since_s = before.since_s if before.camera is camera else time.monotonic()
        fps = before.fps if before.camera is camera else 0.0
        self.status = replace(before, camera=camera, reason=reason, since_s=since_s, fps=fps)
        self._on_change()
