"""Whether anything moves before the camera."""

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma

SIZE = (160, 90)
"""Width and height of the picture that is compared, in pixels: each the mean of 64."""
_CHANGED_BY = 9
"""Grey levels; the noise of a mean of 64 pixels is an eighth of a pixel's."""
_CHANGED_SHARE = 0.003
_BACKGROUND_S = 20.0
"""How long a thing has to stand still before it belongs to the shop."""
_HOLD_S = 2.0
"""Stays open so long after the last change: who holds a code still has just moved."""
_STEP_MAX_S = 0.5
"""One frame counts for no longer: what stands there after a rest has not stood there for long."""
_GAP_S = 1.0
"""Without frames for so long, the camera rested: a code may be held there already."""


class IdleGate:
    """Open while the picture differs from its slow background, and two seconds more."""

    def __init__(self) -> None:
        self._background: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None = None
        self._frames = 1
        self._seen_s = 0.0
        self._open_until_s = 0.0

    def is_open(self, half: Luma, mono_s: float) -> bool:
        """Look at the next frame.

        Args:
            half: the frame at half size.
            mono_s: when it was taken; never before the one before.
        """
        small = cv2.resize(half, SIZE, interpolation=cv2.INTER_AREA)
        if self._background is None:
            self._background = small.astype(np.float32)
            self._seen_s = mono_s
            self._open_until_s = mono_s + _HOLD_S
            return True
        since_s, self._seen_s = mono_s - self._seen_s, mono_s
        differs = cv2.absdiff(small, cv2.convertScaleAbs(self._background))
        changed = int(np.count_nonzero(differs > _CHANGED_BY))
        self._frames += 1  # the mean of the first frames, so that it has no noise of its own
        share = max(1 / self._frames, min(since_s, _STEP_MAX_S) / _BACKGROUND_S)
        cv2.accumulateWeighted(small, self._background, min(1.0, share))
        if changed > _CHANGED_SHARE * small.size or since_s > _GAP_S:
            self._open_until_s = mono_s + _HOLD_S
        return mono_s < self._open_until_s
