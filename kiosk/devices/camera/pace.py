"""Keeps a source that could run at any speed at the speed of a camera."""

import time
from collections.abc import Callable


class Pace:
    """A steady beat; one that was missed is skipped, never made up for."""

    def __init__(
        self,
        fps: float,
        now_s: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._period_s = 1 / fps
        self._now_s = now_s
        self._wait = wait
        self._due_s = now_s()

    def next(self) -> int:
        """Waits for the next beat; how many beats have passed since the last (1 when in time)."""
        ahead_s = self._due_s - self._now_s()
        missed = 0
        if ahead_s > 0:
            self._wait(ahead_s)
        else:
            missed = int(-ahead_s / self._period_s)
        self._due_s += (1 + missed) * self._period_s
        return 1 + missed
