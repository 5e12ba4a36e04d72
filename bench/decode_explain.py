"""What each step of the table adds and what it costs, over the corpus.

Every step reads every picture, alone; the live reader would stop at the first success. A
retry is given what it would be given live: the parts in which something looks like a code.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from kiosk.devices.decoder import cues
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.steps import Step, table
from kiosk.devices.decoder.symbology import OURS
from kiosk.devices.decoder.view import View
from tests.corpus.codes import Kind
from tests.corpus.faults import CURVES
from tests.corpus.scene import Shot


@dataclass
class Worth:
    """One step's account; counts are of pictures."""

    read: int = 0
    first: int = 0
    """Read by it, and by none before it in the table."""
    only: int = 0
    """Read by it alone."""
    cpu_ms: list[float] = field(default_factory=list)
    """For each picture that it looked at."""


def shots(samples: int) -> Iterator[Shot]:
    """Phones, cards and vouchers at every level of every fault."""
    for curve in CURVES:
        for kind in (Kind.M2, Kind.V1, Kind.CODE128, Kind.EAN13):
            bars = kind in {Kind.CODE128, Kind.EAN13}
            for level in curve.levels_for(bars=bars):
                for seed in range(samples):
                    yield Shot(kind, curve.faults(level, bars=bars), seed)


def worths(samples: int) -> tuple[dict[str, Worth], int, int]:
    """Each step's account in the order of the table; pictures in all, and read by any."""
    steps = table(OURS)
    accounts = {step.name: Worth() for step in steps.steps}
    pictures = read_by_any = 0
    for shot in shots(samples):
        pictures += 1
        view = View(shot.picture())
        found = cues.find(view)
        readers: list[str] = []
        for step in steps.steps:
            views = (
                [view]
                if step in steps.base
                else [view.part(cue.region) for cue in found if step.suits(bars=cue.bars)]
            )
            if not views:
                continue
            texts, cpu_ms = _tried(step, views)
            accounts[step.name].cpu_ms.append(cpu_ms)
            if shot.code.text in texts:
                readers.append(step.name)
        for name in readers:
            accounts[name].read += 1
        if readers:
            read_by_any += 1
            accounts[readers[0]].first += 1
        if len(readers) == 1:
            accounts[readers[0]].only += 1
    return accounts, pictures, read_by_any


def _tried(step: Step, views: list[View]) -> tuple[set[str], float]:
    started_s = time.thread_time()
    readings: list[Reading] = []
    for view in views:
        try:
            readings += step.read(view)
        except Exception:  # noqa: BLE001, S112  # as the live reader takes it: nothing was read
            continue
    return {r.text for r in readings}, (time.thread_time() - started_s) * 1000


def explained(samples: int) -> str:
    """The table for reading."""
    accounts, pictures, read_by_any = worths(samples)
    lines = [f"{'step':24}{'read':>7}{'first':>7}{'only':>7}{'looked':>8}{'CPU, median':>14}"]
    for name, worth in accounts.items():
        spent = f"{median(worth.cpu_ms):.2f} ms" if worth.cpu_ms else "-"
        lines.append(
            f"{name:24}{worth.read:>7}{worth.first:>7}{worth.only:>7}"
            f"{len(worth.cpu_ms):>8}{spent:>14}"
        )
    lines.append(f"{'any step':24}{read_by_any:>7}   of {pictures} pictures, one frame each")
    return "\n".join(lines)
