"""CPU beside plain pyzbar: both on the same frames, turn by turn in one loop.

A noisy machine slows both; what is compared is CPU time of the thread, never wall time.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import fmean, median

import cv2
import numpy as np

from bench.decode_readers import Ours, Pyzbar, frame_of, timed
from bench.figure import Figure
from kiosk.devices.camera.frame import Luma
from tests.corpus.codes import Kind
from tests.corpus.faults import Faults
from tests.corpus.negatives import moving, resting, somebody
from tests.corpus.scene import FPS, Shot
from tests.corpus.shop import SCENES

SECONDS = 10
SHOTS = 20
_WARM_FRAMES = 3


@dataclass
class Pair:
    """CPU milliseconds of ours and of pyzbar, frame by frame."""

    ours: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)

    def median(self, name: str, target: float, note: str = "") -> Figure:
        return self._figure(name, median(self.ours), median(self.peer), target, note)

    def mean(self, name: str, target: float, note: str = "") -> Figure:
        return self._figure(name, fmean(self.ours), fmean(self.peer), target, note)

    def _figure(self, name: str, ours: float, peer: float, target: float, note: str) -> Figure:
        return Figure(
            name=name,
            value=ours,
            unit="ms",
            peer=f"pyzbar, at most {target:g}x",
            peer_value=peer,
            samples=len(self.ours),
            note=note,
        )


def figures() -> Iterator[Figure]:
    readable = Pair()
    for kind in (Kind.M2, Kind.C1, Kind.V1):
        readable_pairs(kind, readable)
    yield readable.median("readable frame, QR", 0.15)
    bars = Pair()
    for kind in (Kind.CODE128, Kind.EAN13):
        readable_pairs(kind, bars)
    yield bars.median("readable frame, bars", 0.15)
    yield from _without_code()
    yield from _idle()
    yield _mjpg()


def readable_pairs(kind: Kind, pair: Pair) -> None:
    """Codes held well, three frames each; only frames that ours reads count."""
    for seed in range(SHOTS):
        rng = np.random.default_rng([seed, 31])
        faults = Faults(
            px_per_module=float(rng.uniform(3.5, 8)),
            px_per_bar=float(rng.uniform(2, 4)),
            tilt=float(rng.uniform(0, 15)),
        )
        ours, peer = Ours(), Pyzbar()
        shot = Shot(kind, faults, seed)
        for frame in shot.burst(3):
            spent = _turn(ours, peer, frame.luma, frame.picture)
            if shot.code.text in ours.seen():
                pair.ours.append(spent[0])
                pair.peer.append(spent[1])


def _without_code() -> Iterator[Figure]:
    """Ten seconds of somebody who holds up no code, or things that look a little like one."""
    base, whole = Pair(), Pair()
    for frames in _busy_scenes():
        ours, only_base, peer = Ours(), Ours(budget_ms=0.0), Pyzbar()
        mine = Pair()
        for number, luma in enumerate(frames):
            spent = _turn(ours, peer, luma, number)
            base_ms = timed(only_base, frame_of(luma, number))[1]
            if number < _WARM_FRAMES:
                continue
            mine.ours.append(spent[0])
            mine.peer.append(spent[1])
            base.ours.append(base_ms)
            base.peer.append(spent[1])
        whole.ours.append(fmean(mine.ours))
        whole.peer.append(fmean(mine.peer))
    worst = max(ours / peer for ours, peer in zip(whole.ours, whole.peer, strict=True))
    yield base.median("no code, somebody there, base", 0.45)
    yield whole.mean(
        f"no code, somebody there, mean of {SECONDS} s", 0.8, f"worst scene {worst:.2f}x"
    )


def _busy_scenes() -> Iterator[Iterable[Luma]]:
    frames = int(SECONDS * FPS)
    yield somebody(frames, 1)
    for number in range(len(SCENES)):
        yield moving(number, frames, seed=number)


def _idle() -> Iterator[Figure]:
    gate, idle = Pair(), Pair()
    ours, peer = Ours(), Pyzbar()
    settle = int(3 * FPS)  # who has just left keeps the gate open for two seconds
    for number, luma in enumerate(resting(settle + int(SECONDS * FPS), 5)):
        spent = _turn(ours, peer, luma, number)
        if number < settle:
            continue
        idle.ours.append(spent[0])
        idle.peer.append(spent[1])
        if not ours.live.last.gate_open and not ours.live.last.runs:
            gate.ours.append(spent[0])
            gate.peer.append(spent[1])
    if gate.ours:
        yield gate.median("idle gate alone", 0.05)
    yield idle.mean(f"idle scene at {FPS:g} fps, mean of {SECONDS} s", 0.10)


def _mjpg() -> Figure:
    """What both have to pay before: the camera's JPEG to luminance."""
    packed = [
        cv2.imencode(".jpg", luma, (cv2.IMWRITE_JPEG_QUALITY, 80))[1] for luma in somebody(20, 2)
    ]
    pair = Pair()
    peer = Pyzbar()
    for number, jpeg in enumerate(packed):
        spent, luma = _unpacked(jpeg)
        pair.ours.append(spent)
        pair.peer.append(timed(peer, frame_of(luma, number))[1])
    return pair.median("MJPG to luminance (apart)", 1.0)


def _unpacked(jpeg: Luma) -> tuple[float, Luma]:
    started_s = time.thread_time()
    luma = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)
    spent_ms = (time.thread_time() - started_s) * 1000
    return spent_ms, np.asarray(luma, np.uint8)


def _turn(ours: Ours, peer: Pyzbar, luma: Luma, number: int) -> tuple[float, float]:
    """One frame for both; who goes first changes from frame to frame."""
    frame = frame_of(luma, number)
    if number % 2:
        peer_ms = timed(peer, frame)[1]
        return timed(ours, frame)[1], peer_ms
    ours_ms = timed(ours, frame)[1]
    return ours_ms, timed(peer, frame)[1]
