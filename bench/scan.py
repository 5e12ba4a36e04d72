"""From a code before the camera to the member's rewards on the screen, all on this machine.

Begins when the first frame with the phone in it can be read by the kiosk, ends when the
kiosk says that it shows the rewards; a different member each time. Beside it: the two
seconds that the design promises a shopper.
"""

import shutil
import time
from statistics import median

from bench.figure import Figure, percentile, tell
from bench.shop import OpenShop, open_shop

MEMBERS = tuple(f"88001{10000 + number * 83:05d}" for number in range(1, 13))
"""Numbers of the demo chain's members."""
LIMIT_S = 15.0


def main() -> None:
    with open_shop() as opened:
        opened.programs.end("phone")  # the codes come from here now
        until(opened, "Attract")
        times = [held_up(opened, member) for member in MEMBERS]
    tell(
        Figure(
            name="code held up to rewards, p50",
            value=median(times) * 1000,
            unit="ms",
            peer="the 2 s that a shopper is promised",
            peer_value=2000,
            samples=len(times),
        )
    )
    tell(Figure("code held up to rewards, worst", percentile(times, 1) * 1000, "ms"))


def held_up(opened: OpenShop, member: str) -> float:
    """Seconds for one member, who leaves afterwards."""
    camera, code = opened.shop.camera, opened.shop.code
    if camera is None or code is None:
        raise RuntimeError("the shop has no camera")
    fresh = opened.folder / "fresh.png"
    opened.programs.run(
        "member-code",
        [
            "central",
            "member-code",
            "--data",
            str(opened.folder / "service"),
            member,
            "--png",
            str(fresh),
        ],
    )
    shutil.move(fresh, code)
    camera.hold_up(at_once=True)
    until(opened, "MemberHome")
    shown_s = time.monotonic()
    seen_s = camera.seen_s
    camera.put_away()
    opened.finger.tap("end")
    until(opened, "Attract")
    if seen_s is None:
        raise RuntimeError("the kiosk saw a phone that was not there")
    return shown_s - seen_s


def until(opened: OpenShop, screen: str) -> None:
    """Wait until the kiosk shows this screen; asks 200 times a second."""
    end_s = time.monotonic() + LIMIT_S
    while (seen := opened.finger.look()).screen != screen:
        if time.monotonic() > end_s:
            raise TimeoutError(f"{screen}: not within {LIMIT_S} s, but {seen.facts}")
        time.sleep(0.005)


if __name__ == "__main__":
    main()
