"""When a scanner process counts as hung, and when a dead one is started again: pure rules."""

from collections import deque

from kiosk.devices.scanner.messages import CameraState, Pulse

SILENT_S = 2.0
"""No sign of life, or no frame while reading, for so long: hung."""
DECODING_MAX_S = 2.0
"""One frame in the decoders: it has a budget of milliseconds, and pure noise costs the dearest
step 0.1 s here, a Pi ten times that."""
OPENING_MAX_S = 8.0
"""A camera may take a while to open, but not longer."""
START_MAX_S = 10.0
"""From the start of the process to its first word; a cold Pi needs three."""
MESSAGES_A_SECOND = 200
"""More than that and it floods: a camera gives 30 frames, hardly one of them with a new code."""
SAID_A_SECOND = MESSAGES_A_SECOND // 2
"""The most that the scanner says: a sheet of labels may hold hundreds of codes that are news."""
FOR_PULSES = 20
"""Of these, kept for signs of life."""
_MINUTE_S = 60.0
_PATIENT_DEATHS = 2
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 10.0


def hung(pulse: Pulse | None, silence_s: float) -> str | None:
    """Why the process must be killed, or None.

    Args:
        pulse: the last one heard.
        silence_s: seconds since it was heard, or since the process was connected.
    """
    if silence_s > SILENT_S:
        return f"scanner gave no sign of life for {SILENT_S:g} s"
    if pulse is None:
        return None
    if pulse.camera is CameraState.READING and pulse.frame_age_s > SILENT_S:
        return f"camera gave no frame for {SILENT_S:g} s"
    if pulse.decoding_s > DECODING_MAX_S:
        return "a decoder is stuck in a frame"
    if pulse.opening_s > OPENING_MAX_S:
        return "camera is stuck while it opens"
    return None


class Rate:
    """Counts messages; a scanner that sends too many is out of its mind."""

    def __init__(self) -> None:
        self._second_began_s = 0.0
        self._count = 0

    def too_high(self, now_s: float) -> bool:
        """Count a message at `now_s`; whether there were too many within a second."""
        if now_s - self._second_began_s >= 1.0:
            self._second_began_s, self._count = now_s, 0
        self._count += 1
        return self._count > MESSAGES_A_SECOND


class Allowance:
    """What the scanner may say, so that no kiosk's `Rate` takes it for one out of its mind.

    It looks back over a second that slides, so that it holds wherever a kiosk's second begins.
    """

    def __init__(self) -> None:
        self._granted_s: deque[float] = deque()
        self.refused = 0
        """Messages in all."""

    def grants(self, now_s: float, *, pulse: bool = False) -> bool:
        """Count a message at `now_s`; whether it may be said. `pulse`: it is a sign of life."""
        while self._granted_s and now_s - self._granted_s[0] >= 1.0:
            self._granted_s.popleft()
        if len(self._granted_s) >= SAID_A_SECOND - (0 if pulse else FOR_PULSES):
            self.refused += 1
            return False
        self._granted_s.append(now_s)
        return True


class Restarts:
    """At once after the first two deaths in a minute, then after 1, 2, 4, 8 and 10 s."""

    def __init__(self) -> None:
        self._deaths_s: deque[float] = deque()

    def wait_s(self, now_s: float) -> float:
        """Count a death at `now_s`; seconds to wait before the next start."""
        self._deaths_s.append(now_s)
        while now_s - self._deaths_s[0] > _MINUTE_S:
            self._deaths_s.popleft()
        impatient = len(self._deaths_s) - _PATIENT_DEATHS
        if impatient <= 0:
            return 0.0
        return min(_FIRST_WAIT_S * 2.0 ** (impatient - 1), _LONGEST_WAIT_S)
