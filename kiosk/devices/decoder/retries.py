"""Which treatments a frame gets when the base steps read nothing: in turn, within a budget."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2

from kiosk.devices.decoder import cues
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.steps import Step
from kiosk.devices.decoder.view import Region, View

BURST_FRAMES = 10
"""So many frames in a row may use their whole budget; a code held up gets every treatment."""
RATE = 2.5
"""Afterwards so many frames a second may, on average: a scene that only looks like codes must
not cost more than it is worth."""
RECENT_FRAMES = 4
RECENT_S = 0.5
"""Dear treatments go to the sharpest of the frames of the last half second."""
_COST_AT_FIRST_MS = 20.0
"""A step's guessed cost per million pixels until it has run."""
_COST_MEMORY = 0.7
_LEAST_MS = 0.001
_COST_AREA_MIN_PX = 100_000
"""Below that size a step's cost hardly falls any more."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """What one step did to one frame."""

    name: str
    cpu_ms: float
    readings: tuple[Reading, ...]


def run_step(step: Step, view: View, cpu_s: Callable[[], float] = time.thread_time) -> StepRun:
    """An engine's exception, whatever it is, means that it read nothing."""
    began_s = cpu_s()
    try:
        readings = tuple(dict.fromkeys(step.read(view)))
    except Exception:  # noqa: BLE001  # engines raise what they like on hostile codes
        readings = ()
    return StepRun(step.name, (cpu_s() - began_s) * 1000, readings)


@dataclass(slots=True)
class Candidate:
    """One place in one recent frame that looks like a code."""

    bars: bool
    view: View
    fingerprint: int
    """`View.fingerprint` of the whole frame."""
    mono_s: float
    done: set[str] = field(default_factory=set)
    """Names of the steps that it has had."""
    _sharpness: float | None = None

    def sharpness(self) -> float:
        """How much neighbouring pixels of the half-size picture differ: mean square of the
        Laplacian.

        Comparable among frames of one scene only (S. Pertuz et al., "Analysis of focus
        measure operators for shape-from-focus", 2013).
        """
        if self._sharpness is None:
            edges = cv2.Laplacian(self.view.half, cv2.CV_16S)
            self._sharpness = float(cv2.norm(edges, cv2.NORM_L2SQR)) / max(edges.size, 1)
        return self._sharpness


class Purse:
    """CPU time that retries may spend: fills up with time, up to a burst."""

    def __init__(self, budget_ms: float) -> None:
        self._full_ms = BURST_FRAMES * budget_ms
        self._rate = RATE * budget_ms
        self.left_ms = self._full_ms
        self._at_s: float | None = None

    def fill(self, mono_s: float) -> None:
        if self._at_s is not None:
            earned_ms = max(0.0, mono_s - self._at_s) * self._rate
            self.left_ms = min(self._full_ms, self.left_ms + earned_ms)
        self._at_s = mono_s

    @property
    def is_full(self) -> bool:
        return self.left_ms >= self._full_ms

    def covers(self, cost_ms: float) -> bool:
        """Whether there is so much, or as much as there can be."""
        return self.left_ms >= min(cost_ms, self._full_ms)

    def pay(self, cpu_ms: float) -> None:
        """It may go below zero: what was done is paid."""
        self.left_ms -= cpu_ms


class Retries:
    """Gives out treatments over successive frames, so that none waits for ever.

    A frame's budget is CPU time, so a slower machine gets through fewer treatments a frame
    and through all of them in more frames. One treatment a frame is allowed whatever it
    costs, as long as the purse can pay for it.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        budget_ms: float,
        cpu_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._cpu_s = cpu_s
        self._budget_ms = budget_ms
        self._purse = Purse(budget_ms)
        self._turns = {
            bars: deque(s for s in steps if s.suits(bars=bars)) for bars in (False, True)
        }
        self._kinds = deque((False, True))
        self._recent: deque[list[Candidate]] = deque(maxlen=RECENT_FRAMES)
        self._costs: dict[str, float] = {}
        self._look_ms = 0.0
        self._run_ms = 0.0
        """What a look, and a treatment, cost of late."""

    def look(self, view: View, known: Sequence[Region], mono_s: float) -> bool:
        """Look for codes in a frame whose base steps read nothing; paid for like a treatment.

        Whether it was looked at: when there is no money for treatments, looking is of no use.

        Args:
            known: where codes were read: nothing is looked for there.
        """
        self._purse.fill(mono_s)
        if not self._purse.covers(self._look_ms + max(self._budget_ms, self._run_ms)):
            return False
        began_s = self._cpu_s()
        found = [
            Candidate(cue.bars, view.part(cue.region), view.fingerprint, mono_s)
            for cue in cues.find(view, known)
        ]
        if found:
            self._recent.append(found)
        cost_ms = (self._cpu_s() - began_s) * 1000
        self._purse.pay(cost_ms)
        self._look_ms = _remembered(self._look_ms, cost_ms)
        return True

    def renew(self, mono_s: float) -> None:
        """The newest frame is still the picture before the camera."""
        for candidate in self._recent[-1] if self._recent else ():
            candidate.mono_s = mono_s

    def forget(self) -> None:
        """Let go of every recent frame."""
        self._recent.clear()

    def runs(self, mono_s: float) -> Iterator[tuple[StepRun, Candidate]]:
        """Treatments for the frame taken at `mono_s`, one at a time: stop asking when one reads.

        Each with the place that it was done to, which may be in a frame before.
        """
        self._purse.fill(mono_s)
        while self._recent and mono_s - self._recent[0][0].mono_s > RECENT_S:
            self._recent.popleft()
        spent_ms = 0.0
        while (due := self._next(spent_ms)) is not None:
            step, candidate = due
            run = run_step(step, candidate.view, self._cpu_s)
            candidate.done.add(step.name)
            spent_ms += max(run.cpu_ms, _LEAST_MS)
            self._purse.pay(run.cpu_ms)
            self._learn(step, candidate.view, run.cpu_ms)
            self._pass_on(step, candidate, read=any(r.is_ours for r in run.readings))
            yield run, candidate

    def _pass_on(self, step: Step, candidate: Candidate, *, read: bool) -> None:
        """What has read a code of ours goes first on the next frame, all else to the back."""
        turn = self._turns[candidate.bars]
        turn.remove(step)
        self._kinds.remove(candidate.bars)
        if read:
            turn.appendleft(step)
            self._kinds.appendleft(candidate.bars)
        else:
            turn.append(step)
            self._kinds.append(candidate.bars)

    def _next(self, spent_ms: float) -> tuple[Step, Candidate] | None:
        """The treatment whose turn it is, finder patterns and bars alternating.

        One that does not fit into what is left is passed over, so that it holds up nobody. A
        frame in which none fits gets the first one that the purse can pay for; a full purse
        pays for any.
        """
        left_ms = min(self._budget_ms - spent_ms, self._purse.left_ms)
        payable = None
        for bars in self._kinds:
            for step in self._turns[bars]:
                candidate = self._candidate(step, bars=bars)
                if candidate is None:
                    continue
                cost_ms = self._cost_ms(step, candidate.view)
                if cost_ms <= left_ms:
                    return step, candidate
                if payable is None and (cost_ms <= self._purse.left_ms or self._purse.is_full):
                    payable = step, candidate
        return payable if spent_ms == 0 else None

    def _candidate(self, step: Step, *, bars: bool) -> Candidate | None:
        """Where to do it: in the newest frame, or if it is dear in the sharpest recent one."""
        frames = list(self._recent) if step.dear else list(self._recent)[-1:]
        fresh = [
            candidate
            for frame in frames
            for candidate in frame
            if candidate.bars is bars and step.name not in candidate.done
        ]
        return max(fresh, key=Candidate.sharpness) if fresh else None

    def _cost_ms(self, step: Step, view: View) -> float:
        return self._costs.get(step.name, _COST_AT_FIRST_MS) * _counted_px(view) / 1e6

    def _learn(self, step: Step, view: View, cpu_ms: float) -> None:
        cost = cpu_ms / _counted_px(view) * 1e6
        self._costs[step.name] = _remembered(self._costs.get(step.name, cost), cost)
        self._run_ms = _remembered(self._run_ms, cpu_ms)


def _counted_px(view: View) -> int:
    return max(view.area_px, _COST_AREA_MIN_PX)


def _remembered(before: float, now: float) -> float:
    return _COST_MEMORY * before + (1 - _COST_MEMORY) * now
