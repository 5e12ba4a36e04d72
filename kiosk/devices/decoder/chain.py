"""The steps in which a frame is read, cheapest first: one table to read, reorder and measure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import cv2

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.zbar import Zbar
from kiosk.devices.decoder.zxing import ZxingFast


@dataclass(frozen=True, slots=True)
class Step:
    """One treatment of a frame by one engine."""

    name: str
    read: Callable[[Luma], list[Reading]]


class Chain:
    """Steps in their order; used by one thread (zbar's scanner is not shared)."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)

    def readings(self, luma: Luma) -> Iterator[tuple[Step, list[Reading]]]:
        """What each step reads, one step at a time: stop asking and the rest is never run.

        An engine's exception, whatever it is, means that it read nothing.
        """
        for step in self.steps:
            try:
                readings = step.read(luma)
            except Exception:  # noqa: BLE001  # engines raise what they like on hostile codes
                readings = []
            yield step, readings


def first_chain(symbologies: Iterable[str] | None) -> Chain:
    """zxing-cpp's fast pass, then zbar at half and at full resolution.

    Args:
        symbologies: names of `symbology`, or None for every one that the engines know.
    """
    wanted = None if symbologies is None else frozenset(symbologies)
    zxing = ZxingFast(wanted)
    zbar = Zbar(wanted)

    def zbar_half(luma: Luma) -> list[Reading]:
        return zbar.read(_half(luma))

    return Chain(
        [
            Step("zxing fast", zxing.read),
            Step("zbar half", zbar_half),
            Step("zbar full", zbar.read),
        ]
    )


def without_thread_pool() -> None:
    """OpenCV works on the calling thread only, in this whole process.

    Two cores are the screen's and ours: a pool would fight for both, and the CPU time of
    one thread would not be the CPU time of a decode.
    """
    cv2.setNumThreads(1)


def _half(luma: Luma) -> Luma:
    height, width = luma.shape
    size = (width // 2, height // 2)
    return cast("Luma", cv2.resize(luma, size, interpolation=cv2.INTER_AREA))
