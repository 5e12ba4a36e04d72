"""What the clock remembers on disk: the high-water mark, and the anchor of this boot."""

import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.clock import Anchor, AnchoredClock, boot_time_s, ntp_disciplined, system_time
from wire.tokens import EPOCH

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    high_water: datetime
    boot_id: str
    anchor_wall: datetime | None = None
    anchor_boot_s: float = 0.0
    anchor_error_s: float = 0.0


def boot_id() -> str:
    """The kernel's id of this boot (a UUID): boot times of one boot can be compared."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


class ClockFile:
    """`clock.json` in the data folder. Reads and writes block: call them off the loop."""

    def __init__(self, path: Path, this_boot: str) -> None:
        self._path = path
        self._boot = this_boot

    def load(
        self,
        boot_s: Callable[[], float] = boot_time_s,
        system: Callable[[], datetime] = system_time,
        disciplined: Callable[[], bool] = ntp_disciplined,
    ) -> AnchoredClock:
        """A clock that knows what was kept; a missing or unreadable file is a first start."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            kept = _Kept(EPOCH, self._boot)
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("clock file unreadable, starting without it: %s", type(error).__name__)
            kept = _Kept(EPOCH, self._boot)
        anchor = None
        if kept.anchor_wall is not None and kept.boot_id == self._boot:
            anchor = Anchor(kept.anchor_wall, kept.anchor_boot_s, kept.anchor_error_s)
        return AnchoredClock(boot_s, system, disciplined, kept.high_water, anchor)

    def save(self, clock: AnchoredClock) -> None:
        """Keep the high-water mark and the anchor; atomically, so that a cut leaves the old.

        Raises:
            OSError: the folder cannot be written.
        """
        anchor = clock.held
        kept = _Kept(clock.high_water(), self._boot)
        if anchor is not None:
            kept = _Kept(kept.high_water, self._boot, anchor.wall, anchor.boot_s, anchor.error_s)
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
