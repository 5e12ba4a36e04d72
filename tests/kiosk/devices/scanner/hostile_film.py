"""Hostile codes as a film that the real scanner process is made to watch."""

import asyncio
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from kiosk.devices.scanner.client import ScannerProcess
from tests.kiosk.devices.scanner.hostile_codes import KEYS, NASTY, hostile_codes
from tests.kiosk.devices.scanner.scanner_stage import running
from wire import tokens

FPS_AT_LEAST = 5
"""Pictures a second on the slowest machine that is waited for."""


@dataclass
class Seen:
    kinds: Counter = field(default_factory=Counter)
    decoded: int = 0
    foreign: int = 0
    accepted: set[str] = field(default_factory=set)
    """Texts with the form of a code of ours."""
    deaths: list[str] = field(default_factory=list)
    longest_away_s: float = 0.0
    late_ms: list[float] = field(default_factory=list)
    """How late the loop was, looked at a hundred times a second."""

    def told(self) -> str:
        late = sorted(self.late_ms)
        p99 = late[int(0.99 * (len(late) - 1))] if late else 0.0
        return (
            f"{sum(self.kinds.values())} pictures ({self.kinds['structured append']} structured"
            f" append), {self.decoded} decoded, {self.foreign} told as foreign,"
            f" {len(self.accepted)} with our form, deaths: {self.deaths or 'none'}"
            f" (away at most {self.longest_away_s:.1f} s), loop late p99 {p99:.1f} ms"
        )


async def watch(folder, put_picture, drawing, count, seed) -> tuple[Seen, set[str]]:
    """Plays so many through a scanner process; what came of it, and the forged texts in them."""
    seen, forged, pulses = Seen(), set(), []
    for number, code in enumerate(hostile_codes(count, seed)):
        seen.kinds[code.kind] += 1
        if code.text is not None:
            forged.add(code.text)
        frame = drawing.scene(code.picture, angle=(number % 5 - 2) * 3)
        put_picture(folder / f"{number:05d}.png", frame)
    scanner = ScannerProcess(f"images:{folder}", on_pulse=pulses.append)
    async with running(scanner) as heard:
        lateness = asyncio.create_task(late(seen))
        await heard.until(lambda: heard.well)
        lost_s = None

        def watched():
            nonlocal lost_s
            if not heard.well and lost_s is None:
                lost_s = time.monotonic()
            if heard.well and lost_s is not None:
                seen.longest_away_s = max(seen.longest_away_s, time.monotonic() - lost_s)
                lost_s = None
            return bool(pulses) and pulses[-1].decoded >= count

        await heard.until(watched, within_s=30 + count / FPS_AT_LEAST)
        lateness.cancel()
        with suppress(asyncio.CancelledError):
            await lateness
    seen.decoded = pulses[-1].decoded
    seen.deaths = [health.reason for health in heard.health if not health.ok]
    seen.foreign = sum(code.text == "" for code in heard.codes)
    seen.accepted = {code.text for code in heard.codes if code.text}
    print(seen.told(), file=sys.stderr)
    return seen, forged


async def late(seen) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due_s = loop.time() + 0.01
        await asyncio.sleep(0.01)
        seen.late_ms.append((loop.time() - due_s) * 1000)


def judge(seen, forged, logged) -> None:
    """What is promised of every hostile code."""
    assert seen.accepted <= forged  # nothing is read that was not drawn
    for text in seen.accepted:
        assert not passes(text)
    assert seen.foreign > 0
    assert seen.longest_away_s < 3.0
    for text in (*NASTY, *forged):
        piece = text.strip()[:12]
        assert len(piece) < 6 or piece not in logged


def passes(text) -> bool:
    with suppress(tokens.TokenError):
        tokens.parse(text, KEYS)
        return True
    return False
