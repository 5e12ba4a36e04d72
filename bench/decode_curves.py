"""Recall and CPU for each level of each fault, every reader on the same frames."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from bench.decode_readers import OURS_NAME, PYZBAR, ZXING, Ours, Reader, new_readers, timed
from tests.corpus.codes import Kind
from tests.corpus.faults import CURVES, Curve
from tests.corpus.scene import Shot

READERS = (OURS_NAME, PYZBAR, ZXING)
GROUPS = {"QR": (Kind.M2,), "bars": (Kind.CODE128, Kind.EAN13)}
_PAPER = (Kind.C1, Kind.V1)


@dataclass
class Score:
    """One reader at one level."""

    shots: int = 0
    first: int = 0
    """Shots whose first frame was read."""
    within: int = 0
    """Shots read within the burst."""
    frames: list[int] = field(default_factory=list)
    """Of those, how many frames it took."""
    cpu_ms: list[float] = field(default_factory=list)
    """For each frame that was looked at."""


@dataclass(frozen=True)
class Point:
    """One level of one fault for one group of codes."""

    curve: Curve
    group: str
    level: Any
    scores: dict[str, Score]


@dataclass(frozen=True)
class Missed:
    """A shot that ours did not read within the burst."""

    shot: Shot
    curve: str
    level: Any
    read_by: tuple[str, ...]


def measured(
    samples: int, frames: int, only: Iterable[str] = (), missed: list[Missed] | None = None
) -> Iterator[Point]:
    """Points in the order of the curves; a level at which nobody reads anything ends its curve.

    Args:
        samples: shots for each point.
        frames: of each shot's burst, at 15 fps.
        only: names of curves; none for all.
        missed: is added to.
    """
    wanted = set(only)
    for curve in CURVES:
        if wanted and curve.name not in wanted:
            continue
        for group in GROUPS:
            kinds = kinds_for(curve, group)
            for level in curve.levels_for(bars=group == "bars"):
                scores = {name: Score() for name in READERS}
                for seed in range(samples):
                    faults = curve.faults(level, bars=group == "bars")
                    shot = Shot(kinds[seed % len(kinds)], faults, seed)
                    read_by = hold_up(shot, frames, scores, new_readers())
                    if missed is not None and OURS_NAME not in read_by:
                        missed.append(Missed(shot, curve.name, level, read_by))
                yield Point(curve, group, level, scores)
                if curve.rising and not any(score.within for score in scores.values()):
                    break


def kinds_for(curve: Curve, group: str) -> tuple[Kind, ...]:
    """Which codes have this fault."""
    return _PAPER if curve.on_paper and group == "QR" else GROUPS[group]


def hold_up(
    shot: Shot, frames: int, scores: dict[str, Score], readers: dict[str, Reader]
) -> tuple[str, ...]:
    """Show one burst to every reader until each has read it; who did."""
    text = shot.code.text
    waiting = dict(readers)
    for score in scores.values():
        score.shots += 1
    for frame in shot.burst(frames):
        for name, reader in list(waiting.items()):
            texts, cpu_ms = timed(reader, frame)
            score = scores[name]
            score.cpu_ms.append(cpu_ms)
            seen = texts | reader.seen() if isinstance(reader, Ours) else texts
            if frame.picture == 0 and text in seen:
                score.first += 1
            if text in texts:
                score.within += 1
                score.frames.append(frame.picture + 1)
                del waiting[name]
        if not waiting:
            break
    return tuple(name for name in readers if name not in waiting)


def table(points: list[Point]) -> str:
    """For reading: a line for each level; `first frame / within the burst`, then CPU."""
    head = f"{'':16}" + "".join(f"{name:>22}" for name in READERS)
    lines = []
    before = None
    for point in points:
        if (point.curve.name, point.group) != before:
            before = point.curve.name, point.group
            unit = f" ({point.curve.unit})" if point.curve.unit else ""
            lines += ["", f"{point.group}: {point.curve.name}{unit}", head]
        cells = [
            f"{s.first / s.shots:5.0%} {s.within / s.shots:5.0%} {fmean(s.cpu_ms):6.1f} ms"
            for s in (point.scores[name] for name in READERS)
        ]
        lines.append(f"{point.level!s:>16}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)


def totals(points: list[Point]) -> str:
    """All shots of a group together."""
    lines = [f"{'read, of all shots':28}" + "".join(f"{name:>16}" for name in READERS)]
    for group in GROUPS:
        mine = [point for point in points if point.group == group]
        if not mine:
            continue
        for title, part in (("first frame", "first"), ("within the burst", "within")):
            counts = [sum(getattr(p.scores[name], part) for p in mine) for name in READERS]
            shots = sum(p.scores[OURS_NAME].shots for p in mine)
            lines.append(
                f"{group + ', ' + title + f' ({shots})':28}"
                + "".join(f"{count:>16}" for count in counts)
            )
        spent = [median(ms for p in mine for ms in p.scores[name].cpu_ms) for name in READERS]
        lines.append(
            f"{group + ', CPU per frame, median':28}" + "".join(f"{ms:>13.1f} ms" for ms in spent)
        )
    return "\n".join(lines)
