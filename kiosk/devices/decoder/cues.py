"""Where a code may be: finder patterns of QR codes, and bars.

Far cheaper than any engine, and only a hint: it decides where the dear treatments are
worth their time, never whether something is a code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.view import Region, View

Plane = npt.NDArray[np.float32]

# --- Finder patterns ---------------------------------------------------------------------
_ROW_STEP_PX = 5
"""Every how manieth row is looked at: the core of a finder is three modules high."""
_MEAN_OVER_PX = 41
_DARKER_BY_MIN = 4.0
_DARKER_BY_NOISE = 1.6
"""Below its surroundings by so many grey levels, or by so many times the noise, a pixel counts
as dark."""
_FINDER = np.array([1, 1, 3, 1, 1], np.float32)
"""Dark, light, dark, light, dark through the middle of a finder (ISO/IEC 18004, 5.3.3)."""
_FINDER_MODULES = 7
_TOLERANCES = np.array([0.75, 0.75, 1.125, 0.75, 0.75], np.float32)
"""In modules: blur, tilt and pixels shift every edge."""
_MODULE_MIN_PX = 1.2
_MODULE_MAX_PX = 30.0
_SAME_FINDER_MODULES = 1.5
_SAME_SIZE = 1.5
_HITS_AHEAD = 10
_CENTRES_MAX = 96
_NOISE_MAX = 10.0
"""Grey levels; above it finders are looked for in the smoothed picture of half the size."""
_HALVED_MIN_PX = 64
_CROSS_AT = np.array([-4, -3, -2, -1, 0, 1, 2, 3, 4], np.float32)
"""Modules from the middle of a finder, and below what is to be seen there: light or dark."""
_CROSS_SHOULD = np.array([1, -1, 1, -1, -1, -1, 1, -1, 1], np.float32)
_CROSS_SHOULD -= _CROSS_SHOULD.mean()
_CROSS_SHOULD /= np.sqrt((_CROSS_SHOULD**2).sum())
_CROSS_SHIFTS = (-1.0, -0.5, 0.0, 0.5, 1.0)
_CROSS_ALIKE = 0.6
"""Correlation of the two, 1 at best."""
_CROSS_FLAT = 6.0
"""Grey levels: less contrast than that is none."""
_REACH_MODULES = 44
"""From one finder to the far edge of the largest code that we print (version 6, 41 modules)."""

# --- Bars --------------------------------------------------------------------------------
_CELL_PX = 16
"""Side of the squares of the half-size picture whose texture is judged."""
_ENERGY_MIN = 350.0
_COHERENCE_MIN = 0.55
_ONE_WAY_MAX = 0.6
_CELLS_MIN = 4
_CELL_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Cue:
    """A region in which something looks like a code."""

    region: Region
    bars: bool
    """Bars; else finder patterns."""
    strength: int
    """How much of it was seen; comparable among cues of one kind."""


def find(view: View, known: Iterable[Region] = ()) -> list[Cue]:
    """The strongest finder cue and the strongest bars cue of a frame, in that order.

    Args:
        known: where codes have been read already: nothing there is looked at.
    """
    luma, factor = view.luma, 1
    if min(luma.shape) > _HALVED_MIN_PX and _noise(luma[:: 2 * _ROW_STEP_PX]) > _NOISE_MAX:
        luma, factor = cast("Luma", cv2.blur(view.half, (3, 3))), 2
    known = tuple(known)
    finders = _finders(luma, tuple(region.scaled(1 / factor) for region in known))
    return [
        *(Cue(cue.region.scaled(factor), bars=False, strength=cue.strength) for cue in finders),
        *_bars(view.half, known),
    ]


def _finders(luma: Luma, known: tuple[Region, ...]) -> list[Cue]:
    hits = finder_rows(luma)
    if known and len(hits):
        hits = hits[[not any(r.holds(x, y) for r in known) for x, y, *_ in hits]]
    centres = _crossed(luma, _agreeing(hits)[:_CENTRES_MAX])
    if not len(centres):
        return []
    xs, ys, modules, _ = centres.T
    # Finders of one code are alike and within a code's reach of each other.
    reach = _REACH_MODULES * modules
    alike = (
        (np.abs(xs[:, None] - xs) <= reach[:, None])
        & (np.abs(ys[:, None] - ys) <= reach[:, None])
        & (modules <= _SAME_SIZE * modules[:, None])
        & (modules[:, None] <= _SAME_SIZE * modules)
    )
    most = int(np.argmax(alike.sum(axis=1)))
    xs, ys = xs[alike[most]], ys[alike[most]]
    # The code reaches from its finders to nobody knows where: as far as our largest can.
    far = float(reach[most])
    height, width = luma.shape
    region = Region(
        max(0, int(xs.min() - far)),
        max(0, int(ys.min() - far)),
        min(width, int(xs.max() + far) + 1),
        min(height, int(ys.max() + far) + 1),
    )
    return [Cue(region, bars=False, strength=len(xs))]


def finder_rows(luma: Luma) -> Plane:
    """Where sampled rows cross something in the proportions of a finder.

    (x, y, module, sign) each: sign is 1 for dark on light, -1 for light on dark.
    """
    height = luma.shape[0]
    if height < _ROW_STEP_PX:
        return np.zeros((0, 4), np.float32)
    count = height // _ROW_STEP_PX
    # The mean of two neighbours: less noise, and still in the same module.
    upper, lower = luma[1::_ROW_STEP_PX][:count], luma[2::_ROW_STEP_PX][:count]
    rows = cast("Luma", cv2.addWeighted(upper, 0.5, lower, 0.5, 0))
    mean = cast("Luma", cv2.blur(rows, (_MEAN_OVER_PX, 1)))
    darker_by = max(_DARKER_BY_MIN, _DARKER_BY_NOISE * _noise(rows))
    dark = np.zeros((rows.shape[0], rows.shape[1] + 2), np.bool_)  # each row begins and ends light
    np.less(rows, cv2.addWeighted(mean, 1, mean, 0, -darker_by), out=dark[:, 1:-1])
    changes = np.flatnonzero(dark.ravel()[1:] != dark.ravel()[:-1])
    if len(changes) < len(_FINDER) + 1:
        return np.zeros((0, 4), np.float32)
    runs = np.diff(changes)
    # Most middles are no wider than what is beside them: those are out before anything dearer.
    starts = np.flatnonzero((runs[2:-2] > runs[1:-3]) & (runs[2:-2] > runs[3:-1]))
    windows = runs[starts[:, None] + np.arange(len(_FINDER))].astype(np.float32)
    module = windows.sum(axis=1) / _FINDER_MODULES
    off = np.abs(windows - _FINDER * module[:, None])
    allowed = _TOLERANCES * module[:, None]
    fits = (off <= allowed).all(axis=1) & (module >= _MODULE_MIN_PX) & (module <= _MODULE_MAX_PX)
    starts, module = starts[fits], module[fits]
    at = changes[starts]
    row, column = np.divmod(at, dark.shape[1])
    x = column + module * (_FINDER_MODULES / 2)
    y = row * _ROW_STEP_PX + _ROW_STEP_PX // 2
    sign = 1 - 2 * (starts % 2)  # runs alternate; the first is dark, as every row begins light
    return np.stack([x, y, module, sign], axis=1).astype(np.float32)


def _noise(rows: Luma) -> float:
    """Standard deviation of what differs from pixel to pixel where the picture is smooth.

    From the median of the differences, which edges and codes do not move (the median of
    |x - y| of two normal values is 0.954 of their deviation).
    """
    sample = rows[::4, ::2].astype(np.int16)
    return float(np.median(np.abs(sample[:, 1:] - sample[:, :-1]))) / 0.954


def _agreeing(hits: Plane) -> Plane:
    """The hits that a row close below agrees with: a chance hit stands alone."""
    agreed = np.zeros(len(hits), np.bool_)
    x, y, module, sign = hits.T
    for ahead in range(1, min(_HITS_AHEAD + 1, len(hits))):  # in the order of their rows
        below_px = y[ahead:] - y[:-ahead]
        agreed[:-ahead] |= (
            (np.abs(x[ahead:] - x[:-ahead]) <= _SAME_FINDER_MODULES * module[:-ahead])
            & (sign[ahead:] == sign[:-ahead])
            & (below_px > 0)
            & (below_px <= np.maximum(2 * _ROW_STEP_PX, 2 * module[:-ahead]))
            & (module[ahead:] <= _SAME_SIZE * module[:-ahead])
            & (module[:-ahead] <= _SAME_SIZE * module[ahead:])
        )
    return hits[agreed]


def _crossed(luma: Luma, centres: Plane) -> Plane:
    """The centres that look like a finder from top to bottom too: text and bars do not."""
    if not len(centres):
        return centres
    x, y, module, sign = centres.T[:, :, None]
    height, width = luma.shape
    column = np.clip(np.rint(x), 0, width - 1).astype(np.intp)
    best = np.full(len(centres), -1.0, np.float32)
    for shift in _CROSS_SHIFTS:  # a row may cross the core anywhere
        rows = np.clip(np.rint(y + module * (_CROSS_AT + shift)), 0, height - 1).astype(np.intp)
        seen = luma[rows, column].astype(np.float32)
        seen -= seen.mean(axis=1, keepdims=True)
        spread = np.sqrt((seen**2).sum(axis=1)) + _CROSS_FLAT
        best = np.maximum(best, (seen * sign * _CROSS_SHOULD).sum(axis=1) / spread)
    return centres[best >= _CROSS_ALIKE]


def _bars(half: Luma, known: tuple[Region, ...]) -> list[Cue]:
    """The largest patch of stripes that all run one way, at whatever angle.

    The structure tensor's coherence (J. Bigun, G. H. Granlund, "Optimal Orientation
    Detection of Linear Symmetry", 1987): 1 for parallel stripes, 0 for texture without
    a direction.
    """
    cells = (half.shape[1] // _CELL_PX, half.shape[0] // _CELL_PX)
    if 0 in cells:
        return []
    width, height = cells[0] * _CELL_PX, cells[1] * _CELL_PX
    half = half[:height, :width]
    across = cast("Plane", cv2.Sobel(half, cv2.CV_32F, 1, 0, ksize=3))
    down = cast("Plane", cv2.Sobel(half, cv2.CV_32F, 0, 1, ksize=3))

    def meaned(product: Plane) -> Plane:
        while product.shape[0] > cells[1]:  # by halves: five times as fast as in one go
            size = (product.shape[1] // 2, product.shape[0] // 2)
            product = cast("Plane", cv2.resize(product, size, interpolation=cv2.INTER_AREA))
        return product

    xx = meaned(cast("Plane", cv2.multiply(across, across)))
    yy = meaned(cast("Plane", cv2.multiply(down, down)))
    xy = meaned(cast("Plane", cv2.multiply(across, down)))
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (energy + 1.0)
    # A lone edge goes one way, stripes go up and down in turn.
    up_and_down = meaned(np.abs(across)) + meaned(np.abs(down))
    one_way = (np.abs(meaned(across)) + np.abs(meaned(down))) / (up_and_down + 1.0)
    striped = (
        (energy > _ENERGY_MIN) & (coherence > _COHERENCE_MIN) & (one_way < _ONE_WAY_MAX)
    ).astype(np.uint8)
    side = 2 * _CELL_PX
    for region in known:
        striped[
            region.top // side : region.bottom // side + 1,
            region.left // side : region.right // side + 1,
        ] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(striped, connectivity=8)
    if count == 1:  # the ground alone
        return []
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, wide, high, size = (int(value) for value in stats[largest])
    if size < _CELLS_MIN:
        return []
    region = Region(
        max(0, (left - _CELL_MARGIN) * side),
        max(0, (top - _CELL_MARGIN) * side),
        min(2 * width, (left + wide + _CELL_MARGIN) * side),
        min(2 * height, (top + high + _CELL_MARGIN) * side),
    )
    return [Cue(region, bars=True, strength=size)]
