"""Cold start to first frame: the kiosk beside the least that a Kivy program can be.

Both in a window of 1080x1920, both until READY=1, which each says after its first frame;
the kiosk has opened its journal and recovered by then. Turn by turn; medians.
"""

import sys
from statistics import median

from bench.figure import Figure, tell
from bench.ready import seconds_to_ready
from bench.shop import OFFSCREEN, open_shop

STARTS = 5


def main() -> None:
    with open_shop() as opened:
        opened.finger.close()
        opened.programs.end("kiosk")
        kiosk = [sys.executable, "-m", "kiosk", "run", "--config", str(opened.shop.config)]
        bare = [sys.executable, "-m", "bench.bare_window"]
        ours: list[float] = []
        peers: list[float] = []
        for number in range(STARTS + 1):
            took = seconds_to_ready(kiosk, OFFSCREEN), seconds_to_ready(bare, OFFSCREEN)
            if number > 0:  # the first ones read everything from disk
                ours.append(took[0])
                peers.append(took[1])
    tell(
        Figure(
            name="start to first frame",
            value=median(ours),
            unit="s",
            peer="bare Kivy window",
            peer_value=median(peers),
            samples=STARTS,
        )
    )


if __name__ == "__main__":
    main()
