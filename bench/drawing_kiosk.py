"""`kiosk run`, drawing without a pause, with the time of each frame written down.

    python -m bench.drawing_kiosk FRAMES -- run --config PATH ...

A still screen draws nothing by itself; here every turn of the loop asks for a frame, so
that a turn that was held up shows as a gap. On SIGTERM the kiosk ends as it always does, and
FRAMES then holds one line per frame: seconds of the monotonic clock.
"""

import atexit
import sys
import threading
import time
from pathlib import Path
from typing import Any


def main() -> None:
    frames = Path(sys.argv[1])
    times: list[float] = []
    watcher = threading.Thread(target=_watch, args=(times,), daemon=True)
    watcher.start()
    atexit.register(lambda: frames.write_text("".join(f"{at:.6f}\n" for at in times)))
    from kiosk.__main__ import main as kiosk

    kiosk(sys.argv[sys.argv.index("--") + 1 :])


def _watch(times: list[float]) -> None:
    """Wait for the window, which the kiosk opens when it is ready to; then listen to it."""
    window: Any = None
    while window is None:
        time.sleep(0.01)
        window = getattr(sys.modules.get("kivy.core.window"), "Window", None)
    from kivy.clock import Clock

    def drawn(*_: object) -> None:
        times.append(time.monotonic())

    window.bind(on_flip=drawn)
    Clock.schedule_interval(lambda _dt: window.canvas.ask_update(), 0)


if __name__ == "__main__":
    main()
