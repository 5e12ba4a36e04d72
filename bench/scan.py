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
from demo.scene import AWAY_S

MEMBERS = tuple(f"88001{10000 + number * 83:05d}" for number in range(1, 9))
"""Numbers of the demo chain's members."""
LIMIT_S = 15.0


def main() -> None:
    with open_shop() as opened:
        opened.programs.end("phone")  # the codes come from here now
        until(opened, "Attract")
        visits = [held_up(opened, member) for member in MEMBERS]
    times = [took_s for took_s in visits if took_s is not None]
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


def held_up(opened: OpenShop, member: str) -> float | None:
    """Seconds for one member, who leaves afterwards; None for one whose account is frozen."""
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
    shown = until(opened, "MemberHome", "Refused")
    shown_s = time.monotonic()
    seen_s = camera.seen_s
    camera.put_away()
    time.sleep(AWAY_S + 0.5)  # a phone still in the picture would be read once more
    opened.finger.tap("end")
    until(opened, "Attract")
    if seen_s is None:
        raise RuntimeError("the kiosk saw a phone that was not there")
    return shown_s - seen_s if shown == "MemberHome" else None


def until(opened: OpenShop, *screens: str) -> str:
    """Which of these screens the kiosk shows, once it does; asks 200 times a second."""
    end_s = time.monotonic() + LIMIT_S
    while (seen := opened.finger.look()).screen not in screens:
        if time.monotonic() > end_s:
            raise TimeoutError(f"{screens}: not within {LIMIT_S} s, but {seen.facts}")
        time.sleep(0.005)
    return seen.screen


if __name__ == "__main__":
    main()
