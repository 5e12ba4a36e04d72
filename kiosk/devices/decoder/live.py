"""What counts as read from a camera, frame after frame."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.agreement import TwoFrames
from kiosk.devices.decoder.gate import IdleGate
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.retries import Retries, StepRun, run_step
from kiosk.devices.decoder.steps import Table, table
from kiosk.devices.decoder.view import Region, View

BUDGET_MS = 28.0
"""CPU time that may be spent on one frame, unless configured otherwise."""
IDLE_EVERY_S = 0.5
"""While nothing moves, a frame is decoded so often anyhow."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the last frame was treated."""

    gate_open: bool = False
    runs: tuple[StepRun, ...] = ()
    """The steps that it got; none when the gate was shut."""


class LiveReader:
    """Codes that may be acted on; used by the decode thread only.

    Nothing of a frame is kept but the parts of the last four that look like codes.
    """

    def __init__(
        self,
        symbologies: Iterable[str] | None,
        *,
        budget_ms: float = BUDGET_MS,
        steps: Table | None = None,
        cpu_s: Callable[[], float] = time.thread_time,
    ) -> None:
        """Args:
        symbologies: names of `symbology`, or None for all that the engines know.
        budget_ms: CPU time for one frame in which something looks like a code.
        steps: another table than the usual one.
        cpu_s: CPU time of this thread in seconds.
        """
        self._table = steps or table(symbologies)
        self._cpu_s = cpu_s
        self._gate = IdleGate()
        self._retries = Retries(self._table.retries, budget_ms, cpu_s)
        self._two_frames = TwoFrames()
        self._picture: int | None = None
        self._found: list[Reading] = []
        self._idle_due_s = 0.0
        self.last = Look()

    @property
    def steps(self) -> tuple[str, ...]:
        """Names of all steps in the table's order."""
        return tuple(step.name for step in self._table.steps)

    def read(self, frame: Frame) -> list[Reading]:
        """Codes of ours in this frame; if there are none, foreign QR codes.

        A foreign QR code is told, so that the shopper can be told. Foreign bars are not:
        every bottle has some.
        """
        if frame.picture == self._picture:
            return self._read_again(frame)
        self._picture = frame.picture
        began_s = self._cpu_s()
        view = View(frame.luma)
        is_open = self._gate.is_open(view.half, frame.mono_s)
        if not is_open and frame.mono_s < self._idle_due_s:
            self._retries.forget()
            self._found = []
            self.last = Look(gate_open=False)
            return []
        self._idle_due_s = frame.mono_s + IDLE_EVERY_S
        runs: list[StepRun] = []
        foreign: dict[Reading, None] = {}
        known: list[Region] = []
        ours: list[Reading] = []
        for step in self._table.base:
            runs.append(run_step(step, view, self._cpu_s))
            ours = self._judge(runs[-1], frame, foreign)
            if ours:
                break
            known += [_around(r) for r in runs[-1].readings if r.outline and not r.is_ours]
        if not ours and is_open:
            self._retries.look(view, known, frame.picture, frame.mono_s)
            spent_ms = (self._cpu_s() - began_s) * 1000
            ours = self._retry(frame, spent_ms, runs, foreign)
        self._found = ours or list(foreign)
        self.last = Look(is_open, tuple(runs))
        return self._found

    def _read_again(self, frame: Frame) -> list[Reading]:
        """A still source gives one picture in many frames: each may bring further treatments."""
        if any(reading.is_ours for reading in self._found):
            return self._found
        runs: list[StepRun] = []
        foreign = dict.fromkeys(self._found)
        self._found = self._retry(frame, 0.0, runs, foreign) or list(foreign)
        self.last = Look(self.last.gate_open, tuple(runs))
        return self._found

    def _retry(
        self,
        frame: Frame,
        spent_ms: float,
        runs: list[StepRun],
        foreign: dict[Reading, None],
    ) -> list[Reading]:
        for run in self._retries.runs(frame.mono_s, spent_ms):
            runs.append(run)
            ours = self._judge(run, frame, foreign)
            if ours:
                return ours
        return []

    def _judge(self, run: StepRun, frame: Frame, foreign: dict[Reading, None]) -> list[Reading]:
        """What may be acted on; foreign QR codes are put with the others."""
        foreign.update(
            (reading, None)
            for reading in run.readings
            if not reading.needs_agreement and not reading.is_ours
        )
        return [
            reading
            for reading in run.readings
            if reading.is_ours
            and (not reading.needs_agreement or self._two_frames.agree(reading, frame))
        ]


def _around(reading: Reading) -> Region:
    """The upright rectangle around a code that has an outline."""
    corners = reading.outline or ()
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Region(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
