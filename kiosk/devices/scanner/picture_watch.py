"""What can be wrong with the pictures of a camera that gives some: pure rules over frames.

| fault | begins | ends | meanwhile |
|---|---|---|---|
| black, white | for 5 s nothing but one shade | the first other frame | opened again at times |
| frozen | for 2 s bit by bit the same | the third new frame in a row | the same |
| wrong size | with the first such frame | with the first right one | read all the same |
| slow | over 5 s too few frames a second | a quarter more than enough | read all the same |

No two frames of a sensor are equal, it always has noise. A frozen picture must not be read: it
may hold the code of somebody who left long ago. Two seconds is less than after what time the
same code counts as shown again.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import cv2

from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.source import Expectation

BLANK_S = 5.0
"""A phone laid onto the window makes it dark too; nobody minds for so long."""
FROZEN_S = 2.0
_FROZEN_FRAMES = 3
_ALIVE_FRAMES = 3
"""Some cameras give one new frame each time they are opened, and freeze again."""
_SLOW_OVER_S = 5.0
_SLOW_SURE_S = 3.5
_QUICK_SURE_S = 0.9
_QUICK_FACTOR = 1.25

_ROW_STEP = 16
"""Every sixteenth row is looked at: 45 of 720. A code is never lower than that."""
_BLACK_MEAN, _WHITE_MEAN, _SPREAD = 20.0, 245.0, 3.0
"""Shades of 255. A covered lens gives 0 to 16 and little noise."""
_END_MARGIN = 3.0

_FIRST_PATIENCE_S = 4.0
_LONGEST_PATIENCE_S = 60.0
_FORGIVEN_S = 30.0


class Fault(StrEnum):
    BLACK = "black"
    WHITE = "white"
    FROZEN = "frozen"
    WRONG_SIZE = "wrong size"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Trouble:
    fault: Fault
    reason: str
    """For an engineer; the same for as long as the fault stands."""

    @property
    def blinds(self) -> bool:
        """Whether nothing that these frames show may be read."""
        return self.fault in {Fault.BLACK, Fault.WHITE, Fault.FROZEN}


class PictureWatch:
    """Looks at every frame; goes by the frames' own time. One thread.

    What it knows outlives closing and opening, so that a camera that rested is not
    believed to be well until it shows it.
    """

    def __init__(self) -> None:
        self._expects: Expectation | None = None
        self._sample = b""
        self._trouble: Trouble | None = None
        self._blank_since_s: float | None = None
        self._same_since_s = 0.0
        self._same = 0
        self._new = 0
        self._times: deque[float] = deque()
        self._reopen_at_s: float | None = None
        self._patience_s = _FIRST_PATIENCE_S
        self._well_since_s: float | None = None

    def opened(self, expects: Expectation | None) -> None:
        """The camera was opened, again or for the first time."""
        self._expects = expects
        self._times.clear()
        self._blank_since_s = None
        self._same = self._new = 0

    def look(self, frame: Frame) -> Trouble | None:
        """The worst that is wrong with the camera as of this frame."""
        if self._expects is None:
            self._trouble = None
            return None
        trouble = (
            self._blank(frame)
            or self._frozen(frame)
            or self._wrong_size(frame, self._expects)
            or self._slow(frame, self._expects)
        )
        if trouble is None or self._trouble is None or trouble.fault is not self._trouble.fault:
            self._trouble = trouble
        self._plan_reopening(frame.mono_s)
        return self._trouble

    def reopen_due(self, mono_s: float) -> bool:
        """Whether closing and opening the camera should be tried, now; each time is told once."""
        if self._reopen_at_s is None or mono_s < self._reopen_at_s:
            return False
        self._reopen_at_s = mono_s + self._patience_s
        self._patience_s = min(self._patience_s * 2, _LONGEST_PATIENCE_S)
        return True

    def _plan_reopening(self, mono_s: float) -> None:
        if self._trouble is not None and self._trouble.blinds:
            self._well_since_s = None
            if self._reopen_at_s is None:
                self._reopen_at_s = mono_s
            return
        self._well_since_s = mono_s if self._well_since_s is None else self._well_since_s
        if mono_s - self._well_since_s >= _FORGIVEN_S:
            self._reopen_at_s, self._patience_s = None, _FIRST_PATIENCE_S

    def _stands(self, *faults: Fault) -> bool:
        return self._trouble is not None and self._trouble.fault in faults

    def _blank(self, frame: Frame) -> Trouble | None:
        sample = frame.luma[::_ROW_STEP]
        means, spreads = cv2.meanStdDev(sample)
        mean, spread = float(means[0, 0]), float(spreads[0, 0])
        stands = self._stands(Fault.BLACK, Fault.WHITE)
        margin = _END_MARGIN if stands else 0.0
        black = mean < _BLACK_MEAN + margin
        if not (black or mean > _WHITE_MEAN - margin) or spread >= _SPREAD + margin:
            self._blank_since_s = None
            return None
        if self._blank_since_s is None:
            self._blank_since_s = frame.mono_s
        if not stands and frame.mono_s - self._blank_since_s < BLANK_S:
            return None
        if black:
            return Trouble(Fault.BLACK, "the picture is black: lens covered, no light?")
        return Trouble(Fault.WHITE, "the picture is white: sun or lamp into the lens?")

    def _frozen(self, frame: Frame) -> Trouble | None:
        if self._blank_since_s is not None and not self._stands(Fault.FROZEN):
            return None  # one shade is the same for ever without anything being frozen
        sample = frame.luma[::_ROW_STEP].tobytes()
        same, self._sample = sample == self._sample, sample
        if same:
            self._same, self._new = self._same + 1, 0
        else:
            self._same, self._new = 0, self._new + 1
            self._same_since_s = frame.mono_s
        if self._stands(Fault.FROZEN):
            frozen = self._new < _ALIVE_FRAMES
        else:
            long = frame.mono_s - self._same_since_s >= FROZEN_S
            frozen = long and self._same >= _FROZEN_FRAMES
        if not frozen:
            return None
        return Trouble(Fault.FROZEN, "the picture is frozen: the camera repeats one frame")

    @staticmethod
    def _wrong_size(frame: Frame, expects: Expectation) -> Trouble | None:
        height, width = frame.luma.shape
        taken = frame.taken_px or (width, height)
        wanted = (expects.width_px, expects.height_px)
        if taken == wanted:
            return None
        reason = f"wrong size: asked for {wanted[0]}x{wanted[1]}, got {taken[0]}x{taken[1]}"
        return Trouble(Fault.WRONG_SIZE, reason)

    def _slow(self, frame: Frame, expects: Expectation) -> Trouble | None:
        times = self._times
        times.append(frame.mono_s)
        while frame.mono_s - times[0] > _SLOW_OVER_S:
            times.popleft()
        span_s = frame.mono_s - times[0]
        fps = (len(times) - 1) / span_s if span_s > 0 else 0.0
        if self._stands(Fault.SLOW):
            slow = span_s < _QUICK_SURE_S or fps < expects.min_fps * _QUICK_FACTOR
        else:
            slow = span_s >= _SLOW_SURE_S and fps < expects.min_fps
        if not slow:
            return None
        reason = f"slow: {fps:.1f} frames a second, at least {expects.min_fps:g} are needed"
        return Trouble(Fault.SLOW, reason)
