"""What counts as read from a camera, frame after frame."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.agreement import TwoFrames
from kiosk.devices.decoder.gate import IdleGate
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.retries import Candidate, Retries, StepRun, run_step
from kiosk.devices.decoder.steps import Table, table
from kiosk.devices.decoder.view import Region, View

BUDGET_MS = 28.0
"""CPU time for the retries of one frame, unless configured otherwise."""
_KNOWN_MAX = 16
"""Codes of others in one frame that are kept in mind: a sheet of labels has hundreds."""
IDLE_EVERY_S = 0.5
"""While nothing moves, a frame is decoded so often anyhow."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the last frame was treated."""

    gate_open: bool = False
    runs: tuple[StepRun, ...] = ()
    """The steps that it got; none when the gate was shut."""
    taken_s: float = 0.0
    """When the frame was taken in which something was read: a moment ago, if a retry read it."""


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
        self._looked = False
        self._known: list[Region] = []
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
        self._looked = False
        self._known = []
        view = View(frame.luma)
        is_open = self._gate.is_open(view.half, frame.mono_s)
        if not is_open and frame.mono_s < self._idle_due_s:
            self._retries.forget()
            self._found = []
            self.last = Look(gate_open=False, taken_s=frame.mono_s)
            return []
        self._idle_due_s = frame.mono_s + IDLE_EVERY_S
        runs: list[StepRun] = []
        heard = _Heard(taken_s=frame.mono_s)
        for step in self._table.base:
            runs.append(run_step(step, view, self._cpu_s))
            self._judge(runs[-1], view, frame.mono_s, heard)
            if heard.enough:
                break
            self._known += [_around(r) for r in runs[-1].readings[:_KNOWN_MAX] if r.outline]
        if not heard.enough and is_open:
            self._retry(view, frame.mono_s, runs, heard)
        return self._say(Look(is_open, tuple(runs), heard.taken_s), heard)

    def forget(self) -> None:
        """The camera rests: let go of every frame and of what was read."""
        self._retries.forget()
        self._two_frames = TwoFrames()
        self._picture = None
        self._found = []
        self._known = []
        self.last = Look()

    def _read_again(self, frame: Frame) -> list[Reading]:
        """A still source gives one picture in many frames: each may bring further treatments."""
        if any(reading.is_ours for reading in self._found):
            return self._found
        runs: list[StepRun] = []
        heard = _Heard(foreign=dict.fromkeys(self._found), taken_s=frame.mono_s)
        self._retries.renew(frame.mono_s)
        if self.last.gate_open:
            self._retry(View(frame.luma), frame.mono_s, runs, heard)
        return self._say(Look(self.last.gate_open, tuple(runs), heard.taken_s), heard)

    def _retry(self, view: View, mono_s: float, runs: list[StepRun], heard: "_Heard") -> None:
        if not self._looked:
            self._looked = self._retries.look(view, self._known, mono_s)
        for run, candidate in self._retries.runs(mono_s):
            runs.append(run)
            self._judge(run, candidate, candidate.mono_s, heard)
            if heard.enough:
                return

    def _say(self, look: Look, heard: "_Heard") -> list[Reading]:
        self._found = heard.readings
        self.last = look
        return self._found

    def _judge(self, run: StepRun, seen: View | Candidate, mono_s: float, heard: "_Heard") -> None:
        """Puts what was read where it belongs."""
        for reading in run.readings:
            if not reading.is_ours:
                if not reading.needs_agreement:
                    heard.foreign[reading] = None
                continue
            heard.taken_s = mono_s
            if not reading.needs_agreement or self._two_frames.agree(
                reading, seen.fingerprint, mono_s
            ):
                heard.ours.append(reading)
            else:
                heard.waiting = True


@dataclass(slots=True)
class _Heard:
    """What a frame has said so far."""

    ours: list[Reading] = field(default_factory=list)
    """May be acted on."""
    waiting: bool = False
    """Bars of ours were read, and wait for another picture to say the same."""
    foreign: dict[Reading, None] = field(default_factory=dict)
    taken_s: float = 0.0

    @property
    def enough(self) -> bool:
        """Nothing more can be had from this frame that is worth its time."""
        return bool(self.ours) or self.waiting

    @property
    def readings(self) -> list[Reading]:
        return self.ours or list(self.foreign)


def _around(reading: Reading) -> Region:
    """The upright rectangle around a code that has an outline."""
    corners = reading.outline or ()
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Region(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
