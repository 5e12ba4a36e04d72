"""Measures how well the camera is aimed, while staff or IT ask for it.

Only figures and the place of a code leave this module, never what a code says.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from statistics import median
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import segno

from kiosk.aim import AIM_BOX, CodeSeen, Corner, Measurement
from kiosk.devices.camera.frame import Frame, Luma
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.symbology import Symbology
from kiosk.devices.scanner.sharpness import BLACK_AT, WHITE_AT, sharpness

EVERY_S = 0.2
"""Between two measurements."""
FIRST_AFTER_S = 0.5
"""Before, there are too few frames to say how many come in a second."""
RATE_OVER_S = 2.0
HELD_FOR_S = 0.75
"""A code that was read so long ago is still there: not every frame of a trembling hand reads,
and while nothing moves only two frames a second are decoded."""
_SIZES_KEPT = 15
_PATCH_MODULES = 5
"""No white patch of a code's data is that large in both directions (one in 2^25 is)."""
_PATCH_PX = 24
"""The same where there is no code to count in."""
_CORNERS = 4

Box = tuple[int, int, int, int]
"""left, top, right, bottom in px; right and bottom are outside."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What one frame gave."""

    mono_s: float
    read: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """The code that was read last."""

    mono_s: float
    outline: tuple[tuple[int, int], ...]
    px_per_module: float | None


class AimMeter:
    """Looks on while frames are decoded; `tell` hears a measurement five times a second.

    `switch` and `look` may come from different threads; `tell` is called on that of `look`.
    """

    def __init__(self, preview_size: tuple[int, int], tell: Callable[[Measurement], None]) -> None:
        """`preview_size`: width and height; outlines are told in shares of it."""
        self._preview_size = preview_size
        self._tell = tell
        self._wanted = threading.Event()
        self._due_s = 0.0
        self._forget()

    def switch(self, *, on: bool) -> None:
        """Measure or not; idempotent. What was seen before is forgotten."""
        if on != self._wanted.is_set():
            self._wanted.set() if on else self._wanted.clear()

    def look(self, frame: Frame, found: Sequence[Reading] | None) -> None:
        """A frame that came.

        Args:
            found: what was read in it; None when the decoders did not look at it.
        """
        if not self._wanted.is_set():
            if self._looks:
                self._forget()
            return
        if found is not None:
            self._looks.append(_Look(frame.mono_s, bool(found)))
            self._hold(frame, found)
        if not self._frames_s:
            self._due_s = frame.mono_s + FIRST_AFTER_S
        self._frames_s.append(frame.mono_s)
        if frame.mono_s >= self._due_s:
            self._due_s = max(self._due_s, frame.mono_s - EVERY_S) + EVERY_S
            self._tell(self._measurement(frame))

    def _forget(self) -> None:
        self._looks: deque[_Look] = deque()
        self._frames_s: deque[float] = deque()
        self._sizes: deque[tuple[float, float]] = deque(maxlen=_SIZES_KEPT)
        self._modules: dict[bytes, int | None] = {}
        self._held: _Held | None = None
        self._due_s = 0.0

    # --- the code ------------------------------------------------------------------------

    def _hold(self, frame: Frame, found: Sequence[Reading]) -> None:
        placed = [r for r in found if r.outline is not None and len(r.outline) == _CORNERS]
        if not placed:
            return
        # The largest one, should there be several: that is the card, not a label behind it.
        reading = max(placed, key=lambda r: _area(r.outline or ()))
        outline = reading.outline or ()
        modules = self._modules_of(reading)
        sides = _sides(outline)
        size = None
        if modules is not None:
            # Along the shorter side: a tilted code is read as badly as its narrow side.
            size = min(sides[0] + sides[2], sides[1] + sides[3]) / 2 / modules
            self._sizes.append((frame.mono_s, size))
        self._held = _Held(frame.mono_s, outline, size)

    def _modules_of(self, reading: Reading) -> int | None:
        """Side of a QR code in modules: as an engine told for this text, else worked out."""
        if reading.symbology != Symbology.QR:
            return None
        if reading.modules is not None:
            self._modules = {reading.data: reading.modules}
        elif reading.data not in self._modules:
            self._modules = {reading.data: modules_for(reading.data)}
        return self._modules[reading.data]

    def _code(self, frame: Frame) -> CodeSeen | None:
        held = self._held
        if held is None or frame.mono_s - held.mono_s > HELD_FOR_S:
            return None
        height, width = frame.luma.shape
        ys = [y for _, y in held.outline]
        xs = [x for x, _ in held.outline]
        sides = _sides(held.outline)
        recent = [size for at_s, size in self._sizes if frame.mono_s - at_s <= RATE_OVER_S]
        shown = tuple(_in_preview(c, (width, height), self._preview_size) for c in held.outline)
        return CodeSeen(
            outline=cast("tuple[Corner, Corner, Corner, Corner]", shown),
            span=round(max(max(xs) - min(xs), max(ys) - min(ys)) / height, 4),
            # Of bars nothing can be said: they are wide by nature.
            squareness=1.0 if held.px_per_module is None else round(min(sides) / max(sides), 4),
            px_per_module=None
            if held.px_per_module is None
            else round(median(recent or [held.px_per_module]), 3),
        )

    # --- the frame -----------------------------------------------------------------------

    def _measurement(self, frame: Frame) -> Measurement:
        code = self._code(frame)
        luma = frame.luma
        height, width = luma.shape
        left, top, right, bottom = _aim_box(width, height)
        outline: Sequence[tuple[int, int]] = ()
        patch_px = _PATCH_PX
        if code is not None and self._held is not None:
            outline = self._held.outline
            left, top, right, bottom = _around(outline, width, height)
            patch_px = round((code.px_per_module or 0.0) * _PATCH_MODULES) or _PATCH_PX
        area = np.ascontiguousarray(luma[top:bottom, left:right])
        inside = _inside(area.shape, [(x - left, y - top) for x, y in outline])
        shades = area[inside]
        edges = sharpness(area)
        return Measurement(
            width=width,
            height=height,
            fps=round(self._fps(frame.mono_s), 1),
            mean=round(float(shades.mean()), 1),
            dark=round(float((shades <= BLACK_AT).mean()), 4),
            bright=round(float((shades >= WHITE_AT).mean()), 4),
            glare=round(_glare(area, inside, patch_px), 4),
            sharpness=None if edges.value is None else round(edges.value, 3),
            busy=round(edges.busy, 3),
            rate=round(self._rate(frame.mono_s), 3),
            code=code,
        )

    def _rate(self, now_s: float) -> float:
        while self._looks and now_s - self._looks[0].mono_s > RATE_OVER_S:
            self._looks.popleft()
        if not self._looks:
            return 0.0
        return sum(look.read for look in self._looks) / len(self._looks)

    def _fps(self, now_s: float) -> float:
        times = self._frames_s
        while times and now_s - times[0] > RATE_OVER_S:
            times.popleft()
        span_s = times[-1] - times[0]
        return (len(times) - 1) / span_s if span_s > 0 else 0.0


def modules_for(data: bytes) -> int | None:
    """Side of the smallest QR code with error correction M, as our tokens are drawn, or None."""
    try:
        code = segno.make_qr(data.decode("ascii"), error="m", boost_error=False)
    except (UnicodeDecodeError, ValueError):  # segno.DataOverflowError is one
        return None
    return int(code.symbol_size(border=0)[0])


def _aim_box(width: int, height: int) -> Box:
    """The box in pixels, never empty, however odd the frame's form."""
    left, top, right, bottom = AIM_BOX
    from_x, from_y = int(left * width), int(top * height)
    return (
        from_x,
        from_y,
        max(int(right * width), from_x + 1),
        max(int(bottom * height), from_y + 1),
    )


def _around(outline: Sequence[tuple[int, int]], width: int, height: int) -> Box:
    """The upright rectangle around an outline, inside the frame and never empty."""
    left = min(max(0, min(x for x, _ in outline)), width - 1)
    top = min(max(0, min(y for _, y in outline)), height - 1)
    right = min(max(left, *(x for x, _ in outline)) + 1, width)
    bottom = min(max(top, *(y for _, y in outline)) + 1, height)
    return left, top, right, bottom


def _sides(outline: Sequence[tuple[int, int]]) -> list[float]:
    """Lengths in px, from the first corner on; none is 0."""
    return [max(1.0, dist(a, b)) for a, b in pairwise([*outline, outline[0]])]


def _area(outline: Sequence[tuple[int, int]]) -> float:
    """Shoelace formula."""
    return abs(sum(x * y2 - x2 * y for (x, y), (x2, y2) in pairwise([*outline, outline[0]]))) / 2


def _in_preview(
    corner: tuple[int, int], frame: tuple[int, int], preview: tuple[int, int]
) -> Corner:
    """A place of the frame in the mirrored preview with its bars (`preview.PreviewWriter`)."""
    width, height = frame
    scale = min(preview[0] / width, preview[1] / height)
    x_share = 0.5 + (width / 2 - corner[0]) * scale / preview[0]
    y_share = 0.5 + (corner[1] - height / 2) * scale / preview[1]
    return round(x_share, 4), round(y_share, 4)


def _inside(shape: tuple[int, ...], outline: Sequence[tuple[int, int]]) -> npt.NDArray[np.bool_]:
    """Where an area is inside of an outline; everywhere if there is none, never nowhere.

    The paper around a code that is turned or tilted is no part of it.
    """
    if not outline:
        return np.ones(shape, np.bool_)
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.array(outline, np.int32)), 1)
    return mask.astype(np.bool_) if mask.any() else np.ones(shape, np.bool_)


def _glare(area: Luma, inside: npt.NDArray[np.bool_], patch_px: int) -> float:
    """Share of what is inside that is white, in patches of `patch_px` or more each way."""
    white = ((area >= WHITE_AT) & inside).astype(np.uint8)
    if not white.any():
        return 0.0
    patch = np.ones((patch_px, patch_px), np.uint8)
    return float(cv2.morphologyEx(white, cv2.MORPH_OPEN, patch)[inside].mean())
