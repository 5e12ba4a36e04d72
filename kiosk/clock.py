"""Time as the kiosk trusts it: boot time for spans, the service's time for the wall.

A Raspberry Pi 4 has no clock that survives power-off, so the system's wall clock may
stand in 1970 or anywhere. Spans (idle times, holds, lock-outs) therefore use
CLOCK_BOOTTIME, which runs on in suspend and never jumps. The wall clock is the time that
the service told, moved on by the boot time passed since.
"""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from wire.tokens import EPOCH

DRIFT = 100e-6
"""A quartz of this class is at most 100 ppm wrong."""
SUSPECT_S = 120.0
"""The system's wall clock may differ from the anchor by this much before it is called wrong."""
_TIME_ERROR = 5
"""What adjtimex(2) returns while nothing disciplines the clock."""
_TIMEX_BYTES = 512
"""More than `struct timex` has on any ABI that we run on (208 on 64 bit)."""


class Trust(IntEnum):
    """Where the wall time comes from; more is better."""

    NONE = 0
    """T0: nothing but the system's own clock."""
    NTP = 1
    """T1: the system's clock, disciplined by NTP."""
    SERVICE = 2
    """T2: anchored at the points service."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """At boot time `boot_s` the service's clock showed `wall`, give or take `error_s`."""

    wall: datetime
    boot_s: float
    error_s: float

    def wall_at(self, boot_s: float) -> datetime:
        return self.wall + timedelta(seconds=boot_s - self.boot_s)

    def error_at(self, boot_s: float) -> float:
        return self.error_s + abs(boot_s - self.boot_s) * DRIFT


class AnchoredClock:
    """The `kiosk.devices.ports.Clock` of a running kiosk. Thread: any; reads are atomic.

    Args:
        boot_s: seconds of a clock that never jumps.
        system: aware wall time of the operating system.
        disciplined: whether NTP keeps the system's clock right now.
        floor: a moment that is certainly past (the persisted high-water mark): no time
            before it is ever shown, printed or signed with.
        anchor: one kept from before in this same boot, or None.
    """

    def __init__(
        self,
        boot_s: Callable[[], float],
        system: Callable[[], datetime],
        disciplined: Callable[[], bool] = lambda: False,
        floor: datetime = EPOCH,
        anchor: Anchor | None = None,
    ) -> None:
        self._boot_s = boot_s
        self._system = system
        self._disciplined = disciplined
        self._floor = max(floor, EPOCH)
        self._anchor = anchor

    def now_s(self) -> float:
        """Boot time in seconds: runs on in suspend, never jumps."""
        return self._boot_s()

    def wall(self) -> datetime | None:
        """Aware wall time by the service's clock, or None while nothing anchors it."""
        anchor = self._anchor
        return None if anchor is None else max(anchor.wall_at(self._boot_s()), self._floor)

    def best(self) -> datetime:
        """The best wall time there is: anchored, else the system's, never before the floor.

        Good for signing a request (the service answers `clock_skew` when it is wrong) and
        for the time in a log; not for deciding that something has expired.
        """
        return self.wall() or max(self._system(), self._floor)

    def error_s(self) -> float:
        """How far `wall()` may be off; infinite without an anchor."""
        anchor = self._anchor
        return float("inf") if anchor is None else anchor.error_at(self._boot_s())

    def anchor(self, service_time: datetime, sent_s: float, received_s: float) -> bool:
        """Take the service's time from an answer; whether it replaced the anchor held.

        A worse anchor (a slow answer) replaces a better one only when the two contradict
        each other, that is when the service's own clock was put right.

        Args:
            service_time: aware, as the service wrote it into the answer.
            sent_s, received_s: `now_s()` around the call: the service read its clock
                somewhere between them.
        """
        round_trip_s = max(0.0, received_s - sent_s)
        new = Anchor(service_time, sent_s + round_trip_s / 2, round_trip_s / 2)
        old = self._anchor
        if old is not None:
            gap_s = abs((new.wall - old.wall_at(new.boot_s)).total_seconds())
            error_s = old.error_at(new.boot_s)
            if new.error_s > error_s and gap_s <= new.error_s + error_s:
                return False
        self._anchor = new
        return True

    @property
    def held(self) -> Anchor | None:
        """The anchor, to be kept over a restart of the program (not of the machine)."""
        return self._anchor

    @property
    def trust(self) -> Trust:
        if self._anchor is not None:
            return Trust.SERVICE
        return Trust.NTP if self._disciplined() else Trust.NONE

    @property
    def usable(self) -> bool:
        """Whether there is any wall time that can be right: else "setting the clock"."""
        return self.trust is not Trust.NONE or self._system() >= self._floor

    def skew_s(self) -> float | None:
        """System's wall clock minus the anchored one; None without an anchor."""
        wall = self.wall()
        return None if wall is None else (self._system() - wall).total_seconds()

    @property
    def suspect(self) -> bool:
        """CLOCK_SUSPECT: the system's wall clock contradicts the service's."""
        skew_s = self.skew_s()
        return skew_s is not None and abs(skew_s) > SUSPECT_S

    def high_water(self) -> datetime:
        """The latest time known to be past; to be kept on disk as the next start's floor."""
        wall = self.wall()
        if wall is not None:
            self._floor = max(self._floor, wall)
        return self._floor


class ManualClock(AnchoredClock):
    """A clock that stands until it is moved: for tests and for playing a day in a second."""

    def __init__(self, system: datetime, boot_s: float = 1000.0, *, anchored: bool = True) -> None:
        self.boot = boot_s
        self.system = system
        self.ntp = False
        super().__init__(lambda: self.boot, lambda: self.system, lambda: self.ntp)
        if anchored:
            self.anchor(system, boot_s, boot_s)

    def advance(self, seconds: float) -> None:
        """Move every clock by the same span."""
        self.boot += seconds
        self.system += timedelta(seconds=seconds)


def boot_time_s() -> float:
    """CLOCK_BOOTTIME in seconds."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def system_time() -> datetime:
    """The operating system's wall clock, aware, whatever it may show."""
    return datetime.now(UTC)


def ntp_disciplined() -> bool:
    """Whether the kernel says that something keeps its clock right (adjtimex(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: read only
    state: int = libc.adjtimex(buffer)
    return 0 <= state != _TIME_ERROR
