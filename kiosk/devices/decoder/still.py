"""What counts as read from a single picture."""

import time
from dataclasses import dataclass

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.chain import Chain
from kiosk.devices.decoder.reading import Reading


@dataclass(frozen=True, slots=True)
class StillResult:
    readings: tuple[Reading, ...]
    cpu_ms: float
    """CPU time of this thread until the first accepted read, or until all steps had failed."""


def read_still(chain: Chain, luma: Luma, *, foreign: bool = False) -> StillResult:
    """The codes of the first step that reads one which counts.

    There is no second frame to agree with, so bars count when two steps agree.

    Args:
        foreign: take texts that are not ours too.
    """
    started_s = time.thread_time()
    seen: set[Reading] = set()
    counted: tuple[Reading, ...] = ()
    for _step, found in chain.readings(luma):
        readings = [r for r in dict.fromkeys(found) if foreign or r.is_ours]
        counted = tuple(r for r in readings if not r.needs_agreement or r in seen)
        if counted:
            break
        seen.update(readings)
    return StillResult(counted, (time.thread_time() - started_s) * 1000)
