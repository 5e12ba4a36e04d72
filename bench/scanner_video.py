"""A minute of film through the real scanner process, with the real screen drawn beside it.

The film (tests/corpus/film.py) is written as a camera's MJPG, 30 frames a second. The
kiosk draws its attract screen as fast as it may, first without the scanner, then beside
it: it does not act on the codes, because the camera would rest on its next screen.
"""

import asyncio
import contextlib
import os
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import cv2

from bench.figure import Figure, percentile, tell
from bench.frames import WARM_S
from bench.shop import OpenShop, open_shop
from kiosk.devices.ports import ScannedCode, ScannerHealth
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.messages import Pulse
from tests.corpus.film import film, visits

FPS = 30
FILM_S = 60.0
QUIET_S = 15.0
_START_MAX_S = 20.0
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass
class Heard:
    """What the scanner told in the minute."""

    codes: list[tuple[str, float]] = field(default_factory=list)
    """Text, and milliseconds from the frame's time until it was heard here."""
    decode_ms: list[float] = field(default_factory=list)
    first: Pulse | None = None
    last: Pulse | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """The film plays."""

    def code(self, code: ScannedCode) -> None:
        self.codes.append((code.text, (time.monotonic() - code.mono_s) * 1000))

    def health(self, health: ScannerHealth) -> None:
        if not health.ok:
            print(f"scanner: {health.reason}", file=sys.stderr)

    def pulse(self, pulse: Pulse) -> None:
        if pulse.frames and self.first is None:
            self.first = pulse
            self.begun.set()
        self.last = pulse
        self.decode_ms += pulse.decode_ms


@dataclass(frozen=True)
class Usage:
    """What a process has used so far."""

    cpu_s: float
    rss_mb: float


def main() -> None:
    with open_shop() as opened:
        opened.finger.close()
        opened.programs.end("kiosk")
        path = opened.folder / "minute.avi"
        write_film(path)
        frames = _draw_blind(opened)
        time.sleep(WARM_S)
        quiet_from_s = time.monotonic()
        time.sleep(QUIET_S)
        opened.programs.check()
        started_s = time.monotonic()
        heard, before, after = asyncio.run(watch(path))
        ended_s = time.monotonic()
        opened.programs.end("blind")
        drawn = [float(line) for line in frames.read_text().split()]
    for figure in _figures(heard, before, after):
        tell(figure)
    alone = _gaps_ms(drawn, quiet_from_s, started_s)
    beside = _gaps_ms(drawn, started_s, ended_s)
    tell(
        Figure(
            name="video: screen's frame gap, p99",
            value=percentile(beside, 0.99),
            unit="ms",
            peer="not scanning",
            peer_value=percentile(alone, 0.99),
            samples=len(beside),
        )
    )


def write_film(path: Path) -> None:
    """The minute as motion JPEG, drawn frame by frame.

    Raises:
        OSError: it cannot be written.
    """
    fourcc = cv2.VideoWriter.fourcc(*"MJPG")
    # FFmpeg's: OpenCV's own writer packs grey pictures into broken JPEGs (5.0.0).
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, FPS, (1280, 720), False)
    if not writer.isOpened():
        raise OSError(f"{path} cannot be written")
    for luma in film(FPS, FILM_S):
        writer.write(luma)
    writer.release()
    print(f"film: {path.stat().st_size / 1e6:.0f} MB", file=sys.stderr)


def _draw_blind(opened: OpenShop) -> Path:
    """The kiosk without a camera of its own; where it writes down its frames."""
    frames = opened.folder / "blind.frames"
    config, empty = opened.folder / "blind.toml", opened.folder / "no-camera"
    empty.mkdir()
    config.write_text(
        "".join(
            f'source = "follow:{empty}"\n' if line.startswith("source = ") else line
            for line in opened.shop.config.read_text().splitlines(keepends=True)
        )
    )
    opened.programs.start(
        "blind", ["bench.drawing_kiosk", str(frames), "--", "run", "--config", str(config)]
    )
    return frames


async def watch(path: Path) -> tuple[Heard, Usage, Usage]:
    """Play the film to a scanner process; what was heard, and its usage at both ends.

    Raises:
        TimeoutError: it does not begin to read.
    """
    heard = Heard()
    scanner = ScannerProcess(f"video:{path}", on_pulse=heard.pulse)
    scanner.capture(on=True)
    task = asyncio.create_task(scanner.run(heard.code, heard.health))
    try:
        async with asyncio.timeout(_START_MAX_S):
            await heard.begun.wait()
        if (pid := scanner.pid) is None:
            raise RuntimeError("the scanner died at once")
        before = usage(pid)
        await asyncio.sleep(FILM_S)
        after = usage(pid)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return heard, before, after


def usage(pid: int) -> Usage:
    """Of one process, all its threads together."""
    # After the name in parentheses: utime and stime are the 14th and 15th field (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text()
    rss_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return Usage((int(fields[11]) + int(fields[12])) / _TICKS_PER_S, rss_kb / 1024)


def _figures(heard: Heard, before: Usage, after: Usage) -> list[Figure]:
    if heard.first is None or heard.last is None:
        raise RuntimeError("the scanner told nothing")
    shown = FILM_S * FPS
    taken = heard.last.frames - heard.first.frames
    decoded = heard.last.decoded - heard.first.decoded
    expected = {visit.shot.code.text for visit in visits()}
    told = {text for text, _ in heard.codes}
    late_ms = [ms for _, ms in heard.codes]
    wrong = len([text for text, _ in heard.codes if text not in expected])
    return [
        Figure("video: frames read", taken, "", peer="of the film", peer_value=shown),
        Figure("video: frames decoded", decoded, "", peer="frames read", peer_value=taken),
        Figure(
            "video: codes told",
            len(told & expected),
            "",
            peer="codes held up",
            peer_value=len(expected),
            note=f"{wrong} wrong, {len(late_ms)} times in all",
        ),
        Figure("video: frame to decoded, p50", percentile(heard.decode_ms, 0.5), "ms"),
        Figure(
            "video: frame to decoded, p99",
            percentile(heard.decode_ms, 0.99),
            "ms",
            samples=len(heard.decode_ms),
        ),
        Figure("video: frame to code told, p50", percentile(late_ms, 0.5), "ms"),
        Figure("video: frame to code told, p99", percentile(late_ms, 0.99), "ms"),
        Figure(
            "video: CPU of the scanner",
            (after.cpu_s - before.cpu_s) / FILM_S * 100,
            "% of a core",
            note="MJPG decoding and the codes of eleven visits in a minute",
        ),
        Figure(
            "video: memory at the end",
            after.rss_mb,
            "MB",
            peer="at the start",
            peer_value=before.rss_mb,
        ),
    ]


def _gaps_ms(times: list[float], from_s: float, to_s: float) -> list[float]:
    inside = [at for at in times if from_s <= at < to_s]
    return [(later - at) * 1000 for at, later in pairwise(inside)]


if __name__ == "__main__":
    main()
