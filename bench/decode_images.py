"""Labelled pictures of other barcode projects, read by ours and by its engines alone.

The layout is that of their test sets: PICTURE.png with what it says beside it in
PICTURE.txt (text) or PICTURE.bin (bytes). A picture without either is taken for one
without a code: whatever is read from it is wrong.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.decode_readers import OURS_NAME, PYZBAR, ZXING, as_text, pyzbar_texts, zxing_texts
from kiosk.devices.camera import pictures
from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.steps import table
from kiosk.devices.decoder.still import read_still

_UNION = "union of all"


@dataclass(frozen=True)
class Labelled:
    path: Path
    text: str | None
    """None: there is no code in it."""


@dataclass
class Tally:
    """How one reader did on a set."""

    correct: int = 0
    wrong: int = 0
    """Pictures from which anything but the label was read, the label not."""
    cpu_ms: list[float] = field(default_factory=list)


def labelled(folder: Path) -> Iterator[Labelled]:
    """Every picture below a folder, in the order of their names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and pictures.is_picture(path):
            yield Labelled(path, _label(path))


def _label(path: Path) -> str | None:
    text, binary = path.with_suffix(".txt"), path.with_suffix(".bin")
    if text.is_file():
        return _plain(as_text(text.read_bytes()))
    if binary.is_file():
        return _plain(as_text(binary.read_bytes()))
    return None


def _plain(text: str) -> str:
    """As labels and readings are compared: line ends alike, none at the end."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").strip("\n")


def readers() -> dict[str, Callable[[Luma], set[str]]]:
    """By name; ours is what `kiosk decode --any` does."""
    every = table(None)

    def ours(luma: Luma) -> set[str]:
        return {reading.text for reading in read_still(every, luma, foreign=True).readings}

    return {OURS_NAME: ours, PYZBAR: pyzbar_texts, ZXING: zxing_texts}


def run(folder: Path) -> tuple[dict[str, Tally], int]:
    """Tallies by reader, and how many pictures there were."""
    everyone = readers()
    tallies = {name: Tally() for name in (*everyone, _UNION)}
    count = 0
    for picture in labelled(folder):
        luma = pictures.load(picture.path)
        if luma is None:
            continue
        count += 1
        anybody = False
        for name, read in everyone.items():
            started_s = time.thread_time()
            texts = {_plain(text) for text in read(luma)}
            tally = tallies[name]
            tally.cpu_ms.append((time.thread_time() - started_s) * 1000)
            if picture.text is not None and picture.text in texts:
                tally.correct += 1
                anybody = True
            elif texts:
                tally.wrong += 1
        tallies[_UNION].correct += anybody
    return tallies, count


def report(folder: Path) -> str:
    tallies, count = run(folder)
    lines = [f"{folder}: {count} pictures", f"{'':14}{'correct':>9}{'wrong':>7}{'CPU, median':>14}"]
    for name, tally in tallies.items():
        spent = f"{median(tally.cpu_ms):.1f} ms" if tally.cpu_ms else ""
        wrong = "" if name == _UNION else str(tally.wrong)
        lines.append(f"{name:14}{tally.correct:>9}{wrong:>7}{spent:>14}")
    return "\n".join(lines)
