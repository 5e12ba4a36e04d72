"""Frame gaps on the attract screen: with the camera read, and without a camera.

The same kiosk on the same screen, drawing as fast as it may. With a camera, a process of
its own reads and decodes fourteen frames a second beside it and the mirror is drawn; a
stall of the loop would show as a long gap.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path

from bench.figure import Figure, percentile, tell
from bench.shop import OpenShop, open_shop

WARM_S = 4.0
MEASURED_S = 12.0


def main() -> None:
    with open_shop() as opened:
        opened.finger.close()
        opened.programs.end("kiosk")
        with_camera = gaps_ms(opened, "scanning", opened.shop.config)
        blind = opened.folder / "blind.toml"
        empty = opened.folder / "no-camera"
        empty.mkdir()
        blind.write_text(
            "".join(
                f'source = "follow:{empty}"\n' if line.startswith("source = ") else line
                for line in opened.shop.config.read_text().splitlines(keepends=True)
            )
        )
        without = gaps_ms(opened, "blind", blind)
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        tell(
            Figure(
                name=f"frame gap while scanning, {name}",
                value=percentile(with_camera, share),
                unit="ms",
                peer="not scanning",
                peer_value=percentile(without, share),
                samples=len(with_camera),
            )
        )


def gaps_ms(opened: OpenShop, name: str, config: Path) -> list[float]:
    """Milliseconds between frames, after the kiosk has warmed up."""
    frames = opened.folder / f"{name}.frames"
    opened.programs.start(
        name, ["bench.drawing_kiosk", str(frames), "--", "run", "--config", str(config)]
    )
    end_s = time.monotonic() + WARM_S + MEASURED_S
    while time.monotonic() < end_s:
        opened.programs.check()
        time.sleep(0.1)
    opened.programs.end(name)
    times = [float(line) for line in frames.read_text().split()]
    measured = [at for at in times if at > times[-1] - MEASURED_S]
    print(f"{name}: {len(measured)} frames", file=sys.stderr)
    return [(later - at) * 1000 for at, later in pairwise(measured)]


if __name__ == "__main__":
    main()
