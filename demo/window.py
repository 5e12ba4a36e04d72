"""The demo on a display: the window is for the person before it, the phone comes on Enter."""

import select
import sys
import time

from demo.programs import DemoError
from demo.progress import Progress
from demo.shop import Shop
from demo.touch import ControlLost, Finger

HOLD_S = 6.0
BY_ITSELF_S = 15.0
"""Without a terminal to type at, the phone comes after this time on a screen that reads codes."""


def play(shop: Shop, finger: Finger, progress: Progress) -> None:
    """Until the window is closed, or q or Ctrl-C."""
    camera = shop.camera
    if camera is None:
        raise DemoError("the shop has no camera")
    typed = sys.stdin is not None and sys.stdin.isatty()
    progress.heading("The kiosk's window is open. Touch is the mouse.")
    if typed:
        print("  Enter  hold the phone with the member's code to the camera")
        print("  q      close the shop")
        print("  or one of the printer's troubles: paper out, paper out at 40, paper ok,")
        print("  cover open, cover close, off, on, silent, talk")
    else:
        print(f"  The phone comes by itself after {BY_ITSELF_S:.0f} s.")
    print(f"  What the printer prints: {shop.paper}")
    papers: set[str] = set()
    reading_since_s = time.monotonic()
    away_at_s: float | None = None
    while True:
        shop.check()
        try:
            screen = finger.look().screen
        except ControlLost:
            progress.say("the window was closed")
            return
        now_s = time.monotonic()
        if screen not in {"Attract", "Scan"}:
            reading_since_s = now_s
        line = _typed_line(typed=typed)
        if line == "q":
            return
        if line == "" or (not typed and now_s - reading_since_s > BY_ITSELF_S):
            camera.hold_up()
            reading_since_s, away_at_s = now_s, now_s + HOLD_S
        elif line:
            progress.say(f"printer: {shop.tell_printer(line)}")
        if away_at_s is not None and (now_s > away_at_s or screen == "MemberHome"):
            camera.put_away()
            away_at_s = None
        for paper in shop.papers():
            if paper.name not in papers:
                papers.add(paper.name)
                progress.say(f"printed: {paper}")


def _typed_line(*, typed: bool) -> str | None:
    """The line that was typed within a fifth of a second; None without one."""
    if not typed:
        time.sleep(0.2)
        return None
    ready, _, _ = select.select([sys.stdin], [], [], 0.2)
    if not ready:
        return None
    line = sys.stdin.readline()
    return line.strip().lower() if line else "q"
