"""What counts as read from a single picture."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder import cues
from kiosk.devices.decoder.agreement import TwoTreatments
from kiosk.devices.decoder.live import BUDGET_MS
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.retries import StepRun, run_step
from kiosk.devices.decoder.steps import Step, Table
from kiosk.devices.decoder.view import View

FRAMES = 60
"""Four seconds of a picture held still: on most machines every treatment."""


@dataclass(frozen=True, slots=True)
class StillResult:
    readings: tuple[Reading, ...]
    cpu_ms: float
    """CPU time of this thread until the first accepted read, or until nothing was left to try."""
    runs: tuple[StepRun, ...] = ()
    frames: int = 1
    """How many frames it took."""


def read_still(
    table: Table,
    luma: Luma,
    *,
    closer: Luma | None = None,
    foreign: bool = False,
    budget_ms: float = BUDGET_MS,
    frames: int = FRAMES,
) -> StillResult:
    """A picture held still before the camera: the codes of the first step whose codes count.

    Each frame gets the treatments that its budget allows, at least one, where the last frame
    left off. There is no second frame to agree with, so bars count when two steps agree.

    Args:
        closer: the same picture larger, as if it were held nearer at last.
        foreign: take texts that are not ours too.
        budget_ms: CPU time for the retries of a frame.
        frames: after so many it is given up.
    """
    cpu_s = time.thread_time
    started_s = frame_s = cpu_s()
    agreement = TwoTreatments()
    runs: list[StepRun] = []
    frame = 1
    counted: tuple[Reading, ...] = ()
    for step, view in _treatments(table, luma, closer):
        if len(runs) == len(table.base):
            frame_s = cpu_s()
        elif len(runs) > len(table.base) and (cpu_s() - frame_s) * 1000 > budget_ms:
            if frame == frames:
                break
            frame, frame_s = frame + 1, cpu_s()
        run = run_step(step, view, cpu_s)
        runs.append(run)
        counted = tuple(
            reading
            for reading in run.readings
            if (foreign or reading.is_ours)
            and (not reading.needs_agreement or agreement.agree(reading, step))
        )
        if counted:
            break
    return StillResult(counted, (cpu_s() - started_s) * 1000, tuple(runs), frame)


def _treatments(table: Table, luma: Luma, closer: Luma | None) -> Iterator[tuple[Step, View]]:
    """The base steps; the others where something looks like a code; the others everywhere.

    The last is only for pictures, which do not come again: a camera's next frame is better.
    """
    view = View(luma)
    yield from ((step, view) for step in table.base)
    for cue in cues.find(view):
        part = view.part(cue.region)
        yield from ((step, part) for step in table.retries if step.suits(bars=cue.bars))
    yield from ((step, view) for step in table.retries)
    if closer is not None:
        view = View(closer)
        yield from ((step, view) for step in table.steps if not step.dear)
