"""The gate's solenoid: a pulse that ends by itself, and a coil that is let cool."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Solenoid:
    """Drives a coil for a moment. Thread: any.

    The end of a pulse is a timer thread's, started before the current flows: a loop that
    hangs, or a caller that dies, leaves nothing on. What ends a process that is killed is the
    unit's ExecStopPost (`kiosk pins --safe`).

    Args:
        switch: puts the coil's line on or off.
        on_s: how long a pulse lasts; never longer than `max_on_s`.
        duty: share of the time that the coil bears; between pulses it rests accordingly.
        now_s: seconds that never jump.
    """

    def __init__(
        self,
        switch: Callable[[bool], None],
        *,
        on_s: float,
        max_on_s: float,
        duty: float,
        now_s: Callable[[], float],
    ) -> None:
        self._switch = switch
        self._on_s = min(on_s, max_on_s)
        self._duty = duty
        self._now_s = now_s
        self._lock = threading.Lock()
        self._ready_at_s = float("-inf")
        self._timer: threading.Timer | None = None
        self._closed = False

    def pulse(self) -> bool:
        """Drive it once, from now; False while it must rest, or after `close`."""
        with self._lock:
            now_s = self._now_s()
            if self._closed or now_s < self._ready_at_s:
                log.warning("the gate was not driven: its coil must rest")
                return False
            self._ready_at_s = now_s + self._on_s / self._duty
            timer = threading.Timer(self._on_s, self._end)
            timer.daemon = True
            timer.name = "solenoid"
            # Its end waits for our lock, so it cannot come before the beginning.
            timer.start()
            self._timer = timer
            self._switch(True)
        return True

    def close(self) -> None:
        """Off, for good. Idempotent."""
        with self._lock:
            self._closed = True
            self._switch(False)
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _end(self) -> None:
        with self._lock:
            if not self._closed:
                self._switch(False)
