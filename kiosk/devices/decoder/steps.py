"""The table of steps in which a frame is read: what is tried, in which order, on what.

Reorder it here; `python -m bench.decode --explain` measures what each step adds and costs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.rectified import rectified
from kiosk.devices.decoder.symbology import corrects_errors
from kiosk.devices.decoder.view import View
from kiosk.devices.decoder.zbar import Zbar
from kiosk.devices.decoder.zxing import FAST, FULL, HISTOGRAM, Zxing


@dataclass(frozen=True, slots=True)
class Step:
    """One treatment of a view by one engine; a small function with a name.

    Outlines of what it reads are in pixels of the frame.
    """

    name: str
    engine: str
    read: Callable[[View], list[Reading]]
    for_matrix: bool = True
    """Worth its time where finder patterns are seen."""
    for_bars: bool = True
    """Worth its time where bars are seen."""
    dear: bool = False
    """Done to the sharpest of the recent frames, not to just any."""

    def suits(self, *, bars: bool) -> bool:
        return self.for_bars if bars else self.for_matrix


@dataclass(frozen=True, slots=True)
class Table:
    base: tuple[Step, ...]
    """Done to every frame while somebody is there."""
    retries: tuple[Step, ...]
    """Done in turn where something looks like a code."""

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.base + self.retries


def table(symbologies: Iterable[str] | None) -> Table:
    """The steps for these symbologies; belongs to one thread (zbar's scanner is not shared).

    Args:
        symbologies: names of `symbology`, or None for every one that the engines know.
    """
    wanted = None if symbologies is None else frozenset(symbologies)
    return _Treatments(Zxing(wanted), Zbar(wanted)).table(
        matrix=wanted is None or any(corrects_errors(name) for name in wanted),
        bars=wanted is None or not all(corrects_errors(name) for name in wanted),
    )


def without_thread_pool() -> None:
    """OpenCV works on the calling thread only, in this whole process.

    Two cores are the screen's and ours: a pool would fight for both, and the CPU time of
    one thread would not be the CPU time of a decode.
    """
    cv2.setNumThreads(1)


class _Treatments:
    """One method for each step."""

    def __init__(self, zxing: Zxing, zbar: Zbar) -> None:
        self._zxing = zxing
        self._zbar = zbar

    def table(self, *, matrix: bool, bars: bool) -> Table:
        base = (
            Step("zxing fast", "zxing", self.zxing_fast),
            Step("zbar half", "zbar", self.zbar_half),
        )
        retries = (
            Step("zxing double", "zxing", self.zxing_double, for_bars=False, dear=True),
            Step("zbar straightened", "zbar", self.zbar_straightened, for_matrix=False),
            Step("zxing full", "zxing", self.zxing_full),
            Step("zxing straightened", "zxing", self.zxing_straightened, for_matrix=False),
            Step("zbar every line", "zbar", self.zbar_full, dear=True),
            Step("zbar equalized", "zbar", self.zbar_equalized),
            Step("zxing smoothed", "zxing", self.zxing_smoothed, for_bars=False),
            Step("rectified", "zxing", self.rectified, for_bars=False, dear=True),
            Step("zxing sharpened", "zxing", self.zxing_sharpened, for_bars=False, dear=True),
            Step("zxing crisp", "zxing", self.zxing_crisp, for_matrix=False, dear=True),
            Step("zbar every 2nd line", "zbar", self.zbar_sparse),
            Step("zxing histogram", "zxing", self.zxing_histogram),
            Step("zbar thresholded", "zbar", self.zbar_thresholded),
            Step("zbar inverted", "zbar", self.zbar_inverted),
            Step("zxing double, bars", "zxing", self.zxing_double, for_matrix=False, dear=True),
            Step("zbar double", "zbar", self.zbar_double, dear=True),
            Step("zbar 45 degrees", "zbar", self.zbar_turned, for_bars=False, dear=True),
        )
        return Table(
            base,
            tuple(s for s in retries if (matrix and s.for_matrix) or (bars and s.for_bars)),
        )

    # --- zxing-cpp -----------------------------------------------------------------------

    def zxing_fast(self, view: View) -> list[Reading]:
        return _placed(self._zxing.read(view.luma, FAST), view)

    def zxing_full(self, view: View) -> list[Reading]:
        return _placed(self._zxing.read(view.luma, FULL), view)

    def zxing_histogram(self, view: View) -> list[Reading]:
        """One threshold for each line: for even light and low contrast."""
        return _placed(self._zxing.read(view.luma, HISTOGRAM), view)

    def zxing_smoothed(self, view: View) -> list[Reading]:
        """Against noise, and the grid of a phone's screen."""
        return _placed(self._zxing.read(_smoothed(view.luma), FULL), view)

    def zxing_double(self, view: View) -> list[Reading]:
        """For small codes."""
        return _placed(self._zxing.read(_centre(view).double, FULL), _centre(view), 2.0)

    def zxing_straightened(self, view: View) -> list[Reading]:
        return _nowhere(self._zxing.read(view.straightened, FULL))

    def zxing_crisp(self, view: View) -> list[Reading]:
        """Bars straightened and sharpened: against defocus."""
        return _nowhere(self._zxing.read(_sharpened(view.straightened), FULL))

    def zxing_sharpened(self, view: View) -> list[Reading]:
        return _placed(self._zxing.read(_sharpened(view.luma), FULL), view)

    def rectified(self, view: View) -> list[Reading]:
        """OpenCV finds the corners, the code is drawn anew as a square."""
        found: list[Reading] = []
        for square in rectified(view.luma):
            found += self._zxing.read(square, FULL) or self._zbar.read(square)
        return _nowhere(found)

    # --- zbar ----------------------------------------------------------------------------

    def zbar_half(self, view: View) -> list[Reading]:
        return _placed(self._zbar.read(view.half), view, 0.5)

    def zbar_equalized(self, view: View) -> list[Reading]:
        return _placed(self._zbar.read(view.equalized), view)

    def zbar_sparse(self, view: View) -> list[Reading]:
        return _placed(self._zbar.read(view.luma, density=2), view)

    def zbar_full(self, view: View) -> list[Reading]:
        return _placed(self._zbar.read(view.luma), view)

    def zbar_thresholded(self, view: View) -> list[Reading]:
        return _placed(self._zbar.read(view.thresholded_half), view, 0.5)

    def zbar_inverted(self, view: View) -> list[Reading]:
        """Zbar reads no light code on dark ground."""
        return _placed(self._zbar.read(cast("Luma", cv2.bitwise_not(view.half))), view, 0.5)

    def zbar_straightened(self, view: View) -> list[Reading]:
        """Bars at any angle, in noise and uneven light."""
        return _nowhere(self._zbar.read(view.straightened, density=2))

    def zbar_double(self, view: View) -> list[Reading]:
        return _placed(self._zbar.read(_centre(view).double, density=2), _centre(view), 2.0)

    def zbar_turned(self, view: View) -> list[Reading]:
        """Zbar follows rows and columns: half resolution and sparse lines fail in between."""
        return _nowhere(self._zbar.read(_turned(view.luma)))


_CENTRE_MAX_PX = (640, 360)
"""More than that is not doubled: it would be larger than a frame."""
_SMOOTH_SIGMA = 1.2
_SHARPEN_SIGMA = 3.0
_SHARPEN_BY = 2.0


def _placed(readings: list[Reading], view: View, factor: float = 1.0) -> list[Reading]:
    return [reading.placed(view.origin, factor) for reading in readings]


def _nowhere(readings: list[Reading]) -> list[Reading]:
    """Read in a picture so changed that its places say nothing about the frame's."""
    return [replace(reading, outline=None) for reading in readings]


def _centre(view: View) -> View:
    """The middle of a view, as much as can be doubled."""
    height, width = view.luma.shape
    wide, high = min(width, _CENTRE_MAX_PX[0]), min(height, _CENTRE_MAX_PX[1])
    if (wide, high) == (width, height):
        return view
    return view.middle(wide, high)


def _turned(luma: Luma) -> Luma:
    """The picture turned by 45 degrees, whole."""
    height, width = luma.shape
    side = int(np.ceil((width + height) / np.sqrt(2)))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 45, 1.0)
    turn[:, 2] += (side / 2 - width / 2, side / 2 - height / 2)
    return cast(
        "Luma",
        cv2.warpAffine(luma, turn, (side, side), flags=cv2.INTER_LINEAR, borderValue=[128]),
    )


def _smoothed(luma: Luma) -> Luma:
    return cast("Luma", cv2.GaussianBlur(luma, (0, 0), _SMOOTH_SIGMA))


def _sharpened(luma: Luma) -> Luma:
    """Unsharp mask: what a wide blur takes away is added twice more."""
    blurred = cv2.GaussianBlur(luma, (0, 0), _SHARPEN_SIGMA)
    return cast("Luma", cv2.addWeighted(luma, 1 + _SHARPEN_BY, blurred, -_SHARPEN_BY, 0))
